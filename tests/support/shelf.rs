//! A store that is only read.

use std::collections::HashMap;

use sealed_session::Timestamp;
use sealed_session::store::{
    Creation, Loaded, RecordKey, Store, StoreError, StoreErrorKind, StoreFuture, Update, Version,
};

/// Has just these records, gives them out at any time, and takes nothing.
#[derive(Debug, Clone)]
pub struct Shelf(pub HashMap<String, Vec<u8>>);

impl Store for Shelf {
    fn create<'a>(&'a self, _: &'a RecordKey, _: &'a [u8], _: Timestamp, _: Timestamp) -> StoreFuture<'a, Creation> {
        refuse()
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, _: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        let data = self.0.get(key.as_str()).cloned();
        let loaded = match data {
            Some(data) if data.len() > max => Err(StoreError::new(StoreErrorKind::TooLarge, "larger than the limit")),
            data => Ok(data.map(|data| Loaded { data, expires: Timestamp::MAX, version: Version(1) })),
        };
        Box::pin(async { loaded })
    }

    fn update<'a>(
        &'a self,
        _: &'a RecordKey,
        _: &'a [u8],
        _: Timestamp,
        _: Version,
        _: Timestamp,
    ) -> StoreFuture<'a, Update> {
        refuse()
    }

    fn touch<'a>(&'a self, _: &'a RecordKey, _: Timestamp, _: Timestamp) -> StoreFuture<'a, bool> {
        refuse()
    }

    fn remove<'a>(&'a self, _: &'a RecordKey) -> StoreFuture<'a, bool> {
        refuse()
    }

    fn name(&self) -> &'static str {
        "shelf"
    }
}

fn refuse<'a, T: Send + 'a>() -> StoreFuture<'a, T> {
    Box::pin(async { Err(StoreError::new(StoreErrorKind::Unavailable, "a shelf is only read")) })
}
