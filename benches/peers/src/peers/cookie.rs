//! The private jar of the `cookie` crate, JSON inside.

use cookie::{Cookie as Jarred, CookieJar, Key};

use super::{ATTRIBUTES, COOKIE_NAME, Cookie, Peer, Refused};
use crate::session::Sample;

pub(super) struct Jar {
    key: Key,
}

impl Jar {
    pub(super) fn new() -> Self {
        Self { key: Key::generate() }
    }
}

impl Peer for Jar {
    fn name(&self) -> &'static str {
        "cookie, private jar"
    }

    fn package(&self) -> Option<&'static str> {
        Some("cookie")
    }

    fn cookie(&self, sample: &Sample) -> Result<Cookie, Refused> {
        let mut plain = Jarred::parse(format!("{COOKIE_NAME}={ATTRIBUTES}"))?;
        plain.set_value(sample.json()?);
        let mut jar = CookieJar::new();
        jar.private_mut(&self.key).add(plain);
        let sealed = jar.get(COOKIE_NAME).ok_or("the jar is empty")?;
        Cookie::from_header(&sealed.to_string())
    }
}
