//! A record of ours as a record of theirs.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::Value;
use tower_sessions_core::session::{Id, Record};

use crate::clock::{MAX_SKEW, Timestamp};
use crate::store::{RecordKey, StoreError, StoreErrorKind, Version};

const DATA: &str = "sealed";
const EXPIRES: &str = "expires";
const VERSION: &str = "version";

/// What is kept of a record.
pub(super) struct Entry {
    pub(super) data: Vec<u8>,
    pub(super) expires: Timestamp,
    pub(super) version: Version,
}

/// The id under which a record is kept.
pub(super) const fn id(key: &RecordKey) -> Id {
    Id(i128::from_be_bytes(key.to_bytes()))
}

impl Entry {
    /// # Errors
    /// [`StoreErrorKind::Corrupt`] when it is no record of ours.
    pub(super) fn of(record: &Record, key: &RecordKey) -> Result<Self, StoreError> {
        Some(record).filter(|record| record.id == id(key)).and_then(read).ok_or_else(|| {
            let message =
                format!("what tower-sessions holds under {key} is no record: give this store a table of its own");
            StoreError::new(StoreErrorKind::Corrupt, message)
        })
    }

    pub(super) fn to_record(&self, key: &RecordKey) -> Record {
        let data = HashMap::from([
            (DATA.to_owned(), Value::from(STANDARD_NO_PAD.encode(&self.data))),
            (EXPIRES.to_owned(), Value::from(self.expires.as_unix())),
            (VERSION.to_owned(), Value::from(self.version.0)),
        ]);
        // Ours says when it has expired; theirs, by their clock, only when it may be removed.
        Record { id: id(key), data, expiry_date: self.expires.plus(MAX_SKEW).into() }
    }
}

fn read(record: &Record) -> Option<Entry> {
    let data = STANDARD_NO_PAD.decode(record.data.get(DATA)?.as_str()?).ok()?;
    let number = |name| record.data.get(name)?.as_u64();
    Some(Entry { data, expires: Timestamp::from_unix(number(EXPIRES)?), version: Version(number(VERSION)?) })
}
