//! An explicit save, before the end of a request.

use std::sync::Arc;

use super::Active;
use super::job::{Done, Job, SealTask, Task};
use super::plan::{Plan, ResponseFacts};
use super::received::Received;
use super::state::State;
use crate::clock::Timestamp;
use crate::codec::SessionData;
use crate::error::{Error, ErrorKind};
use crate::https::NotHttps;
use crate::key::KeyId;
use crate::keyring::Ring;
use crate::record::conflict;
use crate::token::{Contents, Opened, Plaintext};

impl<T: SessionData> Active<T> {
    /// Saves the session as it is now. See [`Session::save`](super::Session::save).
    pub(super) async fn save(&self) -> Result<(), Error> {
        let (now, ring) = (self.config.now(), self.config.sealer.keyring().load_full());
        let (task, turns) = self.state.with(|state| {
            let task = self.task(state, &ring, now)?;
            Ok::<_, Error>((task, state.turns))
        })?;
        let Some(task) = task else {
            return Ok(());
        };
        let job = Job { task, ring, now };
        let done = self.run(&job).await?;
        self.adopt(job, done, turns)
    }

    /// What is to be done, if there is something to save.
    fn task(&self, state: &mut State<T>, ring: &Arc<Ring>, now: Timestamp) -> Result<Option<Task>, Error> {
        if state.committed {
            return Err(too_late());
        }
        // Not for a refresh: that is for the end of the request.
        match self.plan(state, ring, ResponseFacts { failed: false, shared: true }, now)? {
            Plan::Nothing => Ok(None),
            Plan::Withhold => Err(cross_site()),
            Plan::Supersede => Err(conflict()),
            Plan::Unsent(reason, _) => Err(not_https(reason)),
            Plan::Expire(None) => {
                state.saved = Some(self.expire());
                let turns = state.turns;
                state.go_on(Received::Nothing, None, turns);
                Ok(None)
            }
            Plan::Expire(Some(head)) => Ok(Some(Task::Expire(head, state.received.record().cloned().map(Box::new)))),
            Plan::Seal(sealing) => {
                let (draft, record) = (self.draft(state, &sealing), state.received.record().cloned());
                Ok(Some(Task::Seal(Box::new(SealTask { sealing, draft, record }))))
            }
        }
    }

    /// Goes on from what was saved.
    fn adopt(&self, job: Job, done: Done, turns: u32) -> Result<(), Error> {
        let (field, received, payload) = match (done, job.task) {
            (Done::Lost, _) => return Err(conflict()),
            (Done::Ended, _) => (self.expire(), Received::Nothing, None),
            (Done::Sealed(sealed), Task::Expire(..)) => (sealed.field, Received::Nothing, None),
            (Done::Sealed(sealed), Task::Seal(task)) => {
                let SealTask { sealing, draft, .. } = *task;
                let key = job.ring.sealing(job.now).map_or(KeyId::from_bytes([0; 4]), |key| key.id);
                let contents = Contents { head: sealed.head, schema: draft.schema, payload: &draft.payload };
                let received = match sealed.written {
                    Some(written) => Received::Stored(
                        Opened::of(&Plaintext::Reference(sealed.head), key),
                        Box::new(written.record(&contents, self.config.limits, key)),
                    ),
                    None => Received::Inline(Opened::of(&Plaintext::Inline(contents, sealing.record_until), key)),
                };
                (sealed.field, received, sealing.payload)
            }
        };
        self.state.with(|state| {
            state.saved = Some(field);
            state.go_on(received, payload, turns);
        });
        Ok(())
    }
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

fn not_https(reason: NotHttps) -> Error {
    let message = format!("the session was not saved, because its cookie is sent over https alone: {reason}");
    Error::new(ErrorKind::NotHttps(reason), message)
}
