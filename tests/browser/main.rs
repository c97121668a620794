//! Chromium, driven by WebDriver: what a browser makes of our cookies, and what it sends back. Over https and http, with names
//! under `.test` that all lead to this machine.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "../servers/mod.rs"]
mod servers;

// The demo itself, its start-up apart, and what serves it in its own tests.
include!("../../examples/demo/modules.rs");
#[allow(dead_code)]
#[path = "../demo/site.rs"]
mod site;

mod certificate;
mod chromium;
mod exchange;
mod guests;
mod web;
mod wire;

mod cross_site;
mod demo;
mod embedded;
mod expiry;
mod history;
mod names;
mod pictures;
mod planted;
mod size;
mod stored;
mod tabs;
