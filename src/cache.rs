//! Caching: no shared cache keeps a response that may hold a session.

use http::header::{CACHE_CONTROL, COOKIE, Entry, VARY};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Put this into a response's extensions (with axum: return it as part of the response) to let shared caches keep it,
/// although its handler looked at the session: because what it shows does not depend on it.
///
/// A response that carries a `Set-Cookie` of the session is private all the same.
///
/// ```
/// # #[cfg(feature = "axum")] {
/// use sealed_session::AllowSharedCaching;
///
/// async fn logo() -> (AllowSharedCaching, [(&'static str, &'static str); 1], &'static str) {
///     (AllowSharedCaching, [("cache-control", "public, max-age=3600")], "<svg/>")
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AllowSharedCaching;

// Checked once, not with each response.
static BY_COOKIE: HeaderValue = HeaderValue::from_static("cookie");
static PRIVATE: HeaderValue = HeaderValue::from_static("private");

/// Whether apps instruct a CDN by this header, past `Cache-Control`.
fn instructs_cdn(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "cdn-cache-control"
            | "cloudflare-cdn-cache-control"
            | "vercel-cdn-cache-control"
            | "netlify-cdn-cache-control"
            | "akamai-cache-control"
            | "fastly-cache-control"
            | "surrogate-control"
            | "edge-control"
            | "x-accel-expires"
    )
}

/// Adds `Cookie` to `Vary`.
pub(crate) fn vary_by_cookie(headers: &mut HeaderMap) {
    if let Entry::Vacant(vacant) = headers.entry(VARY) {
        vacant.insert(BY_COOKIE.clone());
        return;
    }
    let names = |field: &HeaderValue| field.to_str().unwrap_or_default().to_ascii_lowercase();
    let covered = |name: &str| matches!(name.trim(), "*" | "cookie");
    if headers.get_all(VARY).iter().any(|field| names(field).split(',').any(covered)) {
        return;
    }
    let merged = headers.get(VARY).and_then(|field| {
        let field = field.to_str().ok().filter(|field| !field.trim().is_empty())?;
        HeaderValue::try_from(format!("{field}, {COOKIE}")).ok()
    });
    match (merged, headers.get_mut(VARY)) {
        (Some(merged), Some(field)) => *field = merged,
        _ => {
            headers.append(VARY, BY_COOKIE.clone());
        }
    }
}

/// Makes a response private, or leaves it stricter than that. Says whether that overrode what the app wanted.
pub(crate) fn make_private(headers: &mut HeaderMap) -> bool {
    let overridden = remove_cdn_headers(headers);
    if let Entry::Vacant(vacant) = headers.entry(CACHE_CONTROL) {
        vacant.insert(PRIVATE.clone());
        return overridden;
    }
    let fields: Vec<_> = headers.get_all(CACHE_CONTROL).iter().filter_map(|field| field.to_str().ok()).collect();
    let directives = fields.join(",");
    let (kept, shared) = split_directives(&directives);
    let private = kept.iter().any(|directive| is(directive, "private") || is(directive, "no-store"));
    if private && !shared {
        return overridden;
    }
    let mut value = kept.join(", ");
    if !private {
        value = if value.is_empty() { "private".into() } else { format!("private, {value}") };
    }
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(CACHE_CONTROL, value);
    }
    overridden | shared
}

/// Some CDNs ignore `Vary: Cookie`. Says whether there were any.
fn remove_cdn_headers(headers: &mut HeaderMap) -> bool {
    let mut removed = false;
    while let Some(name) = headers.keys().find(|name| instructs_cdn(name)).cloned() {
        headers.remove(name);
        removed = true;
    }
    removed
}

/// The directives to keep, and whether there were others: those that let shared caches keep a response.
fn split_directives(directives: &str) -> (Vec<&str>, bool) {
    let all = || split_list(directives).filter(|directive| !directive.is_empty());
    let shares = |directive: &&str| {
        // `private="field"` protects a field alone; the response as a whole may be stored.
        let name = directive.split('=').next().unwrap_or_default().trim();
        is(name, "public") || is(name, "s-maxage") || is(name, "proxy-revalidate") || is_qualified_private(directive)
    };
    let opens = |directive: &str| !is(directive, "proxy-revalidate");
    let kept = all().filter(|directive| !shares(directive)).collect();
    (kept, all().filter(shares).any(opens))
}

fn is_qualified_private(directive: &str) -> bool {
    directive.split_once('=').is_some_and(|(name, _)| is(name, "private"))
}

fn is(directive: &str, name: &str) -> bool {
    directive.trim().eq_ignore_ascii_case(name)
}

/// Splits at commas outside of quotes.
fn split_list(list: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    list.split(move |character| {
        quoted ^= character == '"';
        character == ',' && !quoted
    })
    .map(str::trim)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(fields: &[(&str, &str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn cookie_is_merged_into_vary() {
        let cases: [(&[&str], &[&str]); 7] = [
            (&[], &["cookie"]),
            (&["Accept-Encoding"], &["Accept-Encoding, cookie"]),
            (&["Accept, COOKIE"], &["Accept, COOKIE"]),
            (&["*"], &["*"]),
            (&["a", "b"], &["a, cookie", "b"]),
            (&["a", "Cookie"], &["a", "Cookie"]),
            (&["x-cookie"], &["x-cookie, cookie"]),
        ];
        for (before, after) in cases {
            let mut map = HeaderMap::new();
            for value in before {
                map.append(VARY, HeaderValue::from_static(value));
            }
            vary_by_cookie(&mut map);
            assert_eq!(map.get_all(VARY).iter().collect::<Vec<_>>(), after, "{before:?}");
        }
    }

    #[test]
    fn responses_become_private() {
        // Cache-Control before and after, and whether the app's wish was overridden.
        let cases = [
            ("", "private", false),
            ("no-store", "no-store", false),
            ("private", "private", false),
            ("Private, max-age=5", "Private, max-age=5", false),
            ("no-cache", "private, no-cache", false),
            ("max-age=60", "private, max-age=60", false),
            ("public", "private", true),
            ("PUBLIC, max-age=60", "private, max-age=60", true),
            ("s-maxage=9, max-age=60", "private, max-age=60", true),
            ("public, private", "private", true),
            ("private=\"x, y\", max-age=1", "private, max-age=1", true),
            ("no-cache=\"set-cookie, public\"", "private, no-cache=\"set-cookie, public\"", false),
            ("no-store, public", "no-store", true),
        ];
        for (before, after, overridden) in cases {
            let mut map = HeaderMap::new();
            if !before.is_empty() {
                map.insert(CACHE_CONTROL, HeaderValue::from_static(before));
            }
            assert_eq!(make_private(&mut map), overridden, "{before}");
            assert_eq!(map.get(CACHE_CONTROL).unwrap(), after, "{before}");
            assert!(!make_private(&mut map), "{before}: a second time changes nothing");
        }
    }

    #[test]
    fn cdn_headers_are_removed() {
        let mut map =
            headers(&[("CDN-Cache-Control", "max-age=60"), ("Surrogate-Control", "x"), ("cache-control", "private")]);
        assert!(make_private(&mut map));
        assert_eq!(map, headers(&[("cache-control", "private")]));
    }
}
