//! The private jar of the `cookie` crate with JSON inside: also what axum-extra, tower-cookies and poem seal with.

use cookie::{Cookie, CookieJar, Key};

use super::Token;
use crate::peers::{COOKIE_NAME, Refused};
use crate::session::Shop;

/// The jar's key.
pub struct Jar {
    key: Key,
}

impl Jar {
    /// With a fresh key.
    #[must_use]
    pub fn new() -> Self {
        Self { key: Key::generate() }
    }

    /// What an app with a new key and former ones does: the keys in turn, until one opens the cookie.
    #[must_use]
    pub fn by_trial(jars: &[Self], value: &str) -> Option<String> {
        let mut jar = CookieJar::new();
        jar.add_original(Cookie::new(COOKIE_NAME, value.to_owned()));
        let mut opened = jars.iter().filter_map(|tried| jar.private(&tried.key).get(COOKIE_NAME));
        opened.next().map(|cookie| cookie.value().to_owned())
    }
}

impl Default for Jar {
    fn default() -> Self {
        Self::new()
    }
}

/// The same between header and header, as axum-extra does it: percent-encoded in a `Set-Cookie` field, found in a `Cookie`
/// field, decoded.
pub(super) struct Headers(pub(super) Jar);

impl Token for Headers {
    fn name(&self) -> &'static str {
        "the same, header to header (axum-extra's way)"
    }

    fn package(&self) -> &'static str {
        "cookie"
    }

    fn seal(&self, shop: &Shop) -> Result<String, Refused> {
        let mut jar = CookieJar::new();
        jar.private_mut(&self.0.key).add(Cookie::new(COOKIE_NAME, serde_json::to_string(shop)?));
        let sealed = jar.delta().next().ok_or("the jar is empty")?;
        Ok(sealed.encoded().to_string())
    }

    fn open(&self, pair: &str) -> Result<Shop, Refused> {
        let mut jar = CookieJar::new();
        for cookie in Cookie::split_parse_encoded(pair) {
            jar.add_original(cookie?.into_owned());
        }
        let opened = jar.private(&self.0.key).get(COOKIE_NAME).ok_or("refused")?;
        Ok(serde_json::from_str(opened.value())?)
    }

    fn value_len(&self, pair: &str) -> usize {
        pair.len() - COOKIE_NAME.len() - 1
    }
}

impl Token for Jar {
    fn name(&self) -> &'static str {
        "cookie, `PrivateJar` + JSON"
    }

    fn package(&self) -> &'static str {
        "cookie"
    }

    fn seal(&self, shop: &Shop) -> Result<String, Refused> {
        let mut jar = CookieJar::new();
        jar.private_mut(&self.key).add(Cookie::new(COOKIE_NAME, serde_json::to_string(shop)?));
        let sealed = jar.get(COOKIE_NAME).ok_or("the jar is empty")?;
        Ok(sealed.value().to_owned())
    }

    fn open(&self, value: &str) -> Result<Shop, Refused> {
        let mut jar = CookieJar::new();
        jar.add_original(Cookie::new(COOKIE_NAME, value.to_owned()));
        let opened = jar.private(&self.key).get(COOKIE_NAME).ok_or("refused")?;
        Ok(serde_json::from_str(opened.value())?)
    }
}
