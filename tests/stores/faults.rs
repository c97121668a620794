//! What is done to the servers of stores, and what callers may see of it.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sealed_session::store::{Creation, Loaded, RecordKey, Store, StoreError, StoreErrorKind, Update, Version};
use sealed_session::{SessionId, Timestamp};
use tokio::task::block_in_place;
use tokio::time::{sleep, timeout};

use crate::servers::Server;

/// What the layer allows a call.
const LIMIT: Duration = Duration::from_secs(2);
/// How long a server that is back may take to be found.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn fresh_key() -> RecordKey {
    RecordKey::of(SessionId::from_bytes(uuid::Uuid::new_v4().into_bytes()))
}

pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

pub(crate) fn in_an_hour() -> Timestamp {
    Timestamp::from_unix(now().as_unix() + 3600)
}

/// The bytes of a record that tell whose they are and which write they come from.
pub(crate) fn data(key: &RecordKey, write: u32, length: usize) -> Vec<u8> {
    let mut data = format!("{key} {write:010} ").into_bytes();
    data.resize(data.len().max(length), b'.');
    data
}

/// Which write these bytes come from. Fails when they belong to another record.
pub(crate) fn written(key: &RecordKey, loaded: &Loaded) -> u32 {
    let text = String::from_utf8_lossy(&loaded.data);
    let mut words = text.split(' ');
    assert_eq!(words.next(), Some(key.as_str()), "the record of another key");
    words.next().unwrap().parse().unwrap()
}

/// A call under the limit of the layer.
pub(crate) async fn limited<T>(call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let late = || StoreError::new(StoreErrorKind::Unavailable, "no answer in time");
    timeout(LIMIT, call).await.unwrap_or_else(|_| Err(late()))
}

pub(crate) async fn create(store: &dyn Store, length: usize) -> Result<(RecordKey, Version), StoreError> {
    let key = fresh_key();
    match limited(store.create(&key, &data(&key, 0, length), in_an_hour(), now())).await? {
        Creation::Created(version) => Ok((key, version)),
        Creation::Exists => panic!("a fresh key exists already"),
    }
}

pub(crate) async fn load(store: &dyn Store, key: &RecordKey) -> Result<Option<Loaded>, StoreError> {
    limited(store.load(key, 1 << 20, now())).await
}

/// Fails unless the store works again, without a new store object.
pub(crate) async fn recovers(store: &dyn Store) {
    let start = Instant::now();
    loop {
        match create(store, 3000).await {
            Ok((key, _)) => {
                assert_eq!(written(&key, &load(store, &key).await.unwrap().expect("it is there")), 0);
                return;
            }
            Err(error) => assert!(start.elapsed() < PATIENCE, "still: {}", told(&error)),
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// Everything that an error says.
pub(crate) fn told(error: &dyn Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error} {error:?}");
        source = error.source();
    }
    text
}

/// A store whose server is not there yet: its calls fail soon, and work once it is there.
pub(crate) async fn starts_late(server: &mut Server, store: &dyn Store) {
    for _ in 0..3 {
        let start = Instant::now();
        let error = store.create(&fresh_key(), b"data", in_an_hour(), now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{}", told(&error));
        let error = store.load(&fresh_key(), 100, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{}", told(&error));
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    }
    block_in_place(|| server.start());
    recovers(store).await;
}

/// A server that stops answering for 5 seconds: calls give up, and afterwards every record is where it was.
pub(crate) async fn pauses(server: &Server, store: &Arc<dyn Store>) {
    let mut keys = Vec::new();
    for _ in 0..20 {
        keys.push(create(&**store, 3000).await.unwrap().0);
    }
    server.pause();
    let callers = keys.iter().copied().map(|key| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            let start = Instant::now();
            while start.elapsed() < Duration::from_secs(5) {
                match load(&*store, &key).await {
                    Err(error) => assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{}", told(&error)),
                    Ok(_) => assert!(start.elapsed() < Duration::from_secs(1), "a paused server cannot answer"),
                }
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    server.resume();
    recovers(&**store).await;
    for key in &keys {
        assert_eq!(written(key, &load(&**store, key).await.unwrap().expect("it is there")), 0);
    }
}

/// What was acknowledged before and after a crash, and how much of it is gone.
#[derive(Debug)]
pub(crate) struct Crash {
    pub(crate) records: usize,
    pub(crate) lost: usize,
}

/// A server that is killed while callers write, and then started again. Each call works or fails as unavailable.
pub(crate) async fn crashes(server: &mut Server, store: &Arc<dyn Store>) -> Crash {
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4).map(|_| tokio::spawn(write_until(Arc::clone(store), Arc::clone(&stop)))).collect();
    sleep(Duration::from_millis(1500)).await;
    server.kill();
    sleep(Duration::from_millis(300)).await;
    block_in_place(|| server.start());
    recovers(&**store).await;
    stop.store(true, Ordering::Relaxed);
    let mut crash = Crash { records: 0, lost: 0 };
    for writer in writers {
        for told in writer.await.unwrap() {
            crash.records += 1;
            let number = load(&**store, &told.key).await.unwrap().map(|loaded| written(&told.key, &loaded));
            crash.lost += usize::from(number.is_none_or(|number| number < told.acknowledged));
            assert!(number.is_none_or(|number| number <= told.attempted), "a write that nobody asked for");
        }
    }
    crash
}

/// A record, the last write of it that was acknowledged, and the last that was tried.
struct Told {
    key: RecordKey,
    acknowledged: u32,
    attempted: u32,
}

async fn write_until(store: Arc<dyn Store>, stop: Arc<AtomicBool>) -> Vec<Told> {
    let mut records = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        match create(&*store, 3000).await {
            Ok((key, version)) => records.push(update(&*store, key, version).await),
            Err(error) => {
                assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{}", told(&error));
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
    records
}

/// Writes a few times to a record.
async fn update(store: &dyn Store, key: RecordKey, mut version: Version) -> Told {
    let mut told = Told { key, acknowledged: 0, attempted: 0 };
    for write in 1..4 {
        told.attempted = write;
        match limited(store.update(&key, &data(&key, write, 3000), in_an_hour(), version, now())).await {
            Ok(Update::Updated(next)) => {
                told.acknowledged = write;
                version = next;
            }
            // The write before this one was lost by the server; counted later.
            Ok(Update::Missing | Update::Conflict) => break,
            Err(error) => {
                assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{}", self::told(&error));
                break;
            }
        }
    }
    told
}

/// Calls of many callers on few connections, many of them given up half-way: nobody gets the record of another key.
pub(crate) async fn mixes_nothing_up(store: &Arc<dyn Store>) {
    let callers: Vec<_> = (0..16u32)
        .map(|caller| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                let (key, _) = create(&*store, 500 + 700 * caller as usize).await.unwrap();
                for round in 0..150u64 {
                    let limit = Duration::from_micros((round * 37 + u64::from(caller) * 101) % 3000);
                    let loaded = timeout(limit, store.load(&key, 1 << 20, now())).await;
                    if let Ok(Ok(loaded)) = loaded {
                        assert_eq!(written(&key, &loaded.expect("it is there")), 0);
                    }
                }
                assert_eq!(written(&key, &load(&*store, &key).await.unwrap().expect("it is there")), 0);
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
}

/// So many callers each create, read and rewrite so many records; says how many a second that makes.
pub(crate) async fn measure(store: &Arc<dyn Store>, callers: usize, each: usize, length: usize) -> String {
    let per_second = |start: Instant| (callers * each) as f64 / start.elapsed().as_secs_f64();
    let at_once = |records: Vec<Vec<(RecordKey, Version)>>,
                   call: fn(Arc<dyn Store>, RecordKey, Version, usize) -> Call| {
        let tasks = records.into_iter().map(|records| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                for (key, version) in records {
                    call(Arc::clone(&store), key, version, length).await;
                }
            })
        });
        futures_of(tasks.collect())
    };
    let start = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                let mut records = Vec::new();
                for _ in 0..each {
                    records.push(create(&*store, length).await.unwrap());
                }
                records
            })
        })
        .collect();
    let mut records = Vec::new();
    for task in tasks {
        records.push(task.await.unwrap());
    }
    let created = per_second(start);
    let start = Instant::now();
    at_once(records.clone(), |store, key, _, _| {
        Box::pin(async move { drop(load(&*store, &key).await.unwrap().unwrap()) })
    })
    .await;
    let loaded = per_second(start);
    let start = Instant::now();
    at_once(records, |store, key, version, length| {
        Box::pin(async move {
            let updated = store.update(&key, &data(&key, 1, length), in_an_hour(), version, now()).await.unwrap();
            assert!(matches!(updated, Update::Updated(_)));
        })
    })
    .await;
    let updated = per_second(start);
    format!(
        "{callers} callers, {length} bytes, per second: {created:.0} created, {loaded:.0} loaded, {updated:.0} updated"
    )
}

type Call = Pin<Box<dyn Future<Output = ()> + Send>>;

async fn futures_of(tasks: Vec<tokio::task::JoinHandle<()>>) {
    for task in tasks {
        task.await.unwrap();
    }
}
