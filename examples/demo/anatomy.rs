//! The cookie taken apart, as `docs/format.md` specifies it. No key is needed for that, and none of it tells the content, nor
//! whether there is any: a cookie that refers to a record has the same parts.

use std::ops::Range;

use axum::http::HeaderMap;
use axum::http::header::COOKIE as COOKIE_HEADER;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::shop::COOKIE;

const FORMAT: usize = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 24;
const TAG: usize = 16;

/// The raw value of our cookie, as the browser sent it.
pub(crate) fn sent(headers: &HeaderMap) -> Option<&str> {
    let fields = headers.get_all(COOKIE_HEADER).iter().filter_map(|field| field.to_str().ok());
    let mut pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)
}

/// A cookie value as a token with its parts.
pub(crate) struct Anatomy<'a> {
    value: &'a str,
    token: Vec<u8>,
    pub(crate) parts: [Part; 5],
}

/// Some of the bytes of a token.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    /// In style sheets.
    pub(crate) class: &'static str,
    pub(crate) about: &'static str,
    pub(crate) bytes: Range<usize>,
}

impl<'a> Anatomy<'a> {
    /// Nothing for a value that is no token. `content` is what the server found in the ciphertext, in words.
    pub(crate) fn of(value: &'a str, content: &'static str) -> Option<Self> {
        let token = URL_SAFE_NO_PAD.decode(value).ok()?;
        let sealed = token.len().checked_sub(FORMAT + KEY_ID + NONCE + TAG)?;
        let mut start = 0;
        let mut part = |name, class, about, len| {
            let bytes = start..start + len;
            start = bytes.end;
            Part { name, class, about, bytes }
        };
        let parts = [
            part("Format", "format", "which version of the format this is", FORMAT),
            part("Key id", "key", "which key opens it; public", KEY_ID),
            part("Nonce", "nonce", "random, new in every cookie", NONCE),
            part("Ciphertext", "sealed", content, sealed),
            part("Tag", "tag", "proves that nothing was changed", TAG),
        ];
        Some(Self { value, token, parts })
    }

    /// Bytes of the whole token.
    pub(crate) fn len(&self) -> usize {
        self.token.len()
    }

    /// The bytes of `part` in hexadecimal.
    pub(crate) fn hex(&self, part: &Part) -> String {
        self.token.get(part.bytes.clone()).unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The characters of `part`. Four characters hold three bytes, so some belong to two parts; they count to the former.
    pub(crate) fn characters(&self, part: &Part) -> Range<usize> {
        let first = |byte: usize| (byte * 4).div_ceil(3);
        first(part.bytes.start)..first(part.bytes.end)
    }

    pub(crate) fn text(&self, characters: Range<usize>) -> &str {
        self.value.get(characters).unwrap_or_default()
    }

    /// The character that [`flip_one_byte`] changes: the one with the lowest bit of the middle byte.
    pub(crate) fn flipped_character(&self) -> usize {
        (middle(&self.token) * 8 + 7) / 6
    }
}

/// A cookie value with the lowest bit of the byte in its middle flipped, which is one character of the value. In every
/// token that byte belongs to the ciphertext.
pub(crate) fn flip_one_byte(value: &str) -> Option<String> {
    let mut token = URL_SAFE_NO_PAD.decode(value).ok()?;
    let middle = middle(&token);
    *token.get_mut(middle)? ^= 1;
    Some(URL_SAFE_NO_PAD.encode(token))
}

fn middle(token: &[u8]) -> usize {
    token.len() / 2
}
