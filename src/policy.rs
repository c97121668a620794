//! The decisions, without any I/O: an opened token becomes a session or a refusal; what happened to a session becomes what
//! the response carries.

mod place;

use crate::clock::{MAX_SKEW, Timestamp};
use crate::id::SessionId;
use crate::keyring::KeyAge;
use crate::outcome::Refusal;
use crate::token::{Head, OwnLimits};

pub use place::Place;
pub(crate) use place::{Held, Step, place, step};

/// Browsers keep no cookie for longer: 400 days, in seconds.
pub(crate) const MAX_LIFETIME: u64 = 400 * 24 * 60 * 60;

/// The timeouts of a layer, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// From `created` to the end.
    pub(crate) lifetime: u64,
    /// From `issued` to the end.
    pub(crate) idle: u64,
    /// The longest limits that a session of its own can have.
    pub(crate) remember: u64,
}

impl Limits {
    /// The limits of this session: its own, where it has some.
    pub(crate) fn of(self, own: Option<OwnLimits>) -> Self {
        own.map_or(self, |own| Self { lifetime: own.lifetime, idle: own.idle, ..self })
    }

    /// How long after its seal a token can open at most.
    pub(crate) fn longest_unused(self) -> u64 {
        self.lifetime.min(self.idle).max(self.remember)
    }

    /// When a session ends that is not used again.
    pub(crate) fn end(self, head: &Head) -> Timestamp {
        self.lifetime_end(head).min(head.issued.plus(self.of(head.own_limits).idle))
    }

    /// When a session ends, however much it is used.
    pub(crate) fn lifetime_end(self, head: &Head) -> Timestamp {
        head.created.plus(self.of(head.own_limits).lifetime.min(MAX_LIFETIME))
    }

    /// Whether a session is alive at `now`.
    ///
    /// # Errors
    /// Why it is not.
    pub(crate) fn check(self, head: &Head, now: Timestamp) -> Result<(), Refusal> {
        let limits = self.of(head.own_limits);
        if head.issued.since(now) > MAX_SKEW {
            Err(Refusal::NotYetValid)
        } else if now >= self.lifetime_end(head) {
            Err(Refusal::ExpiredLifetime)
        } else if now >= head.issued.plus(limits.idle) {
            Err(Refusal::ExpiredIdle)
        } else {
            Ok(())
        }
    }

    /// Whether an unchanged session is sealed again. A re-seal can overwrite what a parallel request has just written, so
    /// it happens when the visitor goes to a page, and elsewhere only once it gets urgent. Under an older key than the one
    /// it has, a session is sealed only then, too: this machine is behind, and the next one will do it better.
    pub(crate) fn refresh_due(self, head: &Head, key: KeyAge, navigation: bool, now: Timestamp) -> bool {
        let idle = self.of(head.own_limits).idle;
        let unused = now.since(head.issued);
        let urgent = unused.saturating_mul(2) >= idle;
        match key {
            KeyAge::Older => navigation || urgent,
            KeyAge::Current => urgent || (navigation && unused.saturating_mul(10) > idle),
            KeyAge::Newer => urgent,
        }
    }
}

/// What becomes of a cookie that was refused, when the handler does not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nobody can ever use it again: the response expires it.
    Cleared,
    /// Another machine, or this one after a change of config, may know it: it stays.
    Kept,
}

/// The table of reasons.
pub(crate) const fn fate(refusal: Refusal) -> Fate {
    match refusal {
        Refusal::ExpiredIdle
        | Refusal::ExpiredLifetime
        | Refusal::RevokedKey(_)
        | Refusal::Tampered(_)
        | Refusal::Malformed
        | Refusal::TooLarge
        | Refusal::RecordMissing => Fate::Cleared,
        Refusal::UnknownKey(_)
        | Refusal::EndedKey(_)
        | Refusal::UnknownFormat(_)
        | Refusal::ForeignSchema
        | Refusal::NotYetValid
        | Refusal::Duplicate
        | Refusal::NoStore => Fate::Kept,
    }
}

/// Chooses among the cookies of our name. `key` yields a session's identity and how recent it is.
///
/// Several that opened with one identity: the one with the highest generation, and of those the latest. With different ones: none, because one of them may have been
/// planted. When none opened, a reason to keep the cookies goes before a reason to clear them.
///
/// # Errors
/// Why none is used. `Ok(None)` means that there was no cookie.
pub(crate) fn choose<C>(
    candidates: impl Iterator<Item = Result<C, Refusal>>,
    key: impl Fn(&C) -> (SessionId, (u64, Timestamp)),
) -> Result<Option<C>, Refusal> {
    let mut best: Option<C> = None;
    let mut reason: Option<Refusal> = None;
    for candidate in candidates {
        match (candidate, best.take()) {
            (Ok(new), None) => best = Some(new),
            (Ok(new), Some(old)) => {
                let ((new_id, new_rank), (old_id, old_rank)) = (key(&new), key(&old));
                if new_id != old_id {
                    return Err(Refusal::Duplicate);
                }
                best = Some(if new_rank > old_rank { new } else { old });
            }
            (Err(refusal), old) => {
                best = old;
                let kept = fate(refusal) == Fate::Kept;
                reason = reason.filter(|earlier| !kept || fate(*earlier) == Fate::Kept).or(Some(refusal));
            }
        }
    }
    match (best, reason) {
        (None, Some(refusal)) => Err(refusal),
        (best, _) => Ok(best),
    }
}

/// What the request carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carried {
    /// No cookie of our name.
    Nothing,
    /// A session.
    Session(KeyFate),
    /// A session that has gone on without this request: under a new id, or back in its cookie. It can be read.
    Retired(KeyFate),
    /// A cookie that was refused.
    Refused(Fate),
}

/// What became of the keys under which a session was opened, while the request was under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyFate {
    /// They still open.
    Usable,
    /// One was revoked.
    Revoked,
    /// One was taken out of the keyring, without a word.
    Gone,
}

/// What happened to a session during a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) carried: Carried,
    /// `destroy` was called; what else is said holds for the session that came after.
    pub(crate) destroyed: bool,
    pub(crate) renewed: bool,
    /// There is data to commit: it differs from what was opened, or from the default where nothing was.
    pub(crate) changed: bool,
    /// The session got limits of its own, and the response did not fail.
    pub(crate) remembered: bool,
    /// An unchanged session would be sealed again.
    pub(crate) refresh: bool,
    /// The browser may have kept a session back that a new one would replace.
    pub(crate) may_withhold: bool,
}

/// What the response carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No `Set-Cookie`.
    Nothing,
    /// No `Set-Cookie`, although there is data, so as not to replace a session that the browser kept back.
    Withhold,
    /// No `Set-Cookie`, although there is data: the session has gone on without this request.
    Supersede,
    /// A failure: what was opened under a key that is gone must not live on under another one. The key may have been taken
    /// out for a leak.
    Unsealable,
    /// An expired cookie.
    Expire,
    /// A sealed session.
    Seal(Cause),
}

/// Why a session is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// A new session.
    Created,
    /// Its data or its limits changed.
    Changed,
    /// It got a new id.
    Renewed,
    /// Nothing changed; it was due for an extension or for the current key.
    Refreshed,
}

impl Cause {
    /// A stable name for logs and counters, in snake case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Renewed => "renewed",
            Self::Refreshed => "refreshed",
        }
    }
}

/// The table of section "When a response carries Set-Cookie" in `docs/behaviour.md`, row by row.
pub(crate) const fn decide(facts: &Facts) -> Verdict {
    match facts.carried {
        // Sealed under a fresh key, a session that somebody forged would outlive the revocation.
        Carried::Session(KeyFate::Revoked) | Carried::Retired(KeyFate::Revoked) => Verdict::Expire,
        Carried::Session(key) if !facts.destroyed => match (cause(facts), key) {
            (None, _) => Verdict::Nothing,
            (Some(_), KeyFate::Gone) => Verdict::Unsealable,
            (Some(cause), _) => Verdict::Seal(cause),
        },
        Carried::Retired(key) if !facts.destroyed => match (cause(facts), key) {
            (None | Some(Cause::Refreshed), _) => Verdict::Nothing,
            (Some(Cause::Renewed), KeyFate::Gone) => Verdict::Unsealable,
            (Some(Cause::Renewed), _) => Verdict::Seal(Cause::Renewed),
            (Some(_), _) => Verdict::Supersede,
        },
        Carried::Nothing if facts.changed && facts.may_withhold && !facts.renewed => Verdict::Withhold,
        _ if facts.changed => Verdict::Seal(Cause::Created),
        Carried::Refused(Fate::Cleared) => Verdict::Expire,
        Carried::Session(_) | Carried::Retired(_) | Carried::Refused(Fate::Kept) if facts.destroyed => Verdict::Expire,
        _ => Verdict::Nothing,
    }
}

/// Why a session that was opened would be sealed again, if it would.
const fn cause(facts: &Facts) -> Option<Cause> {
    if facts.renewed {
        Some(Cause::Renewed)
    } else if facts.changed || facts.remembered {
        Some(Cause::Changed)
    } else if facts.refresh {
        Some(Cause::Refreshed)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
