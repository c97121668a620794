//! The command `vectors`: the security test vectors.

use std::fmt;

use sealed_session::vectors::{self, Extent, Report, Source};
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::output::Answer;

/// Runs the vectors that are inside the program.
pub(crate) fn run(all: bool) -> Result<Answer, Failure> {
    let report = vectors::run(if all { Extent::Full } else { Extent::Usual });
    let exit = if report.holds() { Exit::Fine } else { Exit::Problem };
    let sources = report.sources().iter().map(Row::of).collect();
    Answer::new(&Table { passed: report.passed(), holds: report.holds(), sources, report: &report }, exit)
}

#[derive(Serialize)]
struct Table<'a> {
    passed: usize,
    holds: bool,
    sources: Vec<Row<'a>>,
    #[serde(skip)]
    report: &'a Report,
}

#[derive(Serialize)]
struct Row<'a> {
    source: &'a str,
    file: &'a str,
    cases: usize,
    passed: usize,
    failed: &'a [String],
    skipped: Vec<Skipped<'a>>,
}

#[derive(Serialize)]
struct Skipped<'a> {
    reason: &'a str,
    cases: usize,
}

impl<'a> Row<'a> {
    fn of(source: &'a Source) -> Self {
        Self {
            source: source.about(),
            file: source.path(),
            cases: source.cases(),
            passed: source.passed(),
            failed: source.failed(),
            skipped: source.skipped().map(|(reason, cases)| Skipped { reason, cases }).collect(),
        }
    }
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = if self.holds { "all hold" } else { "NOT ALL HOLD" };
        write!(f, "{}{outcome}", self.report)
    }
}
