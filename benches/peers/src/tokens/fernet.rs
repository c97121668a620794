//! Fernet: AES-128-CBC with HMAC-SHA256.

use fernet::Fernet;

use super::Token as Peer;
use crate::peers::Refused;
use crate::session::Shop;

/// 14 days.
const TTL: u64 = 14 * 24 * 60 * 60;

pub(super) struct Token {
    fernet: Fernet,
}

impl Token {
    pub(super) fn new() -> Result<Self, Refused> {
        Ok(Self { fernet: Fernet::new(&Fernet::generate_key()).ok_or("a bad key")? })
    }
}

impl Peer for Token {
    fn name(&self) -> &'static str {
        "Fernet"
    }

    fn package(&self) -> &'static str {
        "fernet"
    }

    fn seal(&self, shop: &Shop) -> Result<String, Refused> {
        Ok(self.fernet.encrypt(&serde_json::to_vec(shop)?))
    }

    fn open(&self, value: &str) -> Result<Shop, Refused> {
        let plain = self.fernet.decrypt_with_ttl(value, TTL).map_err(|_| "refused")?;
        Ok(serde_json::from_slice(&plain)?)
    }
}
