//! The store in a file, and what it does when the file is locked, full, damaged or gone.

mod crash;
mod files;
mod full;
mod locks;
mod shared;

use std::path::{Path, PathBuf};

use sealed_session::store::{
    Creation, RecordKey, SqliteStore, Store, StoreErrorKind, StoreFuture, Update, conformance,
};
use sealed_session::{SessionId, Timestamp};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const LATER: Timestamp = Timestamp::from_unix(1_800_003_600);

fn key(number: u64) -> RecordKey {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    RecordKey::of(SessionId::from_bytes(id))
}

/// A folder and a file in it that is not there yet.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    (folder, file)
}

fn open(file: &Path) -> SqliteStore {
    SqliteStore::open(file).unwrap()
}

fn open_with(file: &Path, parameters: &str) -> SqliteStore {
    SqliteStore::from_url(&format!("sqlite://{}?{parameters}", file.display())).unwrap()
}

async fn create(store: &SqliteStore, number: u64, data: &[u8]) {
    assert!(matches!(store.create(&key(number), data, LATER, NOW).await.unwrap(), Creation::Created(_)), "{number}");
}

async fn load(store: &SqliteStore, number: u64) -> Option<Vec<u8>> {
    store.load(&key(number), 1 << 20, NOW).await.unwrap().map(|loaded| loaded.data)
}

/// The kind of the error and all its text.
async fn failure<T: std::fmt::Debug>(call: StoreFuture<'_, T>) -> (StoreErrorKind, String) {
    let error = call.await.unwrap_err();
    (error.kind(), format!("{error}\n{error:?}"))
}

/// What SQLite says about the file.
fn check(file: &Path) {
    let connection = rusqlite::Connection::open(file).unwrap();
    let verdict: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_conforms() {
    let (_folder, file) = place();
    for parameters in ["", "synchronous=full"] {
        let report = conformance::Suite::new().max_record(15 << 20).check(open_with(&file, parameters)).await;
        assert!(report.passed(), "{report}");
    }
    check(&file);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_opened_by_url() {
    let (_folder, file) = place();
    let store = sealed_session::store::open(&format!("sqlite://{}?max=1GiB", file.display())).unwrap();
    assert!(!file.exists(), "nothing is opened yet");
    store.prepare().await.unwrap();
    assert!(file.exists());
    assert_eq!(store.name(), "sqlite");
    assert_eq!(store.sweep_every(), Some(std::time::Duration::from_secs(60)));
    let error = sealed_session::store::open("sqlite://:memory:").unwrap_err();
    assert!(error.to_string().contains("memory://"), "{error}");
}

#[tokio::test]
async fn what_it_holds_survives_a_restart_of_the_app() {
    let (_folder, file) = place();
    let store = open(&file);
    create(&store, 1, b"one").await;
    let Creation::Created(version) = store.create(&key(2), b"two", LATER, NOW).await.unwrap() else { panic!() };
    drop(store);
    let store = open(&file);
    assert_eq!(load(&store, 1).await.unwrap(), b"one");
    let updated = store.update(&key(2), b"2", LATER, version, NOW).await.unwrap();
    assert!(matches!(updated, Update::Updated(_)), "{updated:?}");
}
