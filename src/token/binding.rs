//! What a token is bound to: the associated data of its authentication.

use std::fmt;

use crate::error::{Error, ErrorKind};
use crate::key::KeyId;

/// The first part of the associated data: what this is, and its version.
const DOMAIN: &[u8] = b"sealed-session/1";
const MAX_NAME: usize = 96;
const MAX_CONTEXT: usize = 120;
/// Where format and key id stand: behind their own length and the domain with its length.
const KEY_OFFSET: usize = 2 + DOMAIN.len() + 2;
const MAX_AAD: usize = KEY_OFFSET + 5 + 2 + MAX_PURPOSE + 2 + MAX_NAME + 2 + MAX_CONTEXT;
const MAX_PURPOSE: usize = 6;

/// What a token is for, so that a sealed record can never be replayed as a cookie, nor a cookie as a record.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Cookie,
    Record,
}

impl Purpose {
    const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::Cookie => b"cookie",
            Self::Record => b"record",
        }
    }
}

/// The associated data with room for format and key id, made once per sealer.
#[derive(Clone, Copy)]
pub(super) struct Binding {
    bytes: [u8; MAX_AAD],
    len: usize,
}

impl Binding {
    pub(super) fn new(purpose: Purpose, cookie_name: &str, context: &str) -> Result<Self, Error> {
        for (what, text, limit) in [("cookie name", cookie_name, MAX_NAME), ("context", context, MAX_CONTEXT)] {
            if text.len() > limit {
                let message = format!("the {what} has {} bytes, at most {limit} are allowed: shorten it", text.len());
                return Err(Error::new(ErrorKind::Setting, message));
            }
        }
        let mut binding = Self { bytes: [0; MAX_AAD], len: 0 };
        for part in [DOMAIN, &[0; 5], purpose.as_bytes(), cookie_name.as_bytes(), context.as_bytes()] {
            let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
            binding.push(&length.to_be_bytes());
            binding.push(part);
        }
        Ok(binding)
    }

    fn push(&mut self, part: &[u8]) {
        self.bytes.iter_mut().skip(self.len).zip(part).for_each(|(to, from)| *to = *from);
        self.len += part.len();
    }

    /// The associated data of a token of this format under this key.
    pub(super) fn aad(&self, format: u8, key: KeyId) -> impl AsRef<[u8]> + use<> {
        let mut aad = *self;
        let [a, b, c, d] = key.to_bytes();
        aad.bytes.iter_mut().skip(KEY_OFFSET).zip([format, a, b, c, d]).for_each(|(to, from)| *to = from);
        aad
    }
}

impl AsRef<[u8]> for Binding {
    fn as_ref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl fmt::Debug for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Binding({})", String::from_utf8_lossy(self.as_ref()).escape_debug())
    }
}
