//! What came with a request: a session, in its cookie or in a record, or a reason why there is none.

use crate::clock::Timestamp;
use crate::outcome::{Outcome, Refusal};
use crate::policy::{Carried, Held, KeyFate, fate};
use crate::record::Record;
use crate::token::Opened;

/// What the request carried.
pub(super) enum Received {
    Nothing,
    /// A session in its cookie.
    Inline(Opened),
    /// A session in a record.
    Stored(Opened, Box<Record>),
    /// A session in a record that was not asked for, because the session is to end.
    Unloaded(Opened),
    Refused(Refusal),
}

impl Received {
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Nothing => Outcome::Absent,
            Self::Inline(_) | Self::Stored(..) | Self::Unloaded(_) => Outcome::Opened,
            Self::Refused(refusal) => Outcome::Refused(*refusal),
        }
    }

    /// The cookie, if it was opened.
    pub(super) fn cookie(&self) -> Option<&Opened> {
        match self {
            Self::Inline(cookie) | Self::Stored(cookie, _) | Self::Unloaded(cookie) => Some(cookie),
            Self::Nothing | Self::Refused(_) => None,
        }
    }

    pub(super) fn record(&self) -> Option<&Record> {
        match self {
            Self::Stored(_, record) => Some(record),
            _ => None,
        }
    }

    pub(super) fn carried(&self, key: KeyFate) -> Carried {
        match self {
            Self::Nothing => Carried::Nothing,
            Self::Stored(_, record) if record.state.retired => Carried::Retired(key),
            Self::Inline(_) | Self::Stored(..) | Self::Unloaded(_) => Carried::Session(key),
            Self::Refused(refusal) => Carried::Refused(fate(*refusal)),
        }
    }

    /// The record under the id of this session, as far as the request knows.
    pub(super) fn held(&self, now: Timestamp) -> Held {
        match self {
            Self::Inline(cookie) if cookie.record_until().is_some_and(|until| until > now) => Held::Lingering,
            Self::Nothing | Self::Refused(_) | Self::Inline(_) => Held::Nothing,
            Self::Stored(_, record) if record.state.retired => Held::Retired,
            Self::Stored(..) | Self::Unloaded(_) => Held::Live,
        }
    }
}
