//! One template renders both the setting and the removal of a cookie, so they cannot differ in name or attributes.

use http::HeaderValue;

use super::{Attributes, MAX_SET_COOKIE};
use crate::error::{Error, ErrorKind};

/// How long the browser keeps the cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// So many seconds.
    Seconds(u64),
    /// Until the browser closes.
    WithBrowser,
}

/// A `Set-Cookie` field without its value, rendered once.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    /// `name=`
    start: String,
    /// `; HttpOnly; SameSite=Lax; Secure; Path=/`
    attributes: String,
    removal: HeaderValue,
}

const MAX_AGE: &str = "; Max-Age=";
/// Both, because old browsers know only `Expires`, and a wrong clock in the browser must not matter to new ones.
const REMOVED: &str = "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";

impl Template {
    /// # Errors
    /// [`ErrorKind::Setting`] for attributes that a browser would refuse.
    pub(crate) fn new(attributes: &Attributes) -> Result<Self, Error> {
        attributes.check()?;
        let start = format!("{}=", attributes.name);
        let rendered = attributes.render();
        let attributes = rendered.strip_prefix(&start).unwrap_or_default().to_owned();
        let removal = finish(format!("{start}{attributes}{REMOVED}").into_bytes())?;
        Ok(Self { start, attributes, removal })
    }

    /// The name of the cookie.
    pub(crate) fn name(&self) -> &str {
        self.start.strip_suffix("=").unwrap_or_default()
    }

    /// A field to set the cookie; `write_value` appends its value, which takes `value_len` bytes.
    ///
    /// # Errors
    /// What `write_value` returns.
    pub(crate) fn set(
        &self,
        expiry: Expiry,
        value_len: usize,
        write_value: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>,
    ) -> Result<HeaderValue, Error> {
        let mut field = Vec::with_capacity(self.len(expiry, value_len));
        field.extend_from_slice(self.start.as_bytes());
        write_value(&mut field)?;
        field.extend_from_slice(self.attributes.as_bytes());
        if let Expiry::Seconds(seconds) = expiry {
            field.extend_from_slice(MAX_AGE.as_bytes());
            field.extend_from_slice(itoa::Buffer::new().format(seconds).as_bytes());
        }
        finish(field)
    }

    /// A field to remove the cookie.
    pub(crate) fn removal(&self) -> HeaderValue {
        self.removal.clone()
    }

    /// Length of the field that sets a value of `value_len` bytes.
    pub(crate) fn len(&self, expiry: Expiry, value_len: usize) -> usize {
        let expiry = match expiry {
            Expiry::Seconds(seconds) => MAX_AGE.len() + (seconds.checked_ilog10().unwrap_or(0) + 1) as usize,
            Expiry::WithBrowser => 0,
        };
        self.start.len() + value_len + self.attributes.len() + expiry
    }

    /// The longest value that a field can carry.
    pub(crate) fn max_value(&self, expiry: Expiry) -> usize {
        MAX_SET_COOKIE.saturating_sub(self.len(expiry, 0))
    }
}

/// Marked as sensitive, so that HTTP/2 does not index it and header dumps do not show it.
fn finish(field: Vec<u8>) -> Result<HeaderValue, Error> {
    let mut field = HeaderValue::try_from(field)
        .map_err(|error| Error::new(ErrorKind::Setting, "the cookie is no valid header").with_source(error))?;
    field.set_sensitive(true);
    Ok(field)
}
