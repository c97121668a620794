//! Sessions that outgrow their cookie. Tests that are rows of the attack catalogue name their number.
#![cfg(feature = "memory")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, unreachable_pub)]

#[path = "../support/mod.rs"]
mod support;

mod failures;
mod https;
mod layers;
mod moves;
mod races;
mod records;
mod saves;
mod spy;

use serde::{Deserialize, Serialize};

use sealed_session::{Keyring, SessionLayerBuilder};
use spy::Spy;
use support::{Clock, Site};

/// What these sessions hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Cart {
    user: Option<String>,
    items: Vec<String>,
}

impl Cart {
    /// With so many bytes of items.
    fn fill(&mut self, bytes: usize) {
        self.items = (0..bytes.div_ceil(100)).map(|n| format!("{n:0>99}")).collect();
    }

    fn len(&self) -> usize {
        self.items.len() * 100
    }
}

/// A site with a store, and the store.
fn site() -> (Site<Cart>, Spy) {
    site_with(|builder| builder)
}

fn site_with(settings: impl FnOnce(SessionLayerBuilder<Cart>) -> SessionLayerBuilder<Cart>) -> (Site<Cart>, Spy) {
    let spy = Spy::new();
    (machine(&support::keyring(&["a"]), &Clock::new(), &spy, settings), spy)
}

/// One machine of a fleet that shares a store.
fn machine(
    keyring: &Keyring,
    clock: &Clock,
    spy: &Spy,
    settings: impl FnOnce(SessionLayerBuilder<Cart>) -> SessionLayerBuilder<Cart>,
) -> Site<Cart> {
    Site::machine(keyring, clock, |builder| settings(builder.overflow(spy.clone())))
}
