//! Connections: a bounded number, opened when they are needed.
//!
//! `sqlx` has a pool, which [`Pool::Given`] uses when an app hands one over. For a store by URL this one is used instead, for
//! what matters when a server fails: it says at once, and exactly, why there is no connection (that pool tries again until its
//! limit, and then says that the limit passed); it needs no background tasks, so a store can be made anywhere; it does not ask
//! the server for a sign of life after each call, which would keep the connection from others for as long as the server hangs.
//!
//! In both cases a connection goes back only after its call went well. When a call failed, or its future was dropped at any
//! moment, the connection is closed: an answer may be on its way that nobody waits for, and nobody else may get it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Connection;
use sqlx::pool::PoolConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{timeout, timeout_at};

use super::{Engine, Options, Table, failure};
use crate::store::{StoreError, StoreErrorKind};

/// How long a call waits for a connection.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How long opening one may take, also when nobody waits for it any more.
const OPENING: Duration = Duration::from_secs(5);
/// A connection that was unused for longer than this is asked for a sign of life before it is used: the server may have been
/// restarted, or something in between may have dropped it.
const FRESH: Duration = Duration::from_secs(1);
/// A connection that was unused for this long is closed.
const OLD: Duration = Duration::from_secs(600);

/// Where connections come from.
pub(in crate::store) enum Pool<E: Engine> {
    Own(Arc<Own<E>>),
    /// A pool of the app.
    Given(sqlx::Pool<E>),
}

/// Connections of this store alone.
pub(in crate::store) struct Own<E: Engine> {
    options: Options<E>,
    /// After which the server ends a statement.
    timeout: Option<Duration>,
    max: usize,
    permits: Arc<Semaphore>,
    /// The one that was used last is used next, so that the others grow old when there is little to do.
    idle: Mutex<Vec<Idle<E>>>,
}

struct Idle<E: Engine> {
    connection: E::Connection,
    since: Instant,
}

/// A connection during one call. Closed when it is dropped.
enum Held<E: Engine> {
    Own(Permitted<E>),
    Given(Borrowed<E>),
}

/// A connection, and the right to have one.
struct Permitted<E: Engine> {
    connection: E::Connection,
    permit: OwnedSemaphorePermit,
}

/// A connection of a pool of the app; `None` when it has gone back.
struct Borrowed<E: Engine>(Option<PoolConnection<E>>);

impl<E: Engine> Pool<E> {
    /// At most `max` connections.
    pub(in crate::store) fn own(options: Options<E>, timeout: Option<Duration>, max: usize) -> Self {
        let permits = Arc::new(Semaphore::new(max));
        Self::Own(Arc::new(Own { options, timeout, max, permits, idle: Mutex::new(Vec::new()) }))
    }

    /// Does `work`, which is about `table`, on a connection.
    pub(in crate::store) async fn run<T>(
        &self,
        table: &Table,
        work: impl AsyncFnOnce(&mut E::Connection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let mut held = self.hold().await?;
        match work(held.connection()?).await {
            Ok(result) => {
                self.keep(held);
                Ok(result)
            }
            Err(error) => {
                match self {
                    Self::Own(own) if failure::is_of_connection::<E>(&error) => own.forget_idle(),
                    _ => {}
                }
                Err(failure::of_statement::<E>(error, table))
            }
        }
    }

    async fn hold(&self) -> Result<Held<E>, StoreError> {
        match self {
            Self::Own(own) => own.hold().await.map(Held::Own),
            Self::Given(pool) => match timeout(PATIENCE, pool.acquire()).await {
                Ok(Ok(connection)) => Ok(Held::Given(Borrowed(Some(connection)))),
                Ok(Err(error)) => Err(failure::of_connecting::<E>(error)),
                Err(_) => Err(failure::of_connecting::<E>(sqlx::Error::PoolTimedOut)),
            },
        }
    }

    fn keep(&self, held: Held<E>) {
        match (self, held) {
            (Self::Own(own), Held::Own(permitted)) => own.put_back(permitted),
            (_, Held::Given(mut borrowed)) => drop(borrowed.0.take()),
            (Self::Given(_), Held::Own(_)) => {}
        }
    }
}

impl<E: Engine> Own<E> {
    async fn hold(self: &Arc<Self>) -> Result<Permitted<E>, StoreError> {
        let deadline = (Instant::now() + PATIENCE).into();
        let permit = match timeout_at(deadline, Arc::clone(&self.permits).acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            _ => return Err(self.busy()),
        };
        let held = timeout_at(deadline, self.connection(permit)).await.unwrap_or_else(|_| Err(silent::<E>()));
        if held.is_err() {
            self.forget_idle();
        }
        held
    }

    async fn connection(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Result<Permitted<E>, StoreError> {
        while let Some(Idle { mut connection, since }) = self.take_idle() {
            if since.elapsed() < FRESH || connection.ping().await.is_ok() {
                return Ok(Permitted { connection, permit });
            }
        }
        let (sender, receiver) = oneshot::channel();
        tokio::spawn(Arc::clone(self).open(permit, sender));
        receiver.await.unwrap_or_else(|_| Err(silent::<E>()))
    }

    /// Opens a connection, and goes on with it when the call was given up that it was for. Otherwise, calls that are given up
    /// early would never get one, as each begins anew; and MySQL locks out a host that leaves in the middle of a hundred
    /// logins (`max_connect_errors`).
    async fn open(
        self: Arc<Self>,
        permit: OwnedSemaphorePermit,
        sender: oneshot::Sender<Result<Permitted<E>, StoreError>>,
    ) {
        let opened = match timeout(OPENING, E::connect(&self.options, self.timeout)).await {
            Ok(Ok(connection)) => Ok(Permitted { connection, permit }),
            Ok(Err(error)) => Err(failure::of_connecting::<E>(error)),
            Err(_) => Err(silent::<E>()),
        };
        if let Err(Ok(unwanted)) = sender.send(opened) {
            self.put_back(unwanted);
        }
    }

    fn take_idle(&self) -> Option<Idle<E>> {
        self.idle().pop()
    }

    fn put_back(&self, Permitted { connection, permit }: Permitted<E>) {
        let mut idle = self.idle();
        idle.retain(|idle| idle.since.elapsed() < OLD);
        idle.push(Idle { connection, since: Instant::now() });
        drop(idle);
        drop(permit);
    }

    /// Closes what is unused. After one connection broke the others are likely broken, too: each would cost a call.
    fn forget_idle(&self) {
        self.idle().clear();
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle<E>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn busy(&self) -> StoreError {
        let message = format!(
            "{}: all {} connections were in use, or being opened, for {PATIENCE:?}: see what keeps the server busy, or raise \
             `pool` in the URL",
            E::NAME,
            self.max
        );
        StoreError::new(StoreErrorKind::Unavailable, message)
    }
}

impl<E: Engine> Held<E> {
    fn connection(&mut self) -> Result<&mut E::Connection, StoreError> {
        match self {
            Self::Own(Permitted { connection, .. }) => Ok(connection),
            Self::Given(borrowed) => borrowed.0.as_deref_mut().ok_or_else(silent::<E>),
        }
    }
}

impl<E: Engine> Drop for Borrowed<E> {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            // The pool makes room for another; this one is closed here and now.
            drop(connection.detach());
        }
    }
}

fn silent<E: Engine>() -> StoreError {
    let message = format!("no connection to {}: it did not answer within {PATIENCE:?}", E::NAME);
    StoreError::new(StoreErrorKind::Unavailable, message)
}

impl<E: Engine> std::fmt::Debug for Pool<E> {
    /// Without the options, which hold the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Own(own) => write!(f, "at most {} connections", own.max),
            Self::Given(pool) => write!(f, "at most {} connections, given", pool.options().get_max_connections()),
        }
    }
}
