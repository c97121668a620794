//! This crate, through its `Sealer`. The payload is postcard, as in the layer; the layer's own encoder is not public.

use sealed_session::{Contents, Head, Keyring, Schema, Sealer, SessionId, Timestamp};

use super::Token;
use crate::peers::{COOKIE_NAME, Refused};
use crate::session::Shop;

/// The sealer and the shape of what it seals.
pub struct Sealed {
    sealer: Sealer,
    schema: Schema,
}

impl Sealed {
    /// With one fresh key.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn new() -> Result<Self, Refused> {
        Ok(Self { sealer: sealer(Keyring::generate()?)?, schema: Schema::from_label("shop") })
    }
}

/// For cookies of our name.
///
/// # Errors
/// None, with this name.
pub fn sealer(keyring: Keyring) -> Result<Sealer, Refused> {
    Ok(Sealer::new(keyring, COOKIE_NAME, "")?)
}

/// Seals these bytes as a session of now.
///
/// # Errors
/// When the random source fails.
pub fn seal(sealer: &Sealer, schema: Schema, payload: &[u8]) -> Result<String, Refused> {
    let now = Timestamp::now();
    let head = Head { id: SessionId::from_bytes([7; 16]), created: now, issued: now, own_limits: None, generation: 0 };
    Ok(sealer.seal(&Contents { head, schema, payload }, now)?)
}

impl Token for Sealed {
    fn name(&self) -> &'static str {
        "sealed-session"
    }

    fn package(&self) -> &'static str {
        "sealed-session"
    }

    fn seal(&self, shop: &Shop) -> Result<String, Refused> {
        // The layer too knows about how long it gets.
        seal(&self.sealer, self.schema, &postcard::to_extend(shop, Vec::with_capacity(256))?)
    }

    fn open(&self, value: &str) -> Result<Shop, Refused> {
        let opened = self.sealer.open(value.as_bytes(), Timestamp::now()).map_err(|refusal| refusal.to_string())?;
        if opened.schema() != Some(self.schema) {
            return Err("another shape".into());
        }
        Ok(postcard::from_bytes(opened.payload())?)
    }
}
