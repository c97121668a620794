//! `req.sessionStore`, and stores of an app's own.

use http::{Request, Response};
use sealed_session::store::{MemoryStore, RecordKey, Store, conformance};
use sealed_session::{Contents, ErrorKind, Head, Schema, Sealer, Session, SessionId};
use time::OffsetDateTime;

use crate::support::{Browser, MINUTE, keyring, ready};
use crate::*;

#[test]
fn store_all() {
    let site = Site::<Shop>::new();
    for _ in 0..3 {
        let mut browser = Browser::default();
        browser.visit(&site, view);
        browser.visit(&site, view);
    }
    let created = site.events.take().into_iter().filter(|event| event == "sealed Created").count();
    assert_eq!(created, 3);
}

#[test]
fn store_clear() {
    let ring = keyring(&["new", "leaked"]);
    let clock = Clock::new();
    let before = Site::<Shop>::machine(&keyring(&["leaked"]), &clock, |builder| builder);
    let site = Site::<Shop>::machine(&ring, &clock, |builder| builder);
    let (mut old, mut new) = (Browser::default(), Browser::default());
    old.visit(&before, view);
    new.visit(&site, view);
    assert!(ring.revoke(support::key("leaked").id()));
    assert!(old.visit(&site, |session| assert!(session.is_new())).expires());
    new.visit(&site, |session| assert!(!session.is_new(), "those under another key go on"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn store_destroy() {
    let (site, spy) = with_store(|builder| builder);
    let mut browser = Browser::default();
    let mut id = None;
    browser.visit(&site, |session| {
        fill(session);
        id = Some(session.id().unwrap());
    });
    // From elsewhere, by the id that the app has noted.
    assert!(spy.store().remove(&RecordKey::of(id.unwrap())).await.unwrap());
    assert!(browser.visit(&site, |session| assert!(session.is_new())).expires());
}

#[test]
fn sign_out_everywhere() {
    let (site, mut here, mut there) = (Site::<Shop>::new(), Browser::default(), Browser::default());
    here.visit(&site, |session| session.sign_in(7));
    there.visit(&site, |session| session.sign_in(7));
    site.clock.advance(MINUTE);
    // In the row of the user, asked whenever the user is loaded.
    let signed_out_at = OffsetDateTime::from(site.clock.now());
    let counts = |session: &Handle| session.authenticated_at().is_some_and(|at| at >= signed_out_at);
    here.visit(&site, |session| session.sign_in(7));
    here.visit(&site, |session| assert!(counts(session)));
    there.visit(&site, |session| assert!(!counts(session)));
}

#[test]
fn store_get() {
    let (site, mut browser) = visited();
    browser.visit(&site, |session| session.sign_in(7));
    let sealer = Sealer::new(keyring(&["a"]), "__Host-session", "").unwrap();
    let opened = sealer.open(browser.cookie.unwrap().as_bytes(), site.clock.now()).unwrap();
    assert_eq!(opened.schema(), Some(Schema::of::<Shop>().unwrap()));
    let shop: Shop = postcard::from_bytes(opened.payload()).unwrap();
    assert_eq!((shop.login.user(), shop.views), (Some(&7), 1));
}

#[test]
fn store_set() {
    let site = Site::<Shop>::new();
    let sealer = Sealer::new(keyring(&["a"]), "__Host-session", "").unwrap();
    let now = site.clock.now();
    let head = Head { id: SessionId::from_bytes([7; 16]), created: now, issued: now, own_limits: None, generation: 0 };
    let payload = postcard::to_allocvec(&Shop { views: 41, ..Shop::default() }).unwrap();
    let contents = Contents { head, schema: Schema::of::<Shop>().unwrap(), payload: &payload };
    let mut browser = Browser { cookie: Some(sealer.seal(&contents, now).unwrap()) };
    browser.visit(&site, view);
    browser.visit(&site, |session| assert_eq!(session.get().views, 42));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn store_disconnect() {
    let (site, spy) = with_store(|builder| builder);
    let (mut small, mut large) = (Browser::default(), Browser::default());
    small.visit(&site, view);
    large.visit(&site, fill);
    spy.down();
    assert!(small.visit(&site, view).sets(), "sessions in their cookies do not notice");
    let before = large.cookie.clone();
    let request = Request::get("/").header("cookie", format!("{}={}", site.name, before.clone().unwrap()));
    let answer = site.call(request.body(()).unwrap(), |request| {
        let error = ready(Session::<Shop>::from_request(request)).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Store(StoreErrorKind::Unavailable));
        Response::builder().status(error.status()).body(String::new()).unwrap()
    });
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (503, None));
    spy.up();
    large.visit(&site, |session| assert!(!session.is_new(), "and is kept"));
    // Five failures in a row, and for a second the store is not asked.
    spy.break_calls(&ALL, Fault::Fails(StoreErrorKind::Unavailable));
    for _ in 0..9 {
        let request = Request::get("/").header("cookie", format!("{}={}", site.name, before.clone().unwrap()));
        spy.take();
        site.call(request.body(()).unwrap(), |request| {
            assert!(ready(Session::<Shop>::from_request(request)).is_err());
            Response::new(String::new())
        });
    }
    assert_eq!(spy.take(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn store_of_your_own() {
    let report = conformance::check(MemoryStore::new(64 << 20)).await;
    assert!(report.passed(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn memory_store() {
    let site = Site::<Shop>::with(|builder| builder.overflow(MemoryStore::new(20_000)));
    let mut browsers = vec![Browser::default(); 5];
    let statuses: Vec<_> = browsers.iter_mut().map(|browser| browser.visit(&site, fill).status().as_u16()).collect();
    assert_eq!((statuses[0], statuses[4]), (200, 503), "it refuses when it is full");
    browsers[0].visit(&site, |session| assert!(!session.is_new(), "and keeps what it has"));
}
