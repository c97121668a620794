//! The end of a request: what happened to the session becomes a `Set-Cookie`, or an error.

use std::sync::Arc;

use http::HeaderValue;

use super::Active;
use super::plan::{Plan, ResponseFacts, Sealing};
use super::state::{Received, State};
use crate::clock::Timestamp;
use crate::codec::SessionData;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::id::SessionId;
use crate::key::KeyId;
use crate::keyring::Ring;
use crate::outcome::Outcome;
use crate::policy::{Cause, Place, Step};
use crate::record::{Draft, Record, Saved, Writer, Written, conflict};
use crate::store::{RecordKey, StoreError, StoreErrorKind};
use crate::token::{Contents, Head, Opened, Plaintext};

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
    Pending(Job),
}

/// What is to be done with the store's help.
pub(crate) struct Job {
    plan: JobPlan,
    /// One ring for everything that the request seals.
    ring: Arc<Ring>,
    now: Timestamp,
    fallback: Fallback,
}

/// What holds if the session cannot be saved.
struct Fallback {
    /// The cookie of an explicit save.
    saved: Option<HeaderValue>,
    /// The session was destroyed, and has ended all the same.
    ended: bool,
}

enum JobPlan {
    /// The cookie is expired, and this session's record removed.
    Expire(SessionId),
    Seal(Sealing, Draft, Option<Record>),
}

/// A cookie for the response, with what it was sealed from.
struct Sealed {
    field: HeaderValue,
    /// The head, the place, and the record if there is one.
    head: Head,
    written: Option<Written>,
}

/// What came of a plan.
enum Done {
    Expired(HeaderValue),
    Sealed(Sealed),
    /// The session has ended, or gone on elsewhere.
    Lost,
}

impl<T: SessionData> Active<T> {
    /// Decides what the response carries. Changes from here on come too late.
    pub(crate) fn settle(&self, response: ResponseFacts) -> Settlement {
        let (now, ring) = (self.config.now(), self.config.sealer.keyring().load_full());
        self.state.with(|state| {
            state.committed = true;
            let plan = self.plan(state, &ring, response, now);
            self.settle_plan(state, plan, ring, now)
        })
    }

    fn settle_plan(
        &self,
        state: &mut State<T>,
        plan: Result<Plan, Error>,
        ring: Arc<Ring>,
        now: Timestamp,
    ) -> Settlement {
        let present = state.received.cookie().is_some();
        let done = |cookie, private| Settlement::Done(Settled { cookie, private, error: None });
        match plan {
            Ok(Plan::Nothing) => {
                let cookie = state.saved.take();
                let private = present || cookie.is_some();
                done(cookie, private)
            }
            Ok(Plan::Withhold) => {
                self.config.report(&Event::Withheld);
                done(None, true)
            }
            Ok(Plan::Supersede) => {
                self.config.report(&Event::Superseded);
                done(None, true)
            }
            Ok(Plan::Expire(None)) => done(Some(self.expire()), true),
            Ok(Plan::Expire(Some(id))) => {
                let fallback = fallback(state);
                Settlement::Pending(Job { plan: JobPlan::Expire(id), ring, now, fallback })
            }
            Ok(Plan::Seal(sealing)) if sealing.is_inline() => {
                let contents = state.contents(&self.config.codec, sealing.head, sealing.payload.as_deref());
                match self.seal(&ring, &Plaintext::Inline(contents, sealing.record_until), now) {
                    Ok(field) => {
                        self.report_sealed(&state.received, &sealing, field.len());
                        done(Some(field), true)
                    }
                    Err(error) if sealing.cause == Cause::Refreshed => {
                        self.config.report(&Event::NotRefreshed { error: &error });
                        done(None, true)
                    }
                    Err(error) => Settlement::Done(self.unsaved(fallback(state), error)),
                }
            }
            Ok(Plan::Seal(sealing)) => {
                let fallback = fallback(state);
                let draft = self.draft(state, &sealing);
                let record = state.received.record().cloned();
                Settlement::Pending(Job { plan: JobPlan::Seal(sealing, draft, record), ring, now, fallback })
            }
            Err(error) => Settlement::Done(self.unsaved(fallback(state), error)),
        }
    }

    /// Does what takes the store's help.
    pub(crate) async fn finish(&self, job: Job) -> Settled {
        let refreshes = matches!(&job.plan, JobPlan::Seal(Sealing { cause: Cause::Refreshed, .. }, ..));
        match self.run(&job).await {
            Ok(Done::Expired(field)) => Settled { cookie: Some(field), private: true, error: None },
            Ok(Done::Sealed(sealed)) => Settled { cookie: Some(sealed.field), private: true, error: None },
            Ok(Done::Lost) => {
                let error = conflict();
                self.config.report(&if refreshes { Event::NotRefreshed { error: &error } } else { Event::Superseded });
                Settled { cookie: None, private: true, error: None }
            }
            Err(error) if refreshes => {
                self.config.report(&Event::NotRefreshed { error: &error });
                Settled { cookie: None, private: true, error: None }
            }
            Err(error) => self.unsaved(job.fallback, error),
        }
    }

    /// Saves the session as it is now. See [`Session::save`](super::Session::save).
    pub(super) async fn save(&self) -> Result<(), Error> {
        let (now, ring) = (self.config.now(), self.config.sealer.keyring().load_full());
        let (plan, turns) = self.state.with(|state| {
            if state.committed {
                return Err(too_late());
            }
            let response = ResponseFacts { failed: false, shared: true };
            let plan = match self.plan(state, &ring, response, now)? {
                Plan::Nothing => return Ok((None, 0)),
                Plan::Withhold => return Err(cross_site()),
                Plan::Supersede => return Err(conflict()),
                Plan::Expire(None) => {
                    state.saved = Some(self.expire());
                    let turns = state.turns;
                    state.go_on(Received::Nothing, None, turns);
                    return Ok((None, 0));
                }
                Plan::Expire(Some(id)) => JobPlan::Expire(id),
                Plan::Seal(sealing) => {
                    let draft = self.draft(state, &sealing);
                    JobPlan::Seal(sealing, draft, state.received.record().cloned())
                }
            };
            Ok((Some(plan), state.turns))
        })?;
        let Some(plan) = plan else {
            return Ok(());
        };
        let job = Job { plan, ring, now, fallback: Fallback { saved: None, ended: false } };
        let done = self.run(&job).await?;
        self.adopt(job, done, turns)
    }

    /// Goes on from what was saved.
    fn adopt(&self, job: Job, done: Done, turns: u32) -> Result<(), Error> {
        let (field, received, payload) = match (done, job.plan) {
            (Done::Lost, _) => return Err(conflict()),
            (Done::Expired(field), _) => (field, Received::Nothing, None),
            (Done::Sealed(sealed), JobPlan::Seal(sealing, draft, _)) => {
                let key = job.ring.sealing(job.now).map_or(KeyId::from_bytes([0; 4]), |key| key.id);
                let contents = Contents { head: sealed.head, schema: draft.schema, payload: &draft.payload };
                let received = match sealed.written {
                    Some(written) => Received::Stored(
                        Opened::of(&Plaintext::Reference(sealed.head), key),
                        written.record(&contents, self.config.limits, key),
                    ),
                    None => Received::Inline(Opened::of(&Plaintext::Inline(contents, sealing.record_until), key)),
                };
                (sealed.field, received, sealing.payload)
            }
            (Done::Sealed(sealed), JobPlan::Expire(_)) => (sealed.field, Received::Nothing, None),
        };
        self.state.with(|state| {
            state.saved = Some(field);
            state.go_on(received, payload, turns);
        });
        Ok(())
    }

    async fn run(&self, job: &Job) -> Result<Done, Error> {
        let (sealing, draft, record) = match &job.plan {
            JobPlan::Expire(id) => {
                self.remove(*id).await;
                return Ok(Done::Expired(self.expire()));
            }
            JobPlan::Seal(sealing, draft, record) => (sealing, draft, record.as_ref()),
        };
        if let Some(id) = sealing.removes {
            self.remove(id).await;
        }
        let written = match self.write(job, sealing, draft, record).await? {
            Some(Saved::Lost) => return Ok(Done::Lost),
            Some(Saved::Written(written)) => Some(written),
            None => None,
        };
        let (head, written) = match (written, sealing.step, sealing.cause) {
            (Some(_), Step::Retire, Cause::Renewed) | (None, ..) => (sealing.head, None),
            (Some(retired), Step::Retire, _) => (Head { generation: retired.generation, ..sealing.head }, None),
            (Some(written), ..) => (Head { generation: written.generation, ..sealing.head }, Some(written)),
        };
        let contents = Contents { head, schema: draft.schema, payload: &draft.payload };
        let plaintext = match sealing.place {
            Place::Cookie => Plaintext::Inline(contents, sealing.record_until),
            Place::Store => Plaintext::Reference(head),
        };
        let field = self.seal(&job.ring, &plaintext, job.now)?;
        self.state.with(|state| self.report_sealed(&state.received, sealing, field.len()));
        Ok(Done::Sealed(Sealed { field, head, written }))
    }

    /// Takes the step with the store that a plan wants.
    async fn write(
        &self,
        job: &Job,
        sealing: &Sealing,
        draft: &Draft,
        record: Option<&Record>,
    ) -> Result<Option<Saved>, Error> {
        let config = &self.config;
        let Some(records) = &config.records else {
            return Ok(None);
        };
        let (sealer, ring) = (&config.sealer, &*job.ring);
        let writer = Writer { records, sealer, ring, limits: config.limits, now: job.now, random: config.random };
        let record = || record.cloned().ok_or_else(no_record);
        let saved = match sealing.step {
            Step::Nothing => return Ok(None),
            Step::Create => writer.create(draft, false).await,
            Step::Reuse => writer.reuse(draft).await,
            Step::Update => writer.update(draft, record()?).await,
            Step::Extend => writer.extend(&draft.head, &record()?).await,
            Step::Retire => writer.retire(record()?).await,
            Step::Move => writer.relocate(draft, record()?).await,
        };
        saved.map(Some)
    }

    /// Removes a record. That a session ends does not depend on it.
    async fn remove(&self, id: SessionId) {
        let Some(records) = &self.config.records else {
            return;
        };
        if let Err(error) = records.store.remove(&RecordKey::of(id)).await {
            self.config.report(&Event::RecordLeft { error: &error.into() });
        }
    }

    fn seal(&self, ring: &Ring, plaintext: &Plaintext<'_>, now: Timestamp) -> Result<HeaderValue, Error> {
        let config = &self.config;
        let expiry = config.expiry(plaintext.head(), now);
        let value_len = config.sealer.value_len(plaintext);
        config.template.set(expiry, value_len, |out| config.sealer.seal_onto(out, ring, plaintext, now, config.random))
    }

    fn report_sealed(&self, received: &Received, sealing: &Sealing, bytes: usize) {
        let cause = sealing.cause;
        self.config.report(&Event::Sealed { cause, bytes });
        if sealing.moves || (cause == Cause::Created && sealing.place == Place::Store) {
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

    fn expire(&self) -> HeaderValue {
        self.config.report(&Event::Expired);
        self.config.template.removal()
    }

    fn unsaved(&self, fallback: Fallback, error: Error) -> Settled {
        self.config.report(&Event::Failed { error: &error });
        let cookie = fallback.saved.or_else(|| fallback.ended.then(|| self.expire()));
        Settled { cookie, private: true, error: Some(error) }
    }
}

fn fallback<T: SessionData>(state: &mut State<T>) -> Fallback {
    let ended = state.destroyed && !matches!(state.received, Received::Nothing);
    Fallback { saved: state.saved.take(), ended }
}

fn too_late() -> Error {
    Error::new(
        ErrorKind::TooLate,
        "the response head has gone, so the session can no longer be saved: save it before returning the response",
    )
}

fn cross_site() -> Error {
    Error::new(
        ErrorKind::CrossSite,
        "the request came from another site without our cookie, so no session is sent that could replace the visitor's own; \
         a sign-in calls `renew`, which is sent all the same",
    )
}

/// Cannot happen: steps that need a record come from a session that has one.
fn no_record() -> Error {
    StoreError::new(StoreErrorKind::Corrupt, "a session in a store has no record").into()
}
