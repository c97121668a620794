//! AES-256-GCM with nonces of 96 bits and tags of 128, SP 800-38D.

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes256Enc;

use super::TAG_LEN;

pub(crate) const NONCE_LEN: usize = 12;

/// GCM never decrypts a block, so the round keys for that are left out.
type Aes256Gcm = AesGcm<Aes256Enc, U12>;

/// The text is longer than AES-GCM can encrypt: 64 GiB.
#[derive(Debug)]
pub(crate) struct TooLong;

/// The tag is not the one over these bytes under this key and nonce.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Inauthentic;

/// Encrypts `text` in place under `key`, and yields the tag over it and `aad`.
pub(crate) fn seal(
    key: &[u8; 32],
    nonce: &[u8; NONCE_LEN],
    aad: &[u8],
    text: &mut [u8],
) -> Result<[u8; TAG_LEN], TooLong> {
    let tag = Aes256Gcm::new(key.into()).encrypt_inout_detached(nonce.into(), aad, text.into());
    tag.map(Into::into).map_err(|_| TooLong)
}

/// Decrypts `text` in place. The tag is compared in constant time, and nothing is decrypted unless it is right.
pub(crate) fn open(
    key: &[u8; 32],
    nonce: &[u8; NONCE_LEN],
    aad: &[u8],
    text: &mut [u8],
    tag: &[u8; TAG_LEN],
) -> Result<(), Inauthentic> {
    let opened = Aes256Gcm::new(key.into()).decrypt_inout_detached(nonce.into(), aad, text.into(), tag.into());
    opened.map_err(|_| Inauthentic)
}
