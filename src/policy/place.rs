//! Where a session's data goes: into the cookie or into a record, and what the store is asked for that.

use super::Cause;
use crate::cookie::MAX_SET_COOKIE;

/// Where the data of a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the cookie.
    Cookie,
    /// In a record of the store; the cookie refers to it.
    Store,
}

impl Place {
    /// A stable name for logs and counters, in snake case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Store => "store",
        }
    }
}

/// Where a session goes that is saved, if it can. `inline` is how many bytes its `Set-Cookie` field would have with the data
/// inside, `overflow_at` the most that a layer with a store puts into one.
///
/// A session comes back to its cookie only below three quarters of that, so that one which grows and shrinks around the
/// threshold does not move each time. Sealed again unchanged, it does not move at all.
pub(crate) const fn place(inline: usize, was: Place, cause: Cause, overflow_at: Option<usize>) -> Option<Place> {
    let limit = match (cause, was, overflow_at) {
        (Cause::Refreshed, Place::Store, Some(_)) => return Some(Place::Store),
        (Cause::Refreshed, ..) | (_, _, None) => MAX_SET_COOKIE,
        (_, Place::Cookie, Some(at)) => at,
        (_, Place::Store, Some(at)) => at / 4 * 3,
    };
    match (cause, overflow_at) {
        _ if inline <= limit => Some(Place::Cookie),
        (Cause::Refreshed, _) | (_, None) => None,
        (_, Some(_)) => Some(Place::Store),
    }
}

/// The record under the id that a request's session has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// There is none that we know of.
    Nothing,
    /// The session is back in its cookie, and its record stays for requests under way.
    Lingering,
    /// The session's data is in it.
    Live,
    /// The session has gone on without it; this request is one of those under way.
    Retired,
}

impl Held {
    pub(crate) const fn place(self) -> Place {
        match self {
            Self::Nothing | Self::Lingering => Place::Cookie,
            Self::Live | Self::Retired => Place::Store,
        }
    }
}

/// What the store is asked when a session is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing: the session was in its cookie, and stays there.
    Nothing,
    /// A new record. One that is there belongs to a request that did the same at the same time.
    Create,
    /// A record in place of the one that lingers, if it still does.
    Reuse,
    /// The record is written again.
    Update,
    /// The record's end is moved.
    Extend,
    /// The record is retired.
    Retire,
    /// A new record under the new id, then the old one is retired.
    Move,
}

/// The step that saves a session.
pub(crate) const fn step(held: Held, cause: Cause, place: Place) -> Step {
    match (held, cause, place) {
        (Held::Live, Cause::Renewed, Place::Store) => Step::Move,
        (Held::Live, Cause::Renewed | Cause::Changed | Cause::Refreshed, Place::Cookie) => Step::Retire,
        (Held::Live, Cause::Changed, Place::Store) => Step::Update,
        (Held::Live, Cause::Refreshed, Place::Store) => Step::Extend,
        (Held::Lingering, Cause::Changed | Cause::Refreshed, Place::Store) => Step::Reuse,
        (_, _, Place::Store) => Step::Create,
        (_, _, Place::Cookie) => Step::Nothing,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_session_moves_only_when_it_must() {
        use Place::{Cookie, Store};
        // inline bytes, where it was, overflow_at, where it goes
        let cases = [
            (4093, Cookie, None, Some(Cookie)),
            (4094, Cookie, None, None),
            (3072, Cookie, Some(3072), Some(Cookie)),
            (3073, Cookie, Some(3072), Some(Store)),
            (100_000, Cookie, Some(3072), Some(Store)),
            (3072, Store, Some(3072), Some(Store)),
            (2305, Store, Some(3072), Some(Store)),
            (2304, Store, Some(3072), Some(Cookie)),
            (200, Store, Some(3072), Some(Cookie)),
            (4093, Cookie, Some(4093), Some(Cookie)),
            (4094, Cookie, Some(4093), Some(Store)),
        ];
        for (inline, was, at, expected) in cases {
            assert_eq!(place(inline, was, Cause::Changed, at), expected, "{inline} bytes, from {was:?}, at {at:?}");
        }
    }

    #[test]
    fn a_refresh_moves_nothing() {
        for (inline, cookie) in [(100, Some(Place::Cookie)), (4093, Some(Place::Cookie)), (4094, None)] {
            for at in [None, Some(1000), Some(3072), Some(4093)] {
                assert_eq!(place(inline, Place::Cookie, Cause::Refreshed, at), cookie, "{inline} {at:?}");
            }
            assert_eq!(place(inline, Place::Store, Cause::Refreshed, Some(3072)), Some(Place::Store), "{inline}");
        }
    }

    #[test]
    fn a_session_that_swings_around_the_threshold_stays_where_it_is() {
        let mut moves = 0;
        let mut was = Place::Cookie;
        for round in 0..1000 {
            let now = place(3072 + 50 * (round % 3) - 50, was, Cause::Changed, Some(3072)).unwrap();
            moves += usize::from(now != was);
            was = now;
        }
        assert_eq!(moves, 1);
    }

    #[test]
    fn steps() {
        use Cause::{Changed, Created, Refreshed, Renewed};
        use Held::{Lingering, Live, Nothing, Retired};
        use Place::{Cookie, Store};
        let cases = [
            (Nothing, Created, Cookie, Step::Nothing),
            (Nothing, Created, Store, Step::Create),
            (Nothing, Changed, Store, Step::Create),
            (Nothing, Renewed, Store, Step::Create),
            (Lingering, Changed, Cookie, Step::Nothing),
            (Lingering, Changed, Store, Step::Reuse),
            (Lingering, Refreshed, Cookie, Step::Nothing),
            (Lingering, Renewed, Store, Step::Create),
            (Lingering, Created, Store, Step::Create),
            (Live, Changed, Store, Step::Update),
            (Live, Changed, Cookie, Step::Retire),
            (Live, Refreshed, Store, Step::Extend),
            (Live, Renewed, Store, Step::Move),
            (Live, Renewed, Cookie, Step::Retire),
            (Live, Created, Cookie, Step::Nothing),
            (Live, Created, Store, Step::Create),
            (Retired, Renewed, Store, Step::Create),
            (Retired, Renewed, Cookie, Step::Nothing),
            (Retired, Created, Store, Step::Create),
        ];
        for (held, cause, place, expected) in cases {
            assert_eq!(step(held, cause, place), expected, "{held:?} {cause:?} {place:?}");
        }
    }
}
