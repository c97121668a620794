//! What came of a request's session cookie.

use std::fmt;

use crate::key::KeyId;

/// What came of a request's session cookie, for logs and counters. A client never learns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The request carried no cookie of our name.
    Absent,
    /// A session was opened.
    Opened,
    /// A session that was opened, and not changed, was sealed again to extend it or to move it to the current key.
    Refreshed,
    /// There was a cookie, and it was refused.
    Refused(Refusal),
}

/// Why a session cookie was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// Idle for longer than the idle timeout.
    ExpiredIdle,
    /// Older than the lifetime.
    ExpiredLifetime,
    /// Issued more than 60 seconds in the future: a clock is wrong, here or there.
    NotYetValid,
    /// Sealed under a key that this ring does not have.
    UnknownKey(KeyId),
    /// Sealed under a key whose `open_until` has passed.
    EndedKey(KeyId),
    /// Sealed under a key that is revoked.
    RevokedKey(KeyId),
    /// Its format byte, or the kind of token inside, is not one that this version knows.
    UnknownFormat(u8),
    /// Fails authentication under a key that this ring has: forged, damaged, or made for another name or context.
    Tampered(KeyId),
    /// Not a token, or authentic with content that cannot be read.
    Malformed,
    /// Authentic, with data of a shape that this build does not read.
    ForeignSchema,
    /// Larger than any browser would keep.
    TooLarge,
    /// Several cookies of our name opened, as different sessions.
    Duplicate,
    /// The session's record is not in the store: it has expired, was evicted, or the session was ended elsewhere.
    RecordMissing,
    /// The session's data is in a store, and this layer has none.
    NoStore,
}

impl Outcome {
    /// A stable name for counters, in snake case.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Opened => "opened",
            Self::Refreshed => "refreshed",
            Self::Refused(refusal) => refusal.as_str(),
        }
    }
}

impl Refusal {
    /// A stable name for counters, in snake case.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::ExpiredIdle => "expired_idle",
            Self::ExpiredLifetime => "expired_lifetime",
            Self::NotYetValid => "not_yet_valid",
            Self::UnknownKey(_) => "unknown_key",
            Self::EndedKey(_) => "ended_key",
            Self::RevokedKey(_) => "revoked_key",
            Self::UnknownFormat(_) => "unknown_format",
            Self::Tampered(_) => "tampered",
            Self::Malformed => "malformed",
            Self::ForeignSchema => "foreign_schema",
            Self::TooLarge => "too_large",
            Self::Duplicate => "duplicate",
            Self::RecordMissing => "record_missing",
            Self::NoStore => "no_store",
        }
    }

    /// The key that the cookie named, where it got that far.
    #[must_use]
    pub const fn key_id(&self) -> Option<KeyId> {
        match self {
            Self::UnknownKey(id) | Self::EndedKey(id) | Self::RevokedKey(id) | Self::Tampered(id) => Some(*id),
            _ => None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
