//! `aws-lc-rs`: assembly for x86-64 and aarch64.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::{Inauthentic, NONCE_LEN, TooLong};
use crate::cipher::TAG_LEN;

/// The cipher under one key, made ready; AWS-LC wipes it when it is dropped. `None` when there was no memory for it: it then
/// seals and opens nothing.
pub(crate) struct Gcm(Option<LessSafeKey>);

impl Gcm {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).ok())
    }

    /// Encrypts `text` in place, and yields the tag over it and `aad`.
    pub(crate) fn seal(&self, nonce: &[u8; NONCE_LEN], aad: &[u8], text: &mut [u8]) -> Result<[u8; TAG_LEN], TooLong> {
        let key = self.0.as_ref().ok_or(TooLong)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let tag = key.seal_in_place_separate_tag(nonce, Aad::from(aad), text).map_err(|_| TooLong)?;
        tag.as_ref().try_into().map_err(|_| TooLong)
    }

    /// Decrypts `text` in place, if the tag is right, which is compared in constant time. Otherwise nothing is left of it.
    pub(crate) fn open(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Inauthentic> {
        let key = self.0.as_ref().ok_or(Inauthentic)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = key.open_in_place_separate_tag(nonce, Aad::from(aad), tag, text).map(|_| ());
        opened.map_err(|_| {
            text.fill(0);
            Inauthentic
        })
    }
}
