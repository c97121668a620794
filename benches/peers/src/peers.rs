//! What seals sessions: one file each, driven the way its users drive it, with default settings and random keys.

mod actix;
mod axum_extra;
mod cookie;
pub mod iron;
mod jwe;
mod jwt;
mod paseto;
mod sealed;
mod tower_sessions;

use http::Response;
use http::header::SET_COOKIE;

use crate::session::Sample;

/// Why a peer made no cookie.
pub type Refused = Box<dyn std::error::Error>;

/// Something that makes a cookie of a session.
pub trait Peer {
    /// What it is called.
    fn name(&self) -> &'static str;

    /// The package of this workspace's `Cargo.lock` whose version counts, if it is one.
    fn package(&self) -> Option<&'static str>;

    /// Whether the cookie hides its content; all of them authenticate it.
    fn encrypts(&self) -> bool {
        true
    }

    /// The cookie that carries `sample`.
    ///
    /// # Errors
    /// The peer's own, where it refuses: because the session is too large, as a rule.
    fn cookie(&self, sample: &Sample) -> Result<Cookie, Refused>;
}

/// All of them, in the order of the table.
///
/// # Errors
/// When one cannot be set up.
pub fn all() -> Result<Vec<Box<dyn Peer>>, Refused> {
    Ok(vec![
        Box::new(sealed::Typed::new()?),
        Box::new(sealed::KeyValue::new()?),
        Box::new(cookie::Jar::new()),
        Box::new(axum_extra::Jar::new()),
        Box::new(tower_sessions::Store::new()),
        Box::new(actix::store()?),
        Box::new(iron::Iron::new()?),
        Box::new(jwe::Jwe::new()?),
        Box::new(paseto::Local::new()?),
        Box::new(jwt::Jwt::new()?),
    ])
}

/// What a peer made, as it travels.
#[derive(Debug, Clone)]
pub struct Cookie {
    /// The value, percent-encoded if the peer does that.
    pub value: String,
    /// The whole `Set-Cookie` field, unless the peer makes tokens and leaves cookies to the app.
    pub header: Option<String>,
}

impl Cookie {
    fn from_header(header: &str) -> Result<Self, Refused> {
        let (_, rest) = header.split_once('=').ok_or("a Set-Cookie without a value")?;
        let value = rest.split(';').next().unwrap_or(rest).to_owned();
        Ok(Self { value, header: Some(header.to_owned()) })
    }

    fn from_response<B>(response: &Response<B>) -> Result<Self, Refused> {
        match response.headers().get(SET_COOKIE) {
            Some(header) => Self::from_header(header.to_str()?),
            None => Err(format!("answered {} without a cookie", response.status()).into()),
        }
    }

    fn from_token(value: String) -> Self {
        Self { value, header: None }
    }
}

/// The cookie's name where the app chooses one, so that such peers differ from sealed-session in the value alone.
pub const COOKIE_NAME: &str = "__Host-session";

/// The attributes where the app chooses them: those that sealed-session sends by default.
pub const ATTRIBUTES: &str = "; HttpOnly; Secure; SameSite=Lax; Path=/; Max-Age=86400";

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Refused> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
