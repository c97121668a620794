//! What stores that know only keys and values keep under a key: the record, with its expiry and version in front.

use super::{Loaded, StoreError, StoreErrorKind, Version};
use crate::clock::Timestamp;

/// What comes before the bytes of the record: the digit 1 (this format), the expiry as 20 decimal digits, so that texts
/// compare like numbers in any language and locale, and 8 bytes that tell this write from others.
pub(super) const HEAD: usize = 1 + 20 + 8;

const FORMAT: u8 = b'1';

/// The record as it is stored.
pub(super) fn wrap(data: &[u8], expires: Timestamp, version: Version) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD + data.len());
    bytes.push(FORMAT);
    bytes.extend_from_slice(digits(expires).as_bytes());
    bytes.extend_from_slice(&version.0.to_be_bytes());
    bytes.extend_from_slice(data);
    bytes
}

/// A moment as in an envelope.
pub(super) fn digits(moment: Timestamp) -> String {
    format!("{:020}", moment.as_unix())
}

/// The record in what is stored.
pub(super) fn open(mut bytes: Vec<u8>) -> Result<Loaded, StoreError> {
    let (expires, version) = head(&bytes).ok_or_else(foreign)?;
    bytes.drain(..HEAD.min(bytes.len()));
    Ok(Loaded { data: bytes, expires, version })
}

fn head(bytes: &[u8]) -> Option<(Timestamp, Version)> {
    let (format, rest) = bytes.split_first()?;
    let (expires, rest) = rest.split_first_chunk::<20>()?;
    let (version, _) = rest.split_first_chunk::<8>()?;
    if *format != FORMAT || !expires.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let expires = std::str::from_utf8(expires).ok()?.parse().ok()?;
    Some((Timestamp::from_unix(expires), Version(u64::from_be_bytes(*version))))
}

/// There is something under the key, and it is none of ours.
pub(super) fn foreign() -> StoreError {
    StoreError::new(
        StoreErrorKind::Corrupt,
        "what is stored under the key of this session is no record of ours: let no other program use the same `prefix`, \
         and delete what is there",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_wrapped_opens() {
        for (data, expires, version) in [(&b""[..], 0, 0), (b"data", 1_795_000_000, 7), (b"1", u64::MAX, u64::MAX)] {
            let record =
                Loaded { data: data.to_vec(), expires: Timestamp::from_unix(expires), version: Version(version) };
            let bytes = wrap(data, record.expires, record.version);
            assert_eq!(bytes.len(), HEAD + data.len());
            assert_eq!(open(bytes).unwrap(), record);
        }
    }

    #[test]
    fn garbage_is_refused() {
        let good = wrap(b"data", Timestamp::from_unix(1), Version(1));
        for cut in 0..HEAD {
            assert_eq!(open(good.iter().copied().take(cut).collect()).unwrap_err().kind(), StoreErrorKind::Corrupt);
        }
        for at in 0..21 {
            for byte in [0, b'-', b'+', b' ', b'a', 255] {
                let mut bad = good.clone();
                *bad.get_mut(at).unwrap() = byte;
                assert_eq!(open(bad).unwrap_err().kind(), StoreErrorKind::Corrupt);
            }
        }
        // 20 digits can say more than 64 bits hold.
        let huge: Vec<u8> = [&b"1"[..], &[b'9'; 20], &[0; 8]].concat();
        assert_eq!(open(huge).unwrap_err().kind(), StoreErrorKind::Corrupt);
    }
}
