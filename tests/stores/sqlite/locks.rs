//! Somebody else has the file.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use sealed_session::store::{Store, StoreErrorKind};

use super::{LATER, NOW, create, failure, key, load, open_with, place};

/// Another program that keeps the file for itself, until dropped.
fn lock(file: &std::path::Path) -> Connection {
    let other = Connection::open(file).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    other
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_is_waited_for_and_then_makes_it_unavailable() {
    let (_folder, file) = place();
    let store = open_with(&file, "busy_timeout=500ms");
    create(&store, 1, b"one").await;
    let other = lock(&file);
    let start = Instant::now();
    let (kind, text) = failure(store.create(&key(2), b"two", LATER, NOW)).await;
    assert_eq!(kind, StoreErrorKind::Unavailable);
    assert!(text.contains("500ms") && text.contains("busy_timeout"), "{text}");
    assert!(start.elapsed() >= Duration::from_millis(400), "{:?}", start.elapsed());
    // Readers do not wait for it.
    assert_eq!(load(&store, 1).await.unwrap(), b"one");
    assert_eq!(failure(store.remove(&key(1))).await.0, StoreErrorKind::Unavailable);
    assert_eq!(failure(store.sweep(10, NOW)).await.0, StoreErrorKind::Unavailable);
    drop(other);
    create(&store, 2, b"two").await;
    assert_eq!(load(&store, 1).await.unwrap(), b"one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_lock_is_only_waited_for() {
    let (_folder, file) = place();
    let store = Arc::new(open_with(&file, "busy_timeout=60s"));
    create(&store, 1, b"one").await;
    let other = lock(&file);
    let waiting = tokio::spawn(async move { create(&store, 2, b"two").await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    drop(other);
    waiting.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_locked_when_the_app_starts_is_opened_later() {
    let (_folder, file) = place();
    open_with(&file, "").prepare().await.unwrap();
    let other = Connection::open(&file).unwrap();
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT").unwrap();
    let store = open_with(&file, "busy_timeout=100ms");
    assert_eq!(failure(store.load(&key(1), 10, NOW)).await.0, StoreErrorKind::Unavailable);
    drop(other);
    create(&store, 1, b"one").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_given_up_before_its_turn_is_not_done() {
    let (_folder, file) = place();
    let store = open_with(&file, "busy_timeout=60s");
    create(&store, 1, b"one").await;
    let other = lock(&file);
    let (first, second) = (key(2), key(3));
    let mut waiting = store.create(&first, b"two", LATER, NOW);
    assert!(tokio::time::timeout(Duration::from_millis(500), &mut waiting).await.is_err());
    let given_up = tokio::time::timeout(Duration::from_millis(200), store.create(&second, b"three", LATER, NOW)).await;
    assert!(given_up.is_err());
    drop(other);
    waiting.await.unwrap();
    assert_eq!(load(&store, 2).await.unwrap(), b"two");
    assert_eq!(load(&store, 3).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_beyond_the_queue_fail_at_once() {
    let (_folder, file) = place();
    let store = Arc::new(open_with(&file, "busy_timeout=500ms"));
    create(&store, 1, b"one").await;
    let other = lock(&file);
    let calls: Vec<_> = (0..1000)
        .map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { failure(store.create(&key(10 + number), &[7; 1000], LATER, NOW)).await })
        })
        .collect();
    let mut refused = 0;
    for call in calls {
        let (kind, text) = call.await.unwrap();
        assert_eq!(kind, StoreErrorKind::Unavailable, "{text}");
        refused += u32::from(text.contains("calls wait"));
    }
    assert!((300..1000).contains(&refused), "{refused} refused");
    drop(other);
    create(&store, 2, b"two").await;
}
