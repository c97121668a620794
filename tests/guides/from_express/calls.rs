//! What apps call on `req`, `req.session` and `req.sessionStore`.

use http::{Request, Response};
use sealed_session::{EndSession, ErrorKind, Session, Values};
use time::OffsetDateTime;

use crate::support::{Browser, DAY, HOUR, MINUTE, SECOND, ready, response};
use crate::*;

#[test]
fn req_session() {
    let (site, mut browser) = (Site::<Shop>::new(), Browser::default());
    browser.visit(&site, |session| {
        session.update(|shop| shop.cart.push("tea".into()));
        assert_eq!(session.read(|shop| shop.cart.clone()), ["tea"]);
        // All handles of a request are one session.
        assert_eq!(session.clone().get(), session.get());
    });
    browser.visit(&site, |session| assert_eq!(session.get().cart, ["tea"]));
}

#[test]
fn req_session_any() {
    let (site, mut browser) = (Site::<Values>::new(), Browser::default());
    browser.visit(&site, |session| {
        session.insert("user", "ada").unwrap();
        session.insert("cart", &["tea", "mug"]).unwrap();
    });
    browser.visit(&site, |session| {
        assert_eq!(session.get::<String>("user").unwrap().unwrap(), "ada");
        assert!(session.remove("cart"));
        assert_eq!(*session.get::<u64>("user").unwrap_err().kind(), ErrorKind::Value, "no other type");
    });
    browser.visit(&site, |session| assert_eq!(session.get::<Vec<String>>("cart").unwrap(), None));
}

#[test]
fn req_session_missing() {
    let error = ready(Session::<Shop>::from_request(&Request::new(()))).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::MissingLayer);
    assert!(error.to_string().contains("add `SessionLayer::<") && error.to_string().contains("Shop"), "{error}");
}

#[test]
fn begins_with_its_first_write() {
    let (site, mut browser) = (Site::<Shop>::new(), Browser::default());
    assert_eq!(browser.visit(&site, |session| assert!(session.is_new())).set_cookie(), None);
    assert!(browser.visit(&site, view).sets());
    browser.visit(&site, |session| assert!(!session.is_new()));
}

#[test]
fn req_session_id() {
    let (site, mut browser) = visited();
    let mut ids = Vec::new();
    for _ in 0..2 {
        browser.visit(&site, |session| ids.push(session.id().unwrap()));
    }
    assert_eq!(ids[0], ids[1]);
    // What is logged of it leads nowhere.
    let hex: String = ids[0].to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!hex.contains(&ids[0].to_string()) && ids[0].to_string().len() == 16);
}

#[test]
fn cookie_max_age_read() {
    let site = site_with::<Shop>(|builder| builder.idle_timeout(MINUTE));
    let mut browser = Browser::default();
    browser.visit(&site, view);
    site.clock.advance(5 * SECOND);
    browser.visit(&site, |session| {
        let left = session.expires_at() - OffsetDateTime::from(site.clock.now());
        assert_eq!(left, 55 * SECOND);
    });
}

#[test]
fn cookie_max_age_write() {
    let (site, mut browser) = visited();
    let month = 30 * DAY;
    assert_eq!(browser.visit(&site, |session| session.remember_for(month)).max_age(), Some(month.as_secs()));
    site.clock.advance(month - SECOND);
    browser.visit(&site, |session| assert!(!session.is_new()));
}

#[test]
fn cookie_expires_false() {
    let site = site_with::<Shop>(|builder| builder.until_browser_closes());
    let (mut guest, mut friend) = (Browser::default(), Browser::default());
    assert_eq!(guest.visit(&site, view).max_age(), None);
    let stay = |session: &Handle| {
        view(session);
        session.remember_for(30 * DAY);
    };
    assert_eq!(friend.visit(&site, stay).max_age(), Some(30 * DAY.as_secs()));
}

#[test]
fn regenerate() {
    let (site, mut browser) = visited();
    let mut ids = Vec::new();
    let answer = browser.visit(&site, |session| {
        ids.push(session.id().unwrap());
        session.destroy();
        assert_eq!(session.get(), Shop::default());
        session.update(|shop| shop.cart.push("tea".into()));
        ids.push(session.id().unwrap());
    });
    assert!(answer.sets());
    browser.visit(&site, |session| {
        assert_eq!((session.id().unwrap(), session.get().views, session.get().cart.len()), (ids[1], 0, 1));
    });
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn regenerate_and_keep() {
    let (site, mut browser) = visited();
    let mut ids = Vec::new();
    browser.visit(&site, |session| {
        ids.push(session.id().unwrap());
        session.renew();
    });
    browser.visit(&site, |session| {
        ids.push(session.id().unwrap());
        assert_eq!(session.get().views, 1);
    });
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn destroy() {
    let (site, mut browser) = visited();
    let answer = browser.visit(&site, |session| {
        session.destroy();
        assert_eq!(session.get(), Shop::default(), "the handler goes on with an empty one");
    });
    assert!(answer.expires() && browser.cookie.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn destroy_while_the_store_is_down() {
    let (site, spy) = with_store(|builder| builder);
    let mut browser = Browser::default();
    browser.visit(&site, fill);
    spy.down();
    let request = Request::post("/").header("cookie", format!("{}={}", site.name, browser.cookie.clone().unwrap()));
    let answer = site.call(request.body(()).unwrap(), |request| {
        assert!(ready(Session::<Shop>::from_request(request)).is_err());
        EndSession::<Shop>::from_request(request).unwrap().end();
        Response::new(String::new())
    });
    assert_eq!(answer.status(), 200);
    assert!(answer.expires());
}

#[test]
fn reload() {
    let (site, mut browser) = visited();
    let mut other = browser.clone();
    let request = Request::get("/").header("cookie", format!("{}={}", site.name, browser.cookie.clone().unwrap()));
    site.call(request.body(()).unwrap(), |request| {
        view(&ready(Session::from_request(request)).unwrap());
        other.visit(&site, |session| session.update(|shop| shop.views = 100));
        let again = ready(Session::<Shop>::from_request(request)).unwrap();
        assert_eq!(again.get().views, 2, "one request sees one state");
        Response::new(String::new())
    });
    // The next request reads anew.
    browser.cookie = other.cookie;
    browser.visit(&site, |session| assert_eq!(session.get().views, 100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn save() {
    let (site, spy) = with_store(|builder| builder);
    let mut browser = Browser::default();
    // Once it has returned, the session is in the store, and its cookie goes out whatever comes.
    let charge = |session: &Handle| {
        fill(session);
        ready(session.save()).unwrap();
        assert_eq!(spy.take(), ["create"]);
    };
    assert!(browser.send(&site, Request::post("/"), charge, response(500)).sets());
    browser.visit(&site, |session| assert_eq!(session.get().cart.len(), 60));
    // It says so if that was not to be.
    spy.down();
    Browser::default().visit(&site, |session| {
        fill(session);
        let error = ready(session.save()).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Store(StoreErrorKind::Unavailable));
        session.destroy();
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn touch() {
    let (site, spy) = with_store(|builder| builder.idle_timeout(HOUR));
    let (mut small, mut large) = (Browser::default(), Browser::default());
    small.visit(&site, view);
    large.visit(&site, fill);
    spy.take();
    for _ in 0..5 {
        site.clock.advance(50 * MINUTE);
        for browser in [&mut small, &mut large] {
            assert_eq!(browser.visit(&site, |session| assert!(!session.is_new())).max_age(), Some(3600));
        }
        assert!(spy.take().contains(&"touch"), "in the store, too");
    }
}
