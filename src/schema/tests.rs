//! Tests of schemas.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    missing_docs,
    unreachable_pub
)]

use serde::{Serialize, de::DeserializeOwned};

use super::error::SchemaErrorKind;
use super::*;

mod hostile;
mod leaves;
mod mutations;
mod pairs;
mod pinned;
mod recursion;
mod refusals;
mod skipping;
mod unseen;
mod validation;

/// The schema of a type that has one.
#[track_caller]
fn schema<T: Serialize + DeserializeOwned>() -> Schema {
    Schema::traced::<T>().unwrap_or_else(|error| panic!("{error}"))
}

/// Asserts that all of these are different.
#[track_caller]
fn assert_distinct(schemas: &[(&str, Schema)]) {
    for (n, (name, schema)) in schemas.iter().enumerate() {
        for (other_name, other) in &schemas[..n] {
            assert_ne!(schema, other, "{name} and {other_name}");
        }
    }
}
