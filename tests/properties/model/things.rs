//! Cookies and records, without any bytes.

use sealed_session::SessionId;

use crate::flight::Data;

pub(crate) const LIFETIME: u64 = 14 * 86_400;
pub(crate) const IDLE: u64 = 86_400;
pub(super) const REMEMBERED: u64 = 30 * 86_400;
pub(super) const GRACE: u64 = 60;
/// How much longer a store keeps a record than its session lasts.
pub(super) const SKEW: u64 = 60;

/// A cookie.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub(crate) id: SessionId,
    pub(crate) created: u64,
    pub(crate) issued: u64,
    /// Lifetime and idle timeout of its own.
    pub(crate) own: Option<(u64, u64)>,
    pub(crate) key: usize,
    /// The data, unless they are in the store.
    pub(crate) inside: Option<Data>,
    /// Until when a record is left behind in the store.
    pub(crate) lingers: Option<u64>,
}

impl Token {
    pub(super) fn limits(&self) -> (u64, u64) {
        self.own.unwrap_or((LIFETIME, IDLE))
    }

    pub(crate) fn end(&self) -> u64 {
        let (lifetime, idle) = self.limits();
        (self.created + lifetime).min(self.issued + idle)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum State {
    Live,
    Retired,
    Ended,
}

#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) state: State,
    pub(super) data: Data,
    pub(super) own: Option<(u64, u64)>,
    pub(super) key: usize,
    /// Counts the writes: a refresh gives way to them.
    pub(super) writes: u64,
    /// The end of the lifetime when it was written.
    pub(super) ends: u64,
    /// When the store forgets it.
    pub(super) expires: u64,
}
