//! axum-extra's private jar itself. To take a cookie from a request, it opens it, seals it again and, once asked for,
//! opens it.

use axum::response::IntoResponse;
use axum_extra::extract::PrivateCookieJar;
use axum_extra::extract::cookie::{Cookie, Key};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use super::Token;
use crate::peers::{COOKIE_NAME, Refused};
use crate::session::Shop;

pub(super) struct Jar {
    key: Key,
}

impl Jar {
    pub(super) fn new() -> Self {
        Self { key: Key::generate() }
    }
}

impl Token for Jar {
    fn name(&self) -> &'static str {
        "axum-extra, `PrivateCookieJar` + JSON, header to header"
    }

    fn package(&self) -> &'static str {
        "axum-extra"
    }

    fn seal(&self, shop: &Shop) -> Result<String, Refused> {
        let jar = PrivateCookieJar::new(self.key.clone());
        let response = jar.add(Cookie::new(COOKIE_NAME, serde_json::to_string(shop)?)).into_response();
        let field = response.headers().get(SET_COOKIE).ok_or("no cookie")?;
        Ok(field.to_str()?.to_owned())
    }

    fn open(&self, pair: &str) -> Result<Shop, Refused> {
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(pair)?)]);
        let jar = PrivateCookieJar::from_headers(&headers, self.key.clone());
        let opened = jar.get(COOKIE_NAME).ok_or("refused")?;
        Ok(serde_json::from_str(opened.value())?)
    }

    fn value_len(&self, pair: &str) -> usize {
        pair.len() - COOKIE_NAME.len() - 1
    }
}
