//! Branca: XChaCha20-Poly1305 in base62.

use super::{Token as Peer, unix_now};
use crate::peers::{Refused, random};
use crate::session::Shop;

/// 14 days.
const TTL: u32 = 14 * 24 * 60 * 60;

pub(super) struct Token {
    key: [u8; 32],
}

impl Token {
    pub(super) fn new() -> Result<Self, Refused> {
        Ok(Self { key: random()? })
    }
}

impl Peer for Token {
    fn name(&self) -> &'static str {
        "Branca"
    }

    fn package(&self) -> &'static str {
        "branca"
    }

    fn seal(&self, shop: &Shop) -> Result<String, Refused> {
        let now = u32::try_from(unix_now())?;
        branca::encode(&serde_json::to_vec(shop)?, &self.key, now).map_err(|error| format!("{error:?}").into())
    }

    fn open(&self, value: &str) -> Result<Shop, Refused> {
        let plain = branca::decode(value, &self.key, TTL).map_err(|error| format!("{error:?}"))?;
        Ok(serde_json::from_slice(&plain)?)
    }
}
