//! What a visitor sees whose session is in the store while that cannot be used.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sealed_session::{Error, ErrorKind};

use crate::assets;

/// The crate's own answer, a 503 with `Retry-After`, with a page in place of its plain text. Visitors without a session in
/// the store never come here.
pub(crate) fn response(error: Error) -> Response {
    let (what, next) = match error.kind() {
        ErrorKind::RolledBack => (
            "The store holds an older state of your session than your browser has seen",
            "An old copy of it was put back, perhaps. Rather than show you the past, the session stays closed until the \
             newer records are back.",
        ),
        _ => (
            "Your session is in the store, which cannot be read now",
            "Your cookie was left as it is: once the store is back, you go on where you were.",
        ),
    };
    let mut response = error.into_response();
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        *response.body_mut() = Body::from(format!(include_str!("outage.html"), what = what, next = next));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    }
    (assets::PROTECTION, response).into_response()
}
