//! Nothing that is shown holds a secret: `Debug`, `Display`, errors, logs at TRACE, and what the demo answers.
#![cfg(all(feature = "axum", feature = "memory"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

// The demo itself, its start-up apart.
include!("../../examples/demo/modules.rs");
#[allow(dead_code)]
#[path = "../../examples/demo/options.rs"]
mod options;

#[path = "../overflow/spy.rs"]
#[allow(dead_code, unreachable_pub)]
mod spy;
#[path = "../support/mod.rs"]
mod support;

mod configs;
mod layer;
mod needles;
mod site;
