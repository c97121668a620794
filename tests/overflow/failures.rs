//! A store that is down, slow, full or damaged.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use http::header::{COOKIE, RETRY_AFTER};
use http::{Request, Response};
use sealed_session::store::{MemoryStore, StoreErrorKind};
use sealed_session::{EndSession, ErrorKind, Session};
use tower::{Layer, Service, service_fn};

use super::spy::{Fault, Spy};
use super::support::{Answer, Browser, Clock, HOUR, Site, keyring, ready};
use super::{Cart, machine, site, site_with};

/// A request whose handler answers with what the session's failure says, as the axum extractor does.
fn try_visit(
    browser: &mut Browser,
    site: &Site<Cart>,
    change: impl FnOnce(&Session<Cart>),
) -> (Answer, Option<ErrorKind>) {
    let mut kind = None;
    let request = Request::builder().header(COOKIE, format!("{}={}", site.name, browser.cookie.as_ref().unwrap()));
    let answer = site.call(request.body(()).unwrap(), |request| {
        match ready(Session::<Cart>::from_request(request)) {
            Ok(session) => change(&session),
            Err(error) => kind = Some(error.kind().clone()),
        }
        Response::new("page".into())
    });
    browser.receive(&answer);
    (answer, kind)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_50_a_store_that_is_down_on_read_costs_nobody_a_session() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let before = browser.cookie.clone();
    site.events.take();
    for fault in [StoreErrorKind::Unavailable, StoreErrorKind::Corrupt] {
        spy.break_calls(&["load"], Fault::Fails(fault));
        let (answer, kind) = try_visit(&mut browser, &site, |_| panic!("there is no session"));
        assert_eq!((kind, answer.set_cookie()), (Some(ErrorKind::Store(fault)), None));
        assert_eq!(site.events.take(), [format!("not loaded Store({fault:?})")]);
    }
    assert_eq!(browser.cookie, before);
    spy.up();
    browser.visit(&site, |session| assert_eq!(session.read(Cart::len), 5000));
}

#[cfg(feature = "axum")]
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_50_with_axum_the_client_gets_a_503_with_retry_after() {
    use axum::routing::get;
    use tower::ServiceExt;
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    spy.down();
    let app = axum::Router::new()
        .route("/", get(async |session: Session<Cart>| session.read(Cart::len).to_string()))
        .route("/out", get(async |session: EndSession<Cart>| session.end()))
        .layer(site.layer.clone());
    let request = |path: &str| {
        let cookie = format!("{}={}", site.name, browser.cookie.as_ref().unwrap());
        Request::get(path).header(COOKIE, cookie).body(axum::body::Body::empty()).unwrap()
    };
    let response = app.clone().oneshot(request("/")).await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()[RETRY_AFTER].to_str().unwrap()), (503, "5"));
    assert!(!response.headers().contains_key("set-cookie"));
    assert_eq!(response.headers()["cache-control"], "no-store");
    // Row 78: signing out does not need the store.
    let response = app.oneshot(request("/out")).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_51_a_store_that_fails_while_overflowing() {
    for kind in [StoreErrorKind::Unavailable, StoreErrorKind::Full, StoreErrorKind::TooLarge] {
        let (site, spy) = site();
        let mut browser = Browser::default();
        browser.visit(&site, |session| session.update(|cart| cart.user = Some("ann".into())));
        let before = browser.cookie.clone();
        spy.break_calls(&["create"], Fault::Fails(kind));
        let answer = browser.send(
            &site,
            Request::post("/"),
            |session| session.update(|cart| cart.fill(5000)),
            Response::builder().header("x-order", "placed").body("thank you".into()).unwrap(),
        );
        assert_eq!((answer.status().as_u16(), answer.set_cookie()), (503, None));
        assert_eq!(answer.0.headers()[RETRY_AFTER], "5");
        assert!(!answer.0.headers().contains_key("x-order"));
        assert_eq!(site.events.take().last().unwrap(), &format!("failed Store({kind:?})"));
        assert_eq!(browser.cookie, before);
        browser.visit(&site, |session| assert_eq!(session.get(), Cart { user: Some("ann".into()), items: vec![] }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_write_that_fails_leaves_the_session_as_it_was() {
    // What the request does, and the call that fails.
    type Change = fn(&Session<Cart>);
    let cases: [(Change, &str); 5] = [
        (|session| session.update(|cart| cart.fill(6000)), "update"),
        (|session| session.update(|cart| cart.fill(100)), "update"),
        (Session::renew, "create"),
        (Session::renew, "update"),
        (|session| session.remember_for(HOUR), "update"),
    ];
    for (change, call) in cases {
        let (site, spy) = site();
        let mut browser = Browser::default();
        browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
        let before = browser.cookie.clone();
        spy.break_calls(&[call], Fault::Fails(StoreErrorKind::Unavailable));
        let answer = browser.visit(&site, change);
        assert_eq!((answer.status().as_u16(), answer.set_cookie()), (503, None), "{call}");
        spy.up();
        assert_eq!(browser.cookie, before);
        browser.visit(&site, |session| assert_eq!(session.read(Cart::len), 5000));
        let again = browser.visit(&site, change);
        assert!(again.sets(), "{call}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_refresh_that_fails_is_counted_and_nothing_else() {
    for fault in [Fault::Fails(StoreErrorKind::Unavailable), Fault::Hangs] {
        let (site, spy) = site_with(|builder| builder.store_timeout(Duration::from_millis(50)));
        let mut browser = Browser::default();
        browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
        site.clock.advance(12 * HOUR);
        spy.break_calls(&["touch"], fault);
        site.events.take();
        let answer = browser.visit(&site, |session| assert_eq!(session.read(Cart::len), 5000));
        assert_eq!((answer.status().as_u16(), answer.set_cookie()), (200, None));
        assert_eq!(site.events.take(), ["opened", "not refreshed Store(Unavailable)"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_store_that_hangs_is_given_up_and_then_left_alone() {
    let (site, spy) = site_with(|builder| builder.store_timeout(Duration::from_millis(50)));
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let mut small = Browser::default();
    small.visit(&site, |session| session.update(|cart| cart.fill(100)));
    spy.break_calls(&["load"], Fault::Hangs);
    spy.take();
    for _ in 0..50 {
        let (_, kind) = try_visit(&mut browser, &site, |_| ());
        assert_eq!(kind, Some(ErrorKind::Store(StoreErrorKind::Unavailable)));
    }
    assert!((5..10).contains(&spy.take().len()), "no retry storm");
    // Sessions in their cookie do not notice.
    for round in 0..10 {
        assert!(small.visit(&site, |session| session.update(|cart| cart.fill(200 + 100 * round))).sets());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_78_sign_out_while_the_store_is_down() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let mut other = browser.clone();
    spy.down();
    site.events.take();
    let end = |browser: &mut Browser| {
        let cookie = format!("{}={}", site.name, browser.cookie.as_ref().unwrap());
        let answer = site.call(Request::builder().header(COOKIE, cookie).body(()).unwrap(), |request| {
            EndSession::<Cart>::from_request(request).unwrap().end();
            Response::new("bye".into())
        });
        browser.receive(&answer);
        answer
    };
    spy.take();
    let answer = end(&mut browser);
    assert_eq!((answer.status().as_u16(), answer.expires()), (200, true));
    assert_eq!(spy.take(), ["load"], "it is asked once, and not needed");
    assert_eq!(site.events.take(), ["opened", "record left Store(Unavailable)", "Expired"]);
    assert_eq!((browser.cookie.as_ref(), spy.store().len()), (None, 1));
    // Once the store is back, the record goes with the session.
    spy.up();
    assert!(end(&mut other).expires());
    assert_eq!(spy.records(site.clock.now().plus_a_minute()).await, 0);
    // One that was loaded before the store went down is ended, too.
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let answer = browser.visit(&site, |session| {
        spy.down();
        session.destroy();
    });
    assert!(answer.expires());
}

trait Minute {
    fn plus_a_minute(self) -> Self;
}

impl Minute for sealed_session::Timestamp {
    fn plus_a_minute(self) -> Self {
        Self::from_unix(self.as_unix() + 60)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn ending_what_is_not_there_costs_nothing() {
    let (site, spy) = site();
    let answer = site.call(Request::new(()), |request| {
        EndSession::<Cart>::from_request(request).unwrap().end();
        Response::new("bye".into())
    });
    assert_eq!(answer.set_cookie(), None);
    // What is written afterwards is a session of its own.
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(100)));
    let cookie = format!("{}={}", site.name, browser.cookie.as_ref().unwrap());
    let answer = site.call(Request::builder().header(COOKIE, cookie).body(()).unwrap(), |request| {
        EndSession::<Cart>::from_request(request).unwrap().end();
        let session = ready(Session::<Cart>::from_request(request)).unwrap();
        assert!(session.is_new() && session.read(|cart| cart.items.is_empty()));
        session.update(|cart| cart.user = Some("next".into()));
        Response::new("bye".into())
    });
    assert!(answer.sets());
    assert_eq!(spy.take(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_80_a_full_store_refuses_new_overflow_only() {
    let spy = Spy::of(MemoryStore::new(60_000));
    let site = machine(&keyring(&["a"]), &Clock::new(), &spy, |builder| builder);
    let mut browsers = Vec::new();
    let refused = loop {
        let mut browser = Browser::default();
        let answer = browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
        if answer.status() != 200 {
            break answer;
        }
        browsers.push(browser);
    };
    assert_eq!((refused.status().as_u16(), refused.set_cookie()), (503, None));
    assert!((8..12).contains(&browsers.len()), "{}", browsers.len());
    for browser in &mut browsers {
        assert!(browser.visit(&site, |session| session.update(|cart| cart.items[0] = "changed".into())).sets());
        browser.visit(&site, |session| assert_eq!(session.read(Cart::len), 5000));
    }
    let mut small = Browser::default();
    assert!(small.visit(&site, |session| session.update(|cart| cart.fill(1000))).sets());
    // Somebody who leaves makes room.
    browsers[0].visit(&site, Session::destroy);
    assert!(small.visit(&site, |session| session.update(|cart| cart.fill(5000))).sets());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_65_a_client_that_goes_away_leaves_the_old_state_or_the_new() {
    for (fault, expected) in [(Fault::Hangs, 5000), (Fault::DoesAndHangs, 6000)] {
        let (site, spy) = site();
        let mut browser = Browser::default();
        browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
        spy.break_calls(&["update"], fault);
        let mut service = site.layer.layer(service_fn(|request: Request<()>| async move {
            Session::<Cart>::from_request(&request).await.unwrap().update(|cart| cart.fill(6000));
            Ok::<_, std::convert::Infallible>(Response::new(String::new()))
        }));
        let cookie = format!("{}={}", site.name, browser.cookie.as_ref().unwrap());
        {
            let mut request = pin!(service.call(Request::builder().header(COOKIE, cookie).body(()).unwrap()));
            let poll = request.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(poll.is_pending());
        }
        spy.up();
        browser.visit(&site, |session| assert_eq!(session.read(Cart::len), expected));
        assert!(browser.visit(&site, |session| session.update(|cart| cart.fill(7000))).sets());
    }
}
