//! The store under test, and what checks need.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::id::SessionId;
use crate::random::Random;
use crate::store::{Creation, Loaded, RecordKey, Store, StoreError, Update, Version};

/// Why a check failed.
pub(super) struct Failure(pub(super) String);

pub(super) type Checked = Result<(), Failure>;

/// A check and what it shows.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) run: fn(Subject) -> Pin<Box<dyn Future<Output = Checked> + Send>>,
}

/// A list of checks from functions.
macro_rules! cases {
    ($($name:literal => $run:ident,)*) => {
        pub(super) fn all() -> Vec<Case> {
            vec![$(Case { name: $name, run: |subject| Box::pin($run(subject)) },)*]
        }
    };
}
pub(super) use cases;

/// The store under test.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) store: Arc<dyn Store>,
    pub(super) max_record: usize,
    /// The moment at which the suite began: what engines with a clock of their own take for now, too.
    pub(super) now: Timestamp,
}

impl Subject {
    pub(super) fn new(store: Arc<dyn Store>, max_record: usize) -> Self {
        Self { store, max_record, now: Timestamp::now() }
    }

    /// An expiry that the suite does not live to see.
    pub(super) fn later(&self) -> Timestamp {
        self.now.plus(3600)
    }

    pub(super) async fn create(&self, key: &RecordKey, data: &[u8]) -> Result<Version, Failure> {
        match self.store.create(key, data, self.later(), self.now).await? {
            Creation::Created(version) => Ok(version),
            Creation::Exists => Err(Failure("a fresh key exists already".into())),
        }
    }

    pub(super) async fn load(&self, key: &RecordKey) -> Result<Option<Loaded>, StoreError> {
        self.store.load(key, self.max_record, self.now).await
    }

    pub(super) async fn load_existing(&self, key: &RecordKey) -> Result<Loaded, Failure> {
        self.load(key).await?.ok_or_else(|| Failure("a record is gone".into()))
    }

    pub(super) async fn update(&self, key: &RecordKey, data: &[u8], version: Version) -> Result<Update, StoreError> {
        self.store.update(key, data, self.later(), version, self.now).await
    }
}

/// A key that nobody has used.
pub(super) fn fresh_key() -> Result<RecordKey, Failure> {
    match SessionId::random(Random::System) {
        Ok(id) => Ok(RecordKey::of(id)),
        Err(error) => Err(Failure(error.to_string())),
    }
}

/// Fails unless both are equal.
pub(super) fn same<T: PartialEq + Debug>(what: &str, got: T, expected: T) -> Checked {
    if got == expected { Ok(()) } else { Err(Failure(format!("{what}: got {got:?}, expected {expected:?}"))) }
}

pub(super) fn ensure(holds: bool, otherwise: &str) -> Checked {
    if holds { Ok(()) } else { Err(Failure(otherwise.into())) }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        use std::error::Error;
        let source = error.source().map(|source| format!(" ({source})")).unwrap_or_default();
        Self(format!("{} error: {error}{source}", error.kind().as_str()))
    }
}
