//! Cookie values: base64url without padding, strict.

use base64::Engine;
use base64::engine::general_purpose::NO_PAD;

/// The engine that the processor is good for, found once.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
static ENGINE: std::sync::LazyLock<base64::engine::Simd> =
    std::sync::LazyLock::new(|| base64::engine::Simd::url_safe(NO_PAD));

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
static ENGINE: base64::engine::GeneralPurpose =
    base64::engine::GeneralPurpose::new(&base64::alphabet::URL_SAFE, NO_PAD);

/// Characters that `len` bytes take.
pub(crate) const fn encoded_len(len: usize) -> usize {
    (len * 4).div_ceil(3)
}

/// Bytes that fit into `len` characters.
pub(crate) const fn decoded_len(len: usize) -> usize {
    len * 3 / 4
}

pub(crate) fn encode(token: &[u8]) -> String {
    ENGINE.encode(token)
}

/// Appends what [`encode`] yields.
pub(crate) fn encode_onto(token: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + encoded_len(token.len()), 0);
    // There is room for it, which is all that can go wrong.
    let written = out.get_mut(start..).and_then(|room| ENGINE.encode_slice(token, room).ok());
    out.truncate(start + written.unwrap_or(0));
}

/// Padding, spaces, other alphabets and trailing bits are refused: every token has one spelling.
pub(crate) fn decode(value: &[u8]) -> Option<Vec<u8>> {
    let mut token = vec![0; base64::decoded_len_estimate(value.len())];
    let len = ENGINE.decode_slice(value, &mut token).ok()?;
    token.truncate(len);
    Some(token)
}
