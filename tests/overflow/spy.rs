//! A store in memory that counts what it is asked, keeps what it is given, and fails when it is told to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sealed_session::store::{
    Creation, Loaded, MemoryStore, RecordKey, Store, StoreError, StoreErrorKind, StoreFuture, Update, Version,
};
use sealed_session::{SessionId, Timestamp};

#[derive(Debug, Clone)]
pub struct Spy(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: MemoryStore,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    calls: Vec<&'static str>,
    /// What each call does instead of what it should.
    faults: HashMap<&'static str, Fault>,
    /// Everything that was ever stored, with its key.
    seen: Vec<(String, Vec<u8>)>,
    /// The `max` of the last load.
    max: usize,
}

#[derive(Debug, Clone, Copy)]
pub enum Fault {
    Fails(StoreErrorKind),
    /// Never answers.
    Hangs,
    /// Does it, and never answers.
    DoesAndHangs,
}

pub const ALL: [&str; 5] = ["create", "load", "update", "touch", "remove"];

impl Spy {
    pub fn new() -> Self {
        Self::of(MemoryStore::new(64 << 20))
    }

    pub fn of(store: MemoryStore) -> Self {
        Self(Arc::new(Inner { store, state: Mutex::default() }))
    }

    /// The calls since the last time.
    pub fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.state.lock().unwrap().calls)
    }

    pub fn break_calls(&self, calls: &[&'static str], fault: Fault) {
        self.0.state.lock().unwrap().faults.extend(calls.iter().map(|call| (*call, fault)));
    }

    /// It cannot be reached.
    pub fn down(&self) {
        self.break_calls(&ALL, Fault::Fails(StoreErrorKind::Unavailable));
    }

    pub fn up(&self) {
        self.0.state.lock().unwrap().faults.clear();
    }

    pub fn seen(&self) -> Vec<(String, Vec<u8>)> {
        self.0.state.lock().unwrap().seen.clone()
    }

    pub fn max(&self) -> usize {
        self.0.state.lock().unwrap().max
    }

    /// The store behind, without being counted.
    pub fn store(&self) -> &MemoryStore {
        &self.0.store
    }

    pub async fn record(&self, id: SessionId, now: Timestamp) -> Option<Loaded> {
        self.store().load(&RecordKey::of(id), usize::MAX, now).await.unwrap()
    }

    /// How many records there are once those are swept that have expired at `now`.
    pub async fn records(&self, now: Timestamp) -> usize {
        self.store().sweep(u32::MAX, now).await.unwrap();
        self.store().len()
    }

    async fn call<T>(&self, name: &'static str, call: StoreFuture<'_, T>) -> Result<T, StoreError> {
        let fault = {
            let mut state = self.0.state.lock().unwrap();
            state.calls.push(name);
            state.faults.get(name).copied()
        };
        match fault {
            None => call.await,
            Some(Fault::Fails(kind)) => Err(StoreError::new(kind, "as told")),
            Some(Fault::Hangs) => std::future::pending().await,
            Some(Fault::DoesAndHangs) => {
                call.await?;
                std::future::pending().await
            }
        }
    }

    fn see(&self, key: &RecordKey, data: &[u8]) {
        self.0.state.lock().unwrap().seen.push((key.to_string(), data.to_vec()));
    }
}

/// Calls of the store behind are made when they are awaited, so a fault is in time.
impl Store for Spy {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'a, Creation> {
        self.see(key, data);
        let store = &self.0.store;
        Box::pin(self.call("create", Box::pin(async move { store.create(key, data, expires, now).await })))
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        self.0.state.lock().unwrap().max = max;
        let store = &self.0.store;
        Box::pin(self.call("load", Box::pin(async move { store.load(key, max, now).await })))
    }

    fn update<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        version: Version,
        now: Timestamp,
    ) -> StoreFuture<'a, Update> {
        self.see(key, data);
        let store = &self.0.store;
        Box::pin(self.call("update", Box::pin(async move { store.update(key, data, expires, version, now).await })))
    }

    fn touch<'a>(&'a self, key: &'a RecordKey, expires: Timestamp, now: Timestamp) -> StoreFuture<'a, bool> {
        let store = &self.0.store;
        Box::pin(self.call("touch", Box::pin(async move { store.touch(key, expires, now).await })))
    }

    fn remove<'a>(&'a self, key: &'a RecordKey) -> StoreFuture<'a, bool> {
        let store = &self.0.store;
        Box::pin(self.call("remove", Box::pin(async move { store.remove(key).await })))
    }

    fn sweep_every(&self) -> Option<Duration> {
        None
    }

    fn name(&self) -> &'static str {
        "spy"
    }
}
