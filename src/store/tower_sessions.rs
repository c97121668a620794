//! Records in a store of `tower-sessions`.

mod entry;
mod locks;
mod shared;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tower_sessions_core::SessionStore;

use super::{Creation, Loaded, RecordKey, Store, StoreError, StoreFuture, Update, Version};
use crate::clock::Timestamp;
use crate::random::Random;
use entry::Entry;
use locks::Locks;
use shared::Shared;

/// When a call of the backend is given up, although nobody waited for it that long. Until then it keeps its record locked.
const PATIENCE: Duration = Duration::from_secs(10);

/// Keeps records in any [`SessionStore`] of `tower-sessions`: a backend that this crate has no store for, or one that you
/// have already.
///
/// **It is weaker than the other stores**, because such backends can load and save, but not compare and set. Callers that
/// share this object, or clones of it, take turns for each record, so within one process it keeps every promise of
/// [`Store`]. Between processes that share a backend it does not:
///
/// - When two of them change one session at the same moment, both are told that it worked, and one change is lost.
/// - A session that one of them ends can be revived by another one that saves it at that moment: a sign-out that is undone.
/// - Two that extend and change one session at the same moment can undo the change.
///
/// So use it where one process serves a session (one machine, or sessions that stick to a machine), or where the above is
/// acceptable. Otherwise use a store that this crate has itself.
///
/// The backend removes expired records as it does for `tower-sessions`: by itself (Redis), or by the task that you start for
/// it (`continuously_delete_expired`). Records that it has no room for are its own affair, too: its errors come as
/// [`StoreErrorKind::Unavailable`](super::StoreErrorKind::Unavailable), with its text as their source.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sealed_session::store::{Store, TowerSessionsStore};
/// use tower_sessions_memory_store::MemoryStore;
///
/// let store = TowerSessionsStore::new(MemoryStore::default());
/// store.prepare().await?;
/// # Ok(()) }
/// ```
pub struct TowerSessionsStore<S>(Arc<Shared<S>>);

impl<S: SessionStore> TowerSessionsStore<S> {
    /// A store that keeps its records in `backend`. Give it a table, a database or a prefix of its own.
    #[must_use]
    pub fn new(backend: S) -> Self {
        Self(Arc::new(Shared { backend, locks: Locks::new() }))
    }

    /// Runs `call` to its end, even if its caller goes away: a backend that was left in the middle of a save could carry it
    /// out later, after others have changed the record, or take the rest of one answer for the next.
    async fn run<T, F>(&self, call: impl FnOnce(Arc<Shared<S>>) -> F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let call = call(Arc::clone(&self.0));
        // Outside of a runtime there is nobody to run it for us.
        let Ok(runtime) = Handle::try_current() else { return call.await };
        let task = runtime.spawn(tokio::time::timeout(PATIENCE, call));
        match task.await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(StoreError::unavailable("the backend of tower-sessions did not answer")),
            Err(_) => {
                Err(StoreError::unavailable("the backend of tower-sessions panicked, or the runtime is shutting down"))
            }
        }
    }

    /// Runs `call` when it is the record's turn. Who goes away while waiting has changed nothing.
    async fn in_turn<T, F>(&self, key: &RecordKey, call: impl FnOnce(Arc<Shared<S>>) -> F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let turn = self.0.locks.hold(key).await;
        self.run(|shared| {
            let call = call(shared);
            async move {
                let _turn = turn;
                call.await
            }
        })
        .await
    }
}

/// A version that no record has had: random, because a counter could give two processes the same one. 53 bits, which every
/// format of numbers can hold.
fn fresh_version() -> Result<Version, StoreError> {
    Random::System.bytes().map(|bytes| Version(u64::from_be_bytes(bytes) >> 11)).map_err(StoreError::unavailable)
}

impl<S: SessionStore> Store for TowerSessionsStore<S> {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'a, Creation> {
        Box::pin(async move {
            let (key, entry) = (*key, Entry { data: data.to_vec(), expires, version: fresh_version()? });
            self.in_turn(&key, |shared| async move { shared.create(&key, &entry, now).await }).await
        })
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        Box::pin(async move {
            let key = *key;
            match self.run(|shared| async move { shared.live(&key, now).await }).await? {
                Some(Entry { data, .. }) if data.len() > max => Err(StoreError::too_large(data.len(), max)),
                Some(Entry { data, expires, version }) => Ok(Some(Loaded { data, expires, version })),
                None => Ok(None),
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
            let (key, entry) = (*key, Entry { data: data.to_vec(), expires, version: fresh_version()? });
            self.in_turn(&key, |shared| async move { shared.update(&key, &entry, version, now).await }).await
        })
    }

    fn touch<'a>(&'a self, key: &'a RecordKey, expires: Timestamp, now: Timestamp) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let key = *key;
            self.in_turn(&key, |shared| async move { shared.touch(&key, expires, now).await }).await
        })
    }

    fn remove<'a>(&'a self, key: &'a RecordKey) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let key = *key;
            self.in_turn(&key, |shared| async move { shared.remove(&key).await }).await
        })
    }

    fn name(&self) -> &'static str {
        "tower-sessions"
    }
}

impl<S> Clone for TowerSessionsStore<S> {
    /// The same store: clones take turns with each other.
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> fmt::Debug for TowerSessionsStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the backend itself: one in memory would print all that it holds.
        f.debug_tuple("TowerSessionsStore").field(&std::any::type_name::<S>()).finish()
    }
}
