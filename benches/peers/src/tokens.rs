//! What turns a session into a text and back, without HTTP: one file each, driven as its documentation says, with the
//! random source that it brings. Data that a peer takes as bytes or text is JSON, as its users do it.

mod actix;
mod axum_extra;
mod branca;
mod cookie;
mod fernet;
pub mod floor;
mod jwe;
mod jwt;
mod paseto;
pub mod sealed;

pub use cookie::Jar;

use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::peers::Refused;
use crate::session::Shop;

/// Something that seals and opens sessions.
pub trait Token {
    /// What it is called.
    fn name(&self) -> &'static str;

    /// The package whose version counts.
    fn package(&self) -> &'static str;

    /// Whether the text hides its content; all of them authenticate it.
    fn encrypts(&self) -> bool {
        true
    }

    /// Characters of the cookie's value.
    fn value_len(&self, text: &str) -> usize {
        text.len()
    }

    /// The text that carries `shop`.
    ///
    /// # Errors
    /// The peer's own.
    fn seal(&self, shop: &Shop) -> Result<String, Refused>;

    /// What the text carries.
    ///
    /// # Errors
    /// The peer's own.
    fn open(&self, value: &str) -> Result<Shop, Refused>;
}

/// All of them, in the order of the table; sealed-session first.
///
/// # Errors
/// When one cannot be set up.
pub fn all() -> Result<Vec<Rc<dyn Token>>, Refused> {
    Ok(vec![
        Rc::new(sealed::Sealed::new()?),
        Rc::new(Jar::new()),
        Rc::new(cookie::Headers(Jar::new())),
        Rc::new(axum_extra::Jar::new()),
        Rc::new(actix::Format::new()),
        Rc::new(jwt::Jwt::new()?),
        Rc::new(jwe::Jwe::new()?),
        Rc::new(paseto::Local::new()?),
        Rc::new(fernet::Token::new()?),
        Rc::new(branca::Token::new()?),
    ])
}

/// The claims of a token.
#[derive(Debug, Serialize, Deserialize)]
struct Claims<S> {
    shop: S,
    exp: u64,
}

impl<S> Claims<S> {
    /// Good for 14 days.
    fn new(shop: S) -> Self {
        Self { shop, exp: unix_now() + 14 * 24 * 60 * 60 }
    }
}

fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
