//! What an operator asks of a keyring: which key does what, and which one can go.

use std::fmt;
use std::time::Duration;

use super::Keyring;
use super::ring::{Entry, Ring};
use crate::clock::{MAX_SKEW, Timestamp};
use crate::key::KeyId;

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyState {
    /// Opens, and will seal from its `seal_from` on.
    Pending,
    /// Seals and opens.
    Sealing,
    /// Opens; a newer key seals.
    Opening,
    /// Its `open_until` has passed.
    Ended,
    /// Revoked: cookies under it are cleared.
    Revoked,
}

/// One key in a [report](Keyring::report).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyReport {
    /// Its name for people, if it has one.
    pub label: Option<String>,
    /// Its id on the wire.
    pub id: KeyId,
    /// What it does now.
    pub state: KeyState,
    /// From when it seals; `None` means always.
    pub seal_from: Option<Timestamp>,
    /// Until when it opens; `None` means without end.
    pub open_until: Option<Timestamp>,
    /// Tokens sealed under it by this process.
    pub seals: u64,
    /// Tokens opened under it by this process.
    pub opens: u64,
    /// When this process last opened one.
    pub last_open: Option<Timestamp>,
    /// From when on no unexpired session can exist under it, so that it can be taken out. `None` while it may still seal.
    pub safe_to_drop: Option<Timestamp>,
}

impl Keyring {
    /// What each key does at `now`, the newest first.
    ///
    /// `longest` is how long after its last seal a session can live: the idle timeout, or the longest "remember me".
    /// [`SessionLayer::key_report`](crate::SessionLayer::key_report) knows it.
    ///
    /// A key can go once a newer one has sealed for that long, with a minute for clocks that differ. The time is counted from
    /// when this process learned when the newer key seals, so it holds for the fleet if this process learned of it last; ask the
    /// machine that was restarted or updated last.
    #[must_use]
    pub fn report(&self, now: Timestamp, longest: Duration) -> Vec<KeyReport> {
        let ring = self.load();
        ring.entries().iter().map(|entry| key_report(&ring, entry, now, longest)).collect()
    }
}

fn key_report(ring: &Ring, entry: &Entry, now: Timestamp, longest: Duration) -> KeyReport {
    let state = state(ring, entry, now);
    KeyReport {
        label: entry.label.as_deref().map(str::to_owned),
        id: entry.id,
        state,
        seal_from: entry.seal_from,
        open_until: entry.open_until,
        seals: entry.usage.seals(),
        opens: entry.usage.opens(),
        last_open: entry.usage.last_open(),
        safe_to_drop: match state {
            KeyState::Pending | KeyState::Sealing => None,
            KeyState::Ended => entry.open_until,
            KeyState::Revoked => Some(now),
            KeyState::Opening => safe_to_drop(ring, entry, now, longest),
        },
    }
}

fn state(ring: &Ring, entry: &Entry, now: Timestamp) -> KeyState {
    if entry.revoked {
        KeyState::Revoked
    } else if !entry.opens(now) {
        KeyState::Ended
    } else if ring.sealing(now).is_some_and(|sealing| sealing.rank == entry.rank) {
        KeyState::Sealing
    } else if entry.is_due(now) {
        KeyState::Opening
    } else {
        KeyState::Pending
    }
}

/// The last token under `entry` was sealed when a newer key took over, and lives for `longest` from then.
fn safe_to_drop(ring: &Ring, entry: &Entry, now: Timestamp, longest: Duration) -> Option<Timestamp> {
    let newer = ring.entries().iter().filter(|other| other.rank < entry.rank && other.opens(now) && other.is_due(now));
    let took_over = newer.map(|other| other.since.max(other.seal_from.unwrap_or(other.since))).min()?;
    let last_end = took_over.plus(MAX_SKEW).plus(longest.as_secs());
    Some(entry.open_until.map_or(last_end, |until| until.min(last_end)))
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pending => "pending",
            Self::Sealing => "sealing",
            Self::Opening => "opening",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
        })
    }
}
