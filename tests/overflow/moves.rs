//! When a session moves, and when it does not.

use sealed_session::{Place, Session};

use super::support::{Answer, Browser, DAY, HOUR, MINUTE, SECOND, Site, keyring};
use super::{Cart, machine, site};

pub fn visit(browser: &mut Browser, site: &Site<Cart>, change: impl FnOnce(&mut Cart)) -> Answer {
    browser.visit(site, |session| session.update(change))
}

pub fn look(browser: &mut Browser, site: &Site<Cart>) -> (Cart, Place) {
    let mut seen = None;
    browser.visit(site, |session| seen = Some((session.get(), session.place())));
    seen.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn inline_traffic_does_not_touch_the_store() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    for round in 0..50 {
        visit(&mut browser, &site, |cart| cart.fill(100 + 40 * round));
        site.clock.advance(3 * HOUR);
        browser.visit(&site, |session| drop(session.get()));
        browser.visit(&site, Session::renew);
        site.call(http::Request::new(()), |_| http::Response::new(String::new()));
    }
    browser.visit(&site, Session::destroy);
    assert_eq!(spy.take(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_session_moves_to_the_store_and_back() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    visit(&mut browser, &site, |cart| cart.user = Some("ann".into()));
    site.events.take();

    let answer = visit(&mut browser, &site, |cart| cart.fill(5000));
    assert!(answer.sets() && answer.set_cookie().unwrap().len() < 250, "{answer:?}");
    assert_eq!(site.events.take(), ["opened", "sealed Changed", "moved Store"]);
    assert_eq!((spy.take(), spy.store().len()), (vec!["create"], 1));

    let (cart, place) = look(&mut browser, &site);
    assert_eq!((cart.user.as_deref(), cart.len(), place), (Some("ann"), 5000, Place::Store));
    assert_eq!(spy.take(), ["load"]);

    // An equal write is no write, here neither.
    let answer = visit(&mut browser, &site, |cart| cart.fill(5000));
    assert!(answer.set_cookie().is_none());
    assert_eq!(spy.take(), ["load"]);

    visit(&mut browser, &site, |cart| cart.fill(50_000));
    assert_eq!(spy.take(), ["load", "update"]);
    site.events.take();

    let answer = visit(&mut browser, &site, |cart| cart.fill(100));
    assert!(answer.sets());
    assert_eq!(site.events.take(), ["opened", "sealed Changed", "moved Cookie"]);
    assert_eq!(spy.take(), ["load", "update"]);
    let (cart, place) = look(&mut browser, &site);
    assert_eq!((cart.user.as_deref(), cart.len(), place), (Some("ann"), 100, Place::Cookie));
    assert_eq!(spy.take(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_session_does_not_flap_around_the_threshold() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    let (mut moves, mut was) = (0, Place::Cookie);
    for round in 0..40 {
        // Between 75 % and 110 % of what fits.
        visit(&mut browser, &site, |cart| cart.fill(if round % 2 == 0 { 2300 } else { 1900 }));
        let (_, place) = look(&mut browser, &site);
        moves += usize::from(place != was);
        was = place;
    }
    assert_eq!((moves, was), (1, Place::Store));
    assert_eq!(spy.store().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_new_session_can_go_straight_to_the_store() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    let answer = visit(&mut browser, &site, |cart| cart.fill(5000));
    assert!(answer.sets());
    assert_eq!(site.events.take(), ["absent", "sealed Created", "moved Store"]);
    assert_eq!(spy.take(), ["create"]);
    assert_eq!(look(&mut browser, &site).0.len(), 5000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_55_back_in_its_cookie_the_record_goes_after_its_grace() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    visit(&mut browser, &site, |cart| cart.fill(5000));
    // Requests that are under way when the session shrinks, sent with the reference.
    let mut under_way = browser.clone();
    visit(&mut browser, &site, |cart| cart.fill(100));

    site.events.take();
    let answer = visit(&mut under_way.clone(), &site, |cart| cart.user = Some("late".into()));
    assert!(answer.set_cookie().is_none(), "{answer:?}");
    assert_eq!(site.events.take(), ["opened", "Superseded"]);
    site.clock.advance(59 * SECOND);
    assert_eq!(look(&mut under_way, &site).0.len(), 5000);
    assert_eq!(look(&mut browser, &site).0, Cart { user: None, items: vec![format!("{:0>99}", 0)] });

    site.clock.advance(SECOND);
    let mut is_new = false;
    let answer = under_way.visit(&site, |session| is_new = session.is_new());
    assert!(answer.expires() && is_new);
    assert_eq!(site.events.take().last().unwrap(), "Expired");
    assert_eq!(spy.records(site.clock.now()).await, 0);
    assert_eq!(look(&mut browser, &site).0.len(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_session_can_grow_again_within_and_after_the_grace() {
    for wait in [SECOND, 2 * MINUTE] {
        let (site, spy) = site();
        let mut browser = Browser::default();
        for bytes in [5000, 100, 200, 6000, 7000, 300, 8000] {
            visit(&mut browser, &site, |cart| cart.fill(bytes));
            site.clock.advance(wait);
            assert_eq!(look(&mut browser, &site).0.len(), bytes);
        }
        assert_eq!(spy.store().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn destroy_reaches_a_record_that_lingers() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    visit(&mut browser, &site, |cart| cart.fill(5000));
    let mut under_way = browser.clone();
    visit(&mut browser, &site, |cart| cart.fill(100));
    spy.take();
    assert!(browser.visit(&site, Session::destroy).expires());
    assert_eq!(spy.take(), ["load", "update"]);
    assert!(under_way.visit(&site, |session| assert!(session.is_new())).expires());
    site.clock.advance(MINUTE);
    assert_eq!(spy.records(site.clock.now()).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn renew_moves_the_record_to_a_new_id() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    visit(&mut browser, &site, |cart| cart.fill(5000));
    let mut id = Vec::new();
    browser.visit(&site, |session| id.push(session.id().unwrap()));
    spy.take();
    let answer = browser.visit(&site, |session| {
        session.renew();
        session.update(|cart| cart.user = Some("ann".into()));
    });
    assert!(answer.sets());
    assert_eq!(spy.take(), ["load", "create", "update"]);
    browser.visit(&site, |session| id.push(session.id().unwrap()));
    assert_ne!(id[0], id[1]);
    let (cart, place) = look(&mut browser, &site);
    assert_eq!((cart.user.as_deref(), cart.len(), place), (Some("ann"), 5000, Place::Store));
    site.clock.advance(MINUTE);
    assert!(spy.record(id[0], site.clock.now()).await.is_none());
    assert!(spy.record(id[1], site.clock.now()).await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_written_after_destroy_starts_over() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    visit(&mut browser, &site, |cart| cart.fill(5000));
    let mut ids = Vec::new();
    browser.visit(&site, |session| {
        ids.push(session.id().unwrap());
        session.destroy();
        session.update(|cart| cart.fill(6000));
        ids.push(session.id().unwrap());
    });
    assert_ne!(ids[0], ids[1]);
    assert_eq!(look(&mut browser, &site).0.len(), 6000);
    site.clock.advance(MINUTE);
    assert_eq!(spy.records(site.clock.now()).await, 1);
    assert!(spy.record(ids[1], site.clock.now()).await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_refresh_moves_the_end_of_the_record() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    visit(&mut browser, &site, |cart| cart.fill(5000));
    for _ in 0..10 {
        site.clock.advance(20 * HOUR);
        spy.take();
        let answer = browser.visit(&site, |session| assert_eq!(session.read(Cart::len), 5000));
        assert!(answer.sets());
        assert_eq!(spy.take(), ["load", "load", "touch"]);
    }
    site.clock.advance(25 * HOUR);
    assert!(browser.visit(&site, |session| assert!(session.is_new())).expires());
    assert_eq!(site.events.take().last().unwrap(), "Expired");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_change_of_key_seals_the_record_again() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    visit(&mut browser, &site, |cart| cart.fill(5000));
    let rotated = machine(&keyring(&["b", "a"]), &site.clock, &spy, |builder| builder);
    spy.take();
    assert!(browser.visit(&rotated, |session| assert_eq!(session.read(Cart::len), 5000)).sets());
    assert_eq!(spy.take(), ["load", "update"]);
    let dropped = machine(&keyring(&["b"]), &site.clock, &spy, |builder| builder);
    assert_eq!(look(&mut browser, &dropped).0.len(), 5000);
    // Counts of the new key: the reference and the record.
    let report = rotated.layer.key_report();
    assert_eq!((report[0].seals, report[1].opens), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn remember_me_holds_for_the_record_too() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    visit(&mut browser, &site, |cart| cart.fill(5000));
    let mut other = browser.clone();
    browser.visit(&site, |session| session.remember_for(30 * DAY));
    // A parallel request that knows nothing of it does not shorten the record's life.
    visit(&mut other, &site, |cart| cart.fill(4000));
    site.clock.advance(29 * DAY);
    assert_eq!(look(&mut browser, &site).0.len(), 4000);
    assert_eq!(spy.store().len(), 1);
}
