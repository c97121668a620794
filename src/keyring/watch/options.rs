//! The times that a watch keeps.

use std::time::Duration;

/// No time is shorter than this, so that no setting makes a busy loop.
const SHORTEST: Duration = Duration::from_millis(10);

/// How long a [watch](super::Keyring::watch_with) waits, and for what.
#[derive(Debug, Clone)]
pub struct WatchOptions {
    pub(super) settle: Duration,
    vanish_after: Duration,
    poll_every: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            settle: Duration::from_millis(500),
            vanish_after: Duration::from_secs(2),
            poll_every: Duration::from_secs(5),
        }
    }
}

impl WatchOptions {
    /// How long a changed file must stay the same before it counts, for better or worse. Default: 500 ms.
    #[must_use]
    pub fn settle(self, time: Duration) -> Self {
        Self { settle: time, ..self }
    }

    /// How long it must stay the same if keys that still open are gone from it and none is newly revoked. Never less than the
    /// time to settle. Default: 2 s.
    #[must_use]
    pub fn vanish_after(self, time: Duration) -> Self {
        Self { vanish_after: time, ..self }
    }

    /// How often it is read although no change was reported. Default: 5 s; at least 10 ms.
    #[must_use]
    pub fn poll_every(self, time: Duration) -> Self {
        Self { poll_every: time, ..self }
    }

    /// The time for which a ring without keys that still open must stay the same.
    pub(super) fn vanished(&self) -> Duration {
        self.vanish_after.max(self.settle)
    }

    /// The longest time between two reads.
    pub(super) fn poll(&self) -> Duration {
        self.poll_every.max(SHORTEST)
    }

    /// The shortest time between two reads: a folder in which much happens does not keep the watch busy.
    pub(super) fn rest(&self) -> Duration {
        (self.settle / 5).max(SHORTEST)
    }
}
