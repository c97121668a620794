//! The demo, served on a port of this machine and used over HTTP as a browser would.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

// The demo itself, its start-up apart.
include!("../../examples/demo/modules.rs");
#[path = "../../examples/demo/options.rs"]
mod options;

mod browser;
mod site;

mod breaking;
mod failing;
mod moving;
mod secrecy;
mod shopping;
mod starting;
