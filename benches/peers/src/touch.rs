//! What the handlers do with a session. The same for every peer, so that the difference is the peer's.

use std::future::Future;
use std::hint::spin_loop;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::StatusCode;

use crate::session::Shop;

/// What a handler does with the session.
#[derive(Debug, Clone, Copy)]
pub enum Touch {
    /// Puts this into it. Not measured: it makes the cookie that the measured requests carry.
    Fill(&'static Shop),
    /// Nothing.
    Untouched,
    /// Looks at a field.
    Read,
    /// Changes a field.
    Modify,
}

/// Where a key-value session holds the shop: as one value, so that every peer decodes and encodes the same.
pub const SHOP: &str = "shop";

/// The content type of every answer.
pub const HTML: &str = "text/html; charset=utf-8";

/// What a handler answers that looked at its session: whether it is there, and whether it was ever modified.
#[must_use]
pub fn status(shop: Option<&Shop>) -> StatusCode {
    match shop {
        Some(shop) if shop.user_id != Shop::USER => StatusCode::NOT_FOUND,
        Some(shop) if shop.signed_in_at == Shop::SIGNED_IN_AT => StatusCode::OK,
        Some(_) => StatusCode::ACCEPTED,
        None => StatusCode::NOT_FOUND,
    }
}

/// What a handler does that modifies its session.
pub fn modify(shop: &mut Shop) {
    shop.signed_in_at += 1;
}

/// Runs a future without a runtime: none of what is measured waits for anything.
pub fn now<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        spin_loop();
    }
}
