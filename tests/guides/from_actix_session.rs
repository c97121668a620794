//! `docs/from-actix-session.md`.

use http::Request;
use sealed_session::{Event, Outcome, Session, Values};

use crate::support::{Browser, DAY, HOUR, MINUTE, SECOND, response};
use crate::*;

fn key_value() -> (Site<Values>, Browser) {
    let (site, mut browser) = (Site::<Values>::new(), Browser::default());
    browser.visit(&site, |session| session.insert("counter", &1).unwrap());
    site.events.take();
    (site, browser)
}

#[test]
fn get_and_insert() {
    let (site, mut browser) = key_value();
    browser.visit(&site, |session| {
        let count = session.get::<i32>("counter").unwrap().unwrap_or_default();
        session.insert("counter", &(count + 1)).unwrap();
    });
    browser.visit(&site, |session| {
        assert_eq!(session.get::<i32>("counter").unwrap(), Some(2));
        assert!(session.get::<String>("counter").is_err());
    });
}

#[test]
fn contains_key_and_entries() {
    let (site, mut browser) = key_value();
    browser.visit(&site, |session| {
        assert!(session.read(|values| values.contains("counter") && !values.contains("cart")));
        assert!(session.read(|values| values.keys().eq(["counter"])));
    });
}

#[test]
fn status() {
    let (site, mut browser) = key_value();
    browser.visit(&site, |session| assert!(!session.is_new() && session.outcome() == Outcome::Opened));
    Browser::default().visit(&site, |session| assert!(session.is_new() && session.outcome() == Outcome::Absent));
    browser.visit(&site, Session::renew);
    assert!(site.events.take().contains(&"sealed Renewed".to_owned()));
}

#[test]
fn update() {
    let (site, mut browser) = visited();
    assert!(browser.visit(&site, |session| session.update(|shop| shop.views += 1)).sets());
    browser.visit(&site, |session| assert_eq!(session.get().views, 2));
}

#[test]
fn remove_and_remove_as() {
    let (site, mut browser) = key_value();
    browser.visit(&site, |session| {
        assert!(session.take::<String>("counter").is_err(), "of another type: it stays");
        assert_eq!(session.take::<i32>("counter").unwrap(), Some(1));
        assert!(!session.remove("counter"));
    });
}

#[test]
fn clear() {
    let (site, mut browser) = key_value();
    browser.visit(&site, |session| session.update(Values::clear));
    browser.visit(&site, |session| assert!(!session.is_new() && session.read(Values::is_empty)));
}

#[test]
fn purge() {
    let (site, mut browser) = key_value();
    assert!(browser.visit(&site, Session::destroy).expires());
    let (site, mut browser) = key_value();
    let answer = browser.visit(&site, |session| {
        session.destroy();
        session.insert("notice", "goodbye").unwrap();
    });
    assert!(answer.sets());
    browser.visit(&site, |session| {
        assert_eq!(session.get::<String>("notice").unwrap().unwrap(), "goodbye");
        assert_eq!(session.get::<i32>("counter").unwrap(), None);
    });
}

#[test]
fn renew() {
    let (site, mut browser) = key_value();
    let mut ids = Vec::new();
    for _ in 0..2 {
        browser.visit(&site, |session| {
            ids.push(session.id().unwrap());
            session.renew();
            session.insert("counter", &7).unwrap();
        });
    }
    assert_ne!(ids[0], ids[1]);
    browser.visit(&site, |session| assert_eq!(session.get::<i32>("counter").unwrap(), Some(7)));
}

#[test]
fn browser_session() {
    let site = site_with::<Shop>(|builder| builder.until_browser_closes().idle_timeout(HOUR));
    let mut browser = Browser::default();
    assert_eq!(browser.visit(&site, view).max_age(), None);
    site.clock.advance(HOUR - SECOND);
    browser.visit(&site, |session| assert!(!session.is_new()));
    site.clock.advance(HOUR);
    browser.visit(&site, |session| assert!(session.is_new()));
}

#[test]
fn persistent_session() {
    let site = site_with::<Shop>(|builder| builder.idle_timeout(7 * DAY).lifetime(30 * DAY));
    let mut browser = Browser::default();
    assert_eq!(browser.visit(&site, view).max_age(), Some(7 * DAY.as_secs()));
}

#[test]
fn ttl_extension() {
    let site = site_with::<Shop>(|builder| builder.idle_timeout(HOUR));
    let mut browser = Browser::default();
    browser.visit(&site, view);
    site.clock.advance(MINUTE);
    assert_eq!(browser.visit(&site, look).set_cookie(), None, "not on each request");
    site.clock.advance(10 * MINUTE);
    assert_eq!(browser.visit(&site, look).max_age(), Some(3600), "but by use");
}

#[test]
fn server_error() {
    let (site, mut browser) = key_value();
    let write = |session: &Session<Values>| session.insert("counter", &2).unwrap();
    assert_eq!(browser.send(&site, Request::post("/"), write, response(500)).set_cookie(), None);
    browser.visit(&site, |session| assert_eq!(session.get::<i32>("counter").unwrap(), Some(1)));
}

#[test]
fn in_a_stream() {
    let (site, mut browser) = visited();
    let mut kept = None;
    browser.visit(&site, |session| kept = Some(session.clone()));
    site.events.take();
    view(&kept.unwrap());
    assert_eq!(site.events.take(), [format!("{:?}", Event::LateChange)]);
}

#[test]
fn threads() {
    fn of_any_thread<T: Send + Sync + Clone + 'static>() {}
    of_any_thread::<Session<Shop>>();
    of_any_thread::<Session<Values>>();
}
