//! Stores of `tower-sessions`, as they are published.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sealed_session::store::{
    Creation, RecordKey, Store, StoreErrorKind, StoreFuture, TowerSessionsStore, Update, Version, conformance,
};
use sealed_session::{SessionId, Timestamp};
use tower_sessions_core::SessionStore;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result};
use tower_sessions_memory_store::MemoryStore;
use tower_sessions_rusqlite_store::{RusqliteStore, tokio_rusqlite};

fn key(number: u8) -> RecordKey {
    RecordKey::of(SessionId::from_bytes([number; 16]))
}

fn now() -> Timestamp {
    Timestamp::now()
}

fn later() -> Timestamp {
    Timestamp::from_unix(now().as_unix() + 3600)
}

async fn create(store: &impl Store, number: u8, data: &[u8]) -> Version {
    match store.create(&key(number), data, later(), now()).await.unwrap() {
        Creation::Created(version) => version,
        Creation::Exists => panic!("{number} exists"),
    }
}

async fn load(store: &impl Store, number: u8) -> Option<Vec<u8>> {
    store.load(&key(number), 1 << 20, now()).await.unwrap().map(|loaded| loaded.data)
}

async fn persistent(file: &std::path::Path) -> TowerSessionsStore<RusqliteStore> {
    let backend = RusqliteStore::new(tokio_rusqlite::Connection::open(file).await.unwrap());
    backend.migrate().await.unwrap();
    TowerSessionsStore::new(backend)
}

/// The races, too: callers in one process take turns.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_memory_store_of_tower_sessions_conforms_within_a_process() {
    let report = conformance::check(TowerSessionsStore::new(MemoryStore::default())).await;
    assert!(report.passed(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_persistent_store_of_tower_sessions_conforms_within_a_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("theirs.db");
    let report = conformance::check(persistent(&file).await).await;
    assert!(report.passed(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_persistent_store_keeps_records_and_shows_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("theirs.db");
    let store = persistent(&file).await;
    let version = create(&store, 1, b"what the layer sealed").await;
    drop(store);
    let store = persistent(&file).await;
    assert_eq!(load(&store, 1).await.unwrap(), b"what the layer sealed");
    let updated = store.update(&key(1), b"more", later(), version, now()).await.unwrap();
    assert!(matches!(updated, Update::Updated(_)), "{updated:?}");
    let dump: Vec<u8> = ["theirs.db", "theirs.db-wal"]
        .iter()
        .flat_map(|name| std::fs::read(folder.path().join(name)).unwrap_or_default())
        .collect();
    assert!(!dump.windows(16).any(|window| window == [1; 16]), "the session id is in the file");
}

/// A backend that can be told to be slow, to fail, or to panic.
#[derive(Debug, Clone, Default)]
struct Moody {
    inner: MemoryStore,
    mood: Arc<Mood>,
}

#[derive(Debug, Default)]
struct Mood {
    slow: AtomicBool,
    down: AtomicBool,
    garbled: AtomicBool,
    panics: AtomicBool,
}

const SLOW: Duration = Duration::from_millis(400);

impl Moody {
    async fn check(&self) -> Result<()> {
        assert!(!self.mood.panics.load(Ordering::Relaxed), "for the test");
        if self.mood.slow.load(Ordering::Relaxed) {
            tokio::time::sleep(SLOW).await;
        }
        if self.mood.down.load(Ordering::Relaxed) {
            return Err(Error::Backend("connection refused".into()));
        }
        Ok(())
    }
}

impl SessionStore for Moody {
    fn create<'a: 'c, 'b: 'c, 'c>(&'a self, record: &'b mut Record) -> Boxed<'c, ()> {
        Box::pin(async move {
            self.check().await?;
            self.inner.create(record).await
        })
    }

    fn save<'a: 'c, 'b: 'c, 'c>(&'a self, record: &'b Record) -> Boxed<'c, ()> {
        Box::pin(async move {
            self.check().await?;
            self.inner.save(record).await
        })
    }

    fn load<'a: 'c, 'b: 'c, 'c>(&'a self, id: &'b Id) -> Boxed<'c, Option<Record>> {
        Box::pin(async move {
            if self.mood.garbled.load(Ordering::Relaxed) {
                return Err(Error::Decode("invalid type".into()));
            }
            if self.mood.down.load(Ordering::Relaxed) {
                return Err(Error::Backend("connection refused".into()));
            }
            self.inner.load(id).await
        })
    }

    fn delete<'a: 'c, 'b: 'c, 'c>(&'a self, id: &'b Id) -> Boxed<'c, ()> {
        Box::pin(async move { self.inner.delete(id).await })
    }
}

type Boxed<'a, T> = std::pin::Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

async fn kind<T: std::fmt::Debug>(call: StoreFuture<'_, T>) -> StoreErrorKind {
    call.await.unwrap_err().kind()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_errors_are_told_apart() {
    let backend = Moody::default();
    let store = TowerSessionsStore::new(backend.clone());
    create(&store, 1, b"one").await;
    let set = |mood: &AtomicBool, on| mood.store(on, Ordering::Relaxed);
    set(&backend.mood.down, true);
    assert_eq!(kind(store.load(&key(1), 10, now())).await, StoreErrorKind::Unavailable);
    assert_eq!(kind(store.create(&key(2), b"x", later(), now())).await, StoreErrorKind::Unavailable);
    assert_eq!(kind(store.remove(&key(1))).await, StoreErrorKind::Unavailable);
    set(&backend.mood.down, false);
    set(&backend.mood.panics, true);
    assert_eq!(kind(store.create(&key(2), b"x", later(), now())).await, StoreErrorKind::Unavailable);
    set(&backend.mood.panics, false);
    assert_eq!(load(&store, 1).await.unwrap(), b"one");
    create(&store, 2, b"two").await;
    set(&backend.mood.garbled, true);
    assert_eq!(kind(store.load(&key(1), 10, now())).await, StoreErrorKind::Corrupt);
    assert!(store.remove(&key(1)).await.unwrap(), "what cannot be read can be removed");
    set(&backend.mood.garbled, false);
    assert_eq!(load(&store, 1).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_of_another_program_is_corrupt() {
    let backend = MemoryStore::default();
    let store = TowerSessionsStore::new(backend.clone());
    let record = |data| Record { id: Id(i128::from_be_bytes(key(1).to_bytes())), data, expiry_date: later().into() };
    let texts = [
        "{}",
        r#"{"user":"ada"}"#,
        r#"{"sealed":"%%","expires":1,"version":1}"#,
        r#"{"sealed":"","expires":"x","version":-1}"#,
    ];
    for text in texts {
        backend.save(&record(serde_json::from_str(text).unwrap())).await.unwrap();
        assert_eq!(kind(store.load(&key(1), 10, now())).await, StoreErrorKind::Corrupt, "{text}");
        assert_eq!(
            kind(store.update(&key(1), b"x", later(), Version(1), now())).await,
            StoreErrorKind::Corrupt,
            "{text}"
        );
    }
    assert!(store.remove(&key(1)).await.unwrap());
    create(&store, 1, b"one").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_that_is_given_up_does_not_revive_what_is_removed_then() {
    let backend = Moody::default();
    let store = TowerSessionsStore::new(backend.clone());
    let version = create(&store, 1, b"one").await;
    backend.mood.slow.store(true, Ordering::Relaxed);
    let update = tokio::time::timeout(SLOW / 4, store.update(&key(1), b"slow", later(), version, now())).await;
    assert!(update.is_err(), "the backend is slow");
    // Takes its turn after the save, which goes on although nobody waits for it.
    assert!(store.clone().remove(&key(1)).await.unwrap());
    tokio::time::sleep(SLOW).await;
    assert_eq!(load(&store, 1).await, None);
}

/// What the documentation warns of. When this fails, the warning can go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn between_processes_a_slow_update_revives_what_is_removed() {
    let backend = Moody::default();
    // Two adapters share no turns, just as two processes.
    let (one, other) = (TowerSessionsStore::new(backend.clone()), TowerSessionsStore::new(backend.clone()));
    let version = create(&one, 1, b"one").await;
    backend.mood.slow.store(true, Ordering::Relaxed);
    let update = tokio::spawn(async move { one.update(&key(1), b"slow", later(), version, now()).await });
    tokio::time::sleep(SLOW / 4).await;
    assert!(other.remove(&key(1)).await.unwrap());
    assert!(matches!(update.await.unwrap().unwrap(), Update::Updated(_)));
    assert_eq!(load(&other, 1).await.unwrap(), b"slow");
}
