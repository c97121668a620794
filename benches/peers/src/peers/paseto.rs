//! PASETO v4.local, with the claims that the library sets by default: `iat`, `nbf`, `exp`.

use pasetors::claims::Claims;
use pasetors::keys::{Generate, SymmetricKey};
use pasetors::local;
use pasetors::version4::V4;

use super::{Cookie, Peer, Refused};
use crate::each_field;
use crate::session::Sample;

pub(super) struct Local {
    key: SymmetricKey<V4>,
}

impl Local {
    pub(super) fn new() -> Result<Self, Refused> {
        Ok(Self { key: SymmetricKey::generate()? })
    }
}

impl Peer for Local {
    fn name(&self) -> &'static str {
        "PASETO v4.local, pasetors"
    }

    fn package(&self) -> Option<&'static str> {
        Some("pasetors")
    }

    fn cookie(&self, sample: &Sample) -> Result<Cookie, Refused> {
        let mut claims = Claims::new()?;
        if let Some(shop) = &sample.shop {
            each_field!(shop, |name, value| claims.add_additional(name, serde_json::to_value(value)?)?);
        }
        Ok(Cookie::from_token(local::encrypt(&self.key, &claims, None, None)?))
    }
}
