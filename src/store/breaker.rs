//! Stops asking a store that keeps failing, for a moment.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many failures in a row are no accident.
const FAILURES: u32 = 5;
/// How long nobody asks then. Short, so that a store which is back is found soon.
const REST: Duration = Duration::from_secs(1);

/// Counts failures, and says who may call. When a rest is over one caller tries, and the others wait for what comes of it:
/// a store that is coming up is not run over.
#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// Nobody calls until then.
    rests_until: Option<Instant>,
    /// Somebody is trying.
    trying: bool,
}

/// The right to make one call. Dropped without a word, when the caller was cancelled, it leaves the count as it is.
#[derive(Debug)]
pub(super) struct Permit<'a> {
    breaker: &'a Breaker,
    tries: bool,
}

impl Breaker {
    /// The right to call at `now`, or `None` while the store is left alone.
    pub(super) fn admit(&self, now: Instant) -> Option<Permit<'_>> {
        let mut state = self.state();
        let tries = match state.rests_until {
            None => false,
            Some(until) if now < until || state.trying => return None,
            Some(_) => true,
        };
        state.trying |= tries;
        Some(Permit { breaker: self, tries })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// The store answered.
    pub(super) fn answered(self) {
        let mut state = self.breaker.state();
        state.failures = 0;
        state.rests_until = None;
    }

    /// It did not. Says whether the store is left alone from now on, and was not before.
    pub(super) fn failed(self, now: Instant) -> bool {
        let mut state = self.breaker.state();
        state.failures = state.failures.saturating_add(1);
        if state.failures < FAILURES {
            return false;
        }
        state.rests_until.replace(now + REST).is_none()
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if self.tries {
            self.breaker.state().trying = false;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn five_failures_in_a_row_bring_a_rest_and_one_trial_ends_it() {
        let breaker = Breaker::default();
        let start = Instant::now();
        for _ in 0..FAILURES - 1 {
            assert!(!breaker.admit(start).unwrap().failed(start));
        }
        breaker.admit(start).unwrap().answered();
        for _ in 0..FAILURES - 1 {
            assert!(!breaker.admit(start).unwrap().failed(start));
        }
        assert!(breaker.admit(start).unwrap().failed(start), "the rest begins");
        assert!(breaker.admit(start + REST / 2).is_none());

        let trial = breaker.admit(start + REST).unwrap();
        assert!(breaker.admit(start + REST).is_none(), "one tries, the others wait");
        drop(trial);
        let trial = breaker.admit(start + REST).expect("a trial that was cancelled makes room for another");
        assert!(!trial.failed(start + REST), "it goes on resting");
        assert!(breaker.admit(start + REST).is_none());
        breaker.admit(start + 2 * REST).unwrap().answered();
        let both = (breaker.admit(start + 2 * REST), breaker.admit(start + 2 * REST));
        assert!(both.0.is_some() && both.1.is_some(), "it is back");
    }
}
