//! AES-256-GCM with nonces of 96 bits and tags of 128, SP 800-38D.

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{AeadInOut, KeyInit};

use super::TAG_LEN;

pub(crate) const NONCE_LEN: usize = 12;

/// The text is longer than AES-GCM can encrypt: 64 GiB.
#[derive(Debug)]
pub(crate) struct TooLong;

/// The tag is not the one over these bytes under this key and nonce.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Inauthentic;

/// AES-256-GCM under one key.
pub(crate) struct Gcm(Aes256Gcm);

impl Gcm {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Aes256Gcm::new(key.into()))
    }

    pub(crate) fn seal(&self, nonce: &[u8; NONCE_LEN], aad: &[u8], text: &mut [u8]) -> Result<[u8; TAG_LEN], TooLong> {
        let tag = self.0.encrypt_inout_detached(nonce.into(), aad, text.into()).map_err(|_| TooLong)?;
        Ok(tag.into())
    }

    /// The tag is compared in constant time, and nothing is decrypted unless it is right.
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
