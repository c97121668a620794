//! What the published vectors are made of.

mod records;
mod refusals;
mod tokens;

use super::*;

pub(super) use refusals::{RefusalCase, refusals};
pub(super) use tokens::{Kind, TokenCase, tokens};

/// The app's settings in the vectors.
pub(super) const LIFETIME: u64 = 14 * 86400;
pub(super) const IDLE: u64 = 86400;

/// Bytes that depend on a text alone.
pub(super) fn seed<const N: usize>(text: &str) -> [u8; N] {
    use sha2::{Digest, Sha256};
    std::array::from_fn(|i| Sha256::digest(text)[i])
}

/// A token with any plaintext, for any purpose, under a key of any name.
fn raw_under(key_name: &str, purpose: Purpose, plaintext: &[u8]) -> Vec<u8> {
    let sealer = sealer(key(key_name));
    let ring = sealer.keyring.load();
    let entry = ring.sealing(NOW).unwrap();
    let nonce: [u8; NONCE_LEN] = seed("raw");
    let mut ciphertext = plaintext.to_vec();
    let aad = sealer.aad(purpose, entry.id);
    let tag = entry.cipher.seal(&nonce, aad.as_ref(), &mut ciphertext);
    [&[FORMAT][..], &entry.id.to_bytes(), &nonce, &ciphertext, &tag.unwrap()].concat()
}

/// The token of a cookie with any plaintext, under `vector key 1`.
fn raw(plaintext: &[u8]) -> Vec<u8> {
    raw_under("vector key 1", Purpose::Cookie, plaintext)
}

fn value(token: &[u8]) -> String {
    encoding::encode(token)
}

/// A plaintext without padding, to be spoiled.
fn unpadded(plaintext: &Plaintext<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    plaintext.write(&mut bytes, 1);
    bytes
}

fn push_varints(out: &mut Vec<u8>, numbers: &[u64]) {
    numbers.iter().for_each(|number| out.extend(postcard::to_allocvec(number).unwrap()));
}

/// Spellings that no number has: longer than it needs to be, of more than 64 bits, without an end within ten bytes.
const NOT_SHORTEST: &[u8] = &[0x81, 0];
const ABOVE_64_BITS: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2];
const NEVER_ENDS: &[u8] = &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0];
