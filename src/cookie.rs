//! The cookie: find ours in a request, render it into a response.

mod attributes;
mod template;

use std::iter;

use http::HeaderMap;
use http::header::COOKIE;
use memchr::memchr;

pub(crate) use attributes::Attributes;
pub use attributes::SameSite;
pub(crate) use template::{Expiry, Template};

/// Largest `Set-Cookie` field value that is sent, in bytes, name and attributes included. Browsers drop a cookie above
/// 4096, and differ in what they count: Chromium the name and the value alone, so it would keep a few dozen bytes more
/// (`tests/browser/size.rs`); others the `=`, the attributes or the line end along.
pub(crate) const MAX_SET_COOKIE: usize = 4093;

/// At most so many cookies of one name are looked at. More than one is already a sign that someone plants them.
const MAX_CANDIDATES: usize = 4;

/// The values of cookies of one name, the first ones filled.
pub(crate) type Candidates<'a> = [Option<&'a [u8]>; MAX_CANDIDATES];

/// The values of the cookies called `name`, in the order sent, at most four.
///
/// Works on raw bytes: names are compared byte for byte, never decoded or trimmed, and what other cookies hold does not
/// matter, be it valid or not. Takes what user agents send, [RFC 6265, section 4.2.1](https://www.rfc-editor.org/rfc/rfc6265#section-4.2.1),
/// in one `Cookie` field or, as HTTP/2 allows, in several.
pub(crate) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Candidates<'a> {
    let mut found = Candidates::default();
    let mut room = found.iter_mut();
    for pair in headers.get_all(COOKIE).iter().flat_map(|field| pairs(field.as_bytes())) {
        if let Some(value) = value_of(pair, name.as_bytes()) {
            match room.next() {
                Some(room) => *room = Some(value),
                None => return found,
            }
        }
    }
    found
}

/// What stands between the semicolons.
fn pairs(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(field);
    iter::from_fn(move || {
        let field = rest?;
        let (pair, after) = field.split_at(memchr(b';', field).unwrap_or(field.len()));
        rest = after.get(1..);
        Some(pair)
    })
}

fn value_of<'a>(pair: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    // The separator is `; `: white space before a name belongs to it, in the sense of HTTP (space and tab, not Unicode's).
    let start = pair.iter().position(|byte| !matches!(byte, b' ' | b'\t'))?;
    pair.get(start..)?.strip_prefix(name)?.strip_prefix(b"=")
}

#[cfg(test)]
mod tests;
