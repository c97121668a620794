//! A key: 32 secret bytes, and what is derived from them.

use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::cipher::Cipher;
use crate::error::{Error, ErrorKind};
use crate::kdf::hkdf_sha256;
use crate::random::Random;
use crate::stack;

/// Bytes of a key.
pub(crate) const KEY_LEN: usize = 32;

/// A random key has about 30 different bytes; one with fewer than this was not drawn at random.
const MIN_DISTINCT: usize = 12;

const REMEDY: &str = "make one with `openssl rand -base64 32`";

/// 32 secret bytes, drawn at random.
///
/// Keys are wiped from memory when dropped, compare in constant time, and show only their public id in `Debug`.
///
/// ```
/// # fn main() -> Result<(), sealed_session::Error> {
/// use sealed_session::Key;
///
/// let key = Key::generate()?;
/// let same = Key::from_base64(&key.expose_base64())?;
/// assert_eq!(key, same);
/// assert_eq!(format!("{key:?}"), format!("Key({})", key.id()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Key(Box<Zeroizing<[u8; KEY_LEN]>>);

impl Key {
    /// A new key from the operating system's random source.
    ///
    /// # Errors
    /// [`ErrorKind::Random`] when that source fails.
    pub fn generate() -> Result<Self, Error> {
        Self::drawn(Random::System)
    }

    fn drawn(random: Random) -> Result<Self, Error> {
        stack::wiped(|| Ok(Self(Box::new(Zeroizing::new(random.bytes()?)))))
    }

    /// Takes 32 bytes from elsewhere, a secret manager for example.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] for bytes that were evidently not drawn at random: a repeated pattern, a counter, printable text.
    pub fn from_bytes(mut bytes: [u8; KEY_LEN]) -> Result<Self, Error> {
        let key = Self::copied(&bytes);
        bytes.zeroize();
        key.checked()
    }

    /// In the heap from the beginning: what is moved leaves a copy behind.
    fn copied(bytes: &[u8; KEY_LEN]) -> Self {
        let mut key = Box::new(Zeroizing::new([0; KEY_LEN]));
        key.copy_from_slice(bytes);
        Self(key)
    }

    fn checked(self) -> Result<Self, Error> {
        match weakness(&self.0) {
            None => Ok(self),
            Some(weakness) => Err(refused(weakness)),
        }
    }

    /// Reads base64 of 32 bytes: the standard or the URL-safe alphabet, with or without padding, space around it ignored.
    ///
    /// # Errors
    /// [`ErrorKind::Key`] for anything else, and for weak keys as in [`Key::from_bytes`]. The text never holds the secret.
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        if is_phrase(text.trim_ascii()) {
            return Err(refused("it is a phrase, not random bytes"));
        }
        Self::from_base64_unchecked(text)?.checked()
    }

    /// As [`Key::from_base64`], weak or not: to refuse what a revoked key sealed.
    pub(crate) fn from_base64_unchecked(text: &str) -> Result<Self, Error> {
        let text = text.trim_ascii();
        let url_safe = text.bytes().any(|byte| byte == b'-' || byte == b'_');
        let engine = if url_safe { &URL_SAFE } else { &STANDARD };
        // Into a buffer of ours, which is wiped also if the text turns out to be wrong. The decoder's own error would name a
        // character of the secret.
        let mut buffer = Zeroizing::new(vec![0; base64::decoded_len_estimate(text.len())]);
        let len = stack::wiped(|| engine.decode_slice(text, &mut buffer)).map_err(|_| refused("it is not base64"))?;
        let bytes = buffer
            .get(..len)
            .unwrap_or_default()
            .try_into()
            .map_err(|_| Error::new(ErrorKind::Key, format!("the key has {len} bytes, not {KEY_LEN}; {REMEDY}")))?;
        Ok(Self::copied(bytes))
    }

    /// The secret as base64, for a config file. Handle with care: whoever reads it can forge every session.
    #[must_use]
    pub fn expose_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.0.as_slice()))
    }

    /// The public fingerprint of this key, which stands in every token that it sealed.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId(*hkdf_sha256::<4>(&[], self.0.as_slice(), b"sealed-session/1 key id"))
    }

    /// The cipher of format 1 under this key.
    pub(crate) fn cipher(&self) -> Cipher {
        let seal_key = hkdf_sha256::<KEY_LEN>(&[], self.0.as_slice(), b"sealed-session/1 seal");
        Cipher::new(&seal_key)
    }
}

const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);

fn refused(why: &str) -> Error {
    Error::new(ErrorKind::Key, format!("the key is refused: {why}; {REMEDY}"))
}

/// Why these bytes cannot have been drawn at random, if that is evident. A random key fails here with a probability
/// below 2⁻⁴⁰.
fn weakness(bytes: &[u8; KEY_LEN]) -> Option<&'static str> {
    let mut seen = Zeroizing::new([false; 256]);
    for byte in bytes {
        if let Some(slot) = seen.get_mut(usize::from(*byte)) {
            *slot = true;
        }
    }
    if seen.iter().filter(|slot| **slot).count() < MIN_DISTINCT {
        return Some("its bytes repeat themselves");
    }
    if bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) {
        return Some("it is printable text, not random bytes");
    }
    let mut steps = bytes.iter().zip(bytes.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a));
    let first = steps.next();
    if steps.all(|step| Some(step) == first) {
        return Some("it counts up or down");
    }
    None
}

/// Base64 of random bytes mixes cases and digits; text of one class (`correcthorsebattery…`, hex, digits) does not.
fn is_phrase(text: &str) -> bool {
    let core = || text.bytes().filter(|byte| !matches!(byte, b'=' | b'-' | b'_' | b'+' | b'/'));
    let all = |class: fn(&u8) -> bool| core().all(|byte| class(&byte));
    all(u8::is_ascii_lowercase) || all(u8::is_ascii_uppercase) || all(u8::is_ascii_hexdigit)
}

impl PartialEq for Key {
    /// Compares in constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id())
    }
}

/// The public fingerprint of a [`Key`]: 4 bytes derived from it, shown as 8 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

impl KeyId {
    /// From the four bytes of a token.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// The four bytes as they stand in a token.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 4] {
        self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
    use super::*;

    #[test]
    fn weak_keys_are_refused() {
        let counter: [u8; 32] = std::array::from_fn(|i| u8::try_from(i * 7 % 256).unwrap());
        let pattern: [u8; 32] = std::array::from_fn(|i| b"\x01\xf2\x83\x44\x95\xa6\xb7\xc8"[i % 8]);
        for weak in [[0; 32], [0xa5; 32], counter, pattern, *b"a printable phrase of 32 letters"] {
            let error = Key::from_bytes(weak).unwrap_err();
            assert_eq!(*error.kind(), ErrorKind::Key);
            assert!(error.to_string().contains("openssl rand"), "{error}");
        }
    }

    #[test]
    fn text_that_is_no_key_is_refused_and_never_shown() {
        let good = Key::generate().unwrap().expose_base64();
        let cases = [
            String::new(),
            "correcthorsebatterystaplecorrecthorsebatter".into(),
            "5f2b".repeat(11),
            "not base64 at all, but a long enough phrase!".into(),
            good[..40].to_string(),
            format!("{}AAAA", &good[..43]),
        ];
        for text in cases {
            let error = format!("{:?}", Key::from_base64(&text).unwrap_err());
            assert!(text.is_empty() || !error.contains(&text), "{error}");
        }
    }

    #[test]
    fn every_spelling_of_base64_is_read() {
        let key =
            Key::from_bytes(std::array::from_fn(|i| (i as u8).wrapping_mul(i as u8).wrapping_mul(31) ^ 0xf9)).unwrap();
        let padded = key.expose_base64();
        let url_safe = padded.replace('+', "-").replace('/', "_");
        for text in [padded.as_str(), padded.trim_end_matches('='), &url_safe, &format!("  {}\n", padded.as_str())] {
            assert_eq!(Key::from_base64(text).unwrap(), key);
        }
    }

    #[test]
    fn row_68_without_randomness_there_is_no_key() {
        assert_eq!(*Key::drawn(Random::Broken).unwrap_err().kind(), ErrorKind::Random);
    }

    #[test]
    fn keys_that_differ_in_one_bit_are_different() {
        let bytes: [u8; 32] = std::array::from_fn(|i| (i as u8).wrapping_mul(i as u8).wrapping_mul(31) ^ 0xf9);
        let key = Key::from_bytes(bytes).unwrap();
        for position in 0..32 {
            for bit in 0..8 {
                let mut other = bytes;
                other[position] ^= 1 << bit;
                assert_ne!(Key::from_bytes(other).unwrap(), key, "bit {bit} of byte {position}");
            }
        }
        assert_eq!(Key::from_bytes(bytes).unwrap(), key);
    }

    #[test]
    fn debug_shows_the_id_alone() {
        let key = Key::generate().unwrap();
        assert_eq!(format!("{key:?}"), format!("Key({})", key.id()));
        assert_ne!(key, Key::generate().unwrap());
    }
}
