//! Names and attributes of cookies.

use http::HeaderValue;
use sealed_session::{SameSite, Session};
use serde_json::Value;

use super::support::{Browser, Site};
use super::{Data, asks, signed_in};

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
    let text = include_str!("../vectors/cookies/http-state-parser.json");
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

#[test]
fn row_61_by_default_no_other_site_sends_the_cookie_along() {
    let mut browser = Browser::default();
    let answer = browser.visit(&Site::<Data>::new(), |session| session.update(|data| data.user = Some("ann".into())));
    let field = answer.set_cookie().unwrap();
    for attribute in ["; SameSite=Lax", "; Secure", "; HttpOnly", "; Path=/"] {
        assert!(field.contains(attribute), "{field}");
    }
}
