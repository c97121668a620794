//! Records in MongoDB.

mod document;
mod failure;
mod target;

use std::fmt;
use std::time::Duration;

use ::mongodb::bson::{Document, doc};
use ::mongodb::options::IndexOptions;
use ::mongodb::{Database, IndexModel};

use self::document::{Head, expiry, fields, head, moment, record, signed};
use self::failure::{contended, failure, is_duplicate};
use self::target::Target;
use super::{Creation, Loaded, RecordKey, Store, StoreError, StoreFuture, Update, Version, version};
use crate::clock::Timestamp;
use crate::error::Error;

/// The largest record: MongoDB takes documents of 16 MiB, fields and all.
const MAX_RECORD: usize = 16 * 1024 * 1024 - 1024;
/// How often a record is looked at again that others change meanwhile.
const ATTEMPTS: u32 = 16;

/// Keeps records in a collection of MongoDB, which removes expired ones by itself once [`prepare`](Store::prepare) has made
/// the index for it.
///
/// Writes wait until a majority of the servers has them in its journal, unless the URL or the database says otherwise, and
/// reads go to the primary.
pub struct MongoStore {
    target: Target,
}

impl MongoStore {
    /// In a collection of a database that the app is connected to. Limits on time, and on how many servers must have a
    /// write, are as the app set them.
    ///
    /// ```no_run
    /// use sealed_session::store::MongoStore;
    ///
    /// # async fn example() -> mongodb::error::Result<()> {
    /// let client = mongodb::Client::with_uri_str("mongodb://localhost").await?;
    /// let store = MongoStore::new(&client.database("app"), "sealed_sessions");
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn new(database: &Database, collection: &str) -> Self {
        Self { target: Target::of(database, collection) }
    }

    /// From `mongodb://[user:password@]host[:27017][,…]/[database][?options]` or `mongodb+srv://…`, with the options of MongoDB
    /// and this one. Connects nothing yet.
    ///
    /// | setting | what | default |
    /// |---|---|---|
    /// | `collection` | where records are | `sealed_sessions` |
    ///
    /// The database is `sealed_session` unless named; `serverSelectionTimeoutMS` and `connectTimeoutMS` are 1500; `w` is
    /// `majority` with `journal=true` and `wtimeoutMS=1500`, unless one of the three is given.
    ///
    /// ```
    /// use sealed_session::store::MongoStore;
    ///
    /// # fn main() -> Result<(), sealed_session::Error> {
    /// let store = MongoStore::from_url("mongodb://one:27017,two:27017/app?replicaSet=rs0&collection=overflow")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) for anything else.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        Ok(Self { target: Target::from_url(url)? })
    }

    /// What a live record says besides its bytes.
    async fn look(&self, key: &RecordKey, now: Timestamp) -> Result<Option<Head>, StoreError> {
        let filter = doc! { "_id": key.as_str() };
        let fields = doc! { "_id": 0, "expires": 1, "size": 1 };
        let found = self.target.run(|records| async move { records.find_one(filter).projection(fields).await }).await?;
        let head = found.map_err(|error| failure(&error))?.as_ref().map(head).transpose()?;
        Ok(head.filter(|head| head.expires > now))
    }

    /// Sets fields of the one document that fits. Says whether there was one.
    async fn change(&self, filter: Document, fields: Document) -> Result<bool, StoreError> {
        let set = doc! { "$set": fields };
        let changed = self.target.run(|records| async move { records.update_one(filter, set).await }).await?;
        Ok(changed.map_err(|error| failure(&error))?.matched_count == 1)
    }

    /// `None` when somebody else changed what is there meanwhile.
    async fn create_once(
        &self,
        key: &RecordKey,
        fields: &Document,
        now: Timestamp,
    ) -> Result<Option<bool>, StoreError> {
        let mut document = doc! { "_id": key.as_str() };
        document.extend(fields.clone());
        match self.target.run(|records| async move { records.insert_one(document).await }).await? {
            Ok(_) => return Ok(Some(true)),
            Err(error) if is_duplicate(&error) => {}
            Err(error) => return Err(failure(&error)),
        }
        let expired = doc! { "_id": key.as_str(), "expires": { "$lte": moment(now) } };
        if self.change(expired, fields.clone()).await? {
            return Ok(Some(true));
        }
        Ok(self.look(key, now).await?.map(|_| false))
    }

    /// `None` when somebody else changed the record meanwhile.
    async fn load_once(
        &self,
        key: &RecordKey,
        max: usize,
        now: Timestamp,
    ) -> Result<Option<Option<Loaded>>, StoreError> {
        let filter = doc! {
            "_id": key.as_str(), "expires": { "$gt": moment(now) }, "size": { "$lte": signed(max as u64) },
        };
        let found = self.target.run(|records| async move { records.find_one(filter).await }).await?;
        if let Some(document) = found.map_err(|error| failure(&error))? {
            return record(document).map(|record| Some(Some(record)));
        }
        match self.look(key, now).await? {
            None => Ok(Some(None)),
            Some(head) if head.size > max => Err(StoreError::too_large(head.size, max)),
            Some(_) => Ok(None),
        }
    }

    /// `None` when somebody else changed the record meanwhile.
    async fn touch_once(
        &self,
        key: &RecordKey,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<Option<bool>, StoreError> {
        let earlier = doc! { "_id": key.as_str(), "expires": { "$gt": moment(now), "$lt": moment(expires) } };
        if self.change(earlier, expiry(expires)).await? {
            return Ok(Some(true));
        }
        match self.look(key, now).await? {
            None => Ok(Some(false)),
            Some(head) => Ok(Some(true).filter(|_| head.expires >= expires)),
        }
    }
}

impl Store for MongoStore {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'a, Creation> {
        Box::pin(async move {
            check_size(data)?;
            let version = version::fresh()?;
            let fields = fields(data, expires, version);
            for _ in 0..ATTEMPTS {
                match self.create_once(key, &fields, now).await? {
                    Some(true) => return Ok(Creation::Created(version)),
                    Some(false) => return Ok(Creation::Exists),
                    None => {}
                }
            }
            Err(contended())
        })
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        Box::pin(async move {
            for _ in 0..ATTEMPTS {
                if let Some(loaded) = self.load_once(key, max, now).await? {
                    return Ok(loaded);
                }
            }
            Err(contended())
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
            check_size(data)?;
            let next = version::fresh()?;
            // Versions of ours have 63 bits; no record has one that is negative here.
            let version = i64::try_from(version.0).unwrap_or(-1);
            let filter = doc! { "_id": key.as_str(), "version": version, "expires": { "$gt": moment(now) } };
            if self.change(filter, fields(data, expires, next)).await? {
                return Ok(Update::Updated(next));
            }
            Ok(self.look(key, now).await?.map_or(Update::Missing, |_| Update::Conflict))
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
            let filter = doc! { "_id": key.as_str() };
            let removed = self.target.run(|records| async move { records.delete_one(filter).await }).await?;
            Ok(removed.map_err(|error| failure(&error))?.deleted_count == 1)
        })
    }

    /// Creates the index by which MongoDB removes expired records. Needs the right `createIndex`, and is harmless when the
    /// index is there.
    fn prepare(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let options = IndexOptions::builder().expire_after(Duration::ZERO).build();
            let index = IndexModel::builder().keys(doc! { "remove_at": 1 }).options(options).build();
            let created = self.target.run(|records| async move { records.create_index(index).await }).await?;
            created.map(drop).map_err(|error| failure(&error))
        })
    }

    fn name(&self) -> &'static str {
        "mongodb"
    }
}

/// Refuses what cannot be a document, before it is sent.
fn check_size(data: &[u8]) -> Result<(), StoreError> {
    if data.len() > MAX_RECORD { Err(StoreError::too_large(data.len(), MAX_RECORD)) } else { Ok(()) }
}

impl fmt::Debug for MongoStore {
    /// Without the address, which holds the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MongoStore").field("collection", &self.target.name()).finish_non_exhaustive()
    }
}
