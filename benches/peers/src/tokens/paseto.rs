//! PASETO v4.local, with the claims that the library sets by default: `iat`, `nbf`, `exp`.

use pasetors::claims::{Claims, ClaimsValidationRules};
use pasetors::keys::{Generate, SymmetricKey};
use pasetors::token::UntrustedToken;
use pasetors::version4::V4;
use pasetors::{Local as Encrypted, local};
use serde::Deserialize;

use super::Token;
use crate::peers::Refused;
use crate::session::Shop;
use crate::touch::SHOP;

pub(super) struct Local {
    key: SymmetricKey<V4>,
    rules: ClaimsValidationRules,
}

impl Local {
    pub(super) fn new() -> Result<Self, Refused> {
        Ok(Self { key: SymmetricKey::generate()?, rules: ClaimsValidationRules::new() })
    }
}

impl Token for Local {
    fn name(&self) -> &'static str {
        "PASETO v4.local, pasetors"
    }

    fn package(&self) -> &'static str {
        "pasetors"
    }

    fn seal(&self, shop: &Shop) -> Result<String, Refused> {
        let mut claims = Claims::new()?;
        claims.add_additional(SHOP, serde_json::to_value(shop)?)?;
        Ok(local::encrypt(&self.key, &claims, None, None)?)
    }

    fn open(&self, value: &str) -> Result<Shop, Refused> {
        let untrusted = UntrustedToken::<Encrypted, V4>::try_from(value)?;
        let trusted = local::decrypt(&self.key, &untrusted, &self.rules, None, None)?;
        let claim = trusted.payload_claims().and_then(|claims| claims.get_claim(SHOP));
        Ok(Shop::deserialize(claim.ok_or("no shop")?)?)
    }
}
