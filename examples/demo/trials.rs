//! A way to make a session move, three to break it, and what becomes of them.

use std::iter::repeat_n;

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use sealed_session::{Error, Session};

use crate::anatomy::{flip_one_byte, sent};
use crate::notice::{self, Kind};
use crate::shop::{COOKIE, Shop};
use crate::visitor::{Item, Visitor};

/// Envelopes that are too many for any cookie.
pub(crate) const OUTGROW: usize = 100;
/// Envelopes that are too many for a record, too.
const OVERFILL: usize = 5000;

pub(crate) fn routes() -> Router<Shop> {
    Router::new()
        .route("/outgrow", post(outgrow))
        .route("/tamper", post(tamper))
        .route("/fill", post(fill))
        .route("/overfill", post(overfill))
}

/// Puts so much into the cart that the session moves to the store, by itself. Without a store it does not fit.
async fn outgrow(session: Session<Visitor>) -> Result<Redirect, Error> {
    match session.try_update(|visitor| visitor.items.extend(repeat_n(Item::envelope(), OUTGROW))) {
        Ok(()) => Ok(notice::redirect(Kind::Outgrown)),
        full => notice::after(full),
    }
}

/// Sends the visitor's cookie back with one byte of the ciphertext flipped, as an attacker would who has got at the
/// browser. Without a `Session` among the arguments: the layer replaces a cookie of its name when the session is used.
async fn tamper(headers: HeaderMap) -> Response {
    let Some(forged) = sent(&headers).and_then(flip_one_byte) else {
        return notice::redirect(Kind::NoCookie).into_response();
    };
    let cookie = format!("{COOKIE}={forged}; HttpOnly; SameSite=Lax; Path=/");
    ([(SET_COOKIE, cookie)], notice::redirect(Kind::Tampered)).into_response()
}

/// Fills the cart until the session refuses, and then puts it back. The data ends as it began, so no cookie is sent, and
/// the store is not asked to write.
async fn fill(session: Session<Visitor>) -> Result<Redirect, Error> {
    let before = session.get();
    let mut added = 0;
    let refused = loop {
        match session.try_update(|visitor| visitor.items.push(Item::parcel())) {
            Ok(()) => added += 1,
            Err(refused) => break refused,
        }
    };
    session.replace(before);
    notice::refused(refused, added)
}

/// Fills the cart and asks nobody. The layer answers with its own 500 instead of losing data in silence, and the
/// browser keeps the session that it has.
async fn overfill(session: Session<Visitor>) -> Redirect {
    session.update(|visitor| visitor.items.extend(repeat_n(Item::envelope(), OVERFILL)));
    Redirect::to("/")
}
