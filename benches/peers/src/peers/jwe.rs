//! JWE with a shared key (`dir`) and A256GCM, the same claims inside as the JWT. The length follows from the standard, so
//! it is that of any library.

use biscuit::Empty;
use biscuit::jwa::{ContentEncryptionAlgorithm, EncryptionOptions, KeyManagementAlgorithm};
use biscuit::jwe::{Compact, RegisteredHeader};
use biscuit::jwk::JWK;

use super::{Cookie, Peer, Refused, random};
use crate::session::Sample;

pub(super) struct Jwe {
    key: JWK<Empty>,
}

impl Jwe {
    pub(super) fn new() -> Result<Self, Refused> {
        Ok(Self { key: JWK::new_octet_key(&random::<32>()?, Empty::default()) })
    }
}

impl Peer for Jwe {
    fn name(&self) -> &'static str {
        "JWE dir + A256GCM, biscuit"
    }

    fn package(&self) -> Option<&'static str> {
        Some("biscuit")
    }

    fn cookie(&self, sample: &Sample) -> Result<Cookie, Refused> {
        let header = RegisteredHeader {
            cek_algorithm: KeyManagementAlgorithm::DirectSymmetricKey,
            enc_algorithm: ContentEncryptionAlgorithm::A256GCM,
            ..RegisteredHeader::default()
        };
        let plain = Compact::<Vec<u8>, Empty>::new_decrypted(header.into(), serde_json::to_vec(&sample.claims())?);
        let options = EncryptionOptions::AES_GCM { nonce: random::<12>()?.into() };
        Ok(Cookie::from_token(plain.encrypt(&self.key, &options)?.unwrap_encrypted().encode()))
    }
}
