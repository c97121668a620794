//! How a session is ended in a store.

use super::write::{ATTEMPTS, contended};
use super::{Record, Records, Writer};
use crate::error::Error;
use crate::store::{Creation, RecordKey, StoreError, StoreErrorKind, Update, Version};
use crate::token::{Head, Plaintext};

impl Writer<'_> {
    /// Ends a session: until the grace is over, word that it was ended takes the place of its record, so that no request under
    /// way puts one back, not even one that came with a cookie from before the session was in the store.
    pub(crate) async fn end(&self, head: &Head, record: Option<&Record>) -> Result<(), Error> {
        let Records { store, grace, .. } = self.records;
        let (key, ends) = (RecordKey::of(head.id), self.now.plus(*grace));
        let head = Head { generation: head.generation.saturating_add(1), ..*head };
        let word = self.sealer.seal_record(self.ring, &Plaintext::Ended(head, ends), self.now, self.random)?;
        let mut known = match record {
            Some(record) => Some(record.version),
            None => self.version(&key).await?,
        };
        for attempt in 0..ATTEMPTS {
            // In one step: were the record removed first, a slow request could begin another one with it.
            let ended = match known {
                Some(version) => {
                    matches!(store.update(&key, &word, ends, version, self.now).await?, Update::Updated(_))
                }
                None => matches!(store.create(&key, &word, ends, self.now).await?, Creation::Created(_)),
            };
            if ended {
                return Ok(());
            }
            self.pause(attempt).await;
            known = self.version(&key).await?;
        }
        Err(contended())
    }

    /// The version of what the store keeps under `key`, whatever that is.
    async fn version(&self, key: &RecordKey) -> Result<Option<Version>, StoreError> {
        let Records { store, max, .. } = self.records;
        match store.load(key, *max, self.now).await {
            Err(error) if error.kind() == StoreErrorKind::TooLarge => store.remove(key).await.map(|_| None),
            loaded => Ok(loaded?.map(|loaded| loaded.version)),
        }
    }
}
