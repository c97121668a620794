//! What is in a store, and what becomes of a store that was tampered with.

use http::header::COOKIE;
use http::{Request, Response};
use sealed_session::store::{Creation, RecordKey, Store, Update};
use sealed_session::{ErrorKind, Session, SessionId};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::support::{Browser, Clock, DAY, Site, keyring, ready};
use super::{Cart, Spy, machine, site, site_with};

fn id(browser: &mut Browser, site: &Site<Cart>) -> SessionId {
    let mut id = None;
    browser.visit(site, |session| id = Some(session.id().unwrap()));
    id.unwrap()
}

/// Puts `data` into the record of a session, as who has the database can.
async fn plant(spy: &Spy, site: &Site<Cart>, id: SessionId, data: &[u8]) {
    let (key, now) = (RecordKey::of(id), site.clock.now());
    let expires = now.plus_days(10);
    match spy.store().load(&key, usize::MAX, now).await.unwrap() {
        Some(record) => {
            let updated = spy.store().update(&key, data, expires, record.version, now).await.unwrap();
            assert!(matches!(updated, Update::Updated(_)));
        }
        None => {
            let created = spy.store().create(&key, data, expires, now).await.unwrap();
            assert!(matches!(created, Creation::Created(_)));
        }
    }
}

trait Days {
    fn plus_days(self, days: u32) -> Self;
}

impl Days for sealed_session::Timestamp {
    fn plus_days(self, days: u32) -> Self {
        Self::from_unix(self.as_unix() + (days * DAY).as_secs())
    }
}

fn outcome(browser: &mut Browser, site: &Site<Cart>) -> (String, bool) {
    let mut text = String::new();
    let answer = browser.visit(site, |session| {
        assert!(session.is_new() && session.get() == Cart::default());
        text = session.outcome().to_string();
    });
    (text, answer.expires())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_46_a_reference_cannot_be_guessed() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let id = id(&mut browser, &site);
    spy.take();
    // Whoever knows the id, or the record's key, or the record itself, still cannot make a cookie that leads there.
    use base64::Engine;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let record = spy.record(id, site.clock.now()).await.unwrap().data;
    let guesses = [
        encode(&id.to_bytes()),
        encode(RecordKey::of(id).as_str().as_bytes()),
        RecordKey::of(id).to_string(),
        encode(&[&[1][..], &id.to_bytes(), &[0; 60]].concat()),
        encode(&record[..100]),
    ];
    for guess in guesses {
        let mut mallory = Browser { cookie: Some(guess) };
        outcome(&mut mallory, &site);
    }
    assert_eq!(spy.take(), [""; 0], "the store is not even asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_28_a_record_is_no_cookie_and_a_cookie_no_record() {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let (site, spy) = site_with(|builder| builder.overflow_at(1000));
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(1500)));
    let id = id(&mut browser, &site);
    let record = spy.record(id, site.clock.now()).await.unwrap().data;
    let mut thief = Browser { cookie: Some(URL_SAFE_NO_PAD.encode(&record)) };
    assert_eq!(outcome(&mut thief, &site), ("tampered".into(), true));

    let cookie = URL_SAFE_NO_PAD.decode(browser.cookie.as_ref().unwrap()).unwrap();
    plant(&spy, &site, id, &cookie).await;
    assert_eq!(outcome(&mut browser, &site), ("tampered".into(), true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_47_two_records_that_were_swapped_are_refused() {
    let (site, spy) = site();
    let (mut ann, mut bob) = (Browser::default(), Browser::default());
    for (browser, name) in [(&mut ann, "ann"), (&mut bob, "bob")] {
        browser.visit(&site, |session| {
            session.update(|cart| {
                cart.fill(5000);
                cart.user = Some(name.into());
            });
        });
    }
    let ids = [id(&mut ann, &site), id(&mut bob, &site)];
    let now = site.clock.now();
    let records = [spy.record(ids[0], now).await.unwrap(), spy.record(ids[1], now).await.unwrap()];
    plant(&spy, &site, ids[0], &records[1].data).await;
    plant(&spy, &site, ids[1], &records[0].data).await;
    assert_eq!(outcome(&mut ann, &site), ("tampered".into(), true));
    assert_eq!(outcome(&mut bob, &site), ("tampered".into(), true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_48_an_older_copy_is_not_served() {
    let spy = Spy::new();
    let clock = Clock::new();
    let site = machine(&keyring(&["a"]), &clock, &spy, |builder| builder);
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let id = id(&mut browser, &site);
    let backup = spy.record(id, clock.now()).await.unwrap().data;
    let mut before = browser.clone();
    browser.visit(&site, |session| session.update(|cart| cart.fill(6000)));
    // A cookie that has seen less than the record is that of a parallel request, and fine.
    before.visit(&site, |session| assert_eq!(session.read(Cart::len), 6000));
    let mut after = before.clone();

    plant(&spy, &site, id, &backup).await;
    site.events.take();
    let cookie = browser.cookie.clone();
    let request = || Request::builder().header(COOKIE, format!("{}={}", site.name, cookie.as_ref().unwrap()));
    let answer = site.call(request().body(()).unwrap(), |request| {
        let error = ready(Session::<Cart>::from_request(request)).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::RolledBack);
        Response::new(String::new())
    });
    assert_eq!(answer.set_cookie(), None);
    assert_eq!(site.events.take(), ["not loaded RolledBack"]);
    // Unless the operator says so; then the session goes on from there, above what any cookie has seen.
    let accepts = machine(&keyring(&["a"]), &clock, &spy, super::SessionLayerBuilder::accept_older_records);
    browser.visit(&accepts, |session| assert_eq!(session.read(Cart::len), 5000));
    browser.visit(&accepts, |session| session.update(|cart| cart.fill(7000)));
    browser.visit(&site, |session| assert_eq!(session.read(Cart::len), 7000));
    after.visit(&site, |session| assert_eq!(session.read(Cart::len), 7000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_49_a_record_that_is_missing_ends_the_session() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| {
        session.update(|cart| {
            cart.fill(5000);
            cart.user = Some("ann".into());
        });
    });
    let id = id(&mut browser, &site);
    spy.store().remove(&RecordKey::of(id)).await.unwrap();
    let mut writer = browser.clone();
    assert_eq!(outcome(&mut browser, &site), ("record_missing".into(), true));
    // One that writes starts over, under an id of its own.
    site.events.take();
    writer.visit(&site, |session| {
        session.update(|cart| cart.fill(6000));
        assert_ne!(session.id().unwrap(), id);
    });
    assert_eq!(site.events.take(), ["record_missing", "sealed Created", "moved Store", "replaced record_missing"]);
    assert!(spy.record(id, site.clock.now()).await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_end_inside_a_record_counts_whatever_the_store_says() {
    let (site, spy) = site();
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|cart| cart.fill(5000)));
    let id = id(&mut browser, &site);
    let mut under_way = browser.clone();
    browser.visit(&site, |session| session.update(|cart| cart.fill(100)));
    // A store that forgets nothing, or somebody who moved the expiry.
    let retired = spy.record(id, site.clock.now()).await.unwrap().data;
    plant(&spy, &site, id, &retired).await;
    site.clock.advance(60 * super::support::SECOND);
    assert_eq!(outcome(&mut under_way, &site), ("record_missing".into(), true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_56_a_dump_holds_no_id_and_no_plaintext() {
    let (site, spy) = site();
    let mut ids = Vec::new();
    for user in 0..5 {
        let mut browser = Browser::default();
        for bytes in [5000, 6000, 100, 7000] {
            browser.visit(&site, |session| {
                session.update(|cart| {
                    cart.fill(bytes);
                    cart.user = Some(format!("plaintext {user}"));
                });
            });
            ids.push(id(&mut browser, &site));
        }
        browser.visit(&site, Session::renew);
        ids.push(id(&mut browser, &site));
    }
    let seen = spy.seen();
    assert!(seen.len() >= 25);
    let contains = |haystack: &[u8], needle: &[u8]| haystack.windows(needle.len()).any(|window| window == needle);
    for (key, data) in &seen {
        assert!(!contains(data, b"plaintext") && !contains(data, b"00000000"), "{key}");
        for id in &ids {
            let hex: String = id.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(!contains(data, &id.to_bytes()) && !contains(data, hex.as_bytes()), "{key}");
            assert!(*key != hex && *key == key.to_lowercase() && key.len() == 32);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_57_a_record_above_the_cap_is_refused_on_both_sides() {
    let spy = Spy::new();
    let clock = Clock::new();
    let small = machine(&keyring(&["a"]), &clock, &spy, |builder| builder.max_record(10_000));
    let large = machine(&keyring(&["a"]), &clock, &spy, |builder| builder.max_record(100_000));
    let mut browser = Browser::default();
    browser.visit(&small, |session| session.update(|cart| cart.fill(5000)));
    let before = browser.cookie.clone();
    spy.take();
    let answer = browser.visit(&small, |session| session.update(|cart| cart.fill(20_000)));
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (500, None));
    assert_eq!(spy.take(), ["load"], "it is not even sealed");
    assert_eq!(browser.cookie, before);

    browser.visit(&large, |session| session.update(|cart| cart.fill(20_000)));
    let request = Request::builder().header(COOKIE, format!("{}={}", small.name, browser.cookie.as_ref().unwrap()));
    small.call(request.body(()).unwrap(), |request| {
        let error = ready(Session::<Cart>::from_request(request)).unwrap_err();
        assert!(error.to_string().contains("10000"), "{error}");
        Response::new(String::new())
    });
    assert_eq!(spy.max(), 10_000);
    browser.visit(&large, |session| assert_eq!(session.read(Cart::len), 20_000));
}

/// Writes `Some` 60,000 times, if it is read as a [`List`].
#[derive(Default)]
struct Deep(bool);

impl Serialize for Deep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let len = if self.0 { 60_000 } else { 1 };
        let mut tuple = serializer.serialize_tuple(len)?;
        (0..len).try_for_each(|_| tuple.serialize_element(&1u8))?;
        tuple.end()
    }
}

impl<'de> Deserialize<'de> for Deep {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> serde::de::Visitor<'de> for All {
            type Value = Deep;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("ones")
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut all: A) -> Result<Deep, A::Error> {
                let mut count = 0;
                while all.next_element::<u8>()?.is_some() {
                    count += 1;
                }
                Ok(Deep(count > 1))
            }
        }
        deserializer.deserialize_tuple(60_000, All)
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct List(Option<Box<List>>);

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_43_nesting_60_000_deep_in_a_record_is_refused() {
    let (spy, clock) = (Spy::new(), Clock::new());
    let ring = keyring(&["a"]);
    let writer = Site::<Deep>::machine(&ring, &clock, |builder| builder.schema("list").overflow(spy.clone()));
    let reader = Site::<List>::machine(&ring, &clock, |builder| builder.schema("list").overflow(spy.clone()));
    let mut browser = Browser::default();
    assert!(browser.visit(&writer, |session| session.update(|deep| deep.0 = true)).sets());
    assert_eq!(spy.store().len(), 1);
    let answer = browser.visit(&reader, |session| assert_eq!(session.outcome().as_str(), "malformed"));
    assert!(answer.expires());
}
