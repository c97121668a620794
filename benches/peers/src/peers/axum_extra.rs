//! `axum_extra`'s private jar in an axum handler, JSON inside.

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Extension, Router};
use axum_extra::extract::PrivateCookieJar;
use axum_extra::extract::cookie::{Cookie as Jarred, Key};
use http::Request;
use tower::ServiceExt;

use super::{ATTRIBUTES, COOKIE_NAME, Cookie, Peer, Refused};
use crate::session::Sample;

pub(super) struct Jar {
    app: Router,
}

impl Jar {
    pub(super) fn new() -> Self {
        Self { app: Router::new().route("/", get(save)).with_state(Key::generate()) }
    }
}

async fn save(jar: PrivateCookieJar, Extension(sample): Extension<Sample>) -> Result<PrivateCookieJar, StatusCode> {
    let json = sample.json().map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let plain = Jarred::parse(format!("{COOKIE_NAME}={ATTRIBUTES}"));
    let mut plain = plain.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    plain.set_value(json);
    Ok(jar.add(plain))
}

impl Peer for Jar {
    fn name(&self) -> &'static str {
        "axum-extra, `PrivateCookieJar`"
    }

    fn package(&self) -> Option<&'static str> {
        Some("axum-extra")
    }

    fn cookie(&self, sample: &Sample) -> Result<Cookie, Refused> {
        let mut request = Request::new(axum::body::Body::empty());
        request.extensions_mut().insert(sample.clone());
        Cookie::from_response(&pollster::block_on(self.app.clone().oneshot(request))?)
    }
}
