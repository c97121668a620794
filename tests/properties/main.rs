//! Properties that hold for any data, keys, names, times and orders of events.
//!
//! ```text
//! cargo test --test properties                               a few seconds
//! PROPTEST_CASES=10000 cargo test --release --test properties
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../support/mod.rs"]
mod support;

mod flight;
mod header;
mod machine;
mod model;
mod mutation;
mod round_trip;
mod shapes;

use proptest::prelude::ProptestConfig;

/// A share of the usual number of cases, which `PROPTEST_CASES` raises; for properties that build a layer each time.
fn fewer(by: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: (usual.cases / by).max(1), failure_persistence: None, ..usual }
}
