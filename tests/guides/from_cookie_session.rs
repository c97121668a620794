//! `docs/from-cookie-session.md`.

use sealed_session::{ErrorKind, Session, Values};

use crate::support::{Browser, DAY, HOUR, MINUTE, SECOND};
use crate::*;

#[test]
fn signed() {
    let (site, mut browser) = visited();
    let value = browser.cookie.clone().unwrap();
    assert!(!value.contains('.') && base64_text(&value).is_none(), "nothing of it can be read");
    for position in 0..value.len() {
        let mut forged = value.clone().into_bytes();
        forged[position] = if forged[position] == b'A' { b'B' } else { b'A' };
        browser.cookie = Some(String::from_utf8(forged).unwrap());
        browser.visit(&site, |session| assert!(session.is_new(), "{position}"));
    }
}

/// The text that a cookie value is base64 of, as those of cookie-session are.
fn base64_text(value: &str) -> Option<String> {
    use base64::Engine;
    String::from_utf8(base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(value).unwrap()).ok()
}

#[test]
fn overwrite() {
    let site = Site::<Shop>::new();
    let response = http::Response::builder()
        .header("set-cookie", "__Host-session=mine; Path=/")
        .header("set-cookie", "theme=dark")
        .body(String::new())
        .unwrap();
    let answer = Browser::default().send(&site, http::Request::get("/"), view, response);
    let fields = answer.set_cookies();
    assert!(fields.len() == 2 && !fields.iter().any(|field| field.contains("=mine")), "{fields:?}");
    assert!(site.events.take().contains(&"CookieOverridden".to_owned()));
}

#[test]
fn is_changed() {
    let (site, mut browser) = visited();
    browser.visit(&site, |session| {
        let before = session.get();
        view(session);
        assert_ne!(session.get(), before);
        session.update(|shop| shop.views -= 1);
        assert_eq!(session.get(), before);
    });
}

#[test]
fn is_new() {
    let (site, mut browser) = (Site::<Shop>::new(), Browser::default());
    browser.visit(&site, |session| {
        assert!(session.is_new());
        view(session);
    });
    browser.visit(&site, |session| assert!(!session.is_new()));
}

#[test]
fn is_populated() {
    let site = Site::<Values>::new();
    Browser::default().visit(&site, |session| {
        assert!(session.read(Values::is_empty));
        session.insert("views", &1).unwrap();
        assert!(!session.read(Values::is_empty) && session.read(|values| values.keys().eq(["views"])));
    });
}

#[test]
fn set_to_an_empty_object() {
    let (site, mut browser) = visited();
    assert!(browser.visit(&site, |session| session.replace(Shop::default())).sets());
    browser.visit(&site, |session| assert!(!session.is_new() && session.get() == Shop::default()));
}

#[test]
fn expiry_is_sealed() {
    let (site, mut browser) = visited();
    site.clock.advance(DAY);
    browser.visit(&site, |session| assert!(session.is_new(), "whatever the browser kept"));
}

#[test]
fn errors_are_not_swallowed() {
    struct Broken;
    impl Serialize for Broken {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no"))
        }
    }
    let site = Site::<Values>::new();
    Browser::default().visit(&site, |session| {
        assert_eq!(*session.insert("it", &Broken).unwrap_err().kind(), ErrorKind::Value);
    });
}

#[test]
fn active_duration() {
    let site = site_with::<Shop>(|builder| builder.idle_timeout(HOUR).lifetime(DAY));
    let mut browser = Browser::default();
    browser.visit(&site, view);
    // Used within the hour, again and again, it lives for a day.
    for _ in 0..26 {
        site.clock.advance(54 * MINUTE);
        browser.visit(&site, |session| assert!(!session.is_new()));
    }
    site.clock.advance(36 * MINUTE);
    browser.visit(&site, |session| assert!(session.is_new()));
}

#[test]
fn duration() {
    let site = site_with::<Shop>(|builder| builder.lifetime(HOUR).idle_timeout(HOUR));
    let mut browser = Browser::default();
    browser.visit(&site, view);
    site.clock.advance(HOUR - SECOND);
    browser.visit(&site, |session| assert!(!session.is_new()));
    site.clock.advance(SECOND);
    browser.visit(&site, |session| assert!(session.is_new()));
}

#[test]
fn reset() {
    let (site, mut browser) = visited();
    let mut ids = Vec::new();
    let answer = browser.visit(&site, |session| {
        ids.push(session.id().unwrap());
        session.destroy();
    });
    assert!(answer.expires());
    browser.visit(&site, |session| {
        view(session);
        ids.push(session.id().unwrap());
    });
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn reset_and_keep() {
    let (site, mut browser) = visited();
    browser.visit(&site, |session| session.update(|shop| shop.cart.push("tea".into())));
    let answer = browser.visit(&site, |session| {
        let cart = session.read(|shop| shop.cart.clone());
        session.destroy();
        session.update(|shop| shop.cart = cart);
    });
    assert!(answer.sets());
    browser.visit(&site, |session| assert_eq!((session.get().views, session.get().cart.len()), (0, 1)));
}

#[test]
fn set_duration() {
    let (site, mut browser) = visited();
    assert_eq!(browser.visit(&site, |session| session.remember_for(HOUR)).max_age(), Some(3600));
    assert_eq!(browser.visit(&site, |session| session.remember_for(7 * DAY)).max_age(), Some(7 * DAY.as_secs()));
    site.clock.advance(7 * DAY);
    browser.visit(&site, |session| assert!(session.is_new()));
}

#[test]
fn binding() {
    let (site, browser) = visited();
    let other = site_with::<Shop>(|builder| builder.name("__Host-other"));
    let context = site_with::<Shop>(|builder| builder.context("staging"));
    for site in [other, context] {
        browser.clone().visit(&site, |session| assert!(session.is_new()));
        assert_eq!(site.events.take(), ["tampered", "Expired"]);
    }
    browser.clone().visit(&site, |session: &Session<Shop>| assert!(!session.is_new()));
}
