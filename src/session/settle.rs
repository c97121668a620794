//! The end of a request: what happened to the session becomes a `Set-Cookie`, or an error.

use std::sync::Arc;

use http::HeaderValue;

use super::Active;
use super::job::{Done, Job, SealTask, Task};
use super::plan::{Plan, ResponseFacts, Sealing};
use super::received::Received;
use super::state::State;
use crate::clock::Timestamp;
use crate::codec::SessionData;
use crate::error::Error;
use crate::event::Event;
use crate::keyring::Ring;
use crate::outcome::Outcome;
use crate::policy::Cause;
use crate::record::conflict;
use crate::token::Plaintext;

/// What the response must carry.
pub(crate) struct Settled {
    /// The `Set-Cookie` field of our name.
    pub(crate) cookie: Option<HeaderValue>,
    /// The response may hold data of a session, so no shared cache may keep it.
    pub(crate) private: bool,
    /// The session could not be saved, so the response must be replaced.
    pub(crate) error: Option<Error>,
}

/// The end of a request: known at once, or once the store has been asked.
pub(crate) enum Settlement {
    Done(Settled),
    Pending(Job, Fallback),
}

/// What holds if the session cannot be saved.
pub(crate) struct Fallback {
    /// The cookie of an explicit save.
    saved: Option<HeaderValue>,
    /// The session was destroyed, and has ended all the same.
    ended: bool,
}

impl<T: SessionData> Active<T> {
    /// Decides what the response carries. Changes from here on come too late.
    pub(crate) fn settle(&self, response: ResponseFacts) -> Settlement {
        let (now, ring) = (self.config.now(), self.config.sealer.keyring().load());
        self.state.with(|state| {
            state.committed = true;
            match self.plan(state, &ring, response, now) {
                Ok(plan) => self.settle_plan(state, plan, &ring, now),
                Err(error) => Settlement::Done(self.unsaved(fallback(state), error)),
            }
        })
    }

    fn settle_plan(&self, state: &mut State<T>, plan: Plan, ring: &Arc<Ring>, now: Timestamp) -> Settlement {
        let task = match plan {
            Plan::Nothing => {
                let cookie = state.saved.take();
                let private = cookie.is_some() || state.received.cookie().is_some();
                return Settlement::Done(Settled { cookie, private, error: None });
            }
            Plan::Withhold => return Settlement::Done(self.without_cookie(&Event::Withheld)),
            Plan::Supersede => return Settlement::Done(self.without_cookie(&Event::Superseded)),
            Plan::Unsent(reason, None) => return Settlement::Done(self.without_cookie(&Event::NotSent { reason })),
            Plan::Expire(None) => return Settlement::Done(self.ended()),
            Plan::Seal(sealing) if sealing.is_inline() => {
                return Settlement::Done(self.settle_inline(state, &sealing, ring, now));
            }
            Plan::Unsent(_, Some(head)) | Plan::Expire(Some(head)) => {
                Task::Expire(head, state.received.record().cloned().map(Box::new))
            }
            Plan::Seal(sealing) => {
                let (draft, record) = (self.draft(state, &sealing), state.received.record().cloned());
                Task::Seal(Box::new(SealTask { sealing, draft, record }))
            }
        };
        Settlement::Pending(Job { task, ring: Arc::clone(ring), now }, fallback(state))
    }

    /// The usual case: no store, and nothing is copied.
    fn settle_inline(&self, state: &mut State<T>, sealing: &Sealing, ring: &Ring, now: Timestamp) -> Settled {
        let contents = state.contents(&self.config.codec, sealing.head, sealing.payload.as_deref());
        match self.seal(ring, &Plaintext::Inline(contents, sealing.record_until), now) {
            Ok(field) => {
                self.report_sealed(&state.received, sealing, field.len());
                with_cookie(field)
            }
            Err(error) if sealing.cause == Cause::Refreshed => {
                self.without_cookie(&Event::NotRefreshed { error: &error })
            }
            Err(error) => self.unsaved(fallback(state), error),
        }
    }

    /// Does what takes the store's help.
    pub(crate) async fn finish(&self, job: Job, fallback: Fallback) -> Settled {
        let refreshes = job.refreshes();
        match self.run(&job).await {
            Ok(Done::Ended) => self.ended(),
            Ok(Done::Sealed(sealed)) => with_cookie(sealed.field),
            Ok(Done::Lost) if refreshes => self.without_cookie(&Event::NotRefreshed { error: &conflict() }),
            Ok(Done::Lost) => self.without_cookie(&Event::Superseded),
            Err(error) if refreshes => self.without_cookie(&Event::NotRefreshed { error: &error }),
            Err(error) => self.unsaved(fallback, error),
        }
    }

    pub(super) fn seal(&self, ring: &Ring, plaintext: &Plaintext<'_>, now: Timestamp) -> Result<HeaderValue, Error> {
        let config = &self.config;
        let expiry = config.expiry(plaintext.head(), now);
        let value_len = config.sealer.value_len(plaintext);
        config.template.set(expiry, value_len, |out| config.sealer.seal_onto(out, ring, plaintext, now, config.random))
    }

    pub(super) fn report_sealed(&self, received: &Received, sealing: &Sealing, bytes: usize) {
        let cause = sealing.cause;
        self.config.report(&Event::Sealed { cause, bytes });
        if sealing.moves {
            self.config.report(&Event::Moved { to: sealing.place });
        }
        match received {
            Received::Refused(refusal) => self.config.report(&Event::Replaced { refusal: *refusal }),
            Received::Inline(_) | Received::Stored(..) if cause == Cause::Refreshed => {
                self.config.report(&Event::Outcome { outcome: Outcome::Refreshed, key: self.key });
            }
            _ => {}
        }
    }

    /// The cookie expired; or, where none may be sent, word of that.
    fn ended(&self) -> Settled {
        match &self.not_https {
            Some(reason) => self.without_cookie(&Event::NotSent { reason: **reason }),
            None => with_cookie(self.expire()),
        }
    }

    pub(super) fn expire(&self) -> HeaderValue {
        self.config.report(&Event::Expired);
        self.config.template.removal()
    }

    fn without_cookie(&self, event: &Event<'_>) -> Settled {
        self.config.report(event);
        Settled { cookie: None, private: true, error: None }
    }

    fn unsaved(&self, fallback: Fallback, error: Error) -> Settled {
        self.config.report(&Event::Failed { error: &error });
        let settled = match fallback {
            Fallback { saved: Some(field), .. } => with_cookie(field),
            Fallback { ended: true, .. } => self.ended(),
            Fallback { .. } => Settled { cookie: None, private: true, error: None },
        };
        Settled { error: Some(error), ..settled }
    }
}

fn with_cookie(field: HeaderValue) -> Settled {
    Settled { cookie: Some(field), private: true, error: None }
}

fn fallback<T: SessionData>(state: &mut State<T>) -> Fallback {
    let ended = state.destroyed && !matches!(state.received, Received::Nothing);
    Fallback { saved: state.saved.take(), ended }
}
