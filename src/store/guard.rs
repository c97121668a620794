//! A store as a layer uses it: every call has a time limit, and a store that keeps failing is left alone for a moment.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use super::breaker::Breaker;
use super::sweeper::Sweeper;
use super::{Creation, Loaded, RecordKey, Store, StoreError, StoreErrorKind, StoreFuture, Update, Version};
use crate::clock::{Clock, Timestamp};

/// A store behind a time limit and a [`Breaker`]. Has the methods of [`Store`].
pub(crate) struct Guard {
    store: Arc<dyn Store>,
    timeout: Duration,
    breaker: Breaker,
    sweeper: Sweeper,
    clock: Clock,
}

impl Guard {
    pub(crate) fn new(store: Arc<dyn Store>, timeout: Duration, clock: Clock) -> Self {
        let guard = Self { store, timeout, breaker: Breaker::default(), sweeper: Sweeper::default(), clock };
        if Handle::try_current().is_ok() {
            guard.sweeper.start(&guard.store, &guard.clock);
        }
        guard
    }

    pub(crate) async fn create(
        &self,
        key: &RecordKey,
        data: &[u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<Creation, StoreError> {
        self.call("create", || self.store.create(key, data, expires, now)).await
    }

    pub(crate) async fn load(&self, key: &RecordKey, max: usize, now: Timestamp) -> Result<Option<Loaded>, StoreError> {
        let loaded = self.call("load", || self.store.load(key, max, now)).await?;
        // A store of the app's own may have forgotten to look.
        match &loaded {
            Some(loaded) if loaded.data.len() > max => Err(StoreError::too_large(loaded.data.len(), max)),
            _ => Ok(loaded),
        }
    }

    pub(crate) async fn update(
        &self,
        key: &RecordKey,
        data: &[u8],
        expires: Timestamp,
        version: Version,
        now: Timestamp,
    ) -> Result<Update, StoreError> {
        self.call("update", || self.store.update(key, data, expires, version, now)).await
    }

    pub(crate) async fn touch(&self, key: &RecordKey, expires: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
        self.call("touch", || self.store.touch(key, expires, now)).await
    }

    pub(crate) async fn remove(&self, key: &RecordKey) -> Result<bool, StoreError> {
        self.call("remove", || self.store.remove(key)).await
    }

    /// Without a time limit: creating tables may take long.
    pub(crate) async fn prepare(&self) -> Result<(), StoreError> {
        self.store.prepare().await
    }

    async fn call<'a, T>(
        &'a self,
        name: &'static str,
        call: impl FnOnce() -> StoreFuture<'a, T>,
    ) -> Result<T, StoreError> {
        if Handle::try_current().is_err() {
            let message = "a store needs a tokio runtime with its timers on: run the service in one";
            return Err(StoreError::new(StoreErrorKind::Unavailable, message));
        }
        let started = Instant::now();
        let permit = self.breaker.admit(started).ok_or_else(left_alone)?;
        // Unless the layer was built within a runtime.
        self.sweeper.start(&self.store, &self.clock);
        let result = match tokio::time::timeout(self.timeout, call()).await {
            Ok(result) => result,
            Err(_) => Err(too_slow(self.timeout)),
        };
        #[cfg(feature = "metrics")]
        super::metrics::call(self.store.name(), name, started.elapsed(), &result);
        #[cfg(not(feature = "metrics"))]
        let _ = name;
        match &result {
            Err(error) if error.kind() == StoreErrorKind::Unavailable => {
                if permit.failed(Instant::now()) {
                    tracing::error!(target: "sealed_session", event = "store_left_alone", store = self.store.name(), %error, "the store keeps failing: left alone for a moment");
                }
            }
            _ => permit.answered(),
        }
        result
    }
}

fn left_alone() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "the store keeps failing, so it is left alone for a moment")
}

fn too_slow(limit: Duration) -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, format!("the store did not answer within {limit:?} (`store_timeout`)"))
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}

#[cfg(test)]
mod tests;
