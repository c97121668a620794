//! Keys rotated on simulated fleets: who is logged out, and when nobody is.
#![allow(clippy::unwrap_used)]

#[path = "../examples/fleet/browser.rs"]
mod browser;
#[path = "../examples/fleet/loss.rs"]
mod loss;
#[path = "../examples/fleet/machine.rs"]
mod machine;
#[path = "../examples/fleet/operator.rs"]
mod operator;
#[path = "../examples/fleet/report.rs"]
mod report;
#[path = "../examples/fleet/rotation.rs"]
mod rotation;
#[path = "../examples/fleet/scenario.rs"]
mod scenario;
#[path = "../examples/fleet/tally.rs"]
mod tally;
#[path = "../examples/fleet/traffic.rs"]
mod traffic;
#[path = "../examples/fleet/world.rs"]
mod world;

use loss::Reason;
use report::Table;
use scenario::{AHEAD, AT_ONCE, BARELY_AHEAD, HURRY, MINUTE, RELAPSE, Scenario, Size};
use tally::Tally;

const SIZE: Size = Size { machines: 10, browsers: 10 };

/// Twenty fleets.
fn runs(scenario: Scenario) -> Tally {
    let mut sum = Tally::default();
    for seed in 1..=20 {
        sum.add(world::run(scenario, SIZE, seed).unwrap());
    }
    // Shown if the test fails.
    let rows = [(scenario, sum)];
    println!("{}", Table { size: SIZE, rows: &rows });
    let [(_, sum)] = rows;
    sum
}

fn lost(tally: &Tally, reason: Reason) -> u64 {
    tally.losses.get(&reason).map_or(0, |losses| losses.count)
}

/// What holds in every scenario but the one that does not heed the report.
fn check_promises(tally: &Tally) {
    assert_eq!(tally.backwards, 0, "a re-seal moves a session to a newer key or leaves it where it is");
    assert_eq!(tally.failures, 0);
    assert_eq!(lost(tally, Reason::Gone), 0, "a key was called safe to drop too early");
    assert_eq!(lost(tally, Reason::Other), 0);
    // The crate adds a minute for clocks that differ; the asked machine's own may be off by half of it.
    let (least, most) = tally.safe_after.unwrap();
    assert!(least >= 0, "called safe {least} ms before the last session had ended");
    assert!(most <= (2 * MINUTE).cast_signed(), "called safe only {most} ms after the last session had ended");
}

#[test]
fn published_ahead_nobody_is_logged_out() {
    let tally = runs(AHEAD);
    check_promises(&tally);
    assert!(tally.requests > 10_000 && tally.reseals > 1000);
    assert_eq!(tally.lost(), 0);
    assert_eq!(tally.refused_alive, 0, "no session is refused even once");
}

#[test]
fn a_key_that_seals_at_once_is_unknown_to_machines_that_have_not_read_it() {
    for scenario in [AT_ONCE, BARELY_AHEAD] {
        let tally = runs(scenario);
        check_promises(&tally);
        assert!(tally.refusals.contains_key("unknown_key"));
        assert!(lost(&tally, Reason::NotRead) > 0);
        assert!(tally.refused_alive > tally.lost(), "a cookie that is kept is opened again by the next machine");
    }
}

#[test]
fn a_machine_that_comes_back_with_an_old_ring_is_the_one_to_ask() {
    let tally = runs(RELAPSE);
    check_promises(&tally);
    assert!(lost(&tally, Reason::CameBack) > 0);
}

#[test]
fn a_key_dropped_before_it_is_safe_costs_sessions() {
    // Earlier than in the example, because so few browsers seldom come back in the last minute.
    let tally = runs(Scenario { hurry: 10 * MINUTE, ..HURRY });
    assert!(lost(&tally, Reason::Gone) > 0);
    assert_eq!(tally.lost(), lost(&tally, Reason::Gone));
}

#[test]
fn a_seed_repeats_its_run() {
    let run = || format!("{:?}", world::run(AT_ONCE, SIZE, 7).unwrap());
    assert_eq!(run(), run());
}
