//! Calls of a store as numbers, through the `metrics` facade.

use std::time::Duration;

use metrics::{counter, histogram};

use super::StoreError;

pub(crate) const CALLS: &str = "sealed_session_store_seconds";
pub(crate) const SWEPT: &str = "sealed_session_swept_total";

/// Notes a call of a store.
pub(super) fn call<T>(store: &'static str, name: &'static str, took: Duration, result: &Result<T, StoreError>) {
    let result = result.as_ref().map_or_else(|error| error.kind().as_str(), |_| "ok");
    histogram!(CALLS, "store" => store, "call" => name, "result" => result).record(took);
}

/// Counts records that were removed because they had expired.
pub(super) fn swept(store: &'static str, removed: u64) {
    counter!(SWEPT, "store" => store).increment(removed);
}
