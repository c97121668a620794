//! What differs without being an option.

use http::{Request, Response};
use sealed_session::{ErrorKind, OnConflict, Session, Values};

use crate::support::{Browser, DAY, HOUR, key, ready, response};
use crate::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn untouched_request() {
    let (site, spy) = with_store(|builder| builder);
    let mut browser = Browser::default();
    browser.visit(&site, fill);
    site.clock.advance(12 * HOUR);
    spy.take();
    site.events.take();
    let request = Request::get("/").header("cookie", format!("{}={}", site.name, browser.cookie.unwrap()));
    let answer = site.call(request.body(()).unwrap(), |_| Response::new("logo".into()));
    assert_eq!((answer.set_cookie(), answer.vary(), spy.take()), (None, String::new(), vec![]));
    assert!(site.events.take().is_empty());
}

#[test]
fn server_error() {
    let (site, mut browser) = visited();
    assert_eq!(browser.send(&site, Request::post("/"), view, response(500)).set_cookie(), None);
    browser.visit(&site, |session| assert_eq!(session.get().views, 1));
    let site = site_with::<Shop>(|builder| builder.commit_on_server_error());
    assert!(Browser::default().send(&site, Request::post("/"), view, response(500)).sets());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn failed_save() {
    let (site, spy) = with_store(|builder| builder);
    let mut browser = Browser::default();
    browser.visit(&site, view);
    let before = browser.cookie.clone();
    spy.down();
    let answer = browser.visit(&site, fill);
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (503, None));
    assert_eq!(browser.cookie, before);
    browser.visit(&site, |session| assert_eq!((session.get().views, session.get().cart.len()), (1, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn saved_before_the_redirect() {
    let (site, spy) = with_store(|builder| builder);
    let mut browser = Browser::default();
    // When the head of the response is there, so is the record.
    let answer = browser.send(&site, Request::post("/"), fill, response(303));
    assert!(answer.sets());
    assert_eq!((spy.take(), spy.store().len()), (vec!["create"], 1));
}

#[test]
fn too_large() {
    let (site, mut browser) = visited();
    let before = browser.cookie.clone();
    let answer = browser.visit(&site, |session| {
        fill(session);
        let ErrorKind::TooLarge { size, limit, largest } = session.check_fit().unwrap_err().kind().clone() else {
            panic!("it fits")
        };
        assert!(size > limit && limit == 4093 && largest.unwrap().0 == "cart");
    });
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (500, None));
    assert_eq!(browser.cookie, before);
}

/// Both write what they saw and more; the response that comes last is what the browser keeps.
#[test]
fn parallel_writers() {
    let (site, mut slow) = visited();
    let mut fast = slow.clone();
    slow.visit(&site, |session| {
        session.update(|shop| shop.views = 10);
        fast.visit(&site, |session| session.update(|shop| shop.cart.push("tea".into())));
    });
    slow.visit(&site, |session| assert_eq!((session.get().views, session.get().cart.len()), (10, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn parallel_writers_in_a_store() {
    let (site, _) = with_store(|builder| builder.on_conflict(OnConflict::Fail));
    let mut slow = Browser::default();
    slow.visit(&site, fill);
    let mut fast = slow.clone();
    let answer = slow.visit(&site, |session| {
        view(session);
        fast.visit(&site, |session| session.update(|shop| shop.cart.push("tea".into())));
    });
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (409, None));
    fast.visit(&site, |session| assert_eq!((session.get().views, session.get().cart.len()), (0, 61)));
}

/// Without a store the browser alone decides: the response that comes last counts.
#[test]
fn slow_request_after_sign_out() {
    let (site, mut slow) = visited();
    let mut fast = slow.clone();
    let answer = slow.visit(&site, |session| {
        view(session);
        assert!(fast.visit(&site, Session::destroy).expires());
    });
    assert!(answer.sets());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn slow_request_after_sign_out_in_a_store() {
    let (site, spy) = with_store(|builder| builder);
    let mut slow = Browser::default();
    slow.visit(&site, fill);
    let mut fast = slow.clone();
    let answer = slow.visit(&site, |session| {
        view(session);
        assert!(fast.visit(&site, Session::destroy).expires());
    });
    assert_eq!(answer.set_cookie(), None);
    slow.visit(&site, |session| assert!(session.is_new()));
    site.clock.advance(DAY);
    assert_eq!(spy.records(site.clock.now()).await, 0);
}

#[test]
fn copied_cookie() {
    let (site, mut browser) = visited();
    let mut copy = browser.clone();
    browser.visit(&site, Session::destroy);
    copy.visit(&site, |session| assert!(!session.is_new(), "it opens"));
    site.clock.advance(DAY);
    copy.visit(&site, |session| assert!(session.is_new(), "until its timeouts end"));
}

#[test]
fn absolute_lifetime() {
    let (site, mut browser) = visited();
    for _ in 1..28 {
        site.clock.advance(DAY / 2);
        browser.visit(&site, |session| assert!(!session.is_new()));
    }
    site.clock.advance(DAY / 2);
    browser.visit(&site, |session| assert!(session.is_new(), "14 days, however much it is used"));
    let site = site_with::<Shop>(|builder| builder.lifetime(400 * DAY));
    browser.visit(&site, view);
    for _ in 1..100 {
        site.clock.advance(DAY / 2);
        browser.visit(&site, |session| assert!(!session.is_new()));
    }
}

#[test]
fn fixation() {
    let (site, mut mallory) = visited();
    let mut ada = mallory.clone();
    ada.visit(&site, |session| session.sign_in(7));
    let id = |browser: &mut Browser| {
        let mut seen = None;
        browser.visit(&site, |session| seen = Some((session.id().unwrap(), session.user())));
        seen.unwrap()
    };
    let (planted, hers) = (id(&mut mallory), id(&mut ada));
    assert_ne!(planted.0, hers.0);
    assert_eq!((planted.1, hers.1), (None, Some(7)));
}

#[test]
fn caches() {
    let (site, mut browser) = visited();
    let shared = || Response::builder().header("cache-control", "public, max-age=60").body(String::new()).unwrap();
    let answer = browser.send(&site, Request::get("/"), look, shared());
    assert_eq!((answer.vary().as_str(), answer.cache_control().as_str()), ("cookie", "private, max-age=60"));
}

#[test]
fn cross_site_post() {
    let site = Site::<Shop>::new();
    let post = || Request::post("/").header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate");
    assert_eq!(Browser::default().send(&site, post(), view, response(303)).set_cookie(), None);
    assert!(Browser::default().send(&site, post(), |session| session.sign_in(7), response(303)).sets());
}

#[test]
fn bad_cookies() {
    let (site, browser) = visited();
    let value = browser.cookie.unwrap();
    let mut forged = Browser { cookie: Some(format!("{}{}", &value[..value.len() - 2], "zz")) };
    assert!(forged.visit(&site, |session| assert!(session.is_new())).expires());
    // Another machine may have the key that this one lacks.
    let other = Site::<Shop>::machine(&Keyring::new([key("b")]).unwrap(), &site.clock, |builder| builder);
    let mut moved = Browser { cookie: Some(value) };
    assert_eq!(moved.visit(&other, |session| assert!(session.is_new())).set_cookie(), None);
}

#[test]
fn changed_type() {
    #[derive(Default, Serialize, Deserialize)]
    struct Old {
        views: u32,
    }
    #[derive(Default, Serialize, Deserialize)]
    struct New {
        views: u32,
        theme: Option<String>,
    }
    impl From<Old> for New {
        fn from(old: Old) -> Self {
            Self { views: old.views, theme: None }
        }
    }
    let clock = Clock::new();
    let before = Site::<Old>::machine(&keyring(&["a"]), &clock, |builder| builder);
    let mut browser = Browser::default();
    browser.visit(&before, |session| session.update(|data| data.views = 3));
    let bare = Site::<New>::machine(&keyring(&["a"]), &clock, |builder| builder);
    assert_eq!(browser.visit(&bare, |session| assert!(session.is_new())).set_cookie(), None, "set aside, and kept");
    let after = Site::<New>::machine(&keyring(&["a"]), &clock, |builder| builder.also_reads::<Old>());
    browser.visit(&after, |session| assert_eq!(session.read(|data| (data.views, data.theme.is_none())), (3, true)));
}

/// What a value of JavaScript may become, and what not: no type, no value.
#[test]
fn values_have_types() {
    let (site, mut browser) = (Site::<Values>::new(), Browser::default());
    browser.visit(&site, |session| session.insert("views", &1u32).unwrap());
    browser.visit(&site, |session| {
        assert_eq!(session.get::<u64>("views").unwrap(), Some(1), "a wider number is fine");
        assert!(session.get::<String>("views").is_err());
        assert!(ready(session.save()).is_ok());
    });
}
