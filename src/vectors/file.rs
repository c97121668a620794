//! A file of vectors, and how it is run.

use std::error::Error;

use super::Extent;
use super::report::{Source, Tally};

/// Why a file, or a case, could not be read.
pub(super) type Unreadable = Box<dyn Error>;

/// A file of vectors.
#[derive(Clone, Copy)]
pub(super) struct VectorFile {
    /// Below `tests/vectors`.
    pub(super) path: &'static str,
    pub(super) about: &'static str,
    pub(super) text: &'static str,
    /// How many cases it has, so that one that was cut off is noticed.
    pub(super) cases: usize,
    pub(super) run: fn(&str, Extent, &mut Tally) -> Result<(), Unreadable>,
}

impl VectorFile {
    pub(super) fn run(&self, extent: Extent) -> Source {
        let mut tally = Tally::default();
        if let Err(error) = (self.run)(self.text, extent, &mut tally) {
            tally.fail(format!("the file could not be read: {error}"));
        }
        let found = tally.cases();
        if found != self.cases {
            tally.fail(format!("the file has {found} cases, not {}", self.cases));
        }
        Source { path: self.path, about: self.about, cases: self.cases, tally }
    }
}
