//! Removes expired records in the background, for stores whose engine does not.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::task::AbortHandle;

use super::{Store, StoreError};
use crate::clock::Clock;
use crate::random::Random;

/// Records that are removed in one call. Small, so that no request waits long behind it.
const BATCH: u32 = 500;
/// How long one call may take: nobody waits for it, but it must not hang for ever.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two calls that each found a whole batch.
const BREATH: Duration = Duration::from_millis(50);

/// A background task, from the first use of a store until the layers that use it are gone.
#[derive(Debug, Default)]
pub(super) struct Sweeper(OnceLock<Option<AbortHandle>>);

impl Sweeper {
    /// Starts sweeping `store`, unless that was done, or it needs none. Call it within a tokio runtime.
    pub(super) fn start(&self, store: &Arc<dyn Store>, clock: &Clock) {
        self.0.get_or_init(|| {
            let period = store.sweep_every()?;
            let task = tokio::spawn(sweep_on(Arc::clone(store), period, clock.clone()));
            Some(task.abort_handle())
        });
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        if let Some(Some(task)) = self.0.get() {
            task.abort();
        }
    }
}

async fn sweep_on(store: Arc<dyn Store>, period: Duration, clock: Clock) {
    // Machines that were started together do not sweep together.
    let share = Random::System.bytes::<1>().map_or(0, |[share]| u32::from(share));
    tokio::time::sleep(period * share / 256).await;
    loop {
        sweep(&*store, &clock).await;
        tokio::time::sleep(period).await;
    }
}

/// Removes what has expired, batch after batch.
async fn sweep(store: &dyn Store, clock: &Clock) {
    loop {
        let swept = tokio::time::timeout(PATIENCE, store.sweep(BATCH, clock.now())).await;
        match swept.unwrap_or_else(|elapsed| Err(StoreError::unavailable(elapsed))) {
            Ok(removed) => {
                if removed > 0 {
                    #[cfg(feature = "metrics")]
                    super::metrics::swept(store.name(), removed);
                    tracing::debug!(target: "sealed_session", event = "swept", store = store.name(), removed, "expired records removed");
                }
                if removed < u64::from(BATCH) {
                    return;
                }
            }
            Err(error) => {
                tracing::warn!(target: "sealed_session", event = "sweep_failed", store = store.name(), %error, "expired records were not removed");
                return;
            }
        }
        tokio::time::sleep(BREATH).await;
    }
}
