//! What can go wrong with a store.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// Why a store did not do what it was asked.
///
/// The text never holds the password of a URL, nor what was stored.
pub struct StoreError {
    kind: StoreErrorKind,
    message: Cow<'static, str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`StoreError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// It cannot be reached, did not answer in time, or is busy or locked. Later it may work.
    Unavailable,
    /// It has no room for the record. What it holds is intact.
    Full,
    /// The record is larger than the store takes, or larger than was to be read.
    TooLarge,
    /// What it holds is not what it should be: a damaged file, a table of another shape, a record that is none.
    Corrupt,
}

impl StoreError {
    /// An error of this kind. `message` names the thing, the limit and the remedy.
    pub fn new(kind: StoreErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The store cannot be used now, because of `source`.
    pub fn unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(StoreErrorKind::Unavailable, "the store is not available").with_source(source)
    }

    /// A record of `size` bytes where at most `limit` are taken.
    #[must_use]
    pub fn too_large(size: usize, limit: usize) -> Self {
        Self::new(StoreErrorKind::TooLarge, format!("a record of {size} bytes, where at most {limit} are taken"))
    }

    /// The error with what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of failure this is.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl StoreErrorKind {
    /// A stable name for counters, in snake case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Full => "full",
            Self::TooLarge => "too_large",
            Self::Corrupt => "corrupt",
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreError").field("kind", &self.kind).field("message", &self.message).finish_non_exhaustive()
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
