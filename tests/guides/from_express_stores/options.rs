//! What holds for every store.

use std::sync::Arc;
use std::time::Duration;

use sealed_session::store::{Creation, Loaded, MemoryStore, RecordKey, SqliteStore, Store};
use sealed_session::{Session, SessionId, Timestamp};

use crate::support::{Browser, DAY, HOUR, MINUTE, SECOND};
use crate::*;

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

fn after(now: Timestamp, duration: Duration) -> Timestamp {
    Timestamp::from_unix(now.as_unix() + duration.as_secs())
}

/// A session in a store, its id and its record.
async fn stored(site: &Site<Shop>, spy: &Spy, browser: &mut Browser) -> (SessionId, Loaded) {
    let mut id = None;
    browser.visit(site, |session| {
        fill(session);
        id = Some(session.id().unwrap());
    });
    let id = id.unwrap();
    (id, spy.record(id, site.clock.now()).await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn ttl() {
    let (site, spy) = with_store(|builder| builder.idle_timeout(HOUR));
    let (_, record) = stored(&site, &spy, &mut Browser::default()).await;
    assert!(record.expires >= after(site.clock.now(), HOUR), "{record:?}");
    assert!(record.expires <= after(site.clock.now(), HOUR + 2 * MINUTE), "{record:?}");
    // A store has none of its own.
    let why = sealed_session::store::open("memory://?ttl=60").unwrap_err().to_string();
    assert!(why.contains("`ttl`") && why.contains("unknown"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn ttl_of_one_session() {
    let (site, spy) = with_store(|builder| builder);
    let mut browser = Browser::default();
    let (id, _) = stored(&site, &spy, &mut browser).await;
    browser.visit(&site, |session| session.remember_for(90 * DAY));
    let record = spy.record(id, site.clock.now()).await.unwrap();
    assert!(record.expires >= after(site.clock.now(), 90 * DAY), "{record:?}");
}

#[test]
fn no_end() {
    assert!(refused(|builder| builder.lifetime(401 * DAY)).contains("400 days"));
    assert!(refused(|builder| builder.idle_timeout(401 * DAY)).contains("400 days"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn fixed_end() {
    let (site, spy) = with_store(|builder| builder.lifetime(HOUR).idle_timeout(HOUR));
    let mut browser = Browser::default();
    let (id, first) = stored(&site, &spy, &mut browser).await;
    for _ in 0..5 {
        site.clock.advance(10 * MINUTE);
        browser.visit(&site, |session| assert!(!session.is_new()));
        assert_eq!(spy.record(id, site.clock.now()).await.unwrap().expires, first.expires);
    }
    site.clock.advance(10 * MINUTE);
    browser.visit(&site, |session| assert!(session.is_new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn touch_after() {
    let (site, spy) = with_store(|builder| builder.idle_timeout(10 * HOUR));
    let mut browser = Browser::default();
    browser.visit(&site, fill);
    spy.take();
    for _ in 0..60 {
        site.clock.advance(MINUTE);
        assert_eq!(browser.visit(&site, look).set_cookie(), None);
        assert_eq!(spy.take(), ["load"]);
    }
    site.clock.advance(SECOND);
    assert!(browser.visit(&site, look).sets());
    assert!(spy.take().contains(&"touch"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn sealed() {
    let (site, spy) = with_store(|builder| builder);
    let mut browser = Browser::default();
    let mut id = None;
    browser.visit(&site, |session| {
        fill(session);
        session.update(|shop| shop.cart.push("a very secret wish".into()));
        id = Some(session.id().unwrap());
    });
    let hex: String = id.unwrap().to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    for (key, data) in spy.seen() {
        assert!(key.len() == 32 && key != hex);
        let holds = |needle: &[u8]| data.windows(needle.len()).any(|window| window == needle);
        assert!(data.len() > 5000 && !holds(b"secret wish") && !holds(&id.unwrap().to_bytes()));
    }
    assert_eq!(spy.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn fields() {
    let (site, spy) = with_store(|builder| builder);
    // These three, and there are no others.
    let (_, Loaded { data, expires, version }) = stored(&site, &spy, &mut Browser::default()).await;
    assert!(!data.is_empty() && expires > site.clock.now() && version.0 > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn listing() {
    let (site, spy) = with_store(|builder| builder);
    for _ in 0..3 {
        Browser::default().visit(&site, view);
    }
    assert_eq!(spy.store().len(), 0);
    Browser::default().visit(&site, fill);
    assert_eq!(spy.store().len(), 1, "only what has outgrown its cookie");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn clearing() {
    let (site, spy) = with_store(|builder| builder);
    let (mut small, mut large) = (Browser::default(), Browser::default());
    small.visit(&site, view);
    let (id, _) = stored(&site, &spy, &mut large).await;
    assert!(spy.store().remove(&RecordKey::of(id)).await.unwrap());
    site.events.take();
    assert!(large.visit(&site, |session| assert!(session.is_new())).expires());
    assert_eq!(site.events.take(), ["record_missing", "Expired"]);
    small.visit(&site, |session| assert!(!session.is_new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn events() {
    let (site, _) = with_store(|builder| builder);
    let mut browser = Browser::default();
    browser.visit(&site, fill);
    assert_eq!(site.events.take(), ["absent", "sealed Created", "moved Store"]);
    browser.visit(&site, view);
    assert_eq!(site.events.take(), ["opened", "sealed Changed"]);
    site.clock.advance(12 * HOUR);
    browser.visit(&site, look);
    assert_eq!(site.events.take(), ["opened", "sealed Refreshed", "refreshed"]);
    browser.visit(&site, Session::destroy);
    assert_eq!(site.events.take(), ["opened", "Expired"]);
}

#[tokio::test]
async fn close() {
    let store = Arc::new(MemoryStore::new(1 << 20));
    let site = Site::<Shop>::with(|builder| builder.overflow(Arc::clone(&store)));
    Browser::default().visit(&site, fill);
    assert!(Arc::strong_count(&store) > 1);
    drop(site);
    // The sweeper is told to end, and does when it is next looked at.
    for _ in 0..10 {
        if Arc::strong_count(&store) == 1 {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("somebody still has the store");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn prepare() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let store = SqliteStore::open(&file).unwrap();
    let site = Site::<Shop>::with(|builder| builder.overflow(store));
    assert!(!file.exists());
    site.layer.prepare_store().await.unwrap();
    assert!(file.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn expired_rows() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("sessions.db")).unwrap();
    let key = RecordKey::of(SessionId::from_bytes([1; 16]));
    let ends = after(NOW, MINUTE);
    assert!(matches!(store.create(&key, b"data", ends, NOW).await.unwrap(), Creation::Created(_)));
    assert!(store.load(&key, 100, NOW).await.unwrap().is_some());
    assert!(store.load(&key, 100, ends).await.unwrap().is_none(), "from that second on");
    assert_eq!(store.sweep(500, ends).await.unwrap(), 1, "although it was there until now");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn another_store() {
    let keys = keyring(&["a"]);
    let clock = Clock::new();
    let [old, new] =
        [Spy::new(), Spy::new()].map(|spy| Site::<Shop>::machine(&keys, &clock, |builder| builder.overflow(spy)));
    let (mut small, mut large) = (Browser::default(), Browser::default());
    small.visit(&old, view);
    large.visit(&old, fill);
    small.visit(&new, |session| assert!(!session.is_new()));
    large.visit(&new, |session| assert!(session.is_new()));
}
