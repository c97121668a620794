//! Every refusal through the layer: no session, the reason counted, the cookie cleared or kept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod support;

use http::Request;
use http::header::COOKIE;
use sealed_session::{Keyring, Outcome, ScheduledKey, Session};
use serde::{Deserialize, Serialize};
use support::{Answer, Browser, Clock, DAY, HOUR, MINUTE, SECOND, Site, key, keyring, ready, response};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Data {
    user: Option<String>,
}

fn sign_in(session: &Session<Data>) {
    session.update(|data| data.user = Some("ada".into()));
}

/// A value that `site` sealed.
fn sealed(site: &Site<Data>) -> String {
    let mut browser = Browser::default();
    browser.visit(site, sign_in);
    site.events.take();
    browser.cookie.unwrap()
}

/// Sends a `Cookie` field to a handler that only reads, and says what it saw.
fn read(site: &Site<Data>, cookie: &str) -> (Answer, bool) {
    let mut fresh = false;
    let request = Request::get("/").header(COOKIE, cookie.as_bytes()).body(()).unwrap();
    let answer = site.call(request, |request| {
        let session = ready(Session::<Data>::from_request(request)).unwrap();
        fresh = session.is_new() && session.get() == Data::default();
        response(200)
    });
    (answer, fresh)
}

#[track_caller]
fn cleared(site: &Site<Data>, value: &str, reason: &str) {
    let (answer, fresh) = read(site, &format!("__Host-session={value}"));
    assert!(fresh && answer.expires(), "{reason}: {answer:?}");
    assert_eq!(site.events.take(), [reason, "Expired"]);
}

#[track_caller]
fn kept(site: &Site<Data>, value: &str, reason: &str) {
    let (answer, fresh) = read(site, &format!("__Host-session={value}"));
    assert!(fresh && answer.set_cookie().is_none(), "{reason}: {answer:?}");
    assert_eq!(site.events.take(), [reason]);
    // A handler that writes replaces it, with an event.
    let mut browser = Browser { cookie: Some(value.into()) };
    assert!(browser.visit(site, sign_in).sets());
    assert_eq!(site.events.take(), [reason, "sealed Created", &format!("replaced {reason}")]);
    // One that signs out expires it.
    let mut browser = Browser { cookie: Some(value.into()) };
    assert!(browser.visit(site, Session::destroy).expires());
    site.events.take();
}

#[test]
fn rows_5_to_7_malformed_values_are_cleared() {
    let site = Site::<Data>::new();
    let good = sealed(&site);
    for value in ["", "AQ", "=", "+/", &format!("{good}="), &format!("\"{good}\""), &format!("{good}%3D")] {
        cleared(&site, value, "malformed");
    }
    cleared(&site, &"A".repeat(4097), "too_large");
    cleared(&site, &"A".repeat(65536), "too_large");
}

#[test]
fn row_6_no_value_is_no_cookie() {
    let site = Site::<Data>::new();
    for cookie in ["__Host-session", "other=1", "=__Host-session=x", "__host-session=x", "%5F%5FHost-session=x"] {
        let (answer, fresh) = read(&site, cookie);
        assert!(fresh && answer.set_cookie().is_none());
        assert_eq!(site.events.take(), ["absent"], "{cookie}");
    }
}

#[test]
fn rows_26_and_27_tampered_values_are_cleared() {
    let site = Site::<Data>::new();
    let good = sealed(&site);
    let other = if good[60..].starts_with('A') { "B" } else { "A" };
    cleared(&site, &format!("{}{other}{}", &good[..60], &good[61..]), "tampered");
    // Another context, another cookie name.
    let clock = Clock::new();
    let context = Site::<Data>::machine(&keyring(&["a"]), &clock, |builder| builder.context("admin"));
    cleared(&context, &good, "tampered");
    let mut name = Site::<Data>::machine(&keyring(&["a"]), &clock, |builder| builder.name("__Host-other"));
    name.name = "__Host-other".into();
    let (answer, fresh) = read(&name, &format!("__Host-other={good}"));
    assert!(fresh && answer.expires());
    assert_eq!(name.events.take(), ["tampered", "Expired"]);
}

#[test]
fn row_18_what_another_machine_may_know_is_kept() {
    let clock = Clock::new();
    let good = sealed(&Site::<Data>::machine(&keyring(&["b"]), &clock, |builder| builder));
    let site = Site::<Data>::machine(&keyring(&["a"]), &clock, |builder| builder);
    kept(&site, &good, "unknown_key");
    kept(&site, &format!("Ag{}", &good[2..]), "unknown_format");
    let other = Site::<Data>::machine(&keyring(&["a"]), &clock, |builder| builder.schema("another shape"));
    kept(&site, &sealed(&other), "foreign_schema");
}

#[test]
fn row_21_other_formats_are_set_aside() {
    let site = Site::<Data>::new();
    let good = sealed(&site);
    for first in ["AA", "Ag", "_w"] {
        kept(&site, &format!("{first}{}", &good[2..]), "unknown_format");
    }
}

#[test]
fn row_19_revoked_keys_are_cleared_and_ended_ones_kept() {
    let clock = Clock::new();
    let ring = keyring(&["a"]);
    let site = Site::<Data>::machine(&ring, &clock, |builder| builder);
    let good = sealed(&site);
    let now = clock.now();
    ring.replace(&Keyring::new([key("b").into(), ScheduledKey::new(key("a")).open_until(now)]).unwrap());
    kept(&site, &good, "ended_key");
    ring.replace(&Keyring::new([key("b").into(), ScheduledKey::new(key("a")).revoked()]).unwrap());
    cleared(&site, &good, "revoked_key");
    // The only sealing key: revocation applies all the same, and saving says that it cannot.
    ring.replace(&Keyring::new([ScheduledKey::new(key("a")).revoked()]).unwrap());
    cleared(&site, &good, "revoked_key");
    let answer = Browser::default().visit(&site, sign_in);
    assert_eq!(answer.status(), 503);
    assert!(answer.set_cookie().is_none() && answer.0.headers().contains_key("retry-after"));
    assert_eq!(site.events.take(), ["absent", "failed NoSealingKey"]);
}

#[test]
fn rows_32_and_33_expired_sessions_are_cleared() {
    let site = Site::<Data>::new();
    let good = sealed(&site);
    site.clock.advance(DAY - SECOND);
    assert!(!read(&site, &format!("__Host-session={good}")).1);
    site.events.take();
    site.clock.advance(SECOND);
    cleared(&site, &good, "expired_idle");
    site.clock.advance(13 * DAY);
    cleared(&site, &good, "expired_lifetime");
}

#[test]
fn a_shorter_timeout_in_config_applies_at_once() {
    let clock = Clock::new();
    let good = sealed(&Site::<Data>::machine(&keyring(&["a"]), &clock, |builder| builder));
    clock.advance(HOUR);
    let stricter = Site::<Data>::machine(&keyring(&["a"]), &clock, |builder| builder.idle_timeout(HOUR));
    cleared(&stricter, &good, "expired_idle");
}

#[test]
fn rows_34_and_35_clocks_that_differ() {
    let site = Site::<Data>::new();
    let good = sealed(&site);
    site.clock.go_back(MINUTE);
    assert!(!read(&site, &format!("__Host-session={good}")).1);
    site.events.take();
    site.clock.go_back(SECOND);
    kept(&site, &good, "not_yet_valid");
    site.clock.go_back(HOUR);
    kept(&site, &good, "not_yet_valid");
    // A write on a machine that is behind keeps the beginning, and does not extend the session.
    let site = Site::<Data>::new();
    let mut browser = Browser { cookie: Some(sealed(&site)) };
    let created = site.clock.now();
    site.clock.go_back(30 * SECOND);
    browser.visit(&site, |session| session.update(|data| data.user = None));
    browser.visit(&site, |session| assert_eq!(session.created_at(), time::OffsetDateTime::from(created)));
}

#[test]
fn row_8_bytes_of_other_cookies_do_not_matter() {
    let site = Site::<Data>::new();
    let good = sealed(&site);
    let field = [b"x=\xff\x80\xfe; __Host-session=", good.as_bytes(), b"; y=\xc3\x28"].concat();
    let request = Request::get("/").header(COOKIE, field).body(()).unwrap();
    site.call(request, |request| {
        assert!(!ready(Session::<Data>::from_request(request)).unwrap().is_new());
        response(200)
    });
}

#[test]
fn rows_11_and_12_several_cookies_of_our_name() {
    let site = Site::<Data>::new();
    let (one, two) = (sealed(&site), sealed(&site));
    for cookie in [format!("__Host-session={one}; __Host-session=x"), format!("__Host-session=x; __Host-session={one}")]
    {
        assert!(!read(&site, &cookie).1);
        assert_eq!(site.events.take(), ["opened"]);
    }
    let (answer, fresh) = read(&site, &format!("__Host-session={one}; __Host-session={two}"));
    assert!(fresh && answer.set_cookie().is_none());
    assert_eq!(site.events.take(), ["duplicate"]);
    // The same session twice: the later one.
    let mut browser = Browser { cookie: Some(one.clone()) };
    site.clock.advance(SECOND);
    browser.visit(&site, |session| session.update(|data| data.user = Some("later".into())));
    let later = browser.cookie.unwrap();
    for cookie in [
        format!("__Host-session={one}; __Host-session={later}"),
        format!("__Host-session={later}; __Host-session={one}"),
    ] {
        let request = Request::get("/").header(COOKIE, cookie).body(()).unwrap();
        site.call(request, |request| {
            assert_eq!(ready(Session::<Data>::from_request(request)).unwrap().get().user.as_deref(), Some("later"));
            response(200)
        });
    }
}

#[test]
fn a_cookie_whose_data_cannot_be_decoded_does_not_stand_in_the_way_of_another() {
    #[derive(Debug, Default, Serialize, Deserialize)]
    struct Other {
        number: u8,
    }
    let (ring, clock) = (keyring(&["a"]), Clock::new());
    let site = Site::<Data>::machine(&ring, &clock, |builder| builder.schema("one label"));
    let other = Site::<Other>::machine(&ring, &clock, |builder| builder.schema("one label"));
    let good = sealed(&site);
    let mut browser = Browser::default();
    browser.visit(&other, |session| session.update(|data| data.number = 7));
    let broken = browser.cookie.unwrap();
    for cookie in [
        format!("__Host-session={good}; __Host-session={broken}"),
        format!("__Host-session={broken}; __Host-session={good}"),
    ] {
        assert!(!read(&site, &cookie).1);
        assert_eq!(site.events.take(), ["opened"]);
    }
    cleared(&site, &broken, "malformed");
}

#[test]
fn the_handler_can_ask_for_the_outcome() {
    let site = Site::<Data>::new();
    let mut browser = Browser::default();
    browser.visit(&site, |session| {
        assert_eq!((session.outcome(), session.key_id()), (Outcome::Absent, None));
        sign_in(session);
    });
    browser.visit(&site, |session| {
        assert_eq!((session.outcome(), session.key_id()), (Outcome::Opened, Some(key("a").id())));
    });
    site.clock.advance(DAY);
    browser.visit(&site, |session| assert_eq!(session.outcome().as_str(), "expired_idle"));
}

#[test]
fn a_key_that_is_revoked_while_a_request_is_under_way_ends_its_session() {
    let clock = Clock::new();
    let ring = keyring(&["a"]);
    let site = Site::<Data>::machine(&ring, &clock, |builder| builder);
    let good = sealed(&site);
    let revoked = || Keyring::new([key("b").into(), ScheduledKey::new(key("a")).revoked()]).unwrap();
    let handlers: [fn(&Session<Data>); 4] = [
        |session| session.update(|data| data.user = Some("forged".into())),
        Session::renew,
        |session| {
            session.destroy();
            sign_in(session);
        },
        |session| session.read(|_| ()),
    ];
    for handler in handlers {
        ring.replace(&keyring(&["a"]));
        let answer = Browser { cookie: Some(good.clone()) }.visit(&site, |session| {
            assert!(!session.is_new());
            ring.replace(&revoked());
            handler(session);
        });
        assert!(answer.status() == 200 && answer.expires(), "{answer:?}");
    }
    // Taken out without a word: it may be a leak, too, so nothing is sealed, and the client may try again.
    ring.replace(&keyring(&["a"]));
    let mut browser = Browser { cookie: Some(good.clone()) };
    let answer = browser.visit(&site, |session| {
        ring.replace(&keyring(&["b"]));
        sign_in(session);
        session.renew();
    });
    assert!(answer.status() == 503 && answer.set_cookie().is_none(), "{answer:?}");
}
