//! The guard for the browser's 4 KB: on the finished header, before it is sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod support;

use http::{Request, Response};
use proptest::prelude::*;
use sealed_session::{ErrorKind, Session, Values};
use serde::{Deserialize, Serialize};
use support::{Browser, DAY, Site, response};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Data {
    user: String,
    cart: Vec<String>,
}

const LIMIT: usize = Session::<Data>::MAX_LEN;

fn fill(session: &Session<Data>, len: usize) {
    session.update(|data| data.cart = vec!["x".repeat(len)]);
}

#[test]
fn the_limit_is_exact() {
    let site = Site::<Data>::new();
    let mut largest = 0;
    for len in 2900..3000 {
        let mut browser = Browser::default();
        let answer = browser.visit(&site, |session| {
            fill(session, len);
            assert_eq!(session.check_fit().is_ok(), session.encoded_len().unwrap() <= LIMIT);
        });
        match answer.set_cookie() {
            Some(field) => {
                assert!(field.len() <= LIMIT);
                largest = largest.max(field.len());
                browser.visit(&site, |session| session.read(|data| assert_eq!(data.cart[0].len(), len)));
            }
            None => assert_eq!(answer.status(), 500),
        }
    }
    assert!(largest > LIMIT - 2, "the guard refused a header that fits: {largest}");
}

#[test]
fn encoded_len_and_remaining_are_exact() {
    let site = Site::<Data>::with(|builder| builder.pad_to(1));
    Browser::default().visit(&site, |session| {
        session.update(|data| data.cart = vec![String::new()]);
        let remaining = session.remaining().unwrap();
        // The length of a long string takes one byte more than that of an empty one.
        fill(session, remaining - 1);
        assert!(session.remaining().unwrap() < 2);
        session.check_fit().unwrap();
        fill(session, remaining);
        session.check_fit().unwrap_err();
        assert_eq!(session.remaining().unwrap(), 0);
    });
    let mut browser = Browser::default();
    let mut announced = 0;
    let field = browser.visit(&site, |session| {
        fill(session, 100);
        announced = session.encoded_len().unwrap();
    });
    assert_eq!(field.set_cookie().unwrap().len(), announced);
}

#[test]
fn row_52_too_large_is_a_typed_error_and_the_old_session_stays() {
    let site = Site::<Data>::new();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|data| data.user = "ada".into()));
    let before = browser.clone().cookie;
    let page = Response::builder()
        .header("content-type", "text/html")
        .header("content-length", "17")
        .header("etag", "\"x\"")
        .header("set-cookie", "theme=dark")
        .body("<p>It worked!</p>".into())
        .unwrap();
    site.events.take();
    let overflow = |session: &Session<Data>| {
        fill(session, 4000);
        let error = session.check_fit().unwrap_err();
        let ErrorKind::TooLarge { size, limit, largest } = error.kind() else { panic!("{error}") };
        assert!((5000..6000).contains(size) && *limit == LIMIT);
        assert_eq!(largest, &Some(("cart".into(), 4003)));
        let text = error.to_string();
        assert!(text.contains("`cart`") && text.contains("4093") && !text.contains("xxx"), "{text}");
        support::ready(session.save()).unwrap_err();
    };
    let answer = browser.send(&site, Request::get("/"), overflow, page);
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (500, None));
    assert_eq!(site.events.take(), ["opened", "failed TooLarge"]);
    let headers = answer.0.headers();
    assert!(headers["content-type"] == "text/plain; charset=utf-8" && headers["cache-control"] == "no-store");
    assert!(!headers.contains_key("etag") && !headers.contains_key("content-length"), "{headers:?}");
    assert_eq!(browser.cookie, before);
    browser.visit(&site, |session| assert_eq!(session.get(), Data { user: "ada".into(), cart: vec![] }));
}

#[test]
fn an_update_that_does_not_fit_is_taken_back() {
    let site = Site::<Data>::new();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|data| data.user = "ada".into()));
    let answer = browser.visit(&site, |session| {
        let grow = |data: &mut Data| data.cart.push("x".repeat(4000));
        assert!(matches!(session.try_update(grow).unwrap_err().kind(), ErrorKind::TooLarge { .. }));
        assert_eq!(session.get(), Data { user: "ada".into(), cart: vec![] });
    });
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (200, None));
    let answer = browser.visit(&site, |session| {
        assert_eq!(session.try_update(|data| std::mem::take(&mut data.user)).unwrap(), "ada");
    });
    assert!(answer.sets());
}

#[test]
fn signing_out_works_even_if_what_comes_after_is_too_large() {
    let site = Site::<Data>::new();
    let mut browser = Browser::default();
    browser.visit(&site, |session| fill(session, 1));
    let answer = browser.visit(&site, |session| {
        session.destroy();
        fill(session, 4000);
    });
    assert!(answer.status() == 500 && answer.expires());
}

#[test]
fn a_failing_save_leaves_a_5xx_of_the_handler_alone() {
    let site = Site::<Data>::new();
    let answer = Browser::default().send(&site, Request::get("/"), |session| fill(session, 4000), response(502));
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (502, None));
}

#[test]
fn the_largest_key_is_named() {
    let site = Site::<Values>::new();
    Browser::default().visit(&site, |session| {
        session.insert("small", &1).unwrap();
        session.insert("notes", &"x".repeat(4000)).unwrap();
        let error = session.check_fit().unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::TooLarge { largest: Some((key, _)), .. } if key == "notes"),
            "{error}"
        );
    });
}

#[test]
fn an_app_can_ask_how_large_its_sessions_get() {
    let site = Site::<Data>::new();
    for len in [0, 10, 1000, 2800] {
        let data = Data { user: "ada".into(), cart: vec!["x".repeat(len)] };
        let size = site.layer.size_of(&data).unwrap();
        let mut browser = Browser::default();
        browser.visit(&site, |session| {
            session.replace(data.clone());
            session.remember_for(400 * DAY);
        });
        site.clock.advance(399 * DAY);
        let answer = browser.visit(&site, |session| session.update(|data| data.user = "eda".into()));
        let actual = answer.set_cookie().unwrap().len();
        assert!((actual..actual + 8).contains(&size.cookie_len()), "{actual} {size}");
        assert_eq!((size.limit(), size.fits()), (LIMIT, true));
        site.layer.assert_fits(&data);
    }
}

#[test]
fn with_a_store_what_fits_is_what_stays_in_the_cookie() {
    let store = sealed_session::store::open("memory://?max=1MiB").unwrap();
    let site = Site::<Data>::with(|builder| builder.overflow(store));
    let sized = |len: usize| site.layer.size_of(&Data { user: String::new(), cart: vec!["x".repeat(len)] }).unwrap();
    assert_eq!(sized(0).limit(), 3072);
    assert!(sized(2100).fits() && !sized(2300).fits());
}

#[test]
#[should_panic(
    expected = "does not stay in its cookie: a Set-Cookie of 4192 bytes, of 4093 at most; its largest fields:\n    3002  \
                           cart\n       4  user"
)]
fn the_largest_fields_are_named() {
    Site::<Data>::new().layer.assert_fits(&Data { user: "ada".into(), cart: vec!["x".repeat(1498), "y".repeat(1499)] });
}

#[test]
fn row_70_with_padding_lengths_tell_less() {
    let site = Site::<Data>::with(|builder| builder.pad_to(64));
    let len = |user: &str| {
        let mut browser = Browser::default();
        browser.visit(&site, |session| session.update(|data| data.user = user.into()));
        browser.cookie.unwrap().len()
    };
    assert_eq!(len("user"), len("admin"));
    assert_eq!(len("user"), len("someone@example.com"));
}

proptest! {
    #[test]
    fn no_header_exceeds_the_limit(user in ".{0,400}", cart in prop::collection::vec(".{0,80}", 0..60),
                                   pad in 1usize..1024, remember in any::<bool>()) {
        let site = Site::<Data>::with(|builder| builder.pad_to(pad));
        let mut browser = Browser::default();
        let data = Data { user, cart };
        let answer = browser.visit(&site, |session| {
            session.replace(data.clone());
            if remember {
                session.remember_for(30 * DAY);
            }
        });
        match answer.set_cookie() {
            Some(field) => {
                prop_assert!(field.len() <= LIMIT);
                browser.visit(&site, |session| assert_eq!(session.get(), data));
            }
            None => prop_assert!(answer.status() == 500 || data == Data::default()),
        }
    }
}
