//! A value for some threads each, so that no two processors write to one cache line.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// More threads than this share a shard, which costs them a little speed and nothing else.
const SHARDS: usize = 16;

/// The shards. Which one a thread has is settled when it first asks, and is the same for all values.
#[derive(Default)]
pub(crate) struct Shards<T>([Shard<T>; SHARDS]);

/// Aligned to two cache lines, because processors fetch them in pairs.
#[derive(Default)]
#[repr(align(128))]
struct Shard<T>(T);

impl<T> Shards<T> {
    /// The one of this thread. `None` is for the compiler alone.
    pub(crate) fn mine(&self) -> Option<&T> {
        self.0.get(number_of_this_thread()).map(|shard| &shard.0)
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|shard| &shard.0)
    }
}

/// Threads take the shards in turn.
fn number_of_this_thread() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static NUMBER: usize = NEXT.fetch_add(1, Relaxed) % SHARDS);
    NUMBER.try_with(|number| *number).unwrap_or(0)
}
