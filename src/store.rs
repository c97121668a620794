//! Where sessions go that outgrow their cookie.
//!
//! A [`Store`] keeps opaque bytes under a key until they expire. What it is given is sealed: it never sees a session id, a
//! key of the keyring or session data. Only sessions that are too large for their cookie come here; requests with smaller
//! ones do not touch the store at all.
//!
//! Hand one to [`SessionLayerBuilder::overflow`](crate::SessionLayerBuilder::overflow), or name one by URL:
//!
//! | URL | feature | survives a restart | [`open()`] gives |
//! |---|---|---|---|
//! | `memory://?max=64MiB` | `memory` | no | `MemoryStore` |
//! | `sqlite://sessions.db` | `sqlite` | yes | `SqliteStore` |
//! | `postgres://user@host/db` | `postgres` | yes | `PostgresStore` |
//! | `mysql://user@host/db` | `mysql` | yes | `MySqlStore` |
//! | `redis://host` | `redis` | if it is told to | `RedisStore` |
//! | `memcached://host` | `memcached` | no | `MemcachedStore` |
//! | `mongodb://host/db` | `mongodb` | yes | `MongoStore` |
//!
//! `TowerSessionsStore` (feature `tower-sessions`) makes a store of any store of that crate.
//! [`guide::stores`](crate::guide::stores) says how to choose and what to set on the server.

mod breaker;
#[cfg(feature = "store-testing")]
pub mod conformance;
#[cfg(any(feature = "redis", feature = "memcached"))]
mod envelope;
mod error;
mod guard;
mod key;
#[cfg(feature = "memcached")]
mod memcached;
#[cfg(feature = "memory")]
mod memory;
#[cfg(feature = "metrics")]
pub(crate) mod metrics;
#[cfg(feature = "mongodb")]
mod mongodb;
#[cfg(feature = "mysql")]
mod mysql;
mod open;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod sweeper;
#[cfg(feature = "tower-sessions")]
mod tower_sessions;
#[cfg(feature = "store-url")]
mod url;
#[cfg(any(
    feature = "memcached",
    feature = "mongodb",
    feature = "mysql",
    feature = "postgres",
    feature = "redis",
    feature = "sqlite"
))]
mod version;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::clock::Timestamp;

pub use error::{StoreError, StoreErrorKind};
pub(crate) use guard::Guard;
pub use key::RecordKey;
#[cfg(feature = "memcached")]
pub use memcached::MemcachedStore;
#[cfg(feature = "memory")]
pub use memory::MemoryStore;
#[cfg(feature = "mongodb")]
pub use mongodb::MongoStore;
#[cfg(feature = "mysql")]
pub use mysql::MySqlStore;
pub use open::open;
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
#[cfg(feature = "redis")]
pub use redis::RedisStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
#[cfg(feature = "tower-sessions")]
pub use tower_sessions::TowerSessionsStore;

/// What the calls of a [`Store`] return: `Box::pin(async move { … })`.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Keeps records: opaque bytes with an expiry and a version.
///
/// Every call is atomic: when its future is dropped half-way, because a client went away or a time limit passed, the record
/// is as it was before or as it should be afterwards, and the connection is fit for other calls or closed.
///
/// `now` is the caller's clock, in seconds. A record whose `expires` has come (`expires <= now`) counts as absent in every
/// call, whether or not it was removed yet.
///
/// Calls need no time limit of their own; the layer gives each a limit
/// ([`store_timeout`](crate::SessionLayerBuilder::store_timeout)) and stops asking for a moment when a store keeps failing.
/// An implementation that passes the suite in `conformance` (feature `store-testing`) is fit to be used.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of sessions",
    label = "not a `Store`",
    note = "a URL is opened with `store::open(\"redis://…\")?`, mind the `?`",
    note = "a store of tower-sessions is one as `TowerSessionsStore::new(…)`, with the feature `tower-sessions`"
)]
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Stores a new record. Never overwrites one that is there.
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'a, Creation>;

    /// The record under `key`; `None` when there is none. A record of more than `max` bytes is
    /// [`StoreErrorKind::TooLarge`], if possible before memory is taken for it.
    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>>;

    /// Replaces data and expiry of a record that exists and still has this version. Never creates one, so that a slow request
    /// cannot revive a session that was ended meanwhile.
    fn update<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        version: Version,
        now: Timestamp,
    ) -> StoreFuture<'a, Update>;

    /// Moves the expiry of a record forward to `expires`; never back. The version may stay or change. Says whether there is
    /// such a record.
    fn touch<'a>(&'a self, key: &'a RecordKey, expires: Timestamp, now: Timestamp) -> StoreFuture<'a, bool>;

    /// Removes a record. Says whether there was one.
    fn remove<'a>(&'a self, key: &'a RecordKey) -> StoreFuture<'a, bool>;

    /// Removes at most `limit` expired records, and says how many. Stores whose engine does so by itself keep this default,
    /// which removes nothing.
    ///
    /// Only one caller per database works at a time; others are told 0.
    fn sweep<'a>(&'a self, limit: u32, now: Timestamp) -> StoreFuture<'a, u64> {
        let _ = (limit, now);
        Box::pin(std::future::ready(Ok(0)))
    }

    /// How often [`sweep`](Store::sweep) is to be called, in the background; `None` for stores that need no sweeping.
    fn sweep_every(&self) -> Option<std::time::Duration> {
        None
    }

    /// Creates what the store needs in its database, tables for example, unless it is there. Call it once, with the rights to
    /// do so, before the first session overflows.
    fn prepare(&self) -> StoreFuture<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// What operators call it, for logs: `sqlite`, `redis`.
    fn name(&self) -> &'static str;
}

/// Which write of a record this is, as the store counts: an update holds only for the version it was based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Version(pub u64);

/// A record as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Loaded {
    /// Its bytes.
    pub data: Vec<u8>,
    /// When it ends.
    pub expires: Timestamp,
    /// To update it with.
    pub version: Version,
}

/// What came of [`Store::create`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Creation {
    /// The record is stored, under this version.
    Created(Version),
    /// There is a record under this key, and it stays as it is.
    Exists,
}

/// What came of [`Store::update`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// The record is stored, under this version.
    Updated(Version),
    /// There is a record under this key with another version, and it stays as it is.
    Conflict,
    /// There is no record under this key, and there still is none.
    Missing,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded")
            .field("len", &self.data.len())
            .field("expires", &self.expires)
            .field("version", &self.version)
            .finish()
    }
}

impl<S: Store + ?Sized> Store for Arc<S> {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'a, Creation> {
        (**self).create(key, data, expires, now)
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        (**self).load(key, max, now)
    }

    fn update<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        version: Version,
        now: Timestamp,
    ) -> StoreFuture<'a, Update> {
        (**self).update(key, data, expires, version, now)
    }

    fn touch<'a>(&'a self, key: &'a RecordKey, expires: Timestamp, now: Timestamp) -> StoreFuture<'a, bool> {
        (**self).touch(key, expires, now)
    }

    fn remove<'a>(&'a self, key: &'a RecordKey) -> StoreFuture<'a, bool> {
        (**self).remove(key)
    }

    fn sweep<'a>(&'a self, limit: u32, now: Timestamp) -> StoreFuture<'a, u64> {
        (**self).sweep(limit, now)
    }

    fn sweep_every(&self) -> Option<std::time::Duration> {
        (**self).sweep_every()
    }

    fn prepare(&self) -> StoreFuture<'_, ()> {
        (**self).prepare()
    }

    fn name(&self) -> &'static str {
        (**self).name()
    }
}
