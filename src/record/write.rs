//! How records are written while other requests write them, too.

use std::time::Duration;

use super::{Kept, OnConflict, Record, Records};
use crate::clock::{MAX_SKEW, Timestamp};
use crate::error::{Error, ErrorKind};
use crate::id::SessionId;
use crate::key::KeyId;
use crate::keyring::Ring;
use crate::outcome::Refusal;
use crate::policy::Limits;
use crate::random::Random;
use crate::schema::Schema;
use crate::store::{Creation, RecordKey, StoreError, StoreErrorKind, Update, Version};
use crate::token::{Contents, Head, Opened, Plaintext, RecordState, Sealer};

/// How often a write is tried that others keep getting in the way of.
pub(super) const ATTEMPTS: u32 = 16;
/// The longest wait between two attempts, in milliseconds.
const LONGEST_PAUSE: u64 = 64;

/// Writes the records of one request.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    pub(crate) records: &'a Records,
    pub(crate) sealer: &'a Sealer,
    /// One ring for everything that the request seals.
    pub(crate) ring: &'a Ring,
    pub(crate) limits: Limits,
    pub(crate) now: Timestamp,
    pub(crate) random: Random,
}

/// What a record is to hold.
#[derive(Clone)]
pub(crate) struct Draft {
    /// Its generation is the last one that is known.
    pub(crate) head: Head,
    pub(crate) schema: Schema,
    pub(crate) payload: Vec<u8>,
    /// The data changed. If not, what a parallel request has written meanwhile stays.
    pub(crate) changed: bool,
}

/// What came of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Saved {
    /// The store has it.
    Written(Written),
    /// The session has ended, or gone on elsewhere, while the request was under way. Nothing was written.
    Lost,
}

/// A record that the store has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) generation: u64,
    version: Version,
    expires: Timestamp,
}

impl Written {
    /// The record that holds this, as if it had been loaded.
    pub(crate) fn record(self, contents: &Contents<'_>, limits: Limits, key: KeyId) -> Record {
        let state = RecordState { ends: limits.lifetime_end(&contents.head), retired: false };
        let opened = Opened::of(&Plaintext::Record(*contents, state), key);
        Record { opened, state, version: self.version, expires: self.expires }
    }
}

impl Writer<'_> {
    /// A new record. If there is one under this id, a parallel request did the same, or one lingers from before;
    /// `reuses` says that this session may write it although it is retired, because it is the one that has gone on.
    pub(crate) async fn create(&self, draft: &Draft, reuses: bool) -> Result<Saved, Error> {
        let key = RecordKey::of(draft.head.id);
        for attempt in 0..ATTEMPTS {
            let generation = draft.head.generation.saturating_add(1);
            let (data, expires) = self.seal(draft, generation)?;
            match self.records.store.create(&key, &data, expires, self.now).await? {
                Creation::Created(version) => return Ok(written(generation, version, expires)),
                Creation::Exists => {}
            }
            match self.find(draft.head.id).await? {
                Kept::Ended => return Ok(Saved::Lost),
                Kept::Record(record) if record.state.retired && !reuses => return Ok(Saved::Lost),
                Kept::Record(_) if !reuses && self.records.on_conflict == OnConflict::Fail => return Err(conflict()),
                Kept::Record(record) => return self.update(draft, *record).await,
                // Its time was over this very moment.
                Kept::Nothing => self.pause(attempt).await,
            }
        }
        Err(contended())
    }

    /// The record that lingers, written again; or a new one if it is gone.
    pub(crate) async fn reuse(&self, draft: &Draft) -> Result<Saved, Error> {
        match self.find(draft.head.id).await? {
            Kept::Record(record) => self.update(draft, *record).await,
            Kept::Nothing => self.create(draft, true).await,
            Kept::Ended => Ok(Saved::Lost),
        }
    }

    /// The record, written again. Of parallel writes the last one wins, unless the layer wants the second one to fail; a
    /// record that is gone, or was retired meanwhile, stays so.
    pub(crate) async fn update(&self, draft: &Draft, mut record: Record) -> Result<Saved, Error> {
        for attempt in 0..ATTEMPTS {
            let generation = record.opened.head.generation.max(draft.head.generation).saturating_add(1);
            let (data, expires) = self.seal(&draft.unless_changed(&record), generation)?;
            let expires = expires.max(record.expires);
            match self.put(draft.head.id, &data, expires, &record).await? {
                Update::Updated(version) => return Ok(written(generation, version, expires)),
                Update::Missing => return Ok(Saved::Lost),
                Update::Conflict if self.records.on_conflict == OnConflict::Fail && draft.changed => {
                    return Err(conflict());
                }
                Update::Conflict => self.pause(attempt).await,
            }
            record = match self.find(draft.head.id).await? {
                Kept::Record(record) if !record.state.retired => *record,
                _ => return Ok(Saved::Lost),
            };
        }
        Err(contended())
    }

    /// Moves the end of a record whose session is sealed again unchanged; seals it again, too, if it is under an older key or
    /// the timeouts have changed.
    pub(crate) async fn extend(&self, head: &Head, record: &Record) -> Result<Saved, Error> {
        let ends = self.limits.lifetime_end(head);
        let sealing = self.ring.sealing(self.now).map(|key| key.id);
        let generation = record.opened.head.generation;
        if record.state.ends == ends && sealing == Some(record.opened.key) {
            // What a parallel request has retired or ended must not get a cookie again.
            if !matches!(self.find(head.id).await?, Kept::Record(current) if !current.state.retired) {
                return Ok(Saved::Lost);
            }
            let key = RecordKey::of(head.id);
            let expires = self.expires(head).max(record.expires);
            let exists = self.records.store.touch(&key, expires, self.now).await?;
            return Ok(if exists { written(generation, record.version, expires) } else { Saved::Lost });
        }
        let draft = Draft::of(*head, record);
        let generation = generation.saturating_add(1);
        let (data, expires) = self.seal(&draft, generation)?;
        let expires = expires.max(record.expires);
        match self.put(head.id, &data, expires, record).await? {
            Update::Updated(version) => Ok(written(generation, version, expires)),
            Update::Missing | Update::Conflict => Ok(Saved::Lost),
        }
    }

    /// Leaves the record, with the data it has, to requests under way, until the grace is over.
    pub(crate) async fn retire(&self, mut record: Record) -> Result<Saved, Error> {
        let ends = self.now.plus(self.records.grace);
        let id = record.opened.head.id;
        for attempt in 0..ATTEMPTS {
            let generation = record.opened.head.generation.saturating_add(1);
            let draft = Draft::of(record.opened.head, &record);
            let data = self.seal_as(&draft, generation, RecordState { ends, retired: true })?;
            match self.put(id, &data, ends, &record).await? {
                Update::Updated(version) => return Ok(written(generation, version, ends)),
                Update::Missing => return Ok(Saved::Lost),
                Update::Conflict if self.records.on_conflict == OnConflict::Fail => return Err(conflict()),
                Update::Conflict => self.pause(attempt).await,
            }
            record = match self.find(id).await? {
                Kept::Record(record) if !record.state.retired => *record,
                _ => return Ok(Saved::Lost),
            };
        }
        Err(contended())
    }

    /// A new record under a new id, then the old one is retired. If that one is gone, the session has ended meanwhile.
    pub(crate) async fn relocate(&self, draft: &Draft, old: Record) -> Result<Saved, Error> {
        let created = self.create(draft, false).await?;
        let retired = self.retire(old).await;
        if !matches!(retired, Ok(Saved::Written(_))) {
            // Nobody will get to know the new id. If this fails too, the record ends by itself.
            let _ = self.records.store.remove(&RecordKey::of(draft.head.id)).await;
        }
        match retired? {
            Saved::Written(_) => Ok(created),
            Saved::Lost => Ok(Saved::Lost),
        }
    }

    async fn put(&self, id: SessionId, data: &[u8], expires: Timestamp, record: &Record) -> Result<Update, StoreError> {
        self.records.store.update(&RecordKey::of(id), data, expires, record.version, self.now).await
    }

    /// What the store keeps for the session now.
    async fn find(&self, id: SessionId) -> Result<Kept, Error> {
        self.records.find(self.sealer, id, self.now).await?.map_err(unreadable)
    }

    fn seal(&self, draft: &Draft, generation: u64) -> Result<(Vec<u8>, Timestamp), Error> {
        let state = RecordState { ends: self.limits.lifetime_end(&draft.head), retired: false };
        Ok((self.seal_as(draft, generation, state)?, self.expires(&draft.head)))
    }

    fn seal_as(&self, draft: &Draft, generation: u64, state: RecordState) -> Result<Vec<u8>, Error> {
        let head = Head { generation, ..draft.head };
        let contents = Contents { head, schema: draft.schema, payload: &draft.payload };
        let plaintext = Plaintext::Record(contents, state);
        let data = self.sealer.seal_record(self.ring, &plaintext, self.now, self.random)?;
        if data.len() > self.records.max { Err(too_large(data.len(), self.records.max, None)) } else { Ok(data) }
    }

    /// When the store may forget a record: when no cookie can lead to it any more, on any machine.
    fn expires(&self, head: &Head) -> Timestamp {
        self.limits.end(head).plus(MAX_SKEW)
    }

    /// Waits a little, at random, so that those who get into each other's way part.
    pub(super) async fn pause(&self, attempt: u32) {
        let longest = 1u64.checked_shl(attempt).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE);
        let [random] = self.random.bytes::<1>().unwrap_or([128]);
        tokio::time::sleep(Duration::from_micros(longest * 1000 * u64::from(random) / 256)).await;
    }
}

impl Draft {
    /// The data that `record` has.
    pub(crate) fn of(head: Head, record: &Record) -> Self {
        let schema = record.opened.schema().unwrap_or(Schema::from_bytes([0; 4]));
        Self { head, schema, payload: record.opened.payload().to_vec(), changed: false }
    }

    /// This draft, with the data of `record` unless there are new ones.
    fn unless_changed(&self, record: &Record) -> Self {
        if self.changed { self.clone() } else { Self::of(self.head, record) }
    }
}

const fn written(generation: u64, version: Version, expires: Timestamp) -> Saved {
    Saved::Written(Written { generation, version, expires })
}

/// A record of `size` bytes where `limit` are allowed.
pub(crate) fn too_large(size: usize, limit: usize, largest: Option<(String, usize)>) -> Error {
    let hint =
        largest.as_ref().map(|(name, bytes)| format!("; the largest part is `{name}` with {bytes} bytes of payload"));
    let message = format!(
        "the session's record would have {size} bytes, `max_record` allows {limit}{}; store less, or raise the limit",
        hint.unwrap_or_default()
    );
    Error::new(ErrorKind::TooLarge { size, limit, largest }, message)
}

pub(crate) fn conflict() -> Error {
    Error::new(
        ErrorKind::Conflict,
        "another request changed or ended this session meanwhile, so the change was not saved; read it again and repeat the \
         change",
    )
}

pub(super) fn contended() -> Error {
    StoreError::new(
        StoreErrorKind::Unavailable,
        "too many requests write this session at once, so this change was not saved",
    )
    .into()
}

fn unreadable(refusal: Refusal) -> Error {
    let message = format!("the record that is to be written again cannot be opened: {refusal}");
    StoreError::new(StoreErrorKind::Corrupt, message).into()
}
