//! What the browser says about a request: [Fetch Metadata](https://www.w3.org/TR/fetch-metadata/).

use http::{HeaderMap, HeaderName, Method};

use crate::cookie::SameSite;

/// How a request came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fetch {
    /// The visitor went to a page, as opposed to a script or an element that fetched something. Also true for clients that
    /// do not say.
    pub(crate) navigation: bool,
    /// The browser may have kept our cookie back, because another site caused the request.
    pub(crate) may_withhold: bool,
}

// Parsed once.
static MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
static SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
static DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

impl Fetch {
    /// What these headers say. A cookie that came was not kept back, so where it `has_cookie` they are not asked about that.
    pub(crate) fn new(method: &Method, headers: &HeaderMap, same_site: SameSite, has_cookie: bool) -> Self {
        let mode = headers.get(&MODE);
        let navigate = mode.is_some_and(|mode| mode == "navigate");
        let may_withhold = !has_cookie && may_withhold(method, headers, same_site, navigate);
        Self { navigation: navigate || mode.is_none(), may_withhold }
    }
}

fn may_withhold(method: &Method, headers: &HeaderMap, same_site: SameSite, navigate: bool) -> bool {
    let is = |name: &HeaderName, value: &str| headers.get(name).is_some_and(|field| field == value);
    // A Lax cookie travels on exactly these cross-site requests.
    let top_level = || navigate && is(&DEST, "document") && method.is_safe();
    is(&SITE, "cross-site")
        && match same_site {
            SameSite::Strict => true,
            SameSite::Lax => !top_level(),
            SameSite::None => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    #[test]
    fn a_lax_cookie_is_withheld_unless_the_visitor_follows_a_link() {
        use SameSite::{Lax, None, Strict};
        // method, Sec-Fetch-Site, -Mode, -Dest, SameSite, (navigation, may_withhold)
        let cases = [
            (Method::GET, "", "", "", Lax, (true, false)),
            (Method::POST, "", "", "", Lax, (true, false)),
            (Method::GET, "same-origin", "cors", "empty", Lax, (false, false)),
            (Method::GET, "cross-site", "navigate", "document", Lax, (true, false)),
            (Method::GET, "cross-site", "navigate", "document", Strict, (true, true)),
            (Method::GET, "cross-site", "navigate", "iframe", Lax, (true, true)),
            (Method::POST, "cross-site", "navigate", "document", Lax, (true, true)),
            (Method::POST, "cross-site", "navigate", "document", None, (true, false)),
            (Method::GET, "cross-site", "no-cors", "image", Lax, (false, true)),
            (Method::GET, "same-site", "cors", "empty", Strict, (false, false)),
            (Method::GET, "none", "navigate", "document", Strict, (true, false)),
            (Method::GET, "cross-site", "", "", Lax, (true, true)),
        ];
        for (method, site, mode, dest, same_site, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in [("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)] {
                if !value.is_empty() {
                    headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
                }
            }
            assert!(!Fetch::new(&method, &headers, same_site, true).may_withhold);
            let fetch = Fetch::new(&method, &headers, same_site, false);
            assert_eq!((fetch.navigation, fetch.may_withhold), expected, "{method} {site} {mode} {dest} {same_site:?}");
        }
    }
}
