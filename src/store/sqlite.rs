//! Records in a file of SQLite: the store that needs no server.

mod batch;
mod database;
mod failure;
mod file;
mod job;
mod records;
mod schema;
mod settings;
mod worker;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use super::{Creation, Loaded, RecordKey, Store, StoreFuture, Update, Version, version};
use crate::clock::Timestamp;
use crate::error::Error;
use settings::Settings;
use worker::{Access, Worker};

/// Keeps records in a file of SQLite, for the sessions of one machine. No server, no set-up: the file is created when the first
/// session overflows, readable to its owner alone.
///
/// Several processes of a machine may share the file. It does not belong onto a network drive.
///
/// What was acknowledged survives a crash or `kill -9` of the process. After a power cut, the last moments before it may be
/// missing, unless [`synchronous_full`](Self::synchronous_full) is set; the file stays intact either way.
///
/// A thread of its own does the work, so a slow disk blocks no other task. The file is opened on first use and again after
/// failures: one that is missing, locked or damaged when the app starts gives errors until that is mended, and then it works.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("sessions.db");
/// use sealed_session::store::{SqliteStore, Store};
///
/// let store = SqliteStore::open(&path)?.max_size(1 << 30);
/// store.prepare().await?;
/// # Ok(()) }
/// ```
pub struct SqliteStore {
    settings: Settings,
    worker: Worker,
}

impl SqliteStore {
    /// The store in the file at `path`. A relative path is one from the current folder of this moment. Opens nothing yet.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) when `path` cannot be that of a file: empty, or `:memory:`.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Ok(Self::new(Settings::of_file(path.as_ref())?))
    }

    /// From `sqlite://sessions.db` (from the current folder) or `sqlite:///var/lib/app/sessions.db`, with these parameters:
    ///
    /// | parameter | default | meaning |
    /// |---|---|---|
    /// | `busy_timeout` | `1500ms` | how long to wait when another process has locked the file |
    /// | `synchronous` | `normal` | `full`: what was acknowledged survives a power cut, too |
    /// | `max` | none | the most that the file may take, at least `1MiB` |
    /// | `sweep_every` | `60s` | how often expired records are removed |
    ///
    /// Special characters in the path are percent-encoded: `%20` is a space. Opens nothing yet.
    ///
    /// ```
    /// use sealed_session::store::SqliteStore;
    ///
    /// # fn main() -> Result<(), sealed_session::Error> {
    /// let store = SqliteStore::from_url("sqlite:///var/lib/app/sessions.db?max=1GiB")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) for anything else, `sqlite://:memory:` included.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        Ok(Self::new(Settings::of_url(url)?))
    }

    /// How long to wait when another process has locked the file, up to 60 s. Keep it below
    /// [`store_timeout`](crate::SessionLayerBuilder::store_timeout).
    #[must_use]
    pub fn busy_timeout(self, limit: Duration) -> Self {
        Self::new(Settings { busy_timeout: limit.min(settings::MAX_BUSY_TIMEOUT), ..self.settings })
    }

    /// Brings each write onto the disk before it is acknowledged, so that it survives a power cut, too. Slower.
    #[must_use]
    pub fn synchronous_full(self) -> Self {
        Self::new(Settings { synchronous_full: true, ..self.settings })
    }

    /// The most bytes that the file may take, at least 1 MiB. The write-ahead log beside it comes on top, about 4 MiB.
    #[must_use]
    pub fn max_size(self, bytes: u64) -> Self {
        Self::new(Settings { max: Some(bytes.max(settings::MIN_MAX)), ..self.settings })
    }

    /// How often expired records are removed, at least every second.
    #[must_use]
    pub fn sweep_period(self, period: Duration) -> Self {
        Self::new(Settings { sweep_every: period.max(settings::MIN_SWEEP_EVERY), ..self.settings })
    }

    fn new(settings: Settings) -> Self {
        Self { worker: Worker::new(settings.clone()), settings }
    }
}

impl Store for SqliteStore {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'a, Creation> {
        Box::pin(async move {
            let (key, record) = (key.to_bytes(), Loaded { data: data.to_vec(), expires, version: version::fresh()? });
            self.worker.call(Access::Write, move |connection| records::create(connection, &key, &record, now)).await
        })
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        Box::pin(async move {
            let key = key.to_bytes();
            self.worker.call(Access::Read, move |connection| records::load(connection, &key, max, now)).await?
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
            let (key, record) = (key.to_bytes(), Loaded { data: data.to_vec(), expires, version: version::fresh()? });
            let work = move |connection: &_| records::update(connection, &key, &record, version, now);
            self.worker.call(Access::Write, work).await
        })
    }

    fn touch<'a>(&'a self, key: &'a RecordKey, expires: Timestamp, now: Timestamp) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let key = key.to_bytes();
            self.worker.call(Access::Write, move |connection| records::touch(connection, &key, expires, now)).await
        })
    }

    fn remove<'a>(&'a self, key: &'a RecordKey) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let key = key.to_bytes();
            self.worker.call(Access::Write, move |connection| records::remove(connection, &key)).await
        })
    }

    fn sweep<'a>(&'a self, limit: u32, now: Timestamp) -> StoreFuture<'a, u64> {
        let work = move |connection: &_| records::sweep(connection, limit, now);
        Box::pin(async move { self.worker.call(Access::Write, work).await })
    }

    fn sweep_every(&self) -> Option<Duration> {
        Some(self.settings.sweep_every)
    }

    fn prepare(&self) -> StoreFuture<'_, ()> {
        // Whatever is asked first creates the file.
        Box::pin(async move { self.worker.call(Access::Read, |_| Ok(())).await })
    }

    fn name(&self) -> &'static str {
        "sqlite"
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SqliteStore").field(&self.settings).finish()
    }
}
