//! Why sessions are lost, in words.

use std::fmt;

use sealed_session::Refusal;

use crate::browser::Seal;
use crate::machine::Machine;
use crate::scenario::{MINUTE, Millis, SECOND};
use crate::world::World;

/// Why a session was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// The machine had not read the ring with the session's key yet.
    NotRead,
    /// The machine had come back from a crash with the ring of before.
    CameBack,
    /// The session's key had been taken out.
    Gone,
    /// Anything else.
    Other,
}

impl World {
    /// In words: why this machine does not open a session that another one sealed.
    pub(crate) fn explain(
        &self,
        refusal: Option<Refusal>,
        seal: Seal,
        number: usize,
        machine: &Machine,
    ) -> (Reason, String) {
        let ago = |time: Millis| clock(self.now.saturating_sub(time));
        let Seal { session, generation: key, .. } = seal;
        let (reason, what) = match refusal {
            Some(Refusal::UnknownKey(_)) if machine.newest < key => {
                let published = self.operator.published(key);
                if machine.learned > published {
                    let back = ago(machine.learned);
                    (
                        Reason::CameBack,
                        format!("had come back {back} before, after a crash, with a ring without key {key}"),
                    )
                } else {
                    (
                        Reason::NotRead,
                        format!("had not read the ring with key {key}, published {} before", ago(published)),
                    )
                }
            }
            Some(Refusal::UnknownKey(_) | Refusal::EndedKey(_)) => {
                (Reason::Gone, format!("had key {key} no more, which sealed the session {} before", ago(seal.sealed)))
            }
            Some(refusal) => (Reason::Other, format!("refused it as {refusal}")),
            None => (Reason::Other, "did not look at it".to_owned()),
        };
        (reason, format!("at {}, machine {number} {what} (session {session})", clock(self.now)))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRead => "the machine had not read the new ring",
            Self::CameBack => "the machine had come back with the old ring",
            Self::Gone => "the key had been taken out",
            Self::Other => "another reason",
        })
    }
}

/// A span of fleet time as hours, minutes and seconds.
pub(crate) fn clock(time: Millis) -> String {
    let (minutes, seconds) = (time / MINUTE, time % MINUTE / SECOND);
    format!("{}:{:02}:{seconds:02}", minutes / 60, minutes % 60)
}
