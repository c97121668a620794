//! Several callers, and what others can see.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sealed_session::SessionId;
use sealed_session::store::{Creation, RecordKey, Store, StoreErrorKind, Update};
use tokio::time::timeout;

use super::{PATIENCE, content, key, later, now};

/// Calls that are given up at every moment, over few connections; every fourth may go to its end. Nobody gets the answer of
/// another.
pub async fn cancelled_at_every_moment(store: Arc<dyn Store>, calls: u64) -> u64 {
    let records: Vec<u64> = (3_000_000..3_000_008).collect();
    for number in &records {
        store.create(&key(*number), &content(*number, 0), later(600), now()).await.unwrap();
    }
    let completed = Arc::new(AtomicUsize::new(0));
    let callers = records.iter().map(|number| {
        let (store, number, completed) = (Arc::clone(&store), *number, Arc::clone(&completed));
        tokio::spawn(async move {
            for round in 0..calls {
                let limit =
                    if round % 4 == 0 { PATIENCE } else { Duration::from_micros((round * 131 + number * 977) % 6000) };
                let load = async {
                    if round % 3 == 0 {
                        let there = store.touch(&key(number), later(700), now()).await?;
                        assert!(there, "a record is gone");
                    }
                    store.load(&key(number), 1000, now()).await
                };
                match timeout(limit, load).await {
                    Ok(record) => {
                        let record = record.unwrap().expect("a record is gone");
                        assert_eq!(record.data, content(number, 0), "the record of another");
                        completed.fetch_add(1, Ordering::SeqCst);
                    }
                    Err(_) => assert!(round % 4 != 0, "a call did not end"),
                }
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    for number in &records {
        assert_eq!(store.load(&key(*number), 1000, now()).await.unwrap().unwrap().data, content(*number, 0));
    }
    completed.load(Ordering::SeqCst) as u64
}

/// Two stores with pools of their own count up one record; and sweep at once.
pub async fn two_stores(one: Arc<dyn Store>, other: Arc<dyn Store>) {
    let counter = key(4_000_000);
    one.create(&counter, &0u32.to_be_bytes(), later(600), now()).await.unwrap();
    let callers = [&one, &other, &one, &other].map(|store| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            let mut done = 0;
            while done < 25 {
                let record = store.load(&counter, 100, now()).await.unwrap().unwrap();
                let count = u32::from_be_bytes(record.data.try_into().unwrap()) + 1;
                let updated = store.update(&counter, &count.to_be_bytes(), later(600), record.version, now()).await;
                match updated.unwrap() {
                    Update::Updated(_) => done += 1,
                    Update::Conflict => {}
                    Update::Missing => panic!("the counter is gone"),
                }
            }
        })
    });
    for caller in callers {
        caller.await.unwrap();
    }
    let record = other.load(&counter, 100, now()).await.unwrap().unwrap();
    assert_eq!(record.data, 100u32.to_be_bytes());

    for number in 0..200 {
        one.create(&key(4_100_000 + number), b"brief", later(10), now()).await.unwrap();
    }
    let live = key(4_200_000);
    one.create(&live, b"live", later(600), now()).await.unwrap();
    let then = later(20);
    let mut total = 0;
    loop {
        let sweeps = [&one, &other, &one, &other].map(|store| {
            let store = Arc::clone(store);
            tokio::spawn(async move { store.sweep(30, then).await.unwrap() })
        });
        let mut removed = 0;
        for sweep in sweeps {
            let batch = sweep.await.unwrap();
            assert!(batch <= 30, "a batch of {batch}");
            removed += batch;
        }
        if removed == 0 {
            break;
        }
        total += removed;
    }
    assert_eq!(total, 200, "each is removed, and counted once");
    assert!(other.load(&live, 100, then).await.unwrap().is_some());
}

/// Records to look for in a dump: their bytes and keys may be there, and nothing else of them.
pub async fn dumped(store: &dyn Store, dump: impl FnOnce() -> Vec<u8>) {
    let id = SessionId::from_bytes(*b"id-of-a-session!");
    let record = RecordKey::of(id);
    store.create(&record, &[0xc5; 40], later(600), now()).await.unwrap();
    let dump = String::from_utf8_lossy(&dump()).to_lowercase();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert!(dump.contains(&hex(&record.to_bytes())) && dump.contains(&hex(&[0xc5; 40])), "the dump has the record");
    assert!(
        !dump.contains("id-of-a-session!") && !dump.contains(&hex(b"id-of-a-session!")),
        "the dump leads to a session"
    );
}

/// Records over the limit are refused, and what was there stays.
pub async fn too_large(store: &dyn Store) {
    const MAX: usize = 8 * 1024 * 1024;
    let record = key(5_000_000);
    let refused = store.create(&record, &vec![1; MAX + 1], later(600), now()).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::TooLarge);
    let Creation::Created(version) = store.create(&record, &vec![2; MAX], later(600), now()).await.unwrap() else {
        panic!("it exists")
    };
    let refused = store.update(&record, &vec![3; MAX + 1], later(600), version, now()).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::TooLarge);
    let refused = store.load(&record, MAX - 1, now()).await.unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::TooLarge);
    assert!(refused.to_string().contains(&MAX.to_string()), "{refused}");
    assert_eq!(store.load(&record, MAX, now()).await.unwrap().unwrap().data, vec![2; MAX]);
    store.remove(&record).await.unwrap();
}
