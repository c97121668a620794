//! A builder's settings for sessions that outgrow the cookie.

use std::sync::Arc;
use std::time::Duration;

use super::SessionLayerBuilder;
use crate::clock::Clock;
use crate::codec::SessionData;
use crate::cookie::MAX_SET_COOKIE;
use crate::error::{Error, ErrorKind};
use crate::record::{OnConflict, Records};
use crate::store::{Guard, Store};

/// A default nginx refuses a response head above 4096 bytes, and there are other headers than ours.
const DEFAULT_OVERFLOW_AT: usize = 3072;
const DEFAULT_MAX_RECORD: usize = 64 * 1024;
/// The largest record that can be allowed: what MongoDB takes, the smallest of the engines without a limit of their own.
const LARGEST_RECORD: usize = 15 * 1024 * 1024;
const LONGEST_GRACE: Duration = Duration::from_secs(60 * 60);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Where sessions go that outgrow the cookie, and how.
pub(super) struct Overflow {
    store: Option<Arc<dyn Store>>,
    overflow_at: usize,
    max_record: usize,
    grace: Duration,
    timeout: Duration,
    on_conflict: OnConflict,
    accept_older: bool,
}

impl Default for Overflow {
    fn default() -> Self {
        Self {
            store: None,
            overflow_at: DEFAULT_OVERFLOW_AT,
            max_record: DEFAULT_MAX_RECORD,
            grace: Duration::from_secs(60),
            timeout: Duration::from_secs(2),
            on_conflict: OnConflict::default(),
            accept_older: false,
        }
    }
}

impl<T: SessionData> SessionLayerBuilder<T> {
    /// Sends sessions that outgrow their cookie to `store`, by themselves, and back when they shrink. Without one, a session that
    /// is too large is an error. [`store::open`](crate::store::open) makes one from a URL. The service then needs a tokio
    /// runtime with its timers on, such as `#[tokio::main]` makes.
    ///
    /// ```
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), sealed_session::Error> {
    /// # #[derive(Default, serde::Serialize, serde::Deserialize)] struct Visit { count: u32 }
    /// use sealed_session::{Keyring, SessionLayer, store};
    ///
    /// let layer = SessionLayer::<Visit>::builder(Keyring::generate()?)
    ///     .overflow(store::open("sqlite://sessions.db")?)
    ///     .build()?;
    /// # Ok(()) }
    /// # #[cfg(not(feature = "sqlite"))] fn main() {}
    /// ```
    pub fn overflow(mut self, store: impl Store) -> Self {
        self.overflow.store = Some(Arc::new(store));
        self
    }

    /// The largest `Set-Cookie` field, in bytes, that still carries its session; 3072 by default, so that the response head
    /// passes a default nginx, and at most 4093. A session comes back to its cookie below three quarters of it.
    pub fn overflow_at(mut self, bytes: usize) -> Self {
        self.overflow.overflow_at = bytes;
        self
    }

    /// The largest record, in bytes as they are stored; 64 KiB by default, at most 15 MiB. A session that is larger is an
    /// error; a record that is larger is not read.
    pub fn max_record(mut self, bytes: usize) -> Self {
        self.overflow.max_record = bytes;
        self
    }

    /// How long a record stays readable, for requests already under way, once its session has got a new id or is back in its
    /// cookie; 60 seconds by default, at most an hour.
    pub fn record_grace(mut self, grace: Duration) -> Self {
        self.overflow.grace = grace;
        self
    }

    /// How long a call of the store may take, whatever its driver says; 2 seconds by default, at most a minute. Then it counts as
    /// failed: the client gets a 503, and keeps its session.
    pub fn store_timeout(mut self, timeout: Duration) -> Self {
        self.overflow.timeout = timeout;
        self
    }

    /// What happens when two requests change one session in the store at once; by default the last write wins.
    pub fn on_conflict(mut self, on_conflict: OnConflict) -> Self {
        self.overflow.on_conflict = on_conflict;
        self
    }

    /// Uses records that are older than what the browser has seen, after a failover that lost writes for example. By default
    /// such a session gets a 503 and keeps its cookie, because an old record put back could also be an attack.
    pub fn accept_older_records(mut self) -> Self {
        self.overflow.accept_older = true;
        self
    }
}

impl Overflow {
    /// The records of a layer, if it has a store. `shortest` is the length of the shortest `Set-Cookie` field.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] for settings out of range.
    pub(super) fn build(self, clock: &Clock, shortest: usize) -> Result<Option<Records>, Error> {
        let Some(store) = self.store else {
            return Ok(None);
        };
        if !(shortest..=MAX_SET_COOKIE).contains(&self.overflow_at) {
            return Err(refuse(format!(
                "overflow_at({}): give {shortest} to {MAX_SET_COOKIE} bytes; less has no room for a reference to the record, \
                 more is dropped by browsers",
                self.overflow_at
            )));
        }
        if !(MAX_SET_COOKIE..=LARGEST_RECORD).contains(&self.max_record) {
            let bytes = self.max_record;
            return Err(refuse(format!("max_record({bytes}): give {MAX_SET_COOKIE} to {LARGEST_RECORD} bytes")));
        }
        if self.grace > LONGEST_GRACE {
            return Err(refuse(format!("record_grace({:?}): give at most an hour", self.grace)));
        }
        if self.timeout.is_zero() || self.timeout > LONGEST_TIMEOUT {
            return Err(refuse(format!("store_timeout({:?}): give more than nothing, at most a minute", self.timeout)));
        }
        Ok(Some(Records {
            store: Guard::new(store, self.timeout, clock.clone()),
            overflow_at: self.overflow_at,
            max: self.max_record,
            grace: self.grace.as_secs(),
            on_conflict: self.on_conflict,
            accept_older: self.accept_older,
        }))
    }
}

fn refuse(why: String) -> Error {
    Error::new(ErrorKind::Setting, why)
}
