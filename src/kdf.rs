//! HKDF-SHA256, the key derivation of format 1.

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::stack;

/// Bytes of one SHA-256 output.
const HASH_LEN: usize = 32;
/// Bytes that HKDF-SHA256 yields at most.
pub(crate) const MAX_OUTPUT: usize = 255 * HASH_LEN;
/// Bytes of one SHA-256 block.
const BLOCK_LEN: usize = 64;

/// Derives `N` bytes (at most 255 × 32) from `input` by HKDF-SHA256, [RFC 5869](https://www.rfc-editor.org/rfc/rfc5869).
pub(crate) fn hkdf_sha256<const N: usize>(salt: &[u8], input: &[u8], info: &[u8]) -> Zeroizing<[u8; N]> {
    const { assert!(N <= MAX_OUTPUT, "HKDF-SHA256 yields at most 8160 bytes") }
    let mut output = Zeroizing::new([0; N]);
    hkdf_sha256_into(salt, input, info, &mut *output);
    output
}

/// Fills `output`; behind the first 8160 bytes it stays as it is.
pub(crate) fn hkdf_sha256_into(salt: &[u8], input: &[u8], info: &[u8], output: &mut [u8]) {
    stack::wiped(|| expand(&hmac_sha256(salt, &[input]), info, output));
}

/// RFC 5869's second step.
fn expand(extracted: &[u8; HASH_LEN], info: &[u8], output: &mut [u8]) {
    let mut block = Zeroizing::new([0; HASH_LEN]);
    for (counter, chunk) in (1u8..=255).zip(output.chunks_mut(HASH_LEN)) {
        let previous: &[u8] = if counter == 1 { &[] } else { &*block };
        block = hmac_sha256(extracted, &[previous, info, &[counter]]);
        chunk.iter_mut().zip(block.iter()).for_each(|(to, from)| *to = *from);
    }
}

/// HMAC-SHA256 over the parts in a row, [RFC 2104](https://www.rfc-editor.org/rfc/rfc2104).
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; HASH_LEN]> {
    // The block-sized constructor cannot fail, unlike the one from a slice; the first step of the RFC fills the block.
    let mut block = Zeroizing::new([0; BLOCK_LEN]);
    let digest;
    let key = if key.len() > BLOCK_LEN {
        digest = Sha256::digest(key);
        digest.as_slice()
    } else {
        key
    };
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}
