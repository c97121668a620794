//! Messages that are added, wait and are taken.

use http::Request;
use sealed_session::{Category, ErrorKind, Flash, Session};

use super::support::{Browser, HOUR, Site, ready, response};
use super::{Noted, lines, shows, takes, told, visit};

pub fn a_message_is_read_once<T: Noted>() {
    let site = Site::<T>::new();
    let mut browser = told(&site);
    let answer = visit(&mut browser, &site, |flash| {
        takes(flash, &["info: welcome"]);
        takes(flash, &[]);
        assert!(flash.is_empty().unwrap());
    });
    assert!(answer.sets());
    let answer = visit(&mut browser, &site, |flash| takes(flash, &[]));
    assert_eq!(answer.set_cookie(), None);
}

pub fn messages_wait_over_redirects_in_their_order<T: Noted>() {
    let site = Site::<T>::new();
    let mut browser = told(&site);
    let add = |session: &Session<T>| {
        let flash = Flash::of(session);
        flash.success("<b>saved</b>").unwrap();
        flash.warning("slow").unwrap();
    };
    assert!(browser.send(&site, Request::post("/"), add, response(303)).sets());
    for _ in 0..3 {
        assert_eq!(browser.send(&site, Request::get("/"), |_| (), response(302)).set_cookie(), None);
    }
    let add = |session: &Session<T>| Flash::of(session).error("late").unwrap();
    browser.send(&site, Request::get("/"), add, response(302));
    shows(&mut browser, &site, &["info: welcome", "success: <b>saved</b>", "warning: slow", "error: late"]);
}

pub fn some_categories_are_taken_and_the_others_wait<T: Noted>() {
    let site = Site::<T>::new();
    let mut browser = told(&site);
    visit(&mut browser, &site, |flash| {
        flash.push("cart", "one").unwrap();
        flash.push(Category::Other("error".into()), "two").unwrap();
        flash.push(String::from("cart"), "three").unwrap();
    });
    visit(&mut browser, &site, |flash| {
        assert_eq!(lines(&flash.take_of("cart").unwrap()), ["cart: one", "cart: three"]);
        assert!(flash.take_of("cart").unwrap().is_empty());
    });
    let answer = visit(&mut browser, &site, |flash| assert!(flash.take_of("cart").unwrap().is_empty()));
    assert_eq!(answer.set_cookie(), None);
    let spelt = Category::Other("error".into());
    visit(&mut browser, &site, |flash| assert_eq!(lines(&flash.take_of(spelt).unwrap()), ["error: two"]));
    shows(&mut browser, &site, &["info: welcome"]);
}

pub fn what_waits_can_be_looked_at<T: Noted>() {
    let site = Site::<T>::new();
    let look = |browser: &mut Browser, expected: &[&str]| {
        let answer = visit(browser, &site, |flash| {
            assert_eq!(lines(&flash.peek().unwrap()), expected);
            assert_eq!(flash.is_empty().unwrap(), expected.is_empty());
        });
        assert_eq!(answer.set_cookie(), None);
    };
    look(&mut Browser::default(), &[]);
    let mut browser = told(&site);
    look(&mut browser, &["info: welcome"]);
    // Nor does it count as a use of the session.
    site.clock.advance(HOUR);
    browser.visit(&site, |session| {
        let ends = session.expires_at();
        Flash::of(session).peek().unwrap();
        Flash::of(session).take_of("cart").unwrap();
        assert_eq!(session.expires_at(), ends);
    });
    shows(&mut browser, &site, &["info: welcome"]);
}

pub fn a_request_sets_one_cookie_at_most<T: Noted>() {
    let site = Site::<T>::new();
    let mut browser = Browser::default();
    // Each `Answer::sets` asserts that there is one `Set-Cookie` alone.
    let answer = browser.visit(&site, |session| {
        let flash = Flash::of(session);
        flash.info("one").unwrap();
        T::set_note(session, "beside");
        flash.info("two").unwrap();
    });
    assert!(answer.sets());
    let answer = browser.visit(&site, |session| {
        assert_eq!(T::note(session), "beside");
        takes(&Flash::of(session), &["info: one", "info: two"]);
        T::set_note(session, "changed");
        Flash::of(session).error("three").unwrap();
    });
    assert!(answer.sets());
    // What is added and taken in one request was never there.
    assert!(visit(&mut browser, &site, |flash| takes(flash, &["error: three"])).sets());
    let answer = visit(&mut browser, &site, |flash| {
        flash.info("here").unwrap();
        takes(flash, &["info: here"]);
    });
    assert_eq!(answer.set_cookie(), None);
    let answer = visit(&mut Browser::default(), &site, |flash| {
        flash.info("here").unwrap();
        takes(flash, &["info: here"]);
    });
    assert_eq!(answer.set_cookie(), None);
}

pub fn all_handles_see_the_same<T: Noted>() {
    let site = Site::<T>::new();
    let answer = site.call(Request::new(()), |request| {
        let session = ready(Session::<T>::from_request(request)).unwrap();
        let one = ready(Flash::<T>::from_request(request)).unwrap();
        let (parts, ()) = Request::clone(request).into_parts();
        let two = ready(Flash::<T>::from_parts(&parts)).unwrap();
        one.info("1").unwrap();
        two.clone().info("2").unwrap();
        takes(&Flash::of(&session), &["info: 1", "info: 2"]);
        assert!(one.is_empty().unwrap() && two.is_empty().unwrap());
        two.info("3").unwrap();
        response(200)
    });
    assert!(answer.sets());
    let error = ready(Flash::<T>::from_request(&Request::new(()))).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::MissingLayer);
}
