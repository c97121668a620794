//! What a session is during a request, and what has happened to it so far.

use crate::clock::Timestamp;
use crate::codec::{Codec, SessionData};
use crate::error::Error;
use crate::id::SessionId;
use crate::outcome::{Outcome, Refusal};
use crate::policy::{Carried, fate};
use crate::random::Random;
use crate::token::{Contents, Head, Opened, OwnLimits};

/// What the request carried.
pub(super) enum Received {
    Nothing,
    Session(Opened),
    Refused(Refusal),
}

impl Received {
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Nothing => Outcome::Absent,
            Self::Session(_) => Outcome::Opened,
            Self::Refused(refusal) => Outcome::Refused(*refusal),
        }
    }

    pub(super) fn carried(&self) -> Carried {
        match self {
            Self::Nothing => Carried::Nothing,
            Self::Session(_) => Carried::Session,
            Self::Refused(refusal) => Carried::Refused(fate(*refusal)),
        }
    }
}

/// The encoding of the value before its first change. "Changed" means that the encoding differs from it, so no flag can be
/// forgotten, and the order in which a `HashMap` iterates does not matter.
enum Baseline {
    /// Nobody could have changed the value yet.
    Untouched,
    Encoded(Vec<u8>),
    /// The value could not be encoded: whatever it is later counts as a change.
    Unknown,
}

/// The state behind a session handle.
pub(super) struct State<T> {
    pub(super) value: T,
    pub(super) received: Received,
    baseline: Baseline,
    /// The id drawn during this request, for a session that has none yet or was renewed.
    new_id: Option<SessionId>,
    pub(super) destroyed: bool,
    pub(super) renewed: bool,
    /// "Remember me": seconds from now on.
    pub(super) remember: Option<u64>,
    /// The payload at the last explicit save, which holds even if the response fails.
    pub(super) saved: Option<Vec<u8>>,
    /// The response head has gone.
    pub(super) committed: bool,
}

impl<T: SessionData> State<T> {
    pub(super) fn new(value: T, received: Received) -> Self {
        Self {
            value,
            received,
            baseline: Baseline::Untouched,
            new_id: None,
            destroyed: false,
            renewed: false,
            remember: None,
            saved: None,
            committed: false,
        }
    }

    /// The session that was opened, unless it was destroyed.
    pub(super) fn opened(&self) -> Option<&Opened> {
        match &self.received {
            Received::Session(opened) if !self.destroyed => Some(opened),
            _ => None,
        }
    }

    /// Lets `change` change the value. Also says whether a change came too late to reach the browser.
    pub(super) fn update<R>(&mut self, codec: &Codec<T>, change: impl FnOnce(&mut T) -> R) -> (R, bool) {
        if self.committed {
            let before = codec.encode_unchecked(&self.value).ok();
            let result = change(&mut self.value);
            return (result, before != codec.encode_unchecked(&self.value).ok());
        }
        self.take_baseline(codec);
        (change(&mut self.value), false)
    }

    pub(super) fn take_baseline(&mut self, codec: &Codec<T>) {
        if matches!(self.baseline, Baseline::Untouched) {
            self.baseline = codec.encode_unchecked(&self.value).map_or(Baseline::Unknown, Baseline::Encoded);
        }
    }

    /// Whether the response may carry something else than what was opened.
    pub(super) fn is_touched(&self) -> bool {
        self.renewed || self.remember.is_some() || !matches!(self.baseline, Baseline::Untouched)
    }

    pub(super) fn renew(&mut self) {
        self.renewed = true;
        self.new_id = None;
    }

    /// Ends the session. What is written from here on belongs to a fresh one.
    pub(super) fn destroy(&mut self, codec: &Codec<T>) {
        self.value = T::default();
        self.baseline = Baseline::Untouched;
        self.take_baseline(codec);
        self.new_id = None;
        self.destroyed = true;
        self.renewed = false;
        self.remember = None;
        self.saved = None;
    }

    /// The session's id; draws one if it has none yet.
    pub(super) fn id(&mut self, random: Random) -> Result<SessionId, Error> {
        if let Some(id) = self.new_id {
            return Ok(id);
        }
        match self.opened() {
            Some(opened) if !self.renewed => Ok(opened.head.id),
            _ => Ok(*self.new_id.insert(SessionId::random(random)?)),
        }
    }

    /// The head under which the session would be sealed at `now`, with this id.
    pub(super) fn head(&self, id: SessionId, now: Timestamp) -> Head {
        let opened = self.opened();
        let created = opened.filter(|_| !self.renewed).map_or(now, |opened| opened.head.created);
        let own_limits = match self.remember {
            Some(seconds) => Some(OwnLimits { lifetime: now.since(created).saturating_add(seconds), idle: seconds }),
            None => opened.and_then(|opened| opened.head.own_limits),
        };
        Head { id, created, issued: now.max(created), own_limits }
    }

    /// The payload, if somebody may have changed the value.
    pub(super) fn touched_payload(&self, codec: &Codec<T>) -> Result<Option<Vec<u8>>, Error> {
        match self.baseline {
            Baseline::Untouched => Ok(None),
            Baseline::Encoded(_) | Baseline::Unknown => codec.encode(&self.value).map(Some),
        }
    }

    /// Whether `payload` is something else than what the session was before.
    pub(super) fn differs(&self, payload: &[u8]) -> bool {
        match &self.baseline {
            Baseline::Untouched => false,
            Baseline::Encoded(before) => before != payload,
            Baseline::Unknown => true,
        }
    }

    /// What to seal: `payload` if the data changed, else the very bytes that were opened, in the shape they had.
    pub(super) fn contents<'a>(&'a self, codec: &Codec<T>, head: Head, payload: Option<&'a [u8]>) -> Contents<'a> {
        match (payload, self.opened()) {
            (Some(payload), _) => Contents { head, schema: codec.schema, payload },
            (None, Some(opened)) => Contents { head, schema: opened.schema, payload: opened.payload() },
            (None, None) => Contents { head, schema: codec.schema, payload: &[] },
        }
    }
}
