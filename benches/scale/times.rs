//! Many durations, and what is said of them.

use std::time::{Duration, Instant};

/// How long each of many calls took.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub(crate) fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn sum(&self) -> Duration {
        self.0.iter().sum()
    }

    /// The time that so many of a thousand calls did not exceed, in microseconds.
    pub(crate) fn per_mille(&mut self, share: usize) -> String {
        self.0.sort_unstable();
        let at = (self.0.len() * share / 1000).min(self.0.len().saturating_sub(1));
        self.0.get(at).map_or("–".into(), |time| format!("{:.1}", time.as_secs_f64() * 1e6))
    }

    /// The longest, in microseconds.
    pub(crate) fn longest(&mut self) -> String {
        self.per_mille(1000)
    }

    /// Runs `call`, and remembers how long it took.
    pub(crate) async fn time<T>(&mut self, call: impl Future<Output = T>) -> T {
        let start = Instant::now();
        let output = call.await;
        self.push(start.elapsed());
        output
    }
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
