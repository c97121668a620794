//! What the stores on SQL databases have to stand, whatever the engine.
#![allow(unreachable_pub, missing_debug_implementations)]

mod load;
mod room;
mod scenes;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use sealed_session::store::{Creation, RecordKey, Store, StoreError, StoreErrorKind};
use sealed_session::{SessionId, Timestamp};
use tokio::time::timeout;

use crate::servers::Server;
use load::Load;

pub use room::{full, measure, small_disk};
pub use scenes::{cancelled_at_every_moment, dumped, too_large, two_stores};

/// A layer gives a store so long for each call.
const CALL: Duration = Duration::from_secs(2);
/// How long a store may take to recover on a slow machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server, and how to treat it.
pub struct Subject {
    pub server: Server,
    pub store: Arc<dyn Store>,
    pub kill: fn(&mut Server),
    pub pause: fn(&Server),
    pub resume: fn(&Server),
}

pub fn key(number: u64) -> RecordKey {
    let mut bytes = [0xa5; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    RecordKey::of(SessionId::from_bytes(bytes))
}

pub fn now() -> Timestamp {
    Timestamp::now()
}

pub fn later(seconds: u64) -> Timestamp {
    Timestamp::from_unix(now().as_unix() + seconds)
}

/// Error and causes, as a careless log would have them.
pub fn all_text(error: &StoreError) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    text
}

/// A call as a layer makes it. `None` when it was given up.
pub async fn call<T>(call: impl Future<Output = Result<T, StoreError>>) -> Option<Result<T, StoreError>> {
    timeout(CALL, call).await.ok()
}

/// Calls until one works.
pub async fn recover(store: &dyn Store) {
    let start = Instant::now();
    loop {
        match call(store.load(&key(u64::MAX), 100, now())).await {
            Some(Ok(_)) => return,
            Some(Err(error)) => assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}"),
            None => {}
        }
        assert!(start.elapsed() < PATIENCE, "it does not recover");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl Subject {
    /// The port is closed when the app starts; then the server comes.
    pub async fn refused_at_boot(&mut self) {
        for _ in 0..3 {
            let start = Instant::now();
            let error = self.store.load(&key(1), 100, now()).await.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Unavailable);
            assert!(error.to_string().contains("refused"), "it says why: {error}");
            assert!(start.elapsed() < CALL, "it says so soon");
        }
        self.server.start();
        let error = self.store.load(&key(1), 100, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        assert!(error.to_string().contains("is missing: call `prepare()` once"), "{error}");
        self.store.prepare().await.unwrap();
        assert_eq!(self.store.load(&key(1), 100, now()).await.unwrap(), None);
    }

    /// SIGKILL while calls run, twice. What was acknowledged is there.
    pub async fn killed_under_load(&mut self) -> usize {
        let load = Arc::new(Load::default());
        let writers: Vec<_> =
            (0..6).map(|writer| tokio::spawn(Arc::clone(&load).write(Arc::clone(&self.store), writer))).collect();
        for _ in 0..2 {
            tokio::time::sleep(Duration::from_millis(1000)).await;
            (self.kill)(&mut self.server);
            tokio::time::sleep(Duration::from_millis(200)).await;
            let before = load.done.load(Ordering::SeqCst);
            self.server.start();
            let start = Instant::now();
            while load.done.load(Ordering::SeqCst) < before + 20 {
                assert!(start.elapsed() < PATIENCE, "it does not recover");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        load.stop.store(true, Ordering::SeqCst);
        for writer in writers {
            writer.await.unwrap();
        }
        assert!(load.failed.load(Ordering::SeqCst) > 0, "nobody noticed that the server was killed");
        load.check(&*self.store).await
    }

    /// SIGSTOP for 5 seconds: calls are given up, then all is well, and nobody gets the record of another.
    pub async fn paused(&mut self) {
        let records: Vec<u64> = (2_000_000..2_000_008).collect();
        for number in &records {
            let created = self.store.create(&key(*number), &content(*number, 0), later(600), now()).await.unwrap();
            assert!(matches!(created, Creation::Created(_)));
        }
        (self.pause)(&self.server);
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(5) {
            let calls = records.iter().map(|number| {
                let (store, number) = (Arc::clone(&self.store), *number);
                tokio::spawn(async move {
                    // Given up at different moments, with requests and answers on their way.
                    tokio::time::sleep(Duration::from_millis(number % 8 * 20)).await;
                    match timeout(Duration::from_millis(300 + number % 8 * 200), store.load(&key(number), 1000, now()))
                        .await
                    {
                        Ok(Ok(record)) => assert_eq!(record.unwrap().data, content(number, 0)),
                        Ok(Err(error)) => assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}"),
                        Err(_) => {}
                    }
                })
            });
            for call in calls.collect::<Vec<_>>() {
                call.await.unwrap();
            }
        }
        (self.resume)(&self.server);
        recover(&*self.store).await;
        for number in records.iter().cycle().take(100) {
            let record = self.store.load(&key(*number), 1000, now()).await.unwrap().unwrap();
            assert_eq!(record.data, content(*number, 0));
        }
    }
}

/// Bytes that tell which record they are of, and which write.
fn content(number: u64, write: u64) -> Vec<u8> {
    [number.to_be_bytes(), write.to_be_bytes()].concat().repeat(20)
}
