//! Who is signed in: typed and key-value, through the layer, and the example through its routes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[cfg(feature = "axum")]
mod example;
#[path = "../support/mod.rs"]
mod support;

use http::Request;
use sealed_session::{ErrorKind, HasLogin, LocalPath, Login, Session, Values};
use serde::{Deserialize, Serialize};
use support::{Browser, DAY, HOUR, MINUTE, SECOND, Site, response};
use time::OffsetDateTime;

#[derive(Default, Serialize, Deserialize)]
struct Account {
    login: Login<u64>,
    cart: Vec<String>,
    going_to: Option<LocalPath>,
}

impl HasLogin for Account {
    type User = u64;

    fn login(&self) -> &Login<u64> {
        &self.login
    }

    fn login_mut(&mut self) -> &mut Login<u64> {
        &mut self.login
    }
}

#[test]
fn sign_in_notes_who_and_when_under_a_new_id_and_keeps_the_data() {
    let (site, mut browser) = (Site::<Account>::new(), Browser::default());
    browser.visit(&site, |session| session.update(|data| data.cart.push("tea".into())));
    let mut before = None;
    browser.visit(&site, |session| before = Some((session.id().unwrap(), session.user(), session.authenticated_at())));
    let (before, user, at) = before.unwrap();
    assert_eq!((user, at), (None, None));

    site.clock.advance(HOUR);
    site.events.take();
    let signed_in: OffsetDateTime = site.clock.now().into();
    assert!(browser.visit(&site, |session| session.sign_in(7)).sets());
    assert_eq!(site.events.take(), ["opened", "sealed Renewed"]);

    site.clock.advance(MINUTE);
    browser.visit(&site, |session| {
        assert_eq!(session.user(), Some(7));
        assert_eq!(session.authenticated_at(), Some(signed_in));
        assert_ne!(session.id().unwrap(), before);
        assert_eq!(session.created_at(), signed_in, "a new lifetime");
        assert_eq!(session.read(|data| data.cart.clone()), ["tea"]);
    });
}

#[test]
fn whoever_asks_does_not_change_the_session() {
    let (site, mut browser) = (Site::<Account>::new(), Browser::default());
    browser.visit(&site, |session| session.sign_in(7));
    let answer = browser.visit(&site, |session| {
        assert!(
            session.user().is_some() && session.authenticated_within(MINUTE) && session.authenticated_at().is_some()
        );
    });
    assert_eq!(answer.set_cookie(), None);
}

#[test]
fn sign_out_ends_the_session() {
    let (site, mut browser) = (Site::<Account>::new(), Browser::default());
    browser.visit(&site, |session| {
        session.update(|data| data.cart.push("tea".into()));
        session.sign_in(7);
    });
    let answer = browser.visit(&site, |session| {
        session.sign_out();
        assert_eq!(session.user(), None);
    });
    assert!(answer.expires());
    browser.visit(&site, |session| assert!(session.user().is_none() && session.read(|data| data.cart.is_empty())));
}

#[test]
fn a_step_up_counts_from_the_last_proof_to_the_second() {
    let (site, mut browser) = (Site::<Account>::new(), Browser::default());
    browser.visit(&site, |session| {
        assert!(!session.authenticated_within(DAY), "nobody is signed in");
        assert!(!session.confirm_login());
        session.sign_in(7);
    });
    site.clock.advance(10 * MINUTE - SECOND);
    browser.visit(&site, |session| assert!(session.authenticated_within(10 * MINUTE)));
    site.clock.advance(SECOND);
    let mut id = None;
    browser.visit(&site, |session| {
        assert!(!session.authenticated_within(10 * MINUTE));
        id = session.id().ok();
    });
    // A renewal for another reason, such as new rights, proves nothing.
    browser.visit(&site, Session::renew);
    browser.visit(&site, |session| assert!(!session.authenticated_within(10 * MINUTE)));
    assert!(browser.visit(&site, |session| assert!(session.confirm_login())).sets());
    let now: OffsetDateTime = site.clock.now().into();
    browser.visit(&site, |session| {
        assert!(session.authenticated_within(SECOND));
        assert_eq!((session.user(), session.authenticated_at()), (Some(7), Some(now)));
        assert_ne!(session.id().ok(), id);
    });
}

#[test]
fn a_clock_that_is_behind_takes_the_proof_for_fresh() {
    let (site, mut browser) = (Site::<Account>::new(), Browser::default());
    browser.visit(&site, |session| session.sign_in(7));
    site.clock.go_back(30 * SECOND);
    browser.visit(&site, |session| assert!(session.authenticated_within(SECOND)));
}

#[test]
fn a_sign_in_whose_response_fails_signs_nobody_in() {
    let (site, mut browser) = (Site::<Account>::new(), Browser::default());
    browser.send(&site, Request::get("/"), |session| session.sign_in(7), response(500));
    browser.visit(&site, |session| assert_eq!(session.user(), None));
}

#[test]
fn remembered_sign_ins_outlive_the_timeouts_and_end_with_sign_out() {
    let (site, mut browser) = (Site::<Account>::new(), Browser::default());
    browser.visit(&site, |session| {
        session.sign_in(7);
        session.remember_for(30 * DAY);
    });
    site.clock.advance(29 * DAY);
    browser.visit(&site, |session| {
        assert_eq!(session.user(), Some(7));
        assert!(!session.authenticated_within(DAY), "remembered is not proved");
        session.sign_out();
    });
    assert_eq!(browser.cookie, None);
}

#[test]
fn whoever_signs_in_next_is_not_remembered() {
    let (site, mut browser) = (Site::<Account>::new(), Browser::default());
    let remembered = |session: &Session<Account>| {
        session.sign_in(7);
        session.remember_for(30 * DAY);
    };
    browser.visit(&site, remembered);
    let answer = browser.visit(&site, |session| session.sign_in(8));
    assert_eq!(answer.max_age(), Some(24 * 60 * 60));
    // In whatever order it is said.
    let answer = browser.visit(&site, |session| {
        session.remember_for(30 * DAY);
        session.sign_in(9);
    });
    assert_eq!(answer.max_age(), Some(30 * 24 * 60 * 60));
    // Somebody who shows the password again is still the one who was remembered.
    let answer = browser.visit(&site, |session| assert!(session.confirm_login()));
    assert_eq!(answer.max_age(), Some(30 * 24 * 60 * 60));
    let answer = browser.visit(&site, Session::forget);
    assert_eq!(answer.max_age(), Some(24 * 60 * 60));
    browser.visit(&site, |session| assert_eq!(session.user(), Some(9)));
    // There is nothing to forget, and so nothing to send.
    assert_eq!(browser.visit(&site, Session::forget).set_cookie(), None);
    site.clock.advance(2 * DAY);
    browser.visit(&site, |session| assert_eq!(session.user(), None));
}

#[test]
fn key_value_sessions_do_not_pass_the_memory_on_either() {
    let (site, mut browser) = (Site::<Values>::new(), Browser::default());
    browser.visit(&site, |session| {
        session.sign_in("ada").unwrap();
        session.remember_for(30 * DAY);
    });
    let answer = browser.visit(&site, |session| assert!(session.confirm_login::<String>().unwrap()));
    assert_eq!(answer.max_age(), Some(30 * 24 * 60 * 60));
    let answer = browser.visit(&site, |session| session.sign_in("eda").unwrap());
    assert_eq!(answer.max_age(), Some(24 * 60 * 60));
}

#[test]
fn key_value_sessions_have_the_same_verbs() {
    let (site, mut browser) = (Site::<Values>::new(), Browser::default());
    browser.visit(&site, |session| {
        assert_eq!(session.user::<String>().unwrap(), None);
        assert!(!session.authenticated_within(DAY).unwrap() && !session.confirm_login::<String>().unwrap());
        session.insert("cart", &["tea"]).unwrap();
        session.sign_in("ada").unwrap();
    });
    let signed_in: OffsetDateTime = site.clock.now().into();
    site.clock.advance(10 * MINUTE);
    let answer = browser.visit(&site, |session| {
        assert_eq!(session.user::<String>().unwrap().unwrap(), "ada");
        assert_eq!(session.authenticated_at().unwrap(), Some(signed_in));
        assert!(!session.authenticated_within(10 * MINUTE).unwrap());
        assert!(session.authenticated_within(10 * MINUTE + SECOND).unwrap());
    });
    assert_eq!(answer.set_cookie(), None);
    assert!(browser.visit(&site, |session| assert!(session.confirm_login::<String>().unwrap())).sets());
    browser.visit(&site, |session| assert!(session.authenticated_within(SECOND).unwrap()));
    assert!(browser.visit(&site, Session::sign_out).expires());
    browser.visit(&site, |session| assert!(session.user::<String>().unwrap().is_none()));
}

#[test]
fn a_user_of_another_type_is_an_error_and_stays() {
    let (site, mut browser) = (Site::<Values>::new(), Browser::default());
    browser.visit(&site, |session| session.sign_in("ada").unwrap());
    let answer = browser.visit(&site, |session| {
        assert_eq!(*session.user::<u64>().unwrap_err().kind(), ErrorKind::Value);
        assert_eq!(*session.confirm_login::<u64>().unwrap_err().kind(), ErrorKind::Value);
        assert!(session.authenticated_at().unwrap().is_some());
    });
    assert_eq!(answer.set_cookie(), None);
    // The app's own value under that key is no login.
    browser.visit(&site, |session| session.insert("login", "mine").unwrap());
    browser.visit(&site, |session| {
        assert_eq!(*session.user::<String>().unwrap_err().kind(), ErrorKind::Value);
        assert_eq!(*session.authenticated_within(DAY).unwrap_err().kind(), ErrorKind::Value);
    });
}

#[test]
fn a_path_can_wait_in_the_session_and_the_login_is_not_shown() {
    let (site, mut browser) = (Site::<Account>::new(), Browser::default());
    browser.visit(&site, |session| session.update(|data| data.going_to = LocalPath::parse("/orders?page=2")));
    browser.visit(&site, |session| {
        assert_eq!(session.read(|data| data.going_to.clone()).unwrap().as_str(), "/orders?page=2");
        session.sign_in(7);
        session.read(|data| assert_eq!(format!("{:?}", data.login), "Login(somebody)"));
    });
    assert!(serde_json::from_str::<LocalPath>(r#""//evil.example""#).is_err());
    assert!("//evil.example".parse::<LocalPath>().is_err());
}
