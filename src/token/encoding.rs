//! Cookie values: base64url without padding, strict.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Characters that `len` bytes take.
pub(crate) const fn encoded_len(len: usize) -> usize {
    (len * 4).div_ceil(3)
}

/// Bytes that fit into `len` characters.
pub(crate) const fn decoded_len(len: usize) -> usize {
    len * 3 / 4
}

pub(crate) fn encode_onto(token: &[u8], out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(token, out);
}

/// Padding, spaces, other alphabets and trailing bits are refused: every token has one spelling.
pub(crate) fn decode(value: &[u8]) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(value).ok()
}
