//! The records of a layer: sealed data of the sessions that outgrew their cookie.

mod end;
mod write;

use std::fmt;

use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::id::SessionId;
use crate::outcome::Refusal;
use crate::store::{Guard, RecordKey, Version};
use crate::token::{Head, Opened, RecordState, Sealer};

pub(crate) use write::{Draft, Saved, Writer, Written, conflict, too_large};

/// What happens when two requests change the data of one session at once, and it is in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "config", derive(serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum OnConflict {
    /// The last write wins, as with a session in a cookie.
    #[default]
    LastWriteWins,
    /// The second one is told: [`ErrorKind::Conflict`] from [`Session::save`](crate::Session::save), a 409 from the layer.
    Fail,
}

/// A store, and how a layer uses it.
#[derive(Debug)]
pub(crate) struct Records {
    pub(crate) store: Guard,
    /// The largest `Set-Cookie` field that still carries its session.
    pub(crate) overflow_at: usize,
    /// The largest record, in bytes, sealed.
    pub(crate) max: usize,
    /// How long a retired record stays, in seconds.
    pub(crate) grace: u64,
    pub(crate) on_conflict: OnConflict,
    /// A record that is older than the one the cookie has seen is used all the same.
    pub(crate) accept_older: bool,
}

/// A record that was opened.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) opened: Opened,
    pub(crate) state: RecordState,
    pub(super) version: Version,
    pub(super) expires: Timestamp,
}

/// What a store keeps for a session.
enum Kept {
    Nothing,
    Record(Box<Record>),
    /// Word that the session was ended.
    Ended,
}

impl Records {
    /// The record that the cookie with this head refers to.
    ///
    /// # Errors
    /// [`ErrorKind::Store`] when the store failed, and [`ErrorKind::RolledBack`] when the record is older than the one that the
    /// cookie has seen: the cookie is worth keeping. A refusal says why there is no record for it.
    pub(crate) async fn load(
        &self,
        sealer: &Sealer,
        head: &Head,
        now: Timestamp,
    ) -> Result<Result<Record, Refusal>, Error> {
        match self.find(sealer, head.id, now).await? {
            Ok(Kept::Record(record)) => {
                let (found, seen) = (record.opened.head.generation, head.generation);
                if found < seen && !self.accept_older { Err(rolled_back(found, seen)) } else { Ok(Ok(*record)) }
            }
            Ok(Kept::Nothing | Kept::Ended) => Ok(Err(Refusal::RecordMissing)),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// What the store keeps for the session `id`.
    async fn find(&self, sealer: &Sealer, id: SessionId, now: Timestamp) -> Result<Result<Kept, Refusal>, Error> {
        let Some(loaded) = self.store.load(&RecordKey::of(id), self.max, now).await? else {
            return Ok(Ok(Kept::Nothing));
        };
        let opened = sealer.open_record(loaded.data, id, now);
        Ok(opened.map(|opened| match opened {
            None => Kept::Ended,
            Some((_, state)) if state.ends <= now => Kept::Nothing,
            Some((opened, state)) => {
                Kept::Record(Box::new(Record { opened, state, version: loaded.version, expires: loaded.expires }))
            }
        }))
    }
}

fn rolled_back(found: u64, seen: u64) -> Error {
    let message = format!(
        "the store holds write {found} of a session of which the browser has seen write {seen}: it lost writes in a \
         failover, or somebody put an old copy back; `accept_older_records` uses such records all the same"
    );
    Error::new(ErrorKind::RolledBack, message)
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("opened", &self.opened).field("state", &self.state).finish_non_exhaustive()
    }
}
