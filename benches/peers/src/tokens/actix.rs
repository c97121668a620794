//! The format of actix-session's `CookieSessionStore`: each value as JSON text, the map of them as JSON, that in a private
//! jar of the older `cookie` that actix-web brings.

use std::collections::HashMap;

use actix_web::cookie::{Cookie, CookieJar, Key};

use super::Token;
use crate::peers::{COOKIE_NAME, Refused};
use crate::session::Shop;
use crate::touch::SHOP;

pub(super) struct Format {
    key: Key,
}

impl Format {
    pub(super) fn new() -> Self {
        Self { key: Key::generate() }
    }
}

impl Token for Format {
    fn name(&self) -> &'static str {
        "actix-session's format"
    }

    fn package(&self) -> &'static str {
        "actix-session"
    }

    fn seal(&self, shop: &Shop) -> Result<String, Refused> {
        let state = HashMap::from([(SHOP.to_owned(), serde_json::to_string(shop)?)]);
        let mut jar = CookieJar::new();
        jar.private_mut(&self.key).add(Cookie::new(COOKIE_NAME, serde_json::to_string(&state)?));
        let sealed = jar.get(COOKIE_NAME).ok_or("the jar is empty")?;
        // As in `Set-Cookie`: the middleware percent-encodes.
        let pair = sealed.stripped().encoded().to_string();
        let (_, value) = pair.split_once('=').ok_or("a cookie without a value")?;
        Ok(value.to_owned())
    }

    fn open(&self, value: &str) -> Result<Shop, Refused> {
        let mut jar = CookieJar::new();
        jar.add_original(Cookie::parse_encoded(format!("{COOKIE_NAME}={value}"))?);
        let opened = jar.private(&self.key).get(COOKIE_NAME).ok_or("refused")?;
        let state: HashMap<String, String> = serde_json::from_str(opened.value())?;
        Ok(serde_json::from_str(state.get(SHOP).ok_or("no shop")?)?)
    }
}
