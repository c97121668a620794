//! Key rotation on a fleet, simulated: machines with clocks that differ, slow reloads, crashes, and browsers with requests
//! side by side. Time is virtual; the keyrings, the layers and the cookies are real.
//!
//! ```text
//! cargo run --release --example fleet
//! RUNS=1000 MACHINES=100 SEED=1 cargo run --release --example fleet
//! ```
//!
//! Run `n` of a scenario has the seed `SEED + n`, so `SEED=… RUNS=1` repeats one that a report names.
//!
//! `scenario` has the numbers. `world` lets things happen: in `rotation` to the rings that the `operator` publishes, in
//! `traffic` to the requests between `browser` and `machine`. `loss` says why a session was lost, `tally` counts, and
//! `report` prints.

mod browser;
mod loss;
mod machine;
mod operator;
mod report;
mod rotation;
mod scenario;
mod tally;
mod traffic;
mod world;

use std::env;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Instant;

use report::Table;
use scenario::{AHEAD, AT_ONCE, BARELY_AHEAD, HURRY, RELAPSE, Scenario, Size};
use tally::Tally;

/// Visitors of a fleet.
const BROWSERS: usize = 100;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("fleet: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let (runs, machines, seed) = (number("RUNS", 40)?, number("MACHINES", 20)?, number("SEED", 1)?);
    let machines = usize::try_from(machines).map_err(|error| error.to_string())?;
    let size = Size { machines, browsers: BROWSERS };
    let start = Instant::now();
    let mut rows = Vec::new();
    for scenario in [AHEAD, BARELY_AHEAD, AT_ONCE, RELAPSE, HURRY] {
        rows.push((scenario, side_by_side(scenario, size, seed, runs)?));
    }
    println!("{}", Table { size, rows: &rows });
    println!("RUNS={runs} MACHINES={machines} SEED={seed}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// Does the runs of a scenario on all processors.
fn side_by_side(scenario: Scenario, size: Size, seed: u64, runs: u64) -> Result<Tally, String> {
    let next = AtomicU64::new(0);
    let work = || -> Result<Tally, String> {
        let mut sum = Tally::default();
        loop {
            let run = next.fetch_add(1, Relaxed);
            if run >= runs {
                return Ok(sum);
            }
            sum.add(world::run(scenario, size, seed.wrapping_add(run)).map_err(|error| error.to_string())?);
        }
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut sum = Tally::default();
        for thread in threads {
            sum.add(thread.join().map_err(|_| "a run panicked".to_owned())??);
        }
        Ok(sum)
    })
}

fn number(variable: &str, default: u64) -> Result<u64, String> {
    match env::var(variable) {
        Ok(text) => text.trim().parse().map_err(|_| format!("{variable}={text:?} is no number")),
        Err(env::VarError::NotPresent) => Ok(default),
        Err(error) => Err(format!("{variable}: {error}")),
    }
}
