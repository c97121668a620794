//! Writers that go on whatever happens.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use sealed_session::store::{Creation, Store, StoreError, StoreErrorKind, Update};

use super::{call, content, key, later, now};

/// Writers that go on whatever happens, and what they were told.
#[derive(Default)]
pub struct Load {
    pub stop: AtomicBool,
    pub done: AtomicUsize,
    pub failed: AtomicUsize,
    /// What each record may hold: what was acknowledged last, or what was asked for since and not answered. `None`: nothing.
    expected: Mutex<HashMap<u64, Vec<Option<u64>>>>,
}

impl Load {
    pub async fn write(self: Arc<Self>, store: Arc<dyn Store>, writer: u64) {
        let mut number = 1_000_000 * (10 + writer);
        while !self.stop.load(Ordering::SeqCst) {
            number += 1;
            let created = call(store.create(&key(number), &content(number, 0), later(600), now())).await;
            let Some(Creation::Created(mut version)) = self.note(number, 0, created, |done| {
                assert!(matches!(done, Creation::Created(_)), "it exists");
                true
            }) else {
                continue;
            };
            for write in 1..4 {
                let updated =
                    call(store.update(&key(number), &content(number, write), later(600), version, now())).await;
                match self.note(number, write, updated, |done| matches!(done, Update::Updated(_))) {
                    Some(Update::Updated(next)) => version = next,
                    Some(other) => panic!("update: {other:?}"),
                    None => break,
                }
            }
        }
    }

    /// Notes what a write of a record came to. `None` when that is unknown.
    fn note<T>(
        &self,
        number: u64,
        write: u64,
        result: Option<Result<T, StoreError>>,
        is_written: impl FnOnce(&T) -> bool,
    ) -> Option<T> {
        let mut expected = self.expected.lock().unwrap();
        let states = expected.entry(number).or_insert_with(|| vec![None]);
        match result {
            Some(Ok(done)) => {
                assert!(is_written(&done), "record {number} was not written");
                *states = vec![Some(write)];
                self.done.fetch_add(1, Ordering::SeqCst);
                Some(done)
            }
            failed => {
                if let Some(Err(error)) = failed {
                    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
                }
                states.push(Some(write));
                self.failed.fetch_add(1, Ordering::SeqCst);
                None
            }
        }
    }

    /// Compares what was told with what is there. Says how many records were acknowledged.
    pub async fn check(&self, store: &dyn Store) -> usize {
        let expected = self.expected.lock().unwrap().clone();
        let mut acknowledged = 0;
        for (number, states) in expected {
            let record = store.load(&key(number), 10_000, now()).await.unwrap();
            let found = record.map(|record| record.data);
            assert!(
                states.iter().any(|state| found == state.map(|write| content(number, write))),
                "record {number}: {states:?} was acknowledged or asked for, there is {found:?}"
            );
            acknowledged += usize::from(states.first().is_some_and(Option::is_some));
        }
        acknowledged
    }
}
