//! Rows of the attack catalogue that are about the layer as a whole and stand in no other file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use http::header::COOKIE;
use http::{HeaderValue, Request, Response};
use sealed_session::{SameSite, Session};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use support::{Browser, DAY, HOUR, Site, ready};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Data {
    user: Option<String>,
}

fn signed_in() -> (Site<Data>, Browser) {
    let (site, mut browser) = (Site::<Data>::new(), Browser::default());
    browser.visit(&site, |session| session.update(|data| data.user = Some("ann".into())));
    (site, browser)
}

/// Who the site takes a request with this `Cookie` field for, and what came of the cookie.
fn asks(site: &Site<Data>, field: &[u8]) -> (Option<String>, String) {
    let mut seen = (None, String::new());
    let mut request = Request::new(());
    request.headers_mut().insert(COOKIE, HeaderValue::from_bytes(field).unwrap());
    site.call(request, |request| {
        let session = ready(Session::<Data>::from_request(request)).unwrap();
        seen = (session.read(|data| data.user.clone()), session.outcome().to_string());
        Response::new(String::new())
    });
    seen
}

#[test]
fn rows_9_10_and_71_names_that_only_look_like_ours_are_ignored() {
    let (site, browser) = signed_in();
    let value = browser.cookie.unwrap();
    let names: [&[u8]; 7] = [
        b"__host-session",
        b"__HOST-SESSION",
        b"=__Host-session",
        b"%5F%5FHost-session",
        b"\xe2\x80\x80__Host-session",
        b"\xc2\xa0__Host-session",
        b"__Host-session ",
    ];
    for name in names {
        let field = [name, b"=", value.as_bytes()].concat();
        let seen = asks(&site, &field);
        assert_eq!(seen, (None, "absent".into()), "{}", String::from_utf8_lossy(name));
    }
    assert_eq!(asks(&site, format!("__Host-session={value}").as_bytes()).0.as_deref(), Some("ann"));
}

#[test]
fn row_15_whatever_stands_before_or_after_ours_it_is_found() {
    let text = include_str!("vectors/cookies/http-state-parser.json");
    let vectors: Value = serde_json::from_str(text).unwrap();
    let tests = vectors["tests"].as_array().unwrap();
    assert_eq!(tests.len() as u64, vectors["numberOfTests"].as_u64().unwrap());
    let (site, browser) = signed_in();
    let ours = format!("__Host-session={}", browser.cookie.unwrap());
    let mut fields = 0;
    for test in tests {
        // What a browser sends back, and what a server once sent: both are found in `Cookie` fields.
        let sent = test["cookie_latin1"].as_str().into_iter();
        let all = sent.chain(test["set_cookie_latin1"].as_array().unwrap().iter().filter_map(Value::as_str));
        for other in all {
            let other: Vec<u8> = other.chars().map(|character| u8::try_from(character).unwrap()).collect();
            let (ours, other) = (ours.as_bytes(), other.as_slice());
            for field in [[ours, b"; ", other].concat(), [other, b"; ", ours].concat()] {
                // What cannot stand in a header at all does not reach us.
                if HeaderValue::from_bytes(&field).is_ok() {
                    fields += 1;
                    let name = &test["name"];
                    assert_eq!(asks(&site, &field), (Some("ann".into()), "opened".into()), "{name}");
                }
            }
        }
    }
    assert!(fields > 600, "only {fields} fields were tried");
}

#[test]
fn row_29_values_of_other_libraries_are_refused() {
    let (site, _) = signed_in();
    let values = [
        // A JSON web token; an id of tower-sessions; a signed cookie of express-session; a Fernet token; iron-session.
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "wqh4v6mVJ0yWk0u0r1n5Mg",
        "s%3AAbCdEfGhIjKlMnOpQrStUvWxYz012345.6Yl1mHn9fXhGSKc0eDmRdp6eVxTyVbHh7hJ0mAqXn1E",
        "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==",
        "Fe26.2*1*3b1f5d0e*q8n0V2tqjv4o5m2nAbCdEg*Xw3k",
        "7f3f5a0c9d8e4b1a8c6d5e4f3a2b1c0d",
        "deleted",
    ];
    for value in values {
        let (user, outcome) = asks(&site, format!("__Host-session={value}").as_bytes());
        assert!(user.is_none() && ["malformed", "unknown_format", "unknown_key"].contains(&&*outcome), "{outcome}");
    }
}

#[test]
fn row_37_a_client_that_edits_max_age_gains_nothing() {
    let (site, browser) = signed_in();
    // It keeps the cookie as long as it likes; the times are inside.
    let field = format!("__Host-session={}", browser.cookie.unwrap());
    site.clock.advance(DAY - HOUR);
    assert_eq!(asks(&site, field.as_bytes()).1, "opened");
    site.clock.advance(HOUR);
    assert_eq!(asks(&site, field.as_bytes()), (None, "expired_idle".into()));
}

#[test]
fn rows_58_and_59_replay_of_a_cookie_works_until_its_timeout_and_the_docs_say_so() {
    let (site, mut browser) = signed_in();
    let copied = format!("__Host-session={}", browser.cookie.clone().unwrap());
    browser.visit(&site, |session| session.update(|data| data.user = Some("bob".into())));
    assert_eq!(asks(&site, copied.as_bytes()).0.as_deref(), Some("ann"), "an older state");
    assert!(browser.visit(&site, Session::destroy).expires());
    assert_eq!(asks(&site, copied.as_bytes()).0.as_deref(), Some("ann"), "after the session was ended");
    site.clock.advance(DAY);
    assert_eq!(asks(&site, copied.as_bytes()), (None, "expired_idle".into()));
    let security = include_str!("../SECURITY.md");
    assert!(security.contains("**Replay after sign-out.**") && security.contains("**Rollback.**"));
}

#[test]
fn row_61_by_default_no_other_site_sends_the_cookie_along() {
    let mut browser = Browser::default();
    let answer = browser.visit(&Site::<Data>::new(), |session| session.update(|data| data.user = Some("ann".into())));
    let field = answer.set_cookie().unwrap();
    for attribute in ["; SameSite=Lax", "; Secure", "; HttpOnly", "; Path=/"] {
        assert!(field.contains(attribute), "{field}");
    }
}

#[test]
fn row_72_a_removal_has_the_attributes_of_what_it_removes() {
    /// Everything but the value and how long it is kept.
    fn attributes(field: &str) -> Vec<String> {
        let (name, rest) = field.split_once('=').unwrap();
        let kept = rest.split("; ").skip(1).filter(|part| !part.starts_with("Max-Age") && !part.starts_with("Expires"));
        [name.to_owned()].into_iter().chain(kept.map(str::to_owned)).collect()
    }
    let sites = [
        Site::<Data>::new(),
        Site::with(|builder| builder.name("s").path("/shop").domain("example.com").same_site(SameSite::Strict)),
        Site::with(|builder| builder.same_site(SameSite::None).partitioned(true)),
        Site::with(sealed_session::SessionLayerBuilder::insecure_for_http),
        Site::with(sealed_session::SessionLayerBuilder::until_browser_closes),
    ];
    for mut site in sites {
        site.name = site.layer.cookie_name().to_owned();
        let mut browser = Browser::default();
        let set = browser.visit(&site, |session| session.update(|data| data.user = Some("ann".into())));
        let removed = browser.visit(&site, Session::destroy);
        assert!(removed.expires());
        assert_eq!(attributes(&set.set_cookie().unwrap()), attributes(&removed.set_cookie().unwrap()));
    }
}
