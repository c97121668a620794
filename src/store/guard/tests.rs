#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::id::SessionId;

/// Hangs, or fails, or has more than it was asked for; and counts who asks.
#[derive(Debug, Default)]
struct Bad {
    hangs: bool,
    /// Bytes of every record, whatever the limit.
    has: Option<usize>,
    calls: AtomicU32,
    sweeps: AtomicU32,
}

impl Store for Bad {
    fn create<'a>(&'a self, _: &'a RecordKey, _: &'a [u8], _: Timestamp, _: Timestamp) -> StoreFuture<'a, Creation> {
        Box::pin(async { Err(StoreError::new(StoreErrorKind::Full, "full")) })
    }

    fn load<'a>(&'a self, _: &'a RecordKey, _: usize, _: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {
            if self.hangs {
                std::future::pending::<()>().await;
            }
            let len = self.has.ok_or_else(|| StoreError::unavailable("down"))?;
            Ok(Some(Loaded { data: vec![0; len], expires: Timestamp::MAX, version: Version(1) }))
        })
    }

    fn update<'a>(
        &'a self,
        _: &'a RecordKey,
        _: &'a [u8],
        _: Timestamp,
        _: Version,
        _: Timestamp,
    ) -> StoreFuture<'a, Update> {
        Box::pin(async { Ok(Update::Missing) })
    }

    fn touch<'a>(&'a self, _: &'a RecordKey, _: Timestamp, _: Timestamp) -> StoreFuture<'a, bool> {
        Box::pin(async { Ok(true) })
    }

    fn remove<'a>(&'a self, _: &'a RecordKey) -> StoreFuture<'a, bool> {
        Box::pin(async { Ok(true) })
    }

    /// Finds a whole batch the first time, and then nothing.
    fn sweep<'a>(&'a self, limit: u32, _: Timestamp) -> StoreFuture<'a, u64> {
        let swept = if self.sweeps.fetch_add(1, Ordering::Relaxed) == 0 { u64::from(limit) } else { 0 };
        Box::pin(async move { Ok(swept) })
    }

    fn sweep_every(&self) -> Option<Duration> {
        Some(Duration::from_millis(5))
    }

    fn name(&self) -> &'static str {
        "bad"
    }
}

fn guard(store: Arc<Bad>, timeout: Duration) -> Guard {
    Guard::new(store, timeout, Clock::System)
}

fn key() -> RecordKey {
    RecordKey::of(SessionId::from_bytes([1; 16]))
}

#[tokio::test]
async fn a_store_that_hangs_is_given_up_at_the_limit() {
    let store = Arc::new(Bad { hangs: true, ..Bad::default() });
    let error = guard(store, Duration::from_millis(20)).load(&key(), 1, Timestamp::now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.to_string().contains("20ms"), "{error}");
}

#[tokio::test]
async fn a_record_above_the_limit_is_refused_also_if_the_store_did_not_look() {
    let guard = guard(Arc::new(Bad { has: Some(100), ..Bad::default() }), Duration::from_secs(2));
    assert!(guard.load(&key(), 100, Timestamp::now()).await.unwrap().is_some());
    let error = guard.load(&key(), 99, Timestamp::now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::TooLarge);
}

#[tokio::test]
async fn a_store_that_keeps_failing_is_left_alone() {
    let store = Arc::new(Bad::default());
    let guard = guard(Arc::clone(&store), Duration::from_secs(2));
    for _ in 0..100 {
        guard.load(&key(), 1, Timestamp::now()).await.unwrap_err();
    }
    assert_eq!(store.calls.load(Ordering::Relaxed), 5);
}

#[tokio::test]
async fn a_full_store_is_not_a_failing_one() {
    let store = Arc::new(Bad::default());
    let guard = guard(store, Duration::from_secs(2));
    for _ in 0..20 {
        let error = guard.create(&key(), b"", Timestamp::MAX, Timestamp::now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Full);
    }
    assert!(guard.remove(&key()).await.unwrap());
}

#[tokio::test]
async fn expired_records_are_swept_until_the_layer_is_gone() {
    let store = Arc::new(Bad::default());
    let guard = guard(Arc::clone(&store), Duration::from_secs(2));
    while store.sweeps.load(Ordering::Relaxed) < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(guard);
    // The task ends at its next wait, and lets go of the store.
    while Arc::strong_count(&store) > 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let swept = store.sweeps.load(Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(store.sweeps.load(Ordering::Relaxed), swept);
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let guard = guard(Arc::new(Bad::default()), Duration::from_secs(2));
    let removal = key();
    let mut call = std::pin::pin!(guard.remove(&removal));
    let waker = std::task::Waker::noop();
    match call.as_mut().poll(&mut std::task::Context::from_waker(waker)) {
        std::task::Poll::Ready(Err(error)) => assert!(error.to_string().contains("tokio"), "{error}"),
        other => panic!("{other:?}"),
    }
}
