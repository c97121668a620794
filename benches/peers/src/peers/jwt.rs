//! JWT HS256: signed only, so the visitor can read it.

use jsonwebtoken::{EncodingKey, Header, encode};

use super::{Cookie, Peer, Refused, random};
use crate::session::Sample;

pub(super) struct Jwt {
    key: EncodingKey,
}

impl Jwt {
    pub(super) fn new() -> Result<Self, Refused> {
        Ok(Self { key: EncodingKey::from_secret(&random::<32>()?) })
    }
}

impl Peer for Jwt {
    fn name(&self) -> &'static str {
        "JWT HS256, jsonwebtoken"
    }

    fn package(&self) -> Option<&'static str> {
        Some("jsonwebtoken")
    }

    fn encrypts(&self) -> bool {
        false
    }

    fn cookie(&self, sample: &Sample) -> Result<Cookie, Refused> {
        Ok(Cookie::from_token(encode(&Header::default(), &sample.claims(), &self.key)?))
    }
}
