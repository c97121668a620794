//! JWE with a shared key (`dir`) and A256GCM, the same claims inside as the JWT.

use biscuit::Empty;
use biscuit::jwa::{ContentEncryptionAlgorithm, EncryptionOptions, KeyManagementAlgorithm};
use biscuit::jwe::{Compact, RegisteredHeader};
use biscuit::jwk::JWK;

use super::{Claims, Token, unix_now};
use crate::peers::{Refused, random};
use crate::session::Shop;

const KEY: KeyManagementAlgorithm = KeyManagementAlgorithm::DirectSymmetricKey;
const CIPHER: ContentEncryptionAlgorithm = ContentEncryptionAlgorithm::A256GCM;

pub(super) struct Jwe {
    key: JWK<Empty>,
}

impl Jwe {
    pub(super) fn new() -> Result<Self, Refused> {
        Ok(Self { key: JWK::new_octet_key(&random::<32>()?, Empty::default()) })
    }
}

impl Token for Jwe {
    fn name(&self) -> &'static str {
        "JWE dir + A256GCM, biscuit"
    }

    fn package(&self) -> &'static str {
        "biscuit"
    }

    fn seal(&self, shop: &Shop) -> Result<String, Refused> {
        let header = RegisteredHeader { cek_algorithm: KEY, enc_algorithm: CIPHER, ..RegisteredHeader::default() };
        let plain = Compact::<_, Empty>::new_decrypted(header.into(), serde_json::to_vec(&Claims::new(shop))?);
        let options = EncryptionOptions::AES_GCM { nonce: random::<12>()?.into() };
        Ok(plain.encrypt(&self.key, &options)?.unwrap_encrypted().encode())
    }

    fn open(&self, value: &str) -> Result<Shop, Refused> {
        let sealed = Compact::<Vec<u8>, Empty>::new_encrypted(value);
        let (_, plain) = sealed.decrypt(&self.key, KEY, CIPHER)?.unwrap_decrypted();
        let claims: Claims<Shop> = serde_json::from_slice(&plain)?;
        if claims.exp < unix_now() {
            return Err("expired".into());
        }
        Ok(claims.shop)
    }
}
