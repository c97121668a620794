//! The thread that owns the connection.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::batch;
use super::database::Database;
pub(super) use super::job::Access;
use super::job::{Call, Job};
use super::settings::Settings;
use crate::store::{StoreError, StoreErrorKind};

/// How many calls may wait: when the disk is slower than the visitors, more of them would only take memory.
const QUEUE: usize = 256;
/// How many calls share a transaction, at most.
const BATCH: usize = 64;

type Queue = SyncSender<Box<dyn Job>>;

/// Hands calls to the thread. The thread is started by the first call, and ends when this is dropped.
pub(super) struct Worker {
    settings: Settings,
    queue: Mutex<Option<Queue>>,
}

impl Worker {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, queue: Mutex::new(None) }
    }

    /// Has `work` done. A call that is given up before its turn is not done at all.
    pub(super) async fn call<T, W>(&self, access: Access, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.send(Box::new(Call { access, work, result: None, answer }))?;
        answered
            .await
            .unwrap_or_else(|_| Err(StoreError::unavailable("the thread of the SQLite store gave the call up")))
    }

    fn send(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let running = match queue.take() {
            Some(running) => running,
            None => start(self.settings.clone())?,
        };
        match running.try_send(job) {
            Ok(()) => *queue = Some(running),
            Err(TrySendError::Full(_)) => {
                *queue = Some(running);
                return Err(too_slow());
            }
            // It has ended; the next call starts another one.
            Err(TrySendError::Disconnected(_)) => {
                return Err(StoreError::unavailable("the thread of the SQLite store has ended"));
            }
        }
        Ok(())
    }
}

fn too_slow() -> StoreError {
    let message =
        format!("{QUEUE} calls wait for the SQLite store already: its disk is too slow, or the file is locked");
    StoreError::new(StoreErrorKind::Unavailable, message)
}

fn start(settings: Settings) -> Result<Queue, StoreError> {
    let (queue, jobs) = sync_channel(QUEUE);
    let thread = thread::Builder::new().name("sealed-session sqlite".into());
    thread.spawn(move || serve(&settings, &jobs)).map_err(StoreError::unavailable)?;
    Ok(queue)
}

fn serve(settings: &Settings, jobs: &Receiver<Box<dyn Job>>) {
    let mut open = None;
    while let Ok(first) = jobs.recv() {
        let waiting = jobs.try_iter().take(BATCH - 1);
        let batch: Vec<_> = std::iter::once(first).chain(waiting).filter(|job| job.is_wanted()).collect();
        let database = open.take();
        // A panic must not leave later calls without an answer. It takes the connection with it, and so what was not committed.
        open = catch_unwind(AssertUnwindSafe(|| work(settings, database, batch))).unwrap_or_default();
    }
}

/// Does a batch. Gives the database back if it is fit for more.
fn work(settings: &Settings, database: Option<Database>, batch: Vec<Box<dyn Job>>) -> Option<Database> {
    let opened = match database.filter(Database::is_in_place) {
        Some(database) => Ok(database),
        None => Database::open(settings),
    };
    match opened {
        Ok(database) => batch::run(settings, &database, batch).then_some(database),
        Err(failure) => {
            batch.into_iter().for_each(|job| job.answer(Err(&failure)));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[tokio::test]
    async fn a_panic_fails_its_call_alone() {
        let folder = tempfile::tempdir().unwrap();
        let worker = Worker::new(Settings::of_file(&folder.path().join("a.db")).unwrap());
        worker.call(Access::Read, |_| Ok(())).await.unwrap();
        for access in [Access::Read, Access::Write] {
            let failed = worker.call::<(), _>(access, |_| panic!("for the test")).await.unwrap_err();
            assert_eq!(failed.kind(), StoreErrorKind::Unavailable);
            let count =
                |connection: &Connection| connection.query_row("SELECT count(*) FROM record", [], |row| row.get(0));
            assert_eq!(worker.call::<i64, _>(access, count).await.unwrap(), 0);
        }
    }
}
