//! Turns for each record, within this process.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::store::RecordKey;

/// So many records can be worked on at once; others wait for one of these, although nobody else may work on theirs.
const LOCKS: usize = 256;

/// Ends the turn when dropped.
pub(super) type Held = OwnedMutexGuard<()>;

pub(super) struct Locks(Vec<Arc<Mutex<()>>>);

impl Locks {
    pub(super) fn new() -> Self {
        Self((0..LOCKS).map(|_| Arc::default()).collect())
    }

    /// Waits for the record's turn. There is a lock for each first byte of a key, so it never is `None`.
    pub(super) async fn hold(&self, key: &RecordKey) -> Option<Held> {
        let [first, ..] = key.to_bytes();
        let lock = self.0.get(usize::from(first))?;
        Some(Arc::clone(lock).lock_owned().await)
    }
}
