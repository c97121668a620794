//! What a run of the vectors found.

use std::collections::BTreeMap;
use std::fmt;

/// What a run of the vectors found. `Display` is a table.
#[derive(Debug, Clone)]
pub struct Report {
    pub(super) sources: Vec<Source>,
}

/// What one file of vectors yielded. A case passes when everything holds that the file says of it, intermediate values
/// included.
#[derive(Debug, Clone)]
pub struct Source {
    pub(super) path: &'static str,
    pub(super) about: &'static str,
    pub(super) cases: usize,
    pub(super) tally: Tally,
}

/// Counts of a file under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    passed: usize,
    skipped: BTreeMap<&'static str, usize>,
    failed: Vec<String>,
}

impl Tally {
    /// Counts a case that holds or does not.
    pub(super) fn check(&mut self, case: impl fmt::Display, holds: bool) {
        if holds { self.passed += 1 } else { self.fail(case.to_string()) }
    }

    pub(super) fn skip(&mut self, reason: &'static str) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    pub(super) fn fail(&mut self, what: String) {
        self.failed.push(what);
    }

    pub(super) fn cases(&self) -> usize {
        self.passed + self.skipped.values().sum::<usize>() + self.failed.len()
    }
}

impl Report {
    /// What each file yielded.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// How many cases passed.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.sources.iter().map(Source::passed).sum()
    }

    /// Whether no case failed, and no file was cut off.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.sources.iter().all(Source::holds)
    }
}

impl Source {
    /// The file, as it is called below `tests/vectors`.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Whose vectors, and of what.
    #[must_use]
    pub const fn about(&self) -> &'static str {
        self.about
    }

    /// How many cases the file has.
    #[must_use]
    pub const fn cases(&self) -> usize {
        self.cases
    }

    /// How many passed.
    #[must_use]
    pub const fn passed(&self) -> usize {
        self.tally.passed
    }

    /// How many were not run, each with the reason.
    pub fn skipped(&self) -> impl Iterator<Item = (&str, usize)> {
        self.tally.skipped.iter().map(|(reason, count)| (*reason, *count))
    }

    /// What did not hold: the names of cases, or what is wrong with the file.
    #[must_use]
    pub fn failed(&self) -> &[String] {
        &self.tally.failed
    }

    /// Whether nothing failed.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.tally.failed.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:38} {:>5} {:>6} {:>6} {:>7}", "source", "cases", "passed", "failed", "skipped")?;
        let mut total = [0; 4];
        for source in &self.sources {
            let skipped = source.skipped().map(|(_, count)| count).sum();
            let row = [source.cases, source.passed(), source.failed().len(), skipped];
            write_row(f, source.about, row)?;
            total.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
            for (reason, count) in source.skipped() {
                writeln!(f, "    {count} skipped: {reason}")?;
            }
            for case in source.failed() {
                writeln!(f, "    FAILED: {case} ({})", source.path)?;
            }
        }
        write_row(f, "all", total)
    }
}

fn write_row(f: &mut fmt::Formatter<'_>, name: &str, [cases, passed, failed, skipped]: [usize; 4]) -> fmt::Result {
    writeln!(f, "{name:38} {cases:>5} {passed:>6} {failed:>6} {skipped:>7}")
}
