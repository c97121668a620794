//! Measures steps side by side: short batches of each in turn, for many rounds, and the median of the batches' means.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// More steps than this in one batch would only need memory for what they are given.
const MOST_STEPS: usize = 20_000;
/// To find out how many steps fill a batch.
const ATTEMPTS: usize = 5;

/// One thing that is measured.
pub struct Racer {
    /// Runs so many steps and says how long they took.
    run: Box<dyn FnMut(usize) -> Duration>,
}

impl Racer {
    /// A step that is given nothing.
    pub fn new<T>(mut step: impl FnMut() -> T + 'static) -> Self {
        Self::prepared(|| (), move |()| step())
    }

    /// A step that is given what `prepare` makes, outside the measured time. Dropping what the step returns is measured.
    pub fn prepared<I, T>(mut prepare: impl FnMut() -> I + 'static, mut step: impl FnMut(I) -> T + 'static) -> Self {
        let run = move |steps| {
            let inputs: Vec<I> = (0..steps).map(|_| prepare()).collect();
            let start = Instant::now();
            for input in inputs {
                black_box(step(black_box(input)));
            }
            start.elapsed()
        };
        Self { run: Box::new(run) }
    }

    /// How many steps fill `batch`: doubles until they do, which warms up too. The quickest of a few attempts counts:
    /// the very first step can take longer than a batch.
    fn steps(&mut self, batch: Duration) -> usize {
        let mut steps = 1;
        while steps < MOST_STEPS {
            let spent = (0..ATTEMPTS).map(|_| (self.run)(steps)).min().unwrap_or_default();
            if spent >= batch {
                let fitting = steps as f64 * batch.as_secs_f64() / spent.as_secs_f64();
                return (fitting as usize).max(1);
            }
            steps *= 2;
        }
        MOST_STEPS
    }
}

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Race {
    /// How often each racer has its turn.
    pub rounds: usize,
    /// How long a turn is, about.
    pub batch: Duration,
}

impl Race {
    /// Nanoseconds per step, for each racer. Each round begins with another racer and each second one runs backwards, so
    /// that no racer always follows the same one.
    #[must_use]
    pub fn run(self, racers: &mut [Racer]) -> Vec<f64> {
        let steps: Vec<usize> = racers.iter_mut().map(|racer| racer.steps(self.batch)).collect();
        let mut means = vec![Vec::with_capacity(self.rounds); racers.len()];
        for round in 0..self.rounds {
            for turn in order(racers.len(), round) {
                let spent = (racers[turn].run)(steps[turn]);
                means[turn].push(spent.as_secs_f64() * 1e9 / steps[turn] as f64);
            }
        }
        means.into_iter().map(median).collect()
    }
}

fn order(racers: usize, round: usize) -> impl Iterator<Item = usize> {
    (0..racers).map(move |turn| {
        let turn = if round.is_multiple_of(2) { turn } else { racers - 1 - turn };
        (turn + round / 2) % racers
    })
}

/// The middle one; not a number of nothing.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
