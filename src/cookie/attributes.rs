//! The attributes of our cookie, refused where a browser would refuse them.

use cookie::Cookie;
use serde::Deserialize;

use crate::error::{Error, ErrorKind};

/// Browsers ignore an attribute whose value is longer, [RFC 6265bis, section 5.6](https://www.ietf.org/archive/id/draft-ietf-httpbis-rfc6265bis-20.html#section-5.6).
const MAX_ATTRIBUTE: usize = 1024;

/// When a browser sends the cookie along with requests that another site caused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SameSite {
    /// Never, not even when the visitor follows a link from there.
    #[serde(alias = "Strict")]
    Strict,
    /// Only when the visitor comes by a link or the address bar (a top-level navigation with a safe method).
    #[default]
    #[serde(alias = "Lax")]
    Lax,
    /// Always. Needs `Secure`, and protection against cross-site request forgery by the app.
    #[serde(alias = "None")]
    None,
}

/// Name and attributes of a cookie. `HttpOnly` is not among them: it is always set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) name: String,
    pub(crate) path: String,
    pub(crate) domain: Option<String>,
    pub(crate) same_site: SameSite,
    pub(crate) secure: bool,
    pub(crate) partitioned: bool,
}

impl Default for Attributes {
    fn default() -> Self {
        Self {
            name: "__Host-session".into(),
            path: "/".into(),
            domain: None,
            same_site: SameSite::Lax,
            secure: true,
            partitioned: false,
        }
    }
}

impl Attributes {
    /// # Errors
    /// [`ErrorKind::Setting`] for what browsers refuse or misread.
    pub(crate) fn check(&self) -> Result<(), Error> {
        check_name(&self.name)?;
        check_path(&self.path)?;
        if let Some(domain) = &self.domain {
            check_domain(domain)?;
        }
        self.check_secure()?;
        self.check_prefix()
    }

    fn check_secure(&self) -> Result<(), Error> {
        let needs = match (self.same_site, self.partitioned) {
            (SameSite::None, _) => "SameSite=None",
            (_, true) => "Partitioned",
            _ => return Ok(()),
        };
        if self.secure {
            return Ok(());
        }
        refuse(format!("browsers refuse {needs} without Secure: turn Secure on, or drop {needs}"))
    }

    /// Name prefixes promise attributes; browsers match them without regard to case and refuse a cookie that breaks the
    /// promise.
    fn check_prefix(&self) -> Result<(), Error> {
        let lower = self.name.to_ascii_lowercase();
        let host = lower.starts_with("__host-");
        if (host || lower.starts_with("__secure-") || lower.starts_with("__http-")) && !self.secure {
            return refuse(format!("a cookie called {:?} must be Secure: rename it, or turn Secure on", self.name));
        }
        if host && (self.domain.is_some() || self.path != "/") {
            let name = &self.name;
            return refuse(format!("a cookie called {name:?} must have Path=/ and no Domain: rename it, or drop them"));
        }
        Ok(())
    }

    /// As the `cookie` crate writes it, with an empty value.
    pub(super) fn render(&self) -> String {
        let mut cookie = Cookie::build((self.name.as_str(), "")).http_only(true).path(self.path.as_str());
        if let Some(domain) = &self.domain {
            cookie = cookie.domain(domain.as_str());
        }
        let same_site = match self.same_site {
            SameSite::Strict => cookie::SameSite::Strict,
            SameSite::Lax => cookie::SameSite::Lax,
            SameSite::None => cookie::SameSite::None,
        };
        cookie.same_site(same_site).secure(self.secure).partitioned(self.partitioned).to_string()
    }
}

/// A token of RFC 9110, section 5.6.2.
fn check_name(name: &str) -> Result<(), Error> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !name.is_empty() && name.bytes().all(is_token) {
        return Ok(());
    }
    refuse(format!("the cookie name {name:?} is refused: use ASCII letters, digits and any of !#$%&'*+-.^_`|~"))
}

fn check_path(path: &str) -> Result<(), Error> {
    let visible = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';');
    if path.starts_with('/') && visible && path.len() <= MAX_ATTRIBUTE {
        return Ok(());
    }
    refuse(format!(
        "the cookie path {path:?} is refused: begin with `/`, at most {MAX_ATTRIBUTE} visible ASCII characters, no `;` \
         (percent-encode others)"
    ))
}

fn check_domain(domain: &str) -> Result<(), Error> {
    let label = |label: &str| {
        let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        (1..=63).contains(&label.len()) && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    if domain.len() <= 253 && domain.split('.').all(label) {
        return Ok(());
    }
    refuse(format!(
        "the cookie domain {domain:?} is refused: give a host name such as `example.com`, without a leading dot, a port or a \
         scheme (international names in their `xn--` form)"
    ))
}

fn refuse(why: String) -> Result<(), Error> {
    Err(Error::new(ErrorKind::Setting, why))
}
