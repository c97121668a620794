//! Records in memcached.

mod failure;
mod host;
mod settings;

use std::fmt;

use memcache::exp::{Delete, Get, Meta, MutationStatus, Set};

use self::failure::contended;
use self::host::Host;
use self::settings::Settings;
use super::{Creation, Loaded, RecordKey, Store, StoreError, StoreFuture, Update, Version, envelope, version};
use crate::clock::Timestamp;
use crate::error::Error;

/// memcached removes records so many seconds after they expired, as its clock may differ from ours, and runs up to a second
/// ahead.
const SLACK: u64 = 60;
/// How often a record is read again that others change between our reading and writing.
const ATTEMPTS: u32 = 16;

/// Keeps records in memcached (1.6 or later), which forgets: a restart loses all records, and a server whose memory is full
/// drops those that were not used for longest. Their sessions end without a word.
///
/// Several servers share the records among them. Records of one that is down are not looked for elsewhere.
pub struct MemcachedStore {
    hosts: Vec<Host>,
    prefix: String,
    /// The most bytes that a record may have.
    max_record: usize,
}

/// A record with the number that memcached gave this state of it.
struct Found {
    record: Loaded,
    cas: u64,
}

impl MemcachedStore {
    /// From `memcached://host[:11211]`, or several hosts: `memcached://one,two:11212`. Connects nothing yet.
    ///
    /// | setting | what | default |
    /// |---|---|---|
    /// | `prefix` | what all keys begin with | `sealed:` |
    /// | `max_item` | the largest item: what memcached's `-I` says | `1MiB` |
    /// | `connections` | the most connections to each host | 32 |
    ///
    /// ```
    /// use sealed_session::store::MemcachedStore;
    ///
    /// # fn main() -> Result<(), sealed_session::Error> {
    /// let store = MemcachedStore::from_url("memcached://localhost?prefix=app:session:")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) for anything else.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        let Settings { addresses, connections, prefix, max_record } = Settings::parse(url)?;
        let hosts = addresses.into_iter().map(|address| Host::new(address, connections)).collect();
        Ok(Self { hosts, prefix, max_record })
    }

    fn host(&self, key: &RecordKey) -> Result<&Host, StoreError> {
        self.hosts
            .iter()
            .max_by_key(|host| host.weight(key))
            .ok_or_else(|| StoreError::unavailable("no memcached server"))
    }

    fn name_of(&self, key: &RecordKey) -> String {
        format!("{}{key}", self.prefix)
    }

    /// Refuses what memcached would not store: it would drop what it has under the key.
    fn check_size(&self, data: &[u8]) -> Result<(), StoreError> {
        if data.len() > self.max_record { Err(StoreError::too_large(data.len(), self.max_record)) } else { Ok(()) }
    }

    async fn find(&self, key: &RecordKey) -> Result<Option<Found>, StoreError> {
        let found = self.host(key)?.run(Get::new(self.name_of(key)).meta(Meta::NONE.cas())).await?;
        match (found.value, found.item.cas) {
            (Some(value), Some(cas)) => Ok(Some(Found { record: envelope::open(value)?, cas })),
            _ => Ok(None),
        }
    }

    fn live(found: Option<Found>, now: Timestamp) -> Option<Found> {
        found.filter(|found| found.record.expires > now)
    }

    async fn set(&self, key: &RecordKey, record: &Loaded, condition: Condition) -> Result<MutationStatus, StoreError> {
        let value = envelope::wrap(&record.data, record.expires, record.version);
        let set = Set::new(self.name_of(key), value).ttl_raw(removal(record.expires));
        let set = match condition {
            Condition::New => set.add(),
            Condition::Unchanged(cas) => set.compare_cas(cas),
        };
        Ok(self.host(key)?.run(set).await?.status)
    }

    async fn create_once(
        &self,
        key: &RecordKey,
        record: &Loaded,
        now: Timestamp,
    ) -> Result<Option<Creation>, StoreError> {
        let created = Some(Creation::Created(record.version));
        if self.set(key, record, Condition::New).await? == MutationStatus::Applied {
            return Ok(created);
        }
        match self.find(key).await? {
            Some(found) if found.record.expires > now => Ok(Some(Creation::Exists)),
            Some(found) => {
                let replaced = self.set(key, record, Condition::Unchanged(found.cas)).await? == MutationStatus::Applied;
                Ok(created.filter(|_| replaced))
            }
            None => Ok(None),
        }
    }

    /// `None` when somebody else changed the record meanwhile.
    async fn update_once(
        &self,
        key: &RecordKey,
        record: &Loaded,
        version: Version,
        now: Timestamp,
    ) -> Result<Option<Update>, StoreError> {
        let Some(found) = Self::live(self.find(key).await?, now) else { return Ok(Some(Update::Missing)) };
        if found.record.version != version {
            return Ok(Some(Update::Conflict));
        }
        Ok(match self.set(key, record, Condition::Unchanged(found.cas)).await? {
            MutationStatus::Applied => Some(Update::Updated(record.version)),
            MutationStatus::NotFound => Some(Update::Missing),
            _ => None,
        })
    }

    async fn touch_once(
        &self,
        key: &RecordKey,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<Option<bool>, StoreError> {
        let Some(mut found) = Self::live(self.find(key).await?, now) else { return Ok(Some(false)) };
        if found.record.expires >= expires {
            return Ok(Some(true));
        }
        found.record.expires = expires;
        Ok(match self.set(key, &found.record, Condition::Unchanged(found.cas)).await? {
            MutationStatus::Applied => Some(true),
            MutationStatus::NotFound => Some(false),
            _ => None,
        })
    }
}

/// When a record may be written.
enum Condition {
    /// There is none.
    New,
    /// It is as it was when it was found.
    Unchanged(u64),
}

impl Store for MemcachedStore {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'a, Creation> {
        Box::pin(async move {
            self.check_size(data)?;
            let record = Loaded { data: data.to_vec(), expires, version: version::fresh()? };
            for _ in 0..ATTEMPTS {
                if let Some(creation) = self.create_once(key, &record, now).await? {
                    return Ok(creation);
                }
            }
            Err(contended())
        })
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        Box::pin(async move {
            match Self::live(self.find(key).await?, now) {
                Some(found) if found.record.data.len() > max => {
                    Err(StoreError::too_large(found.record.data.len(), max))
                }
                found => Ok(found.map(|found| found.record)),
            }
        })
    }

    fn update<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        version: Version,
        now: Timestamp,
    ) -> StoreFuture<'a, Update> {
        Box::pin(async move {
            self.check_size(data)?;
            let record = Loaded { data: data.to_vec(), expires, version: version::fresh()? };
            for _ in 0..ATTEMPTS {
                if let Some(update) = self.update_once(key, &record, version, now).await? {
                    return Ok(update);
                }
            }
            Err(contended())
        })
    }

    fn touch<'a>(&'a self, key: &'a RecordKey, expires: Timestamp, now: Timestamp) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            for _ in 0..ATTEMPTS {
                if let Some(touched) = self.touch_once(key, expires, now).await? {
                    return Ok(touched);
                }
            }
            Err(contended())
        })
    }

    fn remove<'a>(&'a self, key: &'a RecordKey) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let removed = self.host(key)?.run(Delete::new(self.name_of(key))).await?;
            Ok(removed.status == MutationStatus::Applied)
        })
    }

    fn name(&self) -> &'static str {
        "memcached"
    }
}

/// When memcached may remove a record: a Unix time, which has 31 bits there. A number of up to 30 days it would take for a
/// number of seconds from now on, but those are moments of 1970.
fn removal(expires: Timestamp) -> u32 {
    u32::try_from(expires.plus(SLACK).as_unix().min(i32::MAX as u64)).unwrap_or(i32::MAX as u32)
}

impl fmt::Debug for MemcachedStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemcachedStore")
            .field("hosts", &self.hosts.len())
            .field("prefix", &self.prefix)
            .field("max_record", &self.max_record)
            .finish()
    }
}
