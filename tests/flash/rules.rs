//! What becomes of messages by the rules that hold for all data of a session.

use http::Request;
use sealed_session::store::MemoryStore;
use sealed_session::{ErrorKind, Flash, Place, Session};

use super::support::{Browser, Site, response};
use super::{Noted, lines, shows, takes, told, visit};

pub fn a_message_that_does_not_fit_changes_nothing<T: Noted>() {
    let site = Site::<T>::new();
    let mut browser = told(&site);
    let answer = browser.visit(&site, |session| {
        let (flash, before) = (Flash::of(session), session.encoded_len().unwrap());
        let error = flash.info("x".repeat(4000)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }), "{error}");
        assert!(!error.to_string().contains("xxx"), "{error}");
        assert_eq!(session.encoded_len().unwrap(), before);
        assert_eq!(lines(&flash.peek().unwrap()), ["info: welcome"]);
    });
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (200, None));
    let answer = browser.visit(&site, |session| {
        let flash = Flash::of(session);
        T::set_note(session, "beside");
        let added = (0..).take_while(|_| flash.info("x".repeat(90)).is_ok()).count();
        assert!((20..40).contains(&added), "{added}");
        assert_eq!((T::note(session).as_str(), flash.peek().unwrap().len()), ("beside", added + 1));
    });
    assert!(answer.sets());
    visit(&mut browser, &site, |flash| assert!(flash.take().unwrap().len() > 20));
}

pub fn with_a_store_more_fits<T: Noted>() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let _inside = runtime.enter();
    let site = Site::<T>::with(|builder| builder.overflow(MemoryStore::new(1 << 20)));
    let mut browser = told(&site);
    visit(&mut browser, &site, |flash| {
        (0..100).for_each(|n| flash.info(format!("{n:0>90}")).unwrap());
        let error = flash.info("x".repeat(65_536)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }), "{error}");
    });
    browser.visit(&site, |session| {
        assert_eq!(session.place(), Place::Store);
        assert_eq!(Flash::of(session).take().unwrap().len(), 101);
    });
    browser.visit(&site, |session| {
        assert_eq!(session.place(), Place::Cookie);
        takes(&Flash::of(session), &[]);
    });
}

pub fn a_failed_response_neither_adds_nor_takes<T: Noted>() {
    let site = Site::<T>::new();
    let mut browser = told(&site);
    let fails = |session: &Session<T>| {
        takes(&Flash::of(session), &["info: welcome"]);
        Flash::of(session).success("saved").unwrap();
    };
    assert_eq!(browser.send(&site, Request::post("/"), fails, response(500)).set_cookie(), None);
    shows(&mut browser, &site, &["info: welcome"]);
}

pub fn signing_out_drops_what_was_added_before_it<T: Noted>() {
    let site = Site::<T>::new();
    let mut browser = told(&site);
    browser.visit(&site, Session::renew);
    browser.visit(&site, |session| {
        Flash::of(session).info("before").unwrap();
        session.destroy();
        Flash::of(session).info("after").unwrap();
    });
    shows(&mut browser, &site, &["info: after"]);
    let mut browser = told(&site);
    browser.visit(&site, Session::renew);
    shows(&mut browser, &site, &["info: welcome"]);
}

pub fn a_cross_site_post_sends_no_message<T: Noted>() {
    let site = Site::<T>::new();
    let browser = told(&site);
    site.events.take();
    let post = Request::post("/").header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate");
    let add = |session: &Session<T>| Flash::of(session).info("paid").unwrap();
    // The browser keeps the cookie back.
    let answer = Browser::default().send(&site, post, add, response(303));
    assert_eq!(answer.set_cookie(), None);
    assert_eq!(site.events.take(), ["absent", "Withheld"]);
    shows(&mut browser.clone(), &site, &["info: welcome"]);
}

pub fn of_two_requests_at_once_the_last_response_wins<T: Noted>() {
    let site = Site::<T>::new();
    let mut browser = told(&site);
    // Two pages load side by side.
    let mut other = browser.clone();
    shows(&mut other, &site, &["info: welcome"]);
    shows(&mut browser, &site, &["info: welcome"]);
    // A message is added while a slow request writes.
    let mut slow = browser.clone();
    visit(&mut browser, &site, |flash| flash.info("lost").unwrap());
    let answer = visit(&mut slow, &site, |flash| flash.info("kept").unwrap());
    browser.receive(&answer);
    shows(&mut browser, &site, &["info: kept"]);
}

pub fn debug_shows_no_message<T: Noted>() {
    let site = Site::<T>::new();
    visit(&mut Browser::default(), &site, |flash| {
        flash.info("personal").unwrap();
        assert!(!format!("{flash:?}").contains("personal"), "{flash:?}");
    });
}
