//! How much a key is used: counted without two threads writing to one cache line.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::clock::Timestamp;
use crate::shards::Shards;

/// What happened under one key in this process.
#[derive(Default)]
pub(super) struct Usage(Shards<Counts>);

#[derive(Default)]
struct Counts {
    seals: AtomicU64,
    opens: AtomicU64,
    last_open: AtomicU64,
}

impl Usage {
    pub(super) fn sealed(&self) {
        if let Some(counts) = self.0.mine() {
            counts.seals.fetch_add(1, Relaxed);
        }
    }

    pub(super) fn opened(&self, now: Timestamp) {
        if let Some(counts) = self.0.mine() {
            counts.opens.fetch_add(1, Relaxed);
            // Most opens are in the second of the one before, and write nothing.
            if counts.last_open.load(Relaxed) < now.as_unix() {
                counts.last_open.fetch_max(now.as_unix(), Relaxed);
            }
        }
    }

    pub(super) fn seals(&self) -> u64 {
        self.0.all().map(|counts| counts.seals.load(Relaxed)).sum()
    }

    pub(super) fn opens(&self) -> u64 {
        self.0.all().map(|counts| counts.opens.load(Relaxed)).sum()
    }

    pub(super) fn last_open(&self) -> Option<Timestamp> {
        let last = self.0.all().map(|counts| counts.last_open.load(Relaxed)).max();
        last.filter(|seconds| *seconds > 0).map(Timestamp::from_unix)
    }
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Usage").field("seals", &self.seals()).field("opens", &self.opens()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_between_threads() {
        let usage = Usage::default();
        assert_eq!(usage.last_open(), None);
        std::thread::scope(|scope| {
            for thread in 0..40u64 {
                let usage = &usage;
                scope.spawn(move || {
                    for second in 1..=1000 {
                        usage.sealed();
                        usage.opened(Timestamp::from_unix(second + thread));
                    }
                });
            }
        });
        assert_eq!((usage.seals(), usage.opens()), (40_000, 40_000));
        assert_eq!(usage.last_open(), Some(Timestamp::from_unix(1039)));
    }
}
