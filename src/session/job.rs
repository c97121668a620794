//! What takes the store's help: carried out while nobody holds the session.

use std::sync::Arc;

use http::HeaderValue;

use super::Active;
use super::plan::Sealing;
use crate::clock::Timestamp;
use crate::codec::SessionData;
use crate::error::Error;
use crate::event::Event;
use crate::keyring::Ring;
use crate::policy::{Cause, Place, Step};
use crate::record::{Draft, Record, Saved, Writer, Written};
use crate::store::{StoreError, StoreErrorKind};
use crate::token::{Contents, Head, Plaintext};

/// A plan with everything it needs.
pub(crate) struct Job {
    pub(super) task: Task,
    /// One ring for everything that the request seals.
    pub(super) ring: Arc<Ring>,
    pub(super) now: Timestamp,
}

pub(super) enum Task {
    /// This session ends in the store.
    Expire(Head, Option<Box<Record>>),
    Seal(Box<SealTask>),
}

pub(super) struct SealTask {
    pub(super) sealing: Sealing,
    pub(super) draft: Draft,
    /// The record that the session was loaded from.
    pub(super) record: Option<Record>,
}

/// What came of a job.
pub(super) enum Done {
    /// The session has ended in the store.
    Ended,
    Sealed(Sealed),
    /// The session has ended, or gone on elsewhere.
    Lost,
}

/// A cookie for the response, with what it was sealed from.
pub(super) struct Sealed {
    pub(super) field: HeaderValue,
    pub(super) head: Head,
    /// The record, if the session's data is in one.
    pub(super) written: Option<Written>,
}

impl Job {
    /// Nothing changed; the session would only be sealed again.
    pub(super) fn refreshes(&self) -> bool {
        matches!(&self.task, Task::Seal(task) if task.sealing.cause == Cause::Refreshed)
    }
}

impl<T: SessionData> Active<T> {
    /// Carries a job out. The record is written before the cookie is sealed that leads to it.
    pub(super) async fn run(&self, job: &Job) -> Result<Done, Error> {
        match &job.task {
            Task::Expire(head, record) => {
                self.end(job, head, record.as_deref()).await;
                Ok(Done::Ended)
            }
            Task::Seal(task) => self.run_seal(job, task).await,
        }
    }

    async fn run_seal(&self, job: &Job, task: &SealTask) -> Result<Done, Error> {
        let SealTask { sealing, draft, .. } = task;
        if let Some(head) = &sealing.ends {
            self.end(job, head, task.record.as_ref()).await;
        }
        let written = match self.write(job, task).await? {
            Some(Saved::Lost) => return Ok(Done::Lost),
            Some(Saved::Written(written)) => Some(written),
            None => None,
        };
        // A session with a new id has no record, and so no generation, if its data goes into the cookie.
        let generation = written.filter(|_| sealing.place == Place::Store || sealing.cause != Cause::Renewed);
        let generation = generation.map_or(sealing.head.generation, |written| written.generation);
        let head = Head { generation, ..sealing.head };
        let contents = Contents { head, schema: draft.schema, payload: &draft.payload };
        let plaintext = match sealing.place {
            Place::Cookie => Plaintext::Inline(contents, sealing.record_until),
            Place::Store => Plaintext::Reference(head),
        };
        let field = self.seal(&job.ring, &plaintext, job.now)?;
        self.state.with(|state| self.report_sealed(&state.received, sealing, field.len()));
        Ok(Done::Sealed(Sealed { field, head, written: written.filter(|_| sealing.place == Place::Store) }))
    }

    /// Takes the step with the store that a plan wants.
    async fn write(&self, job: &Job, task: &SealTask) -> Result<Option<Saved>, Error> {
        let Some(writer) = self.writer(job) else {
            return Ok(None);
        };
        let draft = &task.draft;
        let record = || task.record.clone().ok_or_else(no_record);
        let saved = match task.sealing.step {
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

    /// Ends a session in the store. That it ends for the browser does not depend on it.
    async fn end(&self, job: &Job, head: &Head, record: Option<&Record>) {
        if let Some(writer) = self.writer(job)
            && let Err(error) = writer.end(head, record).await
        {
            self.config.report(&Event::RecordLeft { error: &error });
        }
    }

    fn writer<'a>(&'a self, job: &'a Job) -> Option<Writer<'a>> {
        let config = &self.config;
        let records = config.records.as_ref()?;
        let (sealer, ring) = (&config.sealer, &*job.ring);
        Some(Writer { records, sealer, ring, limits: config.limits, now: job.now, random: config.random })
    }
}

/// Cannot happen: steps that need a record come from a session that has one.
fn no_record() -> Error {
    StoreError::new(StoreErrorKind::Corrupt, "a session in a store has no record").into()
}
