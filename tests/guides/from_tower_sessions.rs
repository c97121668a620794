//! `docs/from-tower-sessions.md`: claims about tower-sessions are tried on it, where they are more than a name.

mod both;

use std::sync::Arc;

use sealed_session::{SameSite, Session, Values};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tower_sessions::session::Id;
use tower_sessions::{Expiry, MemoryStore, SessionStore};

use crate::support::{Browser, DAY, HOUR, ready};
use crate::*;

type KeyValue = Session<Values>;

/// A site with key-value data, and a browser that has put some there.
fn key_value() -> (Site<Values>, Browser) {
    let (site, mut browser) = (Site::<Values>::new(), Browser::default());
    browser.visit(&site, |session| session.insert("views", &1).unwrap());
    (site, browser)
}

fn views(session: &KeyValue) -> Option<u32> {
    session.get("views").unwrap()
}

/// A session of tower-sessions, as its layer makes it for each request.
fn theirs(store: &Arc<MemoryStore>, id: Option<Id>) -> tower_sessions::Session {
    let idle = time::Duration::hours(1);
    tower_sessions::Session::new(id, Arc::clone(store), Some(Expiry::OnInactivity(idle)))
}

/// One that was saved, with `views` in it.
async fn their_id(store: &Arc<MemoryStore>) -> Option<Id> {
    let session = theirs(store, None);
    session.insert("views", 1).await.unwrap();
    session.save().await.unwrap();
    session.id()
}

#[test]
fn insert_and_get() {
    let (site, mut browser) = key_value();
    browser.visit(&site, |session| {
        assert_eq!(views(session), Some(1));
        session.insert("cart", &vec!["tea"]).unwrap();
        assert!(session.get::<bool>("views").is_err());
    });
    browser.visit(&site, |session| assert_eq!(session.get::<Vec<String>>("cart").unwrap().unwrap(), ["tea"]));
}

#[test]
fn values_of_json() {
    let (site, mut browser) = key_value();
    let cart = json!({"items": ["tea", 2, null], "open": true, "total": 4.5});
    browser.visit(&site, |session| session.insert("cart", &cart).unwrap());
    browser.visit(&site, |session| {
        assert_eq!(session.get::<Value>("cart").unwrap(), Some(cart.clone()));
        let before: Option<Value> = session.get("cart").unwrap();
        session.insert("cart", &json!([])).unwrap();
        assert_eq!(before, Some(cart.clone()));
    });
}

#[test]
fn remove() {
    let (site, mut browser) = key_value();
    browser.visit(&site, |session| {
        assert_eq!(session.take::<u32>("views").unwrap(), Some(1));
        assert!(!session.remove("views"));
    });
    browser.visit(&site, |session| assert_eq!(views(session), None));
}

#[test]
fn clear_and_is_empty() {
    let (site, mut browser) = key_value();
    assert!(browser.visit(&site, |session| session.update(Values::clear)).sets());
    browser.visit(&site, |session| assert!(session.read(Values::is_empty) && !session.is_new()));
}

#[test]
fn id() {
    let (site, mut browser) = key_value();
    let mut ids = Vec::new();
    for _ in 0..2 {
        browser.visit(&site, |session| ids.push(session.id().unwrap()));
    }
    assert_eq!(ids[0], ids[1]);
    Browser::default().visit(&site, |session| assert!(session.is_new()));
}

#[test]
fn expiry_date() {
    let (site, mut browser) = key_value();
    let now = OffsetDateTime::from(site.clock.now());
    browser.visit(&site, |session| assert_eq!(session.expires_at() - now, DAY));
}

/// With tower-sessions what a request sets holds for that request; the next write has the layer's expiry again.
#[tokio::test]
async fn set_expiry() {
    let store = Arc::new(MemoryStore::default());
    let session = theirs(&store, None);
    session.set_expiry(Some(Expiry::OnInactivity(time::Duration::days(30))));
    session.save().await.unwrap();
    let session = theirs(&store, session.id());
    session.insert("views", 2).await.unwrap();
    session.save().await.unwrap();
    let record = store.load(&session.id().unwrap()).await.unwrap().unwrap();
    assert!(record.expiry_date - OffsetDateTime::now_utc() <= time::Duration::hours(1));

    let (site, mut browser) = key_value();
    browser.visit(&site, |session| session.remember_for(30 * DAY));
    assert_eq!(
        browser.visit(&site, |session| session.insert("views", &2).unwrap()).max_age(),
        Some(30 * DAY.as_secs())
    );
}

/// There a handler that removes nothing has changed the session.
#[tokio::test]
async fn is_modified() {
    let store = Arc::new(MemoryStore::default());
    let session = theirs(&store, None);
    session.remove_value("nothing").await.unwrap();
    assert!(session.is_modified());

    let (site, mut browser) = key_value();
    assert_eq!(browser.visit(&site, |session| assert!(!session.remove("nothing"))).set_cookie(), None);
    let twice = |session: &KeyValue| {
        session.insert("views", &2).unwrap();
        session.insert("views", &1).unwrap();
    };
    assert_eq!(browser.visit(&site, twice).set_cookie(), None);
}

#[test]
fn save() {
    let (site, mut browser) = key_value();
    let answer = browser.send(
        &site,
        http::Request::post("/"),
        |session| {
            session.insert("views", &2).unwrap();
            ready(session.save()).unwrap();
        },
        support::response(500),
    );
    assert!(answer.sets());
    browser.visit(&site, |session| assert_eq!(views(session), Some(2)));
}

#[test]
fn flush() {
    let (site, mut browser) = key_value();
    assert!(browser.visit(&site, Session::destroy).expires());
    browser.visit(&site, |session| assert!(session.is_new() && views(session).is_none()));
}

#[test]
fn cycle_id() {
    let (site, mut browser) = key_value();
    let mut ids = Vec::new();
    for _ in 0..2 {
        browser.visit(&site, |session| {
            ids.push(session.id().unwrap());
            session.renew();
        });
    }
    assert_ne!(ids[0], ids[1]);
    browser.visit(&site, |session| assert_eq!(views(session), Some(1)));
}

#[test]
fn defaults() {
    let field = set_by(|builder| builder);
    assert!(field.starts_with("__Host-session="));
    for (name, value) in [("HttpOnly", ""), ("Secure", ""), ("SameSite", "Lax"), ("Path", "/"), ("Max-Age", "86400")] {
        assert_eq!(attribute(&field, name), Some(value));
    }
    assert_eq!(attribute(&set_by(|builder| builder.same_site(SameSite::Strict)), "SameSite"), Some("Strict"));
}

#[test]
fn on_inactivity() {
    let site = site_with::<Values>(|builder| builder.idle_timeout(HOUR));
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.insert("views", &1).unwrap());
    for _ in 0..30 {
        site.clock.advance(HOUR / 2);
        browser.visit(&site, |session| assert_eq!(views(session), Some(1), "reading is use"));
    }
}

#[test]
fn at_date_time() {
    let (site, mut browser) = key_value();
    let until = OffsetDateTime::from(site.clock.now()) + 3 * DAY;
    browser.visit(&site, |session| {
        session.remember_for((until - OffsetDateTime::from(site.clock.now())).unsigned_abs());
        assert_eq!(session.expires_at(), until);
    });
}

#[cfg(feature = "tower-sessions")]
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn their_stores() {
    use sealed_session::store::TowerSessionsStore;
    let store = TowerSessionsStore::new(MemoryStore::default());
    // Their stores have the system's clock.
    let site = Site::<Shop>::with(|builder| builder.overflow(store).clock(sealed_session::Timestamp::now));
    let mut browser = Browser::default();
    browser.visit(&site, fill);
    browser.visit(&site, |session| {
        assert_eq!((session.place(), session.get().cart.len()), (sealed_session::Place::Store, 60));
    });
}

#[test]
fn typed() {
    let (site, mut browser) = visited();
    browser.visit(&site, |session| session.update(|shop| shop.views += 1));
    browser.visit(&site, |session| assert_eq!(session.read(|shop| shop.views), 2));
}

/// The cookie store bounds its value alone, and browsers count the whole field.
#[test]
fn max_cookie_bytes() {
    let (site, mut browser) = key_value();
    let answer = browser.visit(&site, |session| session.insert("it", &"x".repeat(3000)).unwrap());
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (500, None));
    assert!(browser.visit(&site, |session| session.insert("it", &"x".repeat(2700)).unwrap()).sets());
    let field = browser.visit(&site, |session| session.insert("views", &2).unwrap()).set_cookie().unwrap();
    assert!((3600..=4093).contains(&field.len()), "{}", field.len());
}

#[test]
fn clear_on_decode_error() {
    let (site, mut browser) = key_value();
    browser.cookie = Some("garbage".into());
    assert!(browser.visit(&site, |session| assert!(session.is_new())).expires());
    let other = Site::<Values>::machine(&keyring(&["b"]), &site.clock, |builder| builder);
    let (_, mut browser) = key_value();
    assert_eq!(browser.visit(&other, |session| assert!(session.is_new())).set_cookie(), None, "another may know it");
}
