//! What is to be done with a session: decided while nobody can change it, without any I/O.

use std::sync::Arc;

use super::Active;
use super::size::check_record;
use super::state::State;
use crate::clock::Timestamp;
use crate::codec::SessionData;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::https::NotHttps;
use crate::keyring::{KeyAge, Ring};
use crate::policy::{Cause, Facts, Held, KeyFate, Place, Step, Verdict, decide, place, step};
use crate::record::Draft;
use crate::token::{Head, Opened, Plaintext};

/// What the session's response is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResponseFacts {
    /// A 5xx: the handler failed halfway.
    pub(crate) failed: bool,
    /// The app wants shared caches to keep it.
    pub(crate) shared: bool,
}

/// What is to be done.
pub(super) enum Plan {
    Nothing,
    /// There is data, but it must not be sent.
    Withhold,
    /// There is data, but the session has gone on without this request.
    Supersede,
    /// There is something to send, but the request is not known to have come over https. This session ends in the store all the
    /// same.
    Unsent(NotHttps, Option<Head>),
    /// The cookie is expired, and this session ended in the store.
    Expire(Option<Head>),
    Seal(Sealing),
}

/// A session that is to be sealed.
pub(super) struct Sealing {
    pub(super) cause: Cause,
    /// Its generation is the last one known.
    pub(super) head: Head,
    /// The payload, if the data changed.
    pub(super) payload: Option<Vec<u8>>,
    pub(super) place: Place,
    pub(super) step: Step,
    /// The session that was destroyed before this one began, if it has a record.
    pub(super) ends: Option<Head>,
    /// Until when a record of this session stays beside the cookie that has its data.
    pub(super) record_until: Option<Timestamp>,
    /// The session moves into the store, or out of it.
    pub(super) moves: bool,
}

impl Sealing {
    /// Whether it takes no word with the store.
    pub(super) fn is_inline(&self) -> bool {
        self.step == Step::Nothing && self.ends.is_none()
    }
}

impl<T: SessionData> Active<T> {
    /// The plan for the end of a request, or for an explicit save.
    pub(super) fn plan(
        &self,
        state: &mut State<T>,
        ring: &Arc<Ring>,
        response: ResponseFacts,
        now: Timestamp,
    ) -> Result<Plan, Error> {
        let config = &self.config;
        let failed = response.failed && !config.commit_on_error;
        let payload = if failed { None } else { state.touched_payload(&config.codec)? };
        let payload = payload.filter(|payload| state.differs(payload));
        let (key, age) = self.keys(state, ring, now);
        let refresh = !response.shared
            && state
                .opened()
                .is_some_and(|cookie| config.limits.refresh_due(&cookie.head, age, self.fetch.navigation, now));
        let verdict = decide(&Facts {
            carried: state.received.carried(key),
            destroyed: state.destroyed,
            renewed: state.renewed,
            changed: payload.is_some(),
            remembered: state.remember.is_some() && !failed,
            refresh,
            may_withhold: self.fetch.may_withhold,
        });
        if failed {
            state.remember = None;
        }
        // Before anything is sealed or written that the browser would not learn of.
        if let (Some(reason), Verdict::Expire | Verdict::Seal(_)) = (&self.not_https, verdict) {
            return Ok(Plan::Unsent(**reason, ends(state, now)));
        }
        match verdict {
            Verdict::Nothing => Ok(Plan::Nothing),
            Verdict::Withhold => Ok(Plan::Withhold),
            Verdict::Supersede => Ok(Plan::Supersede),
            Verdict::Unsealable => Err(unsealable()),
            Verdict::Expire => Ok(Plan::Expire(ends(state, now))),
            Verdict::Seal(cause) => match self.plan_seal(state, cause, payload, now) {
                // Nobody asked for it, so nobody fails for it.
                Err(error) if cause == Cause::Refreshed => {
                    config.report(&Event::NotRefreshed { error: &error });
                    Ok(Plan::Nothing)
                }
                planned => planned.map(Plan::Seal),
            },
        }
    }

    /// What became of the keys of cookie and record, and how the older of them ranks.
    fn keys(&self, state: &State<T>, ring: &Ring, now: Timestamp) -> (KeyFate, KeyAge) {
        let record = state.received.record().map(|record| record.opened.key);
        let used = state.received.cookie().map(|cookie| cookie.key).into_iter().chain(record);
        let mut worst = (KeyFate::Usable, KeyAge::Current);
        for key in used.map(|id| ring.find(id)) {
            worst.0 = match key {
                Some(key) if key.revoked => KeyFate::Revoked,
                None if worst.0 == KeyFate::Usable => KeyFate::Gone,
                _ => worst.0,
            };
            let age = key.map_or(KeyAge::Current, |key| ring.age(key, now));
            if age == KeyAge::Older || worst.1 == KeyAge::Current {
                worst.1 = age;
            }
        }
        worst
    }

    fn plan_seal(
        &self,
        state: &mut State<T>,
        cause: Cause,
        payload: Option<Vec<u8>>,
        now: Timestamp,
    ) -> Result<Sealing, Error> {
        let id = state.id(self.config.random)?;
        let head = state.head(id, now);
        let held = state.held(now);
        let was = held.place();
        let mut sealing = Sealing {
            cause,
            head,
            payload,
            place: was,
            step: Step::Nothing,
            ends: ends(state, now),
            record_until: self.record_until(state, held, now),
            moves: false,
        };
        sealing.place = self.place(state, &sealing, was, now)?;
        sealing.step = step(held, cause, sealing.place);
        sealing.moves = sealing.place != was;
        Ok(sealing)
    }

    /// Until when a record of the session will stay if its data travels in the cookie.
    pub(super) fn record_until(&self, state: &State<T>, held: Held, now: Timestamp) -> Option<Timestamp> {
        match held {
            _ if state.renewed => None,
            Held::Live => self.config.records.as_ref().map(|records| now.plus(records.grace)),
            Held::Lingering => state.opened().and_then(Opened::record_until),
            Held::Nothing | Held::Retired => None,
        }
    }

    /// Where the session goes.
    fn place(&self, state: &State<T>, sealing: &Sealing, was: Place, now: Timestamp) -> Result<Place, Error> {
        let config = &self.config;
        let contents = state.contents(&config.codec, sealing.head, sealing.payload.as_deref());
        let inline = config.field_len(&Plaintext::Inline(contents, sealing.record_until), &sealing.head, now);
        let overflow_at = config.records.as_ref().map(|records| records.overflow_at);
        let place = place(inline, was, sealing.cause, overflow_at);
        let place = place.ok_or_else(|| super::size::too_large(inline, &state.value))?;
        if let (Place::Store, Some(records)) = (place, &config.records) {
            check_record(config, records, &contents, &state.value)?;
        }
        Ok(place)
    }

    /// The data that a plan puts into a record, for as long as the state is not locked.
    pub(super) fn draft(&self, state: &State<T>, sealing: &Sealing) -> Draft {
        let (schema, payload) = state.data(&self.config.codec, sealing.payload.as_deref());
        let changed = sealing.payload.is_some();
        Draft { head: sealing.head, schema, payload: payload.to_vec(), changed }
    }
}

/// The session that was destroyed, if it has a record.
fn ends<T: SessionData>(state: &State<T>, now: Timestamp) -> Option<Head> {
    let ends = state.destroyed && state.received.held(now) != Held::Nothing;
    state.received.cookie().filter(|_| ends).map(|cookie| cookie.head)
}

fn unsealable() -> Error {
    Error::new(
        ErrorKind::NoSealingKey,
        "the key under which this session was opened was taken out of the keyring while the request was under way, so the \
         session was not saved; mark keys as revoked, or drop them when they are safe to drop",
    )
}
