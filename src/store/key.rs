//! What a record is stored under.

use std::fmt;

use crate::id::SessionId;
use crate::kdf::hmac_sha256;

/// What a record is stored under: 128 bits of a hash of the session id, as 32 lower-case hexadecimal digits. It leads to no
/// session id, so who reads the store can make no cookie from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    bytes: [u8; 16],
    hex: [u8; 32],
}

impl RecordKey {
    /// The key for the record of this session: the first 16 bytes of HMAC-SHA256 under the key `sealed-session/1 record`.
    #[must_use]
    pub fn of(id: SessionId) -> Self {
        let hash = hmac_sha256(b"sealed-session/1 record", &[&id.to_bytes()]);
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(hash.iter()).for_each(|(to, from)| *to = *from);
        let mut hex = [0; 32];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(bytes) {
            pair.iter_mut().zip([byte >> 4, byte & 15]).for_each(|(to, digit)| *to = hex_digit(digit));
        }
        Self { bytes, hex }
    }

    /// As 32 hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.hex).unwrap_or_default()
    }

    /// As 16 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.bytes
    }
}

const fn hex_digit(digit: u8) -> u8 {
    if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_bytes_in_hexadecimal() {
        let key = RecordKey::of(SessionId::from_bytes([7; 16]));
        let expected: String = key.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(key.as_str(), expected);
        // python3: hmac.new(b"sealed-session/1 record", bytes([7] * 16), "sha256").hexdigest()[:32]
        assert_eq!(key.as_str(), "37dc45a67d802770465073457afff063");
    }
}
