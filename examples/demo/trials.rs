//! Three ways to break a session, and what becomes of them.

use std::iter::repeat_n;

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use sealed_session::{Error, Session};

use crate::anatomy::{flip_one_byte, sent};
use crate::app::COOKIE;
use crate::notice::{self, Kind};
use crate::visitor::{Item, Visitor};

pub(crate) fn routes() -> Router {
    Router::new().route("/tamper", post(tamper)).route("/fill", post(fill)).route("/overfill", post(overfill))
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

/// Fills the cart until the session refuses, and then puts it back. The data ends as it began, so no cookie is sent.
async fn fill(session: Session<Visitor>) -> Result<Redirect, Error> {
    let before = session.get();
    let mut added = 0;
    let refused = loop {
        match session.try_update(|visitor| visitor.items.push(Item::sample())) {
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
    session.update(|visitor| visitor.items.extend(repeat_n(Item::sample(), 1000)));
    Redirect::to("/")
}
