//! `aes-gcm`.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes256Enc;

use super::{Inauthentic, NONCE_LEN, TooLong};
use crate::cipher::TAG_LEN;

/// The cipher under one key, made ready. GCM never decrypts a block, so the round keys for that are left out.
pub(crate) struct Gcm(AesGcm<Aes256Enc, U12>);

impl Gcm {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(AesGcm::new(key.into()))
    }

    /// Encrypts `text` in place, and yields the tag over it and `aad`.
    pub(crate) fn seal(&self, nonce: &[u8; NONCE_LEN], aad: &[u8], text: &mut [u8]) -> Result<[u8; TAG_LEN], TooLong> {
        let tag = self.0.encrypt_inout_detached(nonce.into(), aad, text.into());
        tag.map(Into::into).map_err(|_| TooLong)
    }

    /// Decrypts `text` in place. The tag is compared in constant time, and nothing is decrypted unless it is right.
    pub(crate) fn open(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Inauthentic> {
        self.0.decrypt_inout_detached(nonce.into(), aad, text.into(), tag.into()).map_err(|_| Inauthentic)
    }
}
