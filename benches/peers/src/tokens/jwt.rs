//! JWT HS256: signed only, so the visitor can read it.

use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};

use super::{Claims, Token};
use crate::peers::{Refused, random};
use crate::session::Shop;

pub(super) struct Jwt {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Jwt {
    pub(super) fn new() -> Result<Self, Refused> {
        let secret = random::<32>()?;
        let (encoding, decoding) = (EncodingKey::from_secret(&secret), DecodingKey::from_secret(&secret));
        Ok(Self { encoding, decoding, validation: Validation::default() })
    }
}

impl Token for Jwt {
    fn name(&self) -> &'static str {
        "JWT HS256, jsonwebtoken (signed only)"
    }

    fn package(&self) -> &'static str {
        "jsonwebtoken"
    }

    fn encrypts(&self) -> bool {
        false
    }

    fn seal(&self, shop: &Shop) -> Result<String, Refused> {
        Ok(encode(&Header::default(), &Claims::new(shop), &self.encoding)?)
    }

    fn open(&self, value: &str) -> Result<Shop, Refused> {
        Ok(decode::<Claims<Shop>>(value, &self.decoding, &self.validation)?.claims.shop)
    }
}
