//! `save().await` in the middle of a handler.

use http::{Request, Response};
use sealed_session::store::StoreErrorKind;
use sealed_session::{ErrorKind, Session};

use super::spy::Fault;
use super::support::{Browser, ready, response};
use super::{Cart, site};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_saved_survives_a_response_that_fails() {
    // Before, saved, afterwards: in the cookie, in the store, and on the way between them.
    for [before, saved, after] in [[100, 200, 300], [100, 5000, 6000], [5000, 6000, 100], [5000, 100, 6000]] {
        let (site, spy) = site();
        let mut browser = Browser::default();
        browser.visit(&site, |session| session.update(|cart| cart.fill(before)));
        let answer = browser.send(
            &site,
            Request::post("/"),
            |session| {
                session.update(|cart| cart.fill(saved));
                ready(session.save()).unwrap();
                session.update(|cart| cart.fill(after));
            },
            response(500),
        );
        assert!(answer.sets(), "{before} {saved} {after}");
        browser.visit(&site, |session| assert_eq!(session.read(Cart::len), saved));
        // If it succeeds, what came afterwards is saved, too.
        browser.visit(&site, |session| {
            session.update(|cart| cart.fill(saved + 100));
            ready(session.save()).unwrap();
            session.update(|cart| cart.fill(after));
            ready(session.save()).unwrap();
            session.update(|cart| cart.fill(after + 100));
        });
        browser.visit(&site, |session| assert_eq!(session.read(Cart::len), after + 100));
        assert!(spy.store().len() <= 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_save_with_nothing_after_it_costs_one_write() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    let answer = browser.visit(&site, |session| {
        session.update(|cart| cart.fill(5000));
        ready(session.save()).unwrap();
        assert!(session.is_new());
        ready(session.save()).unwrap();
    });
    assert!(answer.sets());
    assert_eq!(spy.take(), ["create"]);
    browser.visit(&site, |session| ready(session.save()).unwrap());
    assert_eq!(spy.take(), ["load"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn renewing_and_ending_after_a_save() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let mut ids = Vec::new();
    browser.visit(&site, |session| {
        ids.push(session.id().unwrap());
        session.renew();
        session.update(|cart| cart.user = Some("ann".into()));
        ready(session.save()).unwrap();
        ids.push(session.id().unwrap());
        session.update(|cart| cart.items.clear());
        ready(session.save()).unwrap();
        ids.push(session.id().unwrap());
    });
    assert!(ids[0] != ids[1] && ids[1] == ids[2]);
    browser.visit(&site, |session| {
        assert_eq!((session.id().unwrap(), session.get().user.as_deref()), (ids[1], Some("ann")));
        session.update(|cart| cart.fill(5000));
        ready(session.save()).unwrap();
        session.destroy();
    });
    assert_eq!(browser.cookie, None);
    site.clock.advance(super::support::MINUTE);
    assert_eq!(spy.records(site.clock.now()).await, 0);
    // Ended, saved, and begun again.
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let answer = browser.visit(&site, |session| {
        session.destroy();
        ready(session.save()).unwrap();
    });
    assert!(answer.expires());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_save_that_fails_says_so_and_leaves_the_session() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    spy.break_calls(&["update"], Fault::Fails(StoreErrorKind::Unavailable));
    let answer = browser.visit(&site, |session| {
        session.update(|cart| cart.fill(6000));
        let error = ready(session.save()).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Store(StoreErrorKind::Unavailable));
        // The handler takes its change back, so there is nothing to save.
        session.update(|cart| cart.fill(5000));
    });
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (200, None));
    spy.up();
    browser.visit(&site, |session| assert_eq!(session.read(Cart::len), 5000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_save_on_a_cross_site_request_is_refused() {
    let (site, _) = site();
    let mut browser = Browser::default();
    let request = Request::post("/").header("sec-fetch-site", "cross-site");
    let check = |session: &Session<Cart>| {
        session.update(|cart| cart.user = Some("flash".into()));
        assert_eq!(*ready(session.save()).unwrap_err().kind(), ErrorKind::CrossSite);
    };
    let answer = browser.send(&site, request, check, Response::new(String::new()));
    assert_eq!(answer.set_cookie(), None);
}
