//! The key tool, run as operators run it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "cli/check.rs"]
mod check;
#[path = "cli/disk.rs"]
mod disk;
#[path = "cli/edit.rs"]
mod edit;
#[path = "cli/keys.rs"]
mod keys;
#[path = "cli/open.rs"]
mod open;
#[path = "cli/tool.rs"]
mod tool;
#[path = "cli/vectors.rs"]
mod vectors;
