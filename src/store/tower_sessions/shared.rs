//! What takes more than one call of the backend.

use tower_sessions_core::SessionStore;
use tower_sessions_core::session_store::Error as TheirError;

use super::entry::{self, Entry};
use super::locks::Locks;
use crate::clock::Timestamp;
use crate::store::{Creation, RecordKey, StoreError, StoreErrorKind, Update, Version};

/// What clones have in common.
pub(super) struct Shared<S> {
    pub(super) backend: S,
    pub(super) locks: Locks,
}

impl<S: SessionStore> Shared<S> {
    async fn load(&self, key: &RecordKey) -> Result<Option<Entry>, StoreError> {
        let record = self.backend.load(&entry::id(key)).await.map_err(failure)?;
        record.map(|record| Entry::of(&record, key)).transpose()
    }

    pub(super) async fn live(&self, key: &RecordKey, now: Timestamp) -> Result<Option<Entry>, StoreError> {
        Ok(self.load(key).await?.filter(|entry| entry.expires > now))
    }

    async fn save(&self, key: &RecordKey, entry: &Entry) -> Result<(), StoreError> {
        self.backend.save(&entry.to_record(key)).await.map_err(failure)
    }

    pub(super) async fn create(&self, key: &RecordKey, entry: &Entry, now: Timestamp) -> Result<Creation, StoreError> {
        match self.load(key).await? {
            Some(there) if there.expires > now => return Ok(Creation::Exists),
            Some(_) => self.save(key, entry).await?,
            None => return self.insert(key, entry, now).await,
        }
        Ok(Creation::Created(entry.version))
    }

    /// Backends that find the id taken choose another one and say so.
    async fn insert(&self, key: &RecordKey, entry: &Entry, now: Timestamp) -> Result<Creation, StoreError> {
        let mut record = entry.to_record(key);
        self.backend.create(&mut record).await.map_err(failure)?;
        if record.id == entry::id(key) {
            return Ok(Creation::Created(entry.version));
        }
        self.backend.delete(&record.id).await.map_err(failure)?;
        // By another process just now, or by a record that has expired and is hidden for that.
        if self.live(key, now).await?.is_some() {
            return Ok(Creation::Exists);
        }
        self.save(key, entry).await?;
        Ok(Creation::Created(entry.version))
    }

    pub(super) async fn update(
        &self,
        key: &RecordKey,
        entry: &Entry,
        version: Version,
        now: Timestamp,
    ) -> Result<Update, StoreError> {
        match self.live(key, now).await? {
            None => Ok(Update::Missing),
            Some(there) if there.version != version => Ok(Update::Conflict),
            Some(_) => self.save(key, entry).await.map(|()| Update::Updated(entry.version)),
        }
    }

    pub(super) async fn touch(&self, key: &RecordKey, expires: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
        let Some(there) = self.live(key, now).await? else { return Ok(false) };
        if there.expires < expires {
            self.save(key, &Entry { expires, ..there }).await?;
        }
        Ok(true)
    }

    pub(super) async fn remove(&self, key: &RecordKey) -> Result<bool, StoreError> {
        let existed = match self.backend.load(&entry::id(key)).await {
            Ok(record) => record.is_some(),
            // What cannot be read can be removed.
            Err(TheirError::Decode(_)) => true,
            Err(error) => return Err(failure(error)),
        };
        self.backend.delete(&entry::id(key)).await.map_err(failure)?;
        Ok(existed)
    }
}

fn failure(error: TheirError) -> StoreError {
    let (kind, message) = match error {
        TheirError::Backend(_) => (StoreErrorKind::Unavailable, "the backend of tower-sessions failed"),
        TheirError::Decode(_) => (StoreErrorKind::Corrupt, "the backend of tower-sessions cannot read a record"),
        TheirError::Encode(_) => (StoreErrorKind::Corrupt, "the backend of tower-sessions cannot write a record"),
    };
    StoreError::new(kind, message).with_source(error)
}
