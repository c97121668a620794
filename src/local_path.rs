//! Where to send a visitor back to: a path of this site, and of no other.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, ErrorKind};

/// A path of this very site, with its query: where a visitor was going when he was asked to sign in.
///
/// A sign-in page that redirects to whatever its address says sends people wherever an attacker likes, with the trust they
/// have in the site they just signed in to ([open redirect](https://cwe.mitre.org/data/definitions/601.html)). A `LocalPath`
/// cannot lead away: it starts with one `/`, has no `\`, no control character and no space, which browsers drop or turn into
/// something else, and no segment `.` or `..`. Nor has it one of ``"<>` ``, which no browser sends as they are; in HTML, between
/// double quotes, it needs `&` escaped and nothing else.
///
/// ```
/// use sealed_session::LocalPath;
///
/// assert_eq!(LocalPath::parse("/orders?page=2").unwrap().as_str(), "/orders?page=2");
/// for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)"] {
///     assert!(LocalPath::parse(elsewhere).is_none());
/// }
/// // Where there is no good path, the front page.
/// assert_eq!(LocalPath::parse("//evil.example").unwrap_or_default().as_str(), "/");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LocalPath(String);

impl LocalPath {
    /// Longest path, in bytes.
    pub const MAX_LEN: usize = 1024;

    /// The path that `text` is; none if it is anything else, or longer than [`LocalPath::MAX_LEN`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        is_local(text).then(|| Self(text.to_owned()))
    }

    /// The path that a request asks for. With axum, take it from `OriginalUri`: inside of a nested router the request's own
    /// has lost its beginning.
    #[must_use]
    pub fn of(uri: &Uri) -> Option<Self> {
        Self::parse(uri.path_and_query()?.as_str())
    }

    /// The path, to redirect to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as a value in a query, `/sign-in?next=…`: everything is percent-encoded but letters, digits, `-._~` and `/`.
    #[must_use]
    pub fn to_query_value(&self) -> String {
        use fmt::Write;
        let mut value = String::with_capacity(self.0.len());
        for byte in self.0.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => value.push(byte.into()),
                _ => drop(write!(value, "%{byte:02X}")),
            }
        }
        value
    }
}

fn is_local(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    text.len() <= LocalPath::MAX_LEN
        && text.starts_with('/')
        && !text.starts_with("//")
        && text.bytes().all(|byte| matches!(byte, 0x21..=0x7e if !br#"\"<>`"#.contains(&byte)))
        && !path.split('/').any(is_dots)
}

/// Whether a URL parser takes this segment for "here" or "one up": then what comes behind it may become the beginning.
fn is_dots(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

impl Default for LocalPath {
    /// The front page, `/`.
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl fmt::Display for LocalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for LocalPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for LocalPath {
    type Err = Error;

    /// As [`LocalPath::parse`].
    ///
    /// # Errors
    /// [`ErrorKind::Value`] when it is no path of this site.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text).ok_or_else(|| Error::new(ErrorKind::Value, EXPECTED))
    }
}

const EXPECTED: &str = "not a path of this site: it has to start with one `/`, to have 1024 bytes at most, and no `\\`, no `.` or \
                        `..` as a segment, and nothing but visible ASCII without \"<>`";

impl Serialize for LocalPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for LocalPath {
    /// Text that is no such path is an error, so that a form or a session never holds one.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if is_local(&text) { Ok(Self(text)) } else { Err(serde::de::Error::custom(EXPECTED)) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    #[test]
    fn paths_of_this_site_are_taken_as_they_are() {
        for path in [
            "/",
            "/a",
            "/a/b?c=d&e=/f",
            "/a//b",
            "/~x/%20?q=https://other.example/",
            "/..a/.b/...",
            "/a#b",
            "/:80",
            "/@x",
        ] {
            assert_eq!(LocalPath::parse(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn what_could_lead_elsewhere_is_refused() {
        for text in [
            "",
            "a",
            "evil.example",
            "https://evil.example",
            "http:/evil.example",
            "javascript:alert(1)",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/a\\b",
            "/\t/evil.example",
            "\t//evil.example",
            "/\n/evil.example",
            "/\r\nSet-Cookie: a=b",
            "/a b",
            " /a",
            "/\0",
            "/\u{7f}",
            "/é",
            "/\u{2028}",
            "/.",
            "/..",
            "/./a",
            "/..//evil.example",
            "/a/..//evil.example",
            "/%2e%2e//evil.example",
            "/%2E./a",
            "/a/.%2e?b",
            "?a",
            "#a",
        ] {
            assert_eq!(LocalPath::parse(text), None, "{text:?}");
        }
        assert!(LocalPath::parse(&format!("/{}", "a".repeat(1023))).is_some());
        assert!(LocalPath::parse(&format!("/{}", "a".repeat(1024))).is_none());
    }

    #[test]
    fn in_a_query_it_is_one_value() {
        let path = LocalPath::parse("/a?b=c&d=%2F+e#f").unwrap();
        let address = Url::parse(&format!("https://here.example/sign-in?next={}&x=y", path.to_query_value())).unwrap();
        let pairs: Vec<_> = address.query_pairs().map(|(name, value)| format!("{name} {value}")).collect();
        assert_eq!(pairs, ["next /a?b=c&d=%2F+e#f", "x y"]);
    }

    proptest! {
        /// What browsers make of it, by the URL standard.
        #[test]
        fn none_leaves_the_site(text in "[/\\\\.%2eE:@?#a \t\n\r-]{0,12}|.*") {
            let here = Url::parse("https://here.example/sign-in").unwrap();
            if let Some(path) = LocalPath::parse(&text) {
                let there = here.join(path.as_str()).unwrap();
                prop_assert_eq!(there.origin(), here.origin());
                prop_assert!(!there.path().starts_with("//"));
            }
        }
    }
}
