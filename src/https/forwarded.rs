//! What `X-Forwarded-Proto` and `Forwarded` say of the scheme, read strictly.

use http::header::FORWARDED;
use http::{HeaderMap, HeaderName};

// Parsed once.
static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What all the values say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    Https,
    Http,
    Disagreement,
    /// Not of the header's grammar, or another scheme.
    Malformed,
}

impl Said {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Malformed, _) | (_, Self::Malformed) => Self::Malformed,
            (Self::Nothing, one) | (one, Self::Nothing) => one,
            (one, other) if one == other => one,
            _ => Self::Disagreement,
        }
    }

    /// Some proxies name the scheme of a WebSocket; it says the same of TLS.
    fn scheme(scheme: &[u8]) -> Self {
        let is = |name: &str| scheme.eq_ignore_ascii_case(name.as_bytes());
        if is("https") || is("wss") {
            Self::Https
        } else if is("http") || is("ws") {
            Self::Http
        } else {
            Self::Malformed
        }
    }
}

/// What both headers say, each of them a list in one field or several.
pub(super) fn said(headers: &HeaderMap) -> Said {
    let schemes =
        headers.get_all(&X_FORWARDED_PROTO).into_iter().flat_map(|field| field.as_bytes().split(|byte| *byte == b','));
    let said = schemes.map(|scheme| Said::scheme(scheme.trim_ascii())).fold(Said::Nothing, Said::and);
    said.and(forwarded(headers))
}

/// What the `proto` parameters say. An element without one, beside others that have it, is a hop that nobody spoke for.
fn forwarded(headers: &HeaderMap) -> Said {
    let (mut said, mut silent) = (Said::Nothing, false);
    for field in headers.get_all(FORWARDED) {
        let mut reader = Reader(field.as_bytes());
        loop {
            match reader.element() {
                None => return Said::Malformed,
                Some(None) => silent = true,
                Some(Some(scheme)) => said = said.and(Said::scheme(scheme)),
            }
            if reader.0.is_empty() {
                break;
            }
            if reader.eat(b',').is_none() {
                return Said::Malformed;
            }
        }
    }
    if silent && said != Said::Nothing { said.and(Said::Disagreement) } else { said }
}

/// Reads the list of [RFC 7239, section 4](https://www.rfc-editor.org/rfc/rfc7239#section-4); `None` is a break of its
/// grammar. White space around `;` is let through.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// One element: its `proto`, if it has one.
    fn element(&mut self) -> Option<Option<&'a [u8]>> {
        let (mut proto, mut pairs) = (None, 0);
        loop {
            self.0 = self.0.trim_ascii_start();
            if let Some(name) = self.token() {
                self.eat(b'=')?;
                let value = self.value()?;
                pairs += 1;
                if name.eq_ignore_ascii_case(b"proto") && proto.replace(value).is_some() {
                    return None;
                }
            }
            self.0 = self.0.trim_ascii_start();
            if self.eat(b';').is_none() {
                return (pairs > 0).then_some(proto);
            }
        }
    }

    fn value(&mut self) -> Option<&'a [u8]> {
        match self.eat(b'"') {
            Some(()) => self.quoted(),
            None => self.token(),
        }
    }

    /// The rest of a quoted string, with its backslashes.
    fn quoted(&mut self) -> Option<&'a [u8]> {
        let mut escaped = false;
        let end = self.0.iter().position(|byte| {
            let ends = *byte == b'"' && !escaped;
            escaped = *byte == b'\\' && !escaped;
            ends
        })?;
        let text = self.take(end);
        self.eat(b'"')?;
        text
    }

    /// A token of RFC 9110, section 5.6.2.
    fn token(&mut self) -> Option<&'a [u8]> {
        let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
        let len = self.0.iter().take_while(|byte| is_token(byte)).count();
        self.take(len).filter(|token| !token.is_empty())
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }
}
