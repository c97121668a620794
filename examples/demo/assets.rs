//! What the page needs besides itself, and the headers that protect it.

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::routing::get;

use crate::shop::Shop;

/// Headers of the page: its own styles, pictures and forms, no script, no frame around it.
pub(crate) const PROTECTION: [(HeaderName, &str); 3] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    NO_SNIFFING,
    (REFERRER_POLICY, "same-origin"),
];
const NO_SNIFFING: (HeaderName, &str) = (X_CONTENT_TYPE_OPTIONS, "nosniff");

pub(crate) fn routes() -> Router<Shop> {
    Router::new()
        .route("/page.css", get(async || asset("text/css; charset=utf-8", include_str!("page.css"))))
        .route("/seal.svg", get(async || asset("image/svg+xml", include_str!("seal.svg"))))
}

type Asset = ([(HeaderName, &'static str); 3], &'static str);

fn asset(content_type: &'static str, content: &'static str) -> Asset {
    ([(CONTENT_TYPE, content_type), (CACHE_CONTROL, "public, max-age=60"), NO_SNIFFING], content)
}
