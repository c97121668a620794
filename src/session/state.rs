//! What a session is during a request, and what has happened to it so far.

use std::mem;

use http::HeaderValue;

use super::received::Received;
use crate::clock::Timestamp;
use crate::codec::{Codec, SessionData};
use crate::error::Error;
use crate::id::SessionId;
use crate::policy::Held;
use crate::random::Random;
use crate::schema::Schema;
use crate::token::{Contents, Head, Opened, OwnLimits};

/// The encoding of the value before its first change. "Changed" means that the encoding differs from it, so no flag can be
/// forgotten, and the order in which a `HashMap` iterates does not matter.
enum Baseline {
    /// Nobody could have changed the value yet.
    Untouched,
    /// It is the very payload that was opened. The room that it was written in is for the next one.
    Opened(Vec<u8>),
    Encoded(Vec<u8>),
    /// The value could not be encoded: whatever it is later counts as a change.
    Unknown,
}

/// Bytes that a payload gains with most changes, at most: room that is set aside for it.
const ROOM: usize = 64;

/// How long a session is to live, in place of what it was told before.
#[derive(Clone, Copy)]
pub(super) enum Remember {
    /// For so many seconds from now on.
    For(u64),
    /// By the layer's timeouts.
    NotLonger,
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
    /// What was said of "remember me" during this request.
    pub(super) remember: Option<Remember>,
    /// The cookie of the last explicit save, which is sent even if the response fails.
    pub(super) saved: Option<HeaderValue>,
    /// There was no session before.
    pub(super) is_new: bool,
    /// How often the session's identity was changed.
    pub(super) turns: u32,
    /// The response head has gone.
    pub(super) committed: bool,
}

impl<T: SessionData> State<T> {
    pub(super) fn new(value: T, received: Received) -> Self {
        Self {
            is_new: received.cookie().is_none(),
            turns: 0,
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

    /// The cookie that was opened, unless the session was destroyed.
    pub(super) fn opened(&self) -> Option<&Opened> {
        self.received.cookie().filter(|_| !self.destroyed)
    }

    /// The record under the id of the session that was opened, unless it was destroyed.
    pub(super) fn held(&self, now: Timestamp) -> Held {
        if self.destroyed { Held::Nothing } else { self.received.held(now) }
    }

    /// Where the data of the session that was opened were found.
    fn source(&self) -> Option<&Opened> {
        match &self.received {
            Received::Stored(_, record) if !self.destroyed => Some(&record.opened),
            _ => self.opened(),
        }
    }

    /// Lets `change` change the value. Also says whether a change came too late to reach the browser.
    pub(super) fn update<R>(&mut self, codec: &Codec<T>, change: impl FnOnce(&mut T) -> R) -> (R, bool) {
        if self.committed {
            let encode = |value: &T| codec.encode_unchecked(value, Vec::new()).ok();
            let before = encode(&self.value);
            let result = change(&mut self.value);
            return (result, before != encode(&self.value));
        }
        self.take_baseline(codec);
        (change(&mut self.value), false)
    }

    fn take_baseline(&mut self, codec: &Codec<T>) {
        if matches!(self.baseline, Baseline::Untouched) {
            let opened = self.source().and_then(|source| Some((source.schema()?, source.payload())));
            let room = opened.map_or(0, |(_, payload)| payload.len() + payload.len() / 4 + ROOM);
            self.baseline = match codec.encode_unchecked(&self.value, Vec::with_capacity(room)) {
                Ok(payload) if opened == Some((codec.schema, &payload)) => Baseline::Opened(payload),
                Ok(payload) => Baseline::Encoded(payload),
                Err(_) => Baseline::Unknown,
            };
        }
    }

    /// Whether the response may carry something else than what was opened.
    pub(super) fn is_touched(&self) -> bool {
        self.renewed || self.remember.is_some() || !matches!(self.baseline, Baseline::Untouched)
    }

    pub(super) fn renew(&mut self) {
        self.renewed = true;
        self.new_id = None;
        self.turns += 1;
    }

    pub(super) fn remember_for(&mut self, seconds: u64) {
        self.remember = Some(Remember::For(seconds));
        self.turns += 1;
    }

    /// Limits of its own that the session has, or was given during this request, are gone.
    pub(super) fn forget(&mut self) {
        let has_own = self.source().is_some_and(|source| source.head.own_limits.is_some());
        self.remember = has_own.then_some(Remember::NotLonger);
        self.turns += 1;
    }

    /// A new id for somebody who signs in. "Remember me" was said by whoever signed in before, unless it was said just now.
    pub(super) fn sign_in(&mut self) {
        if self.remember.is_none() {
            self.forget();
        }
        self.renew();
    }

    /// Ends the session. What is written from here on belongs to a fresh one.
    pub(super) fn destroy(&mut self, codec: &Codec<T>) {
        self.value = T::default();
        self.destroyed = true;
        self.baseline = Baseline::Untouched;
        self.take_baseline(codec);
        self.new_id = None;
        self.turns += 1;
        self.is_new = true;
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

    /// The head under which the session would be sealed at `now`, with this id. Its generation is the last one known.
    pub(super) fn head(&self, id: SessionId, now: Timestamp) -> Head {
        let opened = self.opened();
        // A parallel request may have written the record since the cookie was sealed.
        let own_limits = self.source().and_then(|source| source.head.own_limits);
        let created = opened.filter(|_| !self.renewed).map_or(now, |opened| opened.head.created);
        let own_limits = match self.remember {
            Some(Remember::For(seconds)) => {
                Some(OwnLimits { lifetime: now.since(created).saturating_add(seconds), idle: seconds })
            }
            Some(Remember::NotLonger) => None,
            None => own_limits,
        };
        let known = opened.zip(self.source()).filter(|_| !self.renewed);
        let generation = known.map_or(0, |(cookie, source)| cookie.head.generation.max(source.head.generation));
        Head { id, created, issued: now.max(created), own_limits, generation }
    }

    /// The payload, if somebody may have changed the value.
    pub(super) fn touched_payload(&mut self, codec: &Codec<T>) -> Result<Option<Vec<u8>>, Error> {
        let room = match &mut self.baseline {
            Baseline::Untouched => return Ok(None),
            Baseline::Opened(room) => mem::take(room),
            Baseline::Encoded(_) | Baseline::Unknown => Vec::new(),
        };
        codec.encode_in(&self.value, room).map(Some)
    }

    /// Whether `payload` is something else than what the session was before.
    pub(super) fn differs(&self, payload: &[u8]) -> bool {
        match &self.baseline {
            Baseline::Untouched => false,
            Baseline::Opened(_) => self.source().is_none_or(|source| source.payload() != payload),
            Baseline::Encoded(before) => before != payload,
            Baseline::Unknown => true,
        }
    }

    /// The data to seal: `payload` if they changed, else the very bytes that were opened, in the shape they had.
    pub(super) fn data<'a>(&'a self, codec: &Codec<T>, payload: Option<&'a [u8]>) -> (Schema, &'a [u8]) {
        let source = || self.source().and_then(|source| Some((source.schema()?, source.payload())));
        match payload {
            Some(payload) => (codec.schema, payload),
            None => source().unwrap_or((codec.schema, &[])),
        }
    }

    /// As [`State::data`], under a head.
    pub(super) fn contents<'a>(&'a self, codec: &Codec<T>, head: Head, payload: Option<&'a [u8]>) -> Contents<'a> {
        let (schema, payload) = self.data(codec, payload);
        Contents { head, schema, payload }
    }

    /// Goes on from a session that was saved while the request was under way: from `received`, with `payload` if the data had
    /// changed. What was changed since the save began stays changed.
    pub(super) fn go_on(&mut self, received: Received, payload: Option<Vec<u8>>, turns: u32) {
        if self.turns != turns {
            return;
        }
        self.received = received;
        self.destroyed = false;
        self.renewed = false;
        self.remember = None;
        self.new_id = None;
        if let Some(payload) = payload {
            self.baseline = Baseline::Encoded(payload);
        }
    }
}
