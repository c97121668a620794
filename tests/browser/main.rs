//! Chromium, driven by WebDriver: what a browser makes of our cookies, and what it sends back. Over https and http, with names
//! under `.test` that all lead to this machine.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "../servers/mod.rs"]
mod servers;

// The demo itself, its start-up apart, and what serves it in its own tests.
#[path = "../../examples/demo/anatomy.rs"]
mod anatomy;
#[path = "../../examples/demo/app.rs"]
mod app;
#[path = "../../examples/demo/assets.rs"]
mod assets;
#[path = "../../examples/demo/html.rs"]
mod html;
#[path = "../../examples/demo/key_table.rs"]
mod key_table;
#[path = "../../examples/demo/keys.rs"]
mod keys;
#[path = "../../examples/demo/notice.rs"]
mod notice;
#[path = "../../examples/demo/notice_box.rs"]
mod notice_box;
#[path = "../../examples/demo/outage.rs"]
mod outage;
#[path = "../../examples/demo/page.rs"]
mod page;
#[path = "../../examples/demo/panel.rs"]
mod panel;
#[path = "../../examples/demo/report.rs"]
mod report;
#[path = "../../examples/demo/shop.rs"]
mod shop;
#[allow(dead_code)]
#[path = "../demo/site.rs"]
mod site;
#[allow(dead_code)]
#[path = "../../examples/demo/storage.rs"]
mod storage;
#[path = "../../examples/demo/trials.rs"]
mod trials;
#[path = "../../examples/demo/visitor.rs"]
mod visitor;
#[path = "../../examples/demo/whereabouts.rs"]
mod whereabouts;

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
