//! What came of runs, counted.

use std::collections::BTreeMap;

use sealed_session::{Cause, Refusal};

use crate::loss::Reason;
use crate::scenario::Millis;

/// How many sessions were lost for one reason, with the example of the lowest seed.
#[derive(Debug)]
pub(crate) struct Losses {
    pub(crate) count: u64,
    pub(crate) seed: u64,
    pub(crate) example: String,
}

/// The counts of one run or several.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) runs: u64,
    pub(crate) requests: u64,
    /// By reason, of cookies of all kinds.
    pub(crate) refusals: BTreeMap<&'static str, u64>,
    /// Of sessions that were within their time limits.
    pub(crate) refused_alive: u64,
    pub(crate) losses: BTreeMap<Reason, Losses>,
    /// Runs in which a session was lost.
    pub(crate) runs_with_loss: u64,
    /// Unchanged sessions sealed again: to extend them or to move them to the newest key.
    pub(crate) reseals: u64,
    /// Of those, under an older key than before.
    pub(crate) backwards: u64,
    /// Changed sessions sealed under an older key: the machine's clock was not yet at `seal_from`.
    pub(crate) older_writes: u64,
    pub(crate) failures: u64,
    /// How long after the end of the last session that could exist under an old key the report called it safe to drop, in
    /// milliseconds: the least and the most.
    pub(crate) safe_after: Option<(i64, i64)>,
}

impl Tally {
    pub(crate) fn lost(&self) -> u64 {
        self.losses.values().map(|losses| losses.count).sum()
    }

    pub(crate) fn record_refusal(&mut self, refusal: Refusal, alive: bool) {
        *self.refusals.entry(refusal.as_str()).or_default() += 1;
        self.refused_alive += u64::from(alive);
    }

    pub(crate) fn record_loss(&mut self, reason: Reason, seed: u64, example: String) {
        self.runs_with_loss = 1;
        self.losses.entry(reason).or_insert(Losses { count: 0, seed, example }).count += 1;
    }

    pub(crate) fn record_seal(&mut self, cause: Cause, before: usize, after: usize) {
        let older = u64::from(after < before);
        if cause == Cause::Refreshed {
            self.reseals += 1;
            self.backwards += older;
        } else {
            self.older_writes += older;
        }
    }

    pub(crate) fn record_safe_to_drop(&mut self, safe: Millis, last_end: Millis) {
        let after = safe.cast_signed() - last_end.cast_signed();
        self.widen(Some((after, after)));
    }

    fn widen(&mut self, other: Option<(i64, i64)>) {
        self.safe_after = match (self.safe_after, other) {
            (Some((least, most)), Some((low, high))) => Some((least.min(low), most.max(high))),
            (one, other) => one.or(other),
        };
    }

    /// These runs and those.
    pub(crate) fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.requests += other.requests;
        self.refused_alive += other.refused_alive;
        self.runs_with_loss += other.runs_with_loss;
        self.reseals += other.reseals;
        self.backwards += other.backwards;
        self.older_writes += other.older_writes;
        self.failures += other.failures;
        self.widen(other.safe_after);
        for (reason, count) in other.refusals {
            *self.refusals.entry(reason).or_default() += count;
        }
        for (reason, other) in other.losses {
            let seed = other.seed;
            let count = other.count + self.losses.get(&reason).map_or(0, |losses| losses.count);
            let first = self.losses.remove(&reason).filter(|losses| losses.seed <= seed).unwrap_or(other);
            self.losses.insert(reason, Losses { count, ..first });
        }
    }
}
