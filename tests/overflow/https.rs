//! A session in a store, on requests that are not known to have come over https.

use std::net::{IpAddr, Ipv4Addr};

use http::{Request, request};
use sealed_session::{EndSession, ErrorKind, Session, TrustedProxies};

use super::spy::Spy;
use super::support::{Browser, HOUR, Site, ready, response};
use super::{Cart, site_with};

fn request(scheme: &str) -> request::Builder {
    Request::get("/").extension(IpAddr::V4(Ipv4Addr::LOCALHOST)).header("x-forwarded-proto", scheme)
}

/// A site for https alone, its store, and a browser whose session is there.
fn visited() -> (Site<Cart>, Spy, Browser) {
    let (site, spy) = site_with(|builder| {
        builder
            .secure_auto(TrustedProxies::new(["127.0.0.1"]).unwrap())
            .peer_address(|extensions| extensions.get().copied())
    });
    let mut browser = Browser::default();
    browser.send(&site, request("https"), |session| session.update(|cart| cart.fill(5000)), response(200));
    assert_eq!(spy.take(), ["create"]);
    site.events.take();
    (site, spy, browser)
}

const NOT_SENT: &str = "NotSent { reason: PlainHttp { proxy: 127.0.0.1 } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn it_is_read_and_nothing_is_written() {
    let (site, spy, browser) = visited();
    let writes: [fn(&Session<Cart>); 5] = [
        |session| session.update(|cart| cart.fill(6000)),
        |session| session.update(|cart| cart.fill(100)),
        Session::renew,
        |session| session.remember_for(HOUR),
        |session| {
            session.update(|cart| cart.fill(6000));
            assert!(matches!(ready(session.save()).unwrap_err().kind(), ErrorKind::NotHttps(_)));
        },
    ];
    for write in writes {
        let handle = |session: &Session<Cart>| {
            assert_eq!(session.read(Cart::len), 5000);
            write(session);
        };
        let answer = browser.clone().send(&site, request("http"), handle, response(200));
        assert!(answer.set_cookie().is_none());
        assert_eq!((spy.take(), site.events.take()), (vec!["load"], vec!["opened".to_owned(), NOT_SENT.to_owned()]));
    }
    // A refresh.
    site.clock.advance(12 * HOUR);
    browser.clone().send(&site, request("http"), |session| session.read(|_| ()), response(200));
    assert_eq!((spy.take(), site.events.take()), (vec!["load"], vec!["opened".to_owned(), NOT_SENT.to_owned()]));
    // One that would begin in the store.
    Browser::default().send(&site, request("http"), |session| session.update(|cart| cart.fill(5000)), response(200));
    assert!(spy.take().is_empty());
    browser.clone().send(&site, request("https"), |session| assert_eq!(session.read(Cart::len), 5000), response(200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_ended_ends_in_the_store_all_the_same() {
    let ends: [fn(&Session<Cart>); 2] = [
        |session| session.destroy(),
        |session| {
            session.destroy();
            session.update(|cart| cart.fill(5000));
        },
    ];
    for end in ends {
        let (site, _, mut browser) = visited();
        let answer = browser.clone().send(&site, request("http"), end, response(200));
        assert!(answer.set_cookie().is_none());
        assert_eq!(site.events.take(), ["opened", NOT_SENT]);
        browser.send(&site, request("https"), |session| assert_eq!(session.read(Cart::len), 0), response(200));
        assert_eq!(site.events.take(), ["record_missing", "Expired"]);
    }
    let (site, spy, mut browser) = visited();
    let cookie = format!("__Host-session={}", browser.cookie.as_ref().unwrap());
    let answer = site.call(request("http").header("cookie", cookie).body(()).unwrap(), |request| {
        EndSession::<Cart>::from_request(request).unwrap().end();
        response(200)
    });
    assert!(answer.set_cookie().is_none() && !spy.take().contains(&"create"));
    assert_eq!(site.events.take(), ["opened", NOT_SENT]);
    browser.send(&site, request("https"), |session| assert_eq!(session.read(Cart::len), 0), response(200));
    assert_eq!(site.events.take(), ["record_missing", "Expired"]);
}
