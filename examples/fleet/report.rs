//! What came of the scenarios: a table, and in words what it cannot say.

use std::fmt;

use crate::scenario::{ROTATIONS, SECOND, Scenario, Size};
use crate::tally::Tally;

/// The table, and below it what it cannot say.
pub(crate) struct Table<'a> {
    pub(crate) size: Size,
    pub(crate) rows: &'a [(Scenario, Tally)],
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut reasons: Vec<_> = self.rows.iter().flat_map(|(_, tally)| tally.refusals.keys().copied()).collect();
        reasons.sort_unstable();
        reasons.dedup();
        write!(
            f,
            "{:<20} {:>5} {:>8} {:>9} {:>9} {:>7}",
            "scenario", "runs", "machines", "rotations", "requests", "lost"
        )?;
        reasons.iter().try_for_each(|reason| write!(f, " {reason:>16}"))?;
        writeln!(f, " {:>9} {:>9}", "re-seals", "backwards")?;
        for (scenario, tally) in self.rows {
            let (runs, requests, lost) = (tally.runs, tally.requests, tally.lost());
            let rotations = runs * ROTATIONS;
            write!(
                f,
                "{:<20} {runs:>5} {:>8} {rotations:>9} {requests:>9} {lost:>7}",
                scenario.name, self.size.machines
            )?;
            let counts = reasons.iter().map(|reason| tally.refusals.get(reason).copied().unwrap_or(0));
            counts.into_iter().try_for_each(|count| write!(f, " {count:>16}"))?;
            writeln!(f, " {:>9} {:>9}", tally.reseals, tally.backwards)?;
        }
        self.rows.iter().try_for_each(|(scenario, tally)| remarks(f, scenario, tally))
    }
}

fn remarks(f: &mut fmt::Formatter<'_>, scenario: &Scenario, tally: &Tally) -> fmt::Result {
    writeln!(f, "\n{}", scenario.name)?;
    let (lost, runs, refused) = (tally.lost(), tally.runs_with_loss, tally.refused_alive);
    writeln!(
        f,
        "  lost: {lost}, in {runs} of {} runs; sessions refused within their time limits: {refused} times",
        tally.runs
    )?;
    for (reason, losses) in &tally.losses {
        writeln!(f, "  {}: {reason}; seed {}, {}", losses.count, losses.seed, losses.example)?;
    }
    if let Some((least, most)) = tally.safe_after {
        let (least, most) = (least / SECOND.cast_signed(), most / SECOND.cast_signed());
        writeln!(
            f,
            "  safe to drop: {least} to {most} s after the last session that could be under the old key had ended"
        )?;
    }
    if tally.older_writes > 0 {
        writeln!(
            f,
            "  written under an older key, because a clock was not yet at `seal_from`: {}",
            tally.older_writes
        )?;
    }
    if tally.failures > 0 {
        writeln!(f, "  answers replaced because the session could not be saved: {}", tally.failures)?;
    }
    Ok(())
}
