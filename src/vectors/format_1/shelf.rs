//! A store that holds what a case says, and the opening of a session with it, as a layer does it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Timestamp};
use crate::error::ErrorKind;
use crate::outcome::Refusal;
use crate::policy::Limits;
use crate::record::{OnConflict, Records};
use crate::schema::Schema;
use crate::store::{
    Creation, Guard, Loaded, RecordKey, Store, StoreError, StoreErrorKind, StoreFuture, Update, Version,
};
use crate::token::{Head, Opened, Sealer};

/// Records by their key, to be read only.
#[derive(Debug, Clone, Default)]
pub(super) struct Shelf(pub(super) HashMap<String, Vec<u8>>);

/// A session: the head of the cookie, and the data from where they were.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) head: Head,
    pub(super) schema: Schema,
    pub(super) payload: Vec<u8>,
}

/// Everything that stands before the schema in the tables of section 6 of `docs/format.md`.
///
/// # Errors
/// The reason, as the page calls it.
pub(super) fn open(
    sealer: &Sealer,
    limits: Limits,
    value: &str,
    store: Option<&Shelf>,
    now: Timestamp,
) -> Result<Session, &'static str> {
    let refused = |refusal: Refusal| refusal.as_str();
    let cookie = sealer.open(value.as_bytes(), now).map_err(refused)?;
    limits.check(&cookie.head, now).map_err(refused)?;
    let holder = match (cookie.schema(), store) {
        (Some(_), _) => cookie.clone(),
        (None, None) => return Err(refused(Refusal::NoStore)),
        (None, Some(shelf)) => load(shelf, sealer, &cookie.head, now)?,
    };
    let schema = holder.schema().ok_or("a record without a schema")?;
    Ok(Session { head: cookie.head, schema, payload: holder.payload().to_vec() })
}

fn load(shelf: &Shelf, sealer: &Sealer, head: &Head, now: Timestamp) -> Result<Opened, &'static str> {
    let records = Records {
        store: Guard::new(Arc::new(shelf.clone()), Duration::from_secs(2), Clock::System),
        overflow_at: 3072,
        max: 65536,
        grace: 60,
        on_conflict: OnConflict::default(),
        accept_older: false,
    };
    // On a thread of its own, because the caller may be within a runtime.
    let loaded = std::thread::scope(|scope| {
        let load = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().ok()?;
            Some(runtime.block_on(records.load(sealer, head, now)))
        };
        scope.spawn(load).join().ok().flatten()
    });
    match loaded {
        Some(Ok(Ok(record))) => Ok(record.opened),
        Some(Ok(Err(refusal))) => Err(refusal.as_str()),
        Some(Err(error)) if *error.kind() == ErrorKind::RolledBack => Err("rolled_back"),
        Some(Err(_)) | None => Err("the record could not be loaded"),
    }
}

fn read_only<'a, T: Send + 'a>() -> StoreFuture<'a, T> {
    Box::pin(std::future::ready(Err(StoreError::new(StoreErrorKind::Unavailable, "a shelf is only read"))))
}

impl Store for Shelf {
    fn create<'a>(&'a self, _: &'a RecordKey, _: &'a [u8], _: Timestamp, _: Timestamp) -> StoreFuture<'a, Creation> {
        read_only()
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, _: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        let loaded = match self.0.get(key.as_str()).cloned() {
            Some(data) if data.len() > max => Err(StoreError::too_large(data.len(), max)),
            data => Ok(data.map(|data| Loaded { data, expires: Timestamp::MAX, version: Version(0) })),
        };
        Box::pin(std::future::ready(loaded))
    }

    fn update<'a>(
        &'a self,
        _: &'a RecordKey,
        _: &'a [u8],
        _: Timestamp,
        _: Version,
        _: Timestamp,
    ) -> StoreFuture<'a, Update> {
        read_only()
    }

    fn touch<'a>(&'a self, _: &'a RecordKey, _: Timestamp, _: Timestamp) -> StoreFuture<'a, bool> {
        read_only()
    }

    fn remove<'a>(&'a self, _: &'a RecordKey) -> StoreFuture<'a, bool> {
        read_only()
    }

    fn name(&self) -> &'static str {
        "shelf"
    }
}
