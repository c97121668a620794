//! Nothing that is shown holds a secret: `Debug`, `Display`, errors, logs at TRACE, and what the demo answers.
#![cfg(all(feature = "axum", feature = "memory"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

// The demo itself, its start-up apart.
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
#[allow(dead_code)]
#[path = "../../examples/demo/options.rs"]
mod options;
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
#[path = "../../examples/demo/storage.rs"]
mod storage;
#[path = "../../examples/demo/trials.rs"]
mod trials;
#[path = "../../examples/demo/visitor.rs"]
mod visitor;
#[path = "../../examples/demo/whereabouts.rs"]
mod whereabouts;

#[path = "../overflow/spy.rs"]
#[allow(dead_code, unreachable_pub)]
mod spy;
#[path = "../support/mod.rs"]
mod support;

mod configs;
mod layer;
mod needles;
mod site;
