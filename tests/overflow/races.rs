//! Requests under way at the same time. A request that another one overtakes is one whose handler makes that request.

use sealed_session::{ErrorKind, OnConflict, Place, Session};

use super::support::{Browser, MINUTE, SECOND, ready};
use super::{Cart, site, site_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_53_a_slow_request_does_not_revive_a_destroyed_session() {
    let (site, spy) = site();
    for change in [
        (|session: &Session<Cart>| session.update(|cart| cart.fill(6000))) as fn(&Session<Cart>),
        |session| session.update(|cart| cart.fill(100)),
        Session::renew,
        |session| session.remember_for(MINUTE),
    ] {
        let mut browser = Browser::default();
        browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
        let mut fast = browser.clone();
        site.events.take();
        let answer = browser.visit(&site, |session| {
            change(session);
            assert!(fast.visit(&site, Session::destroy).expires());
        });
        assert!(answer.set_cookie().is_none(), "{answer:?}");
        assert_eq!(site.events.take().last().unwrap(), "Superseded");
        assert!(browser.visit(&site, |session| assert!(session.is_new())).expires());
        // What `renew` created under a new id that nobody got to know is gone, too.
        site.clock.advance(MINUTE);
        assert_eq!(spy.records(site.clock.now()).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_54_two_parallel_requests_overflow_at_once() {
    for on_conflict in [OnConflict::LastWriteWins, OnConflict::Fail] {
        let (site, spy) = site_with(|builder| builder.on_conflict(on_conflict));
        let mut browser = Browser::default();
        browser.visit(&site, |session| session.update(|cart| cart.user = Some("ann".into())));
        let mut fast = browser.clone();
        let answer = browser.visit(&site, |session| {
            session.update(|cart| cart.fill(5000));
            fast.visit(&site, |session| session.update(|cart| cart.fill(6000)));
        });
        assert_eq!(spy.store().len(), 1, "nothing is orphaned");
        let expected = match on_conflict {
            OnConflict::Fail => {
                assert_eq!((answer.status().as_u16(), answer.set_cookie()), (409, None));
                6000
            }
            _ => {
                assert!(answer.sets());
                5000
            }
        };
        // Both browsers, whichever response came last, see one state.
        fast.visit(&site, |session| assert_eq!(session.read(Cart::len), expected));
        if on_conflict == OnConflict::LastWriteWins {
            browser.visit(&site, |session| assert_eq!(session.read(Cart::len), expected));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn of_two_parallel_writers_the_last_wins_and_nobody_is_logged_out() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let mut fast = browser.clone();
    let answer = browser.visit(&site, |session| {
        session.update(|cart| cart.fill(6000));
        for bytes in [7000, 8000, 9000] {
            fast.visit(&site, |session| session.update(|cart| cart.fill(bytes)));
        }
    });
    assert!(answer.sets());
    for browser in [&mut browser, &mut fast] {
        browser.visit(&site, |session| assert_eq!(session.read(Cart::len), 6000));
    }
    assert_eq!(spy.store().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn with_fail_the_loser_gets_a_409_and_can_repeat_it() {
    let (site, _) = site_with(|builder| builder.on_conflict(OnConflict::Fail));
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let mut fast = browser.clone();
    for change in [6000, 100] {
        let mut loser = browser.clone();
        let answer = loser.visit(&site, |session| {
            session.update(|cart| cart.fill(change));
            fast.visit(&site, |session| session.update(|cart| cart.items.push("fast".into())));
            if change == 6000 {
                let error = ready(session.save()).unwrap_err();
                assert_eq!(*error.kind(), ErrorKind::Conflict);
            }
        });
        assert_eq!((answer.status().as_u16(), answer.set_cookie()), (409, None));
        assert_eq!(site.events.take().last().unwrap(), "failed Conflict");
    }
    browser.visit(&site, |session| {
        session.read(|cart| assert_eq!((cart.items.len(), cart.items.last().unwrap().as_str()), (52, "fast")));
    });
    let answer = browser.visit(&site, |session| session.update(|cart| cart.fill(6000)));
    assert!(answer.sets());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_75_renew_while_a_request_is_under_way_and_the_answer_is_lost() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let before = browser.clone();
    let mut renewed = browser.clone();
    // A slow request that only reads, and one that writes, while somebody signs in.
    let answer = browser.visit(&site, |session| {
        renewed.visit(&site, |session| {
            session.renew();
            session.update(|cart| cart.user = Some("ann".into()));
        });
        assert_eq!(session.read(Cart::len), 5000);
    });
    assert!(answer.set_cookie().is_none());
    // Requests with the old id see the session as it was, without the new identity, and change nothing.
    for _ in 0..3 {
        let mut old = before.clone();
        site.events.take();
        let answer = old.visit(&site, |session| {
            assert_eq!(session.read(|cart| (cart.user.clone(), cart.len())), (None, 5000));
            session.update(|cart| cart.user = Some("mallory".into()));
        });
        assert_eq!((answer.status().as_u16(), answer.set_cookie()), (200, None));
        assert_eq!(site.events.take(), ["opened", "Superseded"]);
        assert!(matches!(ready_save(&site, &before), Err(ErrorKind::Conflict)));
        site.clock.advance(15 * SECOND);
    }
    // The answer of a renewal can be lost: the browser still has the old cookie, and can sign in again with it.
    let mut again = before.clone();
    again.visit(&site, |session| {
        session.renew();
        session.update(|cart| cart.user = Some("ann".into()));
    });
    again.visit(&site, |session| assert_eq!(session.read(|cart| cart.user.clone()).as_deref(), Some("ann")));
    renewed.visit(&site, |session| assert_eq!(session.read(|cart| cart.user.clone()).as_deref(), Some("ann")));
    // Then the grace is over.
    site.clock.advance(15 * SECOND);
    assert!(before.clone().visit(&site, |session| assert!(session.is_new())).expires());
    assert_eq!(spy.records(site.clock.now()).await, 2);
}

fn ready_save(site: &super::Site<Cart>, browser: &Browser) -> Result<(), ErrorKind> {
    let mut result = Ok(());
    browser.clone().visit(site, |session| {
        session.update(|cart| cart.items.clear());
        result = ready(session.save()).map_err(|error| error.kind().clone());
    });
    result
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_slow_request_with_a_cookie_from_before_the_move_does_not_take_a_retired_record_over() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.user = Some("ann".into())));
    let mut slow = browser.clone();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    browser.visit(&site, Session::renew);
    let answer = slow.visit(&site, |session| session.update(|cart| cart.fill(6000)));
    assert!(answer.set_cookie().is_none());
    browser.visit(&site, |session| assert_eq!(session.read(Cart::len), 5000));
    site.clock.advance(2 * MINUTE);
    assert_eq!(spy.records(site.clock.now()).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_53_nor_does_a_request_with_a_cookie_from_before_the_session_was_in_the_store() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.user = Some("ann".into())));
    let slow = browser.clone();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    browser.visit(&site, Session::destroy);
    site.clock.advance(59 * SECOND);
    site.events.take();
    let answer = slow.clone().visit(&site, |session| session.update(|cart| cart.fill(6000)));
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (200, None));
    assert_eq!(site.events.take(), ["opened", "Superseded"]);
    // Afterwards it is a replay of the inline cookie, which no server can tell; `SECURITY.md` says so.
    site.clock.advance(SECOND);
    assert_eq!(spy.records(site.clock.now()).await, 0);
    assert!(slow.clone().visit(&site, |session| session.update(|cart| cart.fill(6000))).sets());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn while_a_session_is_ended_there_is_no_moment_without_a_record() {
    // A record that was removed before its place is taken could be begun anew by a slow request; to others it would then look
    // as if the store had been rolled back.
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    browser.visit(&site, |session| session.update(|cart| cart.fill(100)));
    browser.visit(&site, |session| session.update(|cart| cart.fill(6000)));
    let mut other = browser.clone();
    spy.take();
    browser.visit(&site, Session::destroy);
    assert_eq!(spy.take(), ["load", "update"]);
    assert!(other.visit(&site, |session| assert_eq!(session.outcome().as_str(), "record_missing")).expires());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_53_nor_does_one_that_brought_it_back_into_its_cookie() {
    let (site, _) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    browser.visit(&site, |session| session.update(|cart| cart.fill(100)));
    let mut slow = browser.clone();
    browser.visit(&site, Session::destroy);
    let answer = slow.visit(&site, |session| session.update(|cart| cart.fill(6000)));
    assert!(answer.set_cookie().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_refresh_does_not_undo_what_a_parallel_request_wrote() {
    let (site, _) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    site.clock.advance(4 * super::support::HOUR);
    let mut fast = browser.clone();
    browser.visit(&site, |session| {
        fast.visit(&site, |session| session.update(|cart| cart.fill(7000)));
        session.read(|_| ());
    });
    browser.visit(&site, |session| assert_eq!(session.read(Cart::len), 7000));
    // Nor does "remember me", which has no data of its own.
    let mut fast = browser.clone();
    browser.visit(&site, |session| {
        fast.visit(&site, |session| session.update(|cart| cart.fill(8000)));
        session.remember_for(MINUTE * 60 * 48);
    });
    browser.visit(&site, |session| assert_eq!(session.read(Cart::len), 8000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_12_of_two_cookies_with_one_id_the_highest_generation_is_used() {
    let (site, _) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.user = Some("ann".into())));
    let inline = browser.cookie.clone().unwrap();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let reference = browser.cookie.clone().unwrap();
    browser.visit(&site, |session| session.update(|cart| cart.fill(100)));
    let back = browser.cookie.clone().unwrap();
    for (cookies, expected) in [([&inline, &reference], Place::Store), ([&back, &reference], Place::Cookie)] {
        for [one, two] in [cookies, [cookies[1], cookies[0]]] {
            let cookie = format!("{}={one}; {}={two}", site.name, site.name);
            let request = http::Request::builder().header(http::header::COOKIE, cookie).body(()).unwrap();
            site.call(request, |request| {
                let session = ready(Session::<Cart>::from_request(request)).unwrap();
                assert_eq!(session.place(), expected);
                http::Response::new(String::new())
            });
        }
    }
}
