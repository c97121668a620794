//! Records in this process: for tests, and to try overflow out.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::future::ready;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use super::url::Location;
use super::{Creation, Loaded, RecordKey, Store, StoreError, StoreErrorKind, StoreFuture, Update, Version};
use crate::clock::Timestamp;
use crate::error::Error;

/// What a record takes besides its bytes: its entries in both indexes, roughly.
const OVERHEAD: usize = 256;
/// Bytes unless the URL says otherwise.
const DEFAULT_MAX: usize = 64 * 1024 * 1024;

/// Keeps records in this process, up to a number of bytes. Not for production: a restart loses them, other machines do not see
/// them. It says so once, as a `tracing` warning.
///
/// When it is full it refuses new records; it never removes one that has not expired.
///
/// ```
/// use sealed_session::store::MemoryStore;
///
/// let store = MemoryStore::new(16 * 1024 * 1024);
/// ```
pub struct MemoryStore {
    max: usize,
    records: Mutex<Records>,
    warned: Once,
}

#[derive(Default)]
struct Records {
    by_key: HashMap<RecordKey, Loaded>,
    by_expiry: BTreeSet<(Timestamp, RecordKey)>,
    /// What all records take together.
    bytes: usize,
    /// Counts writes, so that no version comes twice.
    writes: u64,
}

impl MemoryStore {
    /// An empty store that takes at most `max` bytes, about 256 of overhead per record included.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self { max, records: Mutex::default(), warned: Once::new() }
    }

    /// From `memory://`, or `memory://?max=64MiB`.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) for anything else.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        let mut location = Location::parse(url)?;
        let max = location.size("max")?.unwrap_or(DEFAULT_MAX);
        location.done(&["max"])?;
        Ok(Self::new(max))
    }

    /// How many records there are, expired ones that were not removed yet included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records().by_key.len()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        // Nothing in here panics; and each change is complete before the next.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn warn_once(&self) {
        self.warned.call_once(|| {
            tracing::warn!(
                target: "sealed_session",
                event = "memory_store",
                "sessions overflow into the memory of this process: not for production, a restart loses them"
            );
        });
    }
}

impl Records {
    fn live(&self, key: &RecordKey, now: Timestamp) -> Option<&Loaded> {
        self.by_key.get(key).filter(|record| record.expires > now)
    }

    fn take(&mut self, key: &RecordKey) -> Option<Loaded> {
        let record = self.by_key.remove(key)?;
        self.by_expiry.remove(&(record.expires, *key));
        self.bytes -= record.data.len() + OVERHEAD;
        Some(record)
    }

    /// Puts a record in place of what is there, if there is room.
    fn put(&mut self, key: RecordKey, data: &[u8], expires: Timestamp, max: usize) -> Result<Version, StoreError> {
        let freed = self.by_key.get(&key).map_or(0, |record| record.data.len() + OVERHEAD);
        let bytes = self.bytes - freed + data.len() + OVERHEAD;
        if bytes > max {
            let message = format!("the memory store is full: it may take {max} bytes (`memory://?max=…`)");
            return Err(StoreError::new(StoreErrorKind::Full, message));
        }
        self.take(&key);
        self.writes += 1;
        let version = Version(self.writes);
        self.by_expiry.insert((expires, key));
        self.by_key.insert(key, Loaded { data: data.to_vec(), expires, version });
        self.bytes = bytes;
        Ok(version)
    }

    fn sweep(&mut self, limit: usize, now: Timestamp) -> u64 {
        let expired: Vec<_> =
            self.by_expiry.iter().take_while(|(expires, _)| *expires <= now).take(limit).map(|(_, key)| *key).collect();
        expired.iter().filter_map(|key| self.take(key)).count() as u64
    }
}

impl Store for MemoryStore {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'a, Creation> {
        self.warn_once();
        let mut records = self.records();
        if records.live(key, now).is_some() {
            return Box::pin(ready(Ok(Creation::Exists)));
        }
        records.take(key);
        let mut created = records.put(*key, data, expires, self.max);
        if created.is_err() && records.sweep(usize::MAX, now) > 0 {
            created = records.put(*key, data, expires, self.max);
        }
        Box::pin(ready(created.map(Creation::Created)))
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        let records = self.records();
        let loaded = match records.live(key, now) {
            Some(record) if record.data.len() > max => Err(StoreError::too_large(record.data.len(), max)),
            record => Ok(record.cloned()),
        };
        Box::pin(ready(loaded))
    }

    fn update<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        version: Version,
        now: Timestamp,
    ) -> StoreFuture<'a, Update> {
        let mut records = self.records();
        let updated = match records.live(key, now) {
            None => Ok(Update::Missing),
            Some(record) if record.version != version => Ok(Update::Conflict),
            Some(_) => records.put(*key, data, expires, self.max).map(Update::Updated),
        };
        Box::pin(ready(updated))
    }

    fn touch<'a>(&'a self, key: &'a RecordKey, expires: Timestamp, now: Timestamp) -> StoreFuture<'a, bool> {
        let mut records = self.records();
        let before = records.live(key, now).map(|record| record.expires);
        if let Some(before) = before.filter(|before| *before < expires) {
            records.by_expiry.remove(&(before, *key));
            records.by_expiry.insert((expires, *key));
            if let Some(record) = records.by_key.get_mut(key) {
                record.expires = expires;
            }
        }
        Box::pin(ready(Ok(before.is_some())))
    }

    fn remove<'a>(&'a self, key: &'a RecordKey) -> StoreFuture<'a, bool> {
        Box::pin(ready(Ok(self.records().take(key).is_some())))
    }

    fn sweep<'a>(&'a self, limit: u32, now: Timestamp) -> StoreFuture<'a, u64> {
        Box::pin(ready(Ok(self.records().sweep(limit as usize, now))))
    }

    fn sweep_every(&self) -> Option<Duration> {
        Some(Duration::from_secs(60))
    }

    fn name(&self) -> &'static str {
        "memory"
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let records = self.records();
        f.debug_struct("MemoryStore")
            .field("records", &records.by_key.len())
            .field("bytes", &records.bytes)
            .field("max", &self.max)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::id::SessionId;

    #[tokio::test]
    async fn row_80_a_full_store_refuses_and_keeps_what_it_has() {
        let store = MemoryStore::new(10 * (OVERHEAD + 100));
        let now = Timestamp::from_unix(1000);
        let key = |n: u8| RecordKey::of(SessionId::from_bytes([n; 16]));
        for n in 0..10 {
            let expires = now.plus(if n < 2 { 10 } else { 100 });
            store.create(&key(n), &[n; 100], expires, now).await.unwrap();
        }
        let refused = store.create(&key(10), &[10; 100], now.plus(100), now).await.unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Full);
        assert_eq!(store.len(), 10);
        // Expired ones make room.
        let later = now.plus(10);
        assert!(matches!(store.create(&key(10), &[10; 100], now.plus(100), later).await, Ok(Creation::Created(_))));
        assert_eq!(store.len(), 9);
        // A record that grows beyond the room stays as it was.
        let loaded = store.load(&key(5), 100, later).await.unwrap().unwrap();
        let grown = store.update(&key(5), &[5; 1000], now.plus(100), loaded.version, later).await;
        assert_eq!(grown.unwrap_err().kind(), StoreErrorKind::Full);
        assert_eq!(store.load(&key(5), 100, later).await.unwrap().unwrap(), loaded);
    }
}
