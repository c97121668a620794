//! A suite that shows whether a [`Store`] does what it must. For authors of stores.
//!
//! ```
//! # #[cfg(feature = "memory")]
//! #[tokio::test]
//! async fn my_store_conforms() {
//!     let store = sealed_session::store::MemoryStore::new(64 << 20);
//!     let report = sealed_session::store::conformance::check(store).await;
//!     assert!(report.passed(), "{report}");
//! }
//! ```
//!
//! It takes a moment of about now as the time, so stores whose engine expires records by a clock of its own can be checked
//! too. Run it on a database of its own.

mod cases;
mod races;
mod subject;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Store;
use subject::{Case, Subject};

/// A check that takes longer than this failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a store is asked to show.
#[derive(Debug, Clone)]
#[must_use]
pub struct Suite {
    max_record: usize,
    races: bool,
}

impl Default for Suite {
    fn default() -> Self {
        Self::new()
    }
}

impl Suite {
    /// The whole suite, with records of up to 64 KiB.
    pub fn new() -> Self {
        Self { max_record: 64 * 1024, races: true }
    }

    /// With records of up to so many bytes.
    pub fn max_record(mut self, bytes: usize) -> Self {
        self.max_record = bytes;
        self
    }

    /// Without the checks that several callers at once change one record: for stores whose engine cannot compare and set.
    /// Such a store can revive a session that is being ended, so its documentation has to say so.
    pub fn without_races(mut self) -> Self {
        self.races = false;
        self
    }

    /// Runs the suite.
    pub async fn check(&self, store: impl Store) -> Report {
        let subject = Subject::new(Arc::new(store), self.max_record);
        let races = if self.races { races::all() } else { Vec::new() };
        let mut report = Report { store: subject.store.name(), results: Vec::new() };
        for Case { name, run } in cases::all().into_iter().chain(races) {
            let result = match tokio::time::timeout(PATIENCE, run(subject.clone())).await {
                Ok(result) => result.map_err(|failure| failure.0),
                Err(_) => Err(format!("not done after {PATIENCE:?}")),
            };
            report.results.push((name, result));
        }
        report
    }
}

/// Runs the whole suite on `store`. Needs a tokio runtime.
pub async fn check(store: impl Store) -> Report {
    Suite::new().check(store).await
}

/// What came of the suite.
#[derive(Debug, Clone)]
#[must_use]
pub struct Report {
    store: &'static str,
    results: Vec<(&'static str, Result<(), String>)>,
}

impl Report {
    /// Whether every check passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.results.iter().all(|(_, result)| result.is_ok())
    }

    /// The checks with what came of them.
    pub fn results(&self) -> impl Iterator<Item = (&'static str, Result<(), &str>)> {
        self.results.iter().map(|(name, result)| (*name, result.as_ref().copied().map_err(String::as_str)))
    }
}

impl fmt::Display for Report {
    /// One line per check.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "store {}:", self.store)?;
        for (name, result) in self.results() {
            match result {
                Ok(()) => writeln!(f, "  ok      {name}")?,
                Err(why) => writeln!(f, "  FAILED  {name}: {why}")?,
            }
        }
        Ok(())
    }
}
