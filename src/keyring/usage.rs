//! How much a key is used: counted without two threads writing to one cache line.

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::clock::Timestamp;

/// More threads than this share a shard, which costs them a little speed and no count.
const SHARDS: usize = 16;

/// What happened under one key in this process.
#[derive(Default)]
pub(super) struct Usage {
    shards: [Shard; SHARDS],
}

/// The counts of some threads. Aligned to two cache lines, because processors fetch them in pairs.
#[derive(Default)]
#[repr(align(128))]
struct Shard {
    seals: AtomicU64,
    opens: AtomicU64,
    last_open: AtomicU64,
}

impl Usage {
    pub(super) fn sealed(&self) {
        self.with_shard(|shard| {
            shard.seals.fetch_add(1, Relaxed);
        });
    }

    pub(super) fn opened(&self, now: Timestamp) {
        self.with_shard(|shard| {
            shard.opens.fetch_add(1, Relaxed);
            // Most opens are in the second of the one before, and write nothing.
            if shard.last_open.load(Relaxed) < now.as_unix() {
                shard.last_open.fetch_max(now.as_unix(), Relaxed);
            }
        });
    }

    pub(super) fn seals(&self) -> u64 {
        self.shards.iter().map(|shard| shard.seals.load(Relaxed)).sum()
    }

    pub(super) fn opens(&self) -> u64 {
        self.shards.iter().map(|shard| shard.opens.load(Relaxed)).sum()
    }

    pub(super) fn last_open(&self) -> Option<Timestamp> {
        let last = self.shards.iter().map(|shard| shard.last_open.load(Relaxed)).max();
        last.filter(|seconds| *seconds > 0).map(Timestamp::from_unix)
    }

    fn with_shard(&self, count: impl FnOnce(&Shard)) {
        if let Some(shard) = self.shards.get(shard_of_this_thread()) {
            count(shard);
        }
    }
}

/// Threads take the shards in turn.
fn shard_of_this_thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static SHARD: usize = NEXT.fetch_add(1, Relaxed) % SHARDS);
    SHARD.try_with(|shard| *shard).unwrap_or(0)
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
