//! What is particular to key-value sessions.

use sealed_session::{ErrorKind, Flash, Values};

use super::support::{Browser, Site};
use super::{takes, told};

#[test]
fn another_value_under_the_key_is_an_error_and_stays() {
    let site = Site::<Values>::new();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.insert("flash", "a lamp").unwrap());
    let answer = browser.visit(&site, |session| {
        let flash = Flash::of(session);
        for error in [
            flash.info("hello").unwrap_err(),
            flash.take().unwrap_err(),
            flash.take_of("info").unwrap_err(),
            flash.peek().unwrap_err(),
            flash.is_empty().unwrap_err(),
        ] {
            assert_eq!(*error.kind(), ErrorKind::Value);
            let text = error.to_string();
            assert!(text.contains("\"flash\"") && text.contains("another key") && !text.contains("lamp"), "{text}");
        }
    });
    assert_eq!(answer.set_cookie(), None);
    browser.visit(&site, |session| assert_eq!(session.take::<String>("flash").unwrap().unwrap(), "a lamp"));
}

#[test]
fn when_none_wait_a_key_value_session_has_no_key() {
    let site = Site::<Values>::new();
    let mut browser = told(&site);
    browser.visit(&site, |session| {
        assert!(session.read(|values| values.contains("flash")));
        takes(&Flash::of(session), &["info: welcome"]);
        assert!(session.read(Values::is_empty));
    });
}
