//! When a session ends, by section 6 of `docs/format.md`.

use std::time::Duration;

use sealed_session::{Head, OwnLimits, Refusal, Timestamp};

use crate::moment::plus;

/// Clocks may differ by so much.
const MAX_SKEW: Duration = Duration::from_secs(60);
/// A lifetime above 400 days counts as 400 days.
const MAX_LIFETIME: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// The limits of one session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) lifetime: Duration,
    pub(crate) idle: Duration,
}

impl Limits {
    /// The limits of a session: its own where it has some, else these.
    pub(crate) fn of(self, own: Option<OwnLimits>) -> Self {
        own.map_or(self, |own| Self {
            lifetime: Duration::from_secs(own.lifetime),
            idle: Duration::from_secs(own.idle),
        })
    }

    fn end_of_lifetime(self, head: &Head) -> Timestamp {
        plus(head.created, self.lifetime.min(MAX_LIFETIME))
    }

    /// When the session ends if it is not used again.
    pub(crate) fn end(self, head: &Head) -> Timestamp {
        self.end_of_lifetime(head).min(plus(head.issued, self.idle))
    }

    /// Why the session is not open at `now`, if it is not.
    pub(crate) fn refusal(self, head: &Head, now: Timestamp) -> Option<Refusal> {
        if head.issued > plus(now, MAX_SKEW) {
            Some(Refusal::NotYetValid)
        } else if now >= self.end_of_lifetime(head) {
            Some(Refusal::ExpiredLifetime)
        } else if now >= plus(head.issued, self.idle) {
            Some(Refusal::ExpiredIdle)
        } else {
            None
        }
    }
}
