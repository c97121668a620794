//! What the store's thread is given to do.

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::failure::Failure;
use crate::store::StoreError;

/// Whether a call changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// A call, whatever it returns.
pub(super) trait Job: Send {
    fn access(&self) -> Access;

    /// Whether somebody still waits for it.
    fn is_wanted(&self) -> bool;

    /// Does it and keeps the result. May come again, after what it did was rolled back.
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()>;

    /// Hands the result over, or the failure.
    fn answer(self: Box<Self>, outcome: Result<(), &Failure>);
}

pub(super) struct Call<T, W> {
    pub(super) access: Access,
    pub(super) work: W,
    pub(super) result: Option<T>,
    pub(super) answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, W> Job for Call<T, W>
where
    T: Send,
    W: Fn(&Connection) -> rusqlite::Result<T> + Send,
{
    fn access(&self) -> Access {
        self.access
    }

    fn is_wanted(&self) -> bool {
        !self.answer.is_closed()
    }

    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.result = Some((self.work)(connection)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), &Failure>) {
        let answer = match (outcome, self.result) {
            (Ok(()), Some(result)) => Ok(result),
            (Ok(()), None) => Err(StoreError::unavailable("a call was not run")),
            (Err(failure), _) => Err(failure.into()),
        };
        // Nobody may be waiting any more; that is their right.
        let _ = self.answer.send(answer);
    }
}
