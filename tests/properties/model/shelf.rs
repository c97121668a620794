//! The store: records that are alive, left to requests under way, or in whose place stands word of an end.

use sealed_session::SessionId;

use super::{GRACE, Model, Record, SKEW, State, Token, Unreadable};
use crate::flight::Data;

impl Model {
    pub(super) fn record(&self, token: &Token, data: Data) -> Record {
        let writes = self.records.get(&token.id).map_or(1, |record| record.writes + 1);
        let ends = token.created + token.limits().0;
        let expires = self.stored(token.id).map_or(0, |stored| stored.expires).max(token.end() + SKEW);
        Record { state: State::Live, data, own: token.own, key: self.sealing(), writes, ends, expires }
    }

    /// The record that the store has now.
    pub(super) fn stored(&self, id: SessionId) -> Option<&Record> {
        self.records.get(&id).filter(|record| self.now < record.expires)
    }

    /// The record that a reader finds there: one whose session's lifetime is over is none.
    pub(super) fn found(&self, id: SessionId) -> Option<&Record> {
        self.stored(id).filter(|record| record.state != State::Live || self.now < record.ends)
    }

    pub(super) fn end(&mut self, token: &Token, record: Option<&Record>) {
        let lingers = token.lingers.is_some_and(|until| until > self.now);
        if record.is_some() || lingers {
            let expires = self.now + GRACE;
            let ended = Record { state: State::Ended, expires, ..self.record(token, Data::default()) };
            self.records.insert(token.id, ended);
        }
    }

    /// What a write meets in the store; who has seen the last write need not open it.
    pub(super) fn meets(&self, id: SessionId, seen: Option<u64>) -> Result<Option<&Record>, Unreadable> {
        match self.stored(id) {
            Some(stored) if seen == Some(stored.writes) => Ok(Some(stored)),
            Some(stored) if self.key(stored.key).is_err() => Err(Unreadable),
            // One that is over stands in the way of a new one until the store forgets it.
            Some(_) if seen.is_none() && self.found(id).is_none() => Err(Unreadable),
            _ => Ok(self.found(id)),
        }
    }

    /// Leaves a record to requests under way. Says whether it was still alive.
    pub(super) fn retire(&mut self, id: SessionId, seen: &Record) -> Result<bool, Unreadable> {
        let (until, key) = (self.now + GRACE, self.sealing());
        if self.meets(id, Some(seen.writes))?.is_none_or(|stored| stored.state != State::Live) {
            return Ok(false);
        }
        if let Some(record) = self.records.get_mut(&id) {
            (record.state, record.key, record.expires) = (State::Retired, key, until);
            record.writes += 1;
        }
        Ok(true)
    }
}
