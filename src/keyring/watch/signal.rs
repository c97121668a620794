//! What wakes the thread of a watch. It holds two flags, so a storm of changes takes no memory.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Default)]
pub(super) struct Signal {
    flags: Mutex<Flags>,
    bell: Condvar,
}

#[derive(Default)]
struct Flags {
    changed: bool,
    stopped: bool,
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Woken {
    /// The watch ends.
    Stopped,
    /// A change was announced.
    Changed,
    /// The time is over.
    Due,
}

impl Signal {
    /// Announces a change.
    pub(super) fn change(&self) {
        self.set(|flags| flags.changed = true);
    }

    /// Ends the watch.
    pub(super) fn stop(&self) {
        self.set(|flags| flags.stopped = true);
    }

    /// Rests, then waits until a change was announced, or until `limit` is over in all.
    pub(super) fn wait(&self, rest: Duration, limit: Duration) -> Woken {
        let flags = self.wait_while(self.lock(), rest, |flags| !flags.stopped);
        let mut flags = self.wait_while(flags, limit.saturating_sub(rest), |flags| !flags.stopped && !flags.changed);
        match std::mem::take(&mut flags.changed) {
            _ if flags.stopped => Woken::Stopped,
            true => Woken::Changed,
            false => Woken::Due,
        }
    }

    fn set(&self, change: impl FnOnce(&mut Flags)) {
        change(&mut self.lock());
        self.bell.notify_one();
    }

    /// Two flags cannot be left half-written, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, Flags> {
        self.flags.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while<'a>(
        &self,
        flags: MutexGuard<'a, Flags>,
        limit: Duration,
        condition: impl Fn(&Flags) -> bool,
    ) -> MutexGuard<'a, Flags> {
        let waited = self.bell.wait_timeout_while(flags, limit, |flags| condition(flags));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
