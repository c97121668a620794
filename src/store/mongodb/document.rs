//! A record as a document:
//!
//! `{_id: "<32 hexadecimal digits>", version: Int64, expires: Int64, remove_at: Date, size: Int64, data: Binary}`

use ::mongodb::bson::spec::BinarySubtype;
use ::mongodb::bson::{Binary, Bson, DateTime, Document, doc};

use super::failure::foreign;
use crate::clock::Timestamp;
use crate::store::{Loaded, StoreError, Version};

/// MongoDB removes records so many seconds after they expired, as its clock may differ from ours.
const SLACK: u64 = 60;
/// The end of the year 9999, in Unix seconds: as late as MongoDB is told to remove anything.
const LAST: u64 = 253_402_300_799;

/// What a document says besides the bytes of its record.
pub(super) struct Head {
    pub(super) expires: Timestamp,
    pub(super) size: usize,
}

/// All fields but `_id`.
pub(super) fn fields(data: &[u8], expires: Timestamp, version: Version) -> Document {
    let mut fields = expiry(expires);
    fields.insert("version", signed(version.0));
    fields.insert("size", signed(data.len() as u64));
    fields.insert("data", Binary { subtype: BinarySubtype::Generic, bytes: data.to_vec() });
    fields
}

/// The fields that say when a record ends: as it was given, and when MongoDB may remove it.
pub(super) fn expiry(expires: Timestamp) -> Document {
    let remove_at = signed(expires.plus(SLACK).as_unix().min(LAST).saturating_mul(1000));
    doc! { "expires": moment(expires), "remove_at": DateTime::from_millis(remove_at) }
}

/// A moment as documents have it.
pub(super) fn moment(moment: Timestamp) -> i64 {
    signed(moment.as_unix())
}

/// Numbers are signed in MongoDB; ours are less than half of what they could be.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What a document says, whether or not it has the bytes.
pub(super) fn head(document: &Document) -> Result<Head, StoreError> {
    let expires = number(document, "expires").ok_or_else(foreign)?;
    let size = number(document, "size").and_then(|size| usize::try_from(size).ok()).ok_or_else(foreign)?;
    Ok(Head { expires: Timestamp::from_unix(expires), size })
}

/// The record in a document.
pub(super) fn record(mut document: Document) -> Result<Loaded, StoreError> {
    let Head { expires, size } = head(&document)?;
    let version = Version(number(&document, "version").ok_or_else(foreign)?);
    match document.remove("data") {
        Some(Bson::Binary(Binary { bytes: data, .. })) if data.len() == size => Ok(Loaded { data, expires, version }),
        _ => Err(foreign()),
    }
}

/// A number of 64 bits, or of 32, which some servers of the protocol make of small ones.
fn number(document: &Document, field: &str) -> Option<u64> {
    match document.get(field)? {
        Bson::Int64(number) => u64::try_from(*number).ok(),
        Bson::Int32(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::store::StoreErrorKind;

    #[test]
    fn what_was_written_is_read() {
        for (data, expires, version) in [(&b""[..], 0, 0), (b"\0data", 1_795_000_000, i64::MAX as u64)] {
            let expected =
                Loaded { data: data.to_vec(), expires: Timestamp::from_unix(expires), version: Version(version) };
            assert_eq!(record(fields(data, expected.expires, expected.version)).unwrap(), expected);
        }
        let never = fields(b"", Timestamp::MAX, Version(1));
        assert_eq!(never.get_datetime("remove_at").unwrap().timestamp_millis(), 253_402_300_799_000);
    }

    #[test]
    fn garbage_is_refused() {
        let good = fields(b"data", Timestamp::from_unix(1000), Version(1));
        for (name, value) in [
            ("expires", Bson::String("soon".into())),
            ("expires", Bson::Int64(-1)),
            ("expires", Bson::Double(1e9)),
            ("version", Bson::Null),
            ("size", Bson::Int32(-4)),
            ("size", Bson::Int32(5)),
            ("data", Bson::String("data".into())),
        ] {
            let mut bad = good.clone();
            bad.insert(name, value);
            assert_eq!(record(bad).unwrap_err().kind(), StoreErrorKind::Corrupt, "{name}");
            let mut bad = good.clone();
            bad.remove(name);
            assert_eq!(record(bad).unwrap_err().kind(), StoreErrorKind::Corrupt, "{name}");
        }
    }
}
