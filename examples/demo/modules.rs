// What the demo is made of, its start-up apart: for `main.rs`, and for the tests that run it.

mod anatomy;
mod app;
mod assets;
mod html;
mod key_table;
mod keys;
mod notice;
mod notice_box;
mod outage;
mod page;
mod panel;
mod report;
mod shop;
#[allow(dead_code, reason = "a test may bring a store of its own")]
mod storage;
mod trials;
mod visitor;
mod whereabouts;
