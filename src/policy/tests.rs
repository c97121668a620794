#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::type_complexity)]

mod reference;
mod sums;

use super::*;
use crate::key::KeyId;

const LIMITS: Limits = Limits { lifetime: 1000, idle: 100, remember: 5000 };

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds)
}

fn head(created: u64, issued: u64, own: Option<(u64, u64)>) -> Head {
    let own_limits = own.map(|(lifetime, idle)| OwnLimits { lifetime, idle });
    Head { id: SessionId::from_bytes([1; 16]), created: at(created), issued: at(issued), own_limits, generation: 0 }
}

#[test]
fn rows_32_to_36_limits() {
    use Refusal::{ExpiredIdle, ExpiredLifetime, NotYetValid};
    let max = u64::MAX;
    let cases = [
        ("fresh", head(0, 0, None), 0, Ok(())),
        ("last second of idle", head(0, 0, None), 99, Ok(())),
        ("idle end", head(0, 0, None), 100, Err(ExpiredIdle)),
        ("last second of lifetime", head(0, 990, None), 999, Ok(())),
        ("lifetime end", head(0, 990, None), 1000, Err(ExpiredLifetime)),
        ("both have passed", head(0, 0, None), 5000, Err(ExpiredLifetime)),
        ("a clock a minute ahead", head(0, 160, None), 100, Ok(())),
        ("a clock further ahead", head(0, 161, None), 100, Err(NotYetValid)),
        ("the clock goes back an hour", head(5000, 5000, None), 1400, Err(NotYetValid)),
        ("the clock goes 10 years ahead", head(0, 0, None), 315_360_000, Err(ExpiredLifetime)),
        ("own limits are longer", head(0, 500, Some((2000, 800))), 1200, Ok(())),
        ("own limits are shorter", head(0, 0, Some((50, 100))), 50, Err(ExpiredLifetime)),
        ("own idle", head(0, 0, Some((500, 50))), 50, Err(ExpiredIdle)),
        ("own limits of 0", head(7, 7, Some((0, 0))), 7, Err(ExpiredLifetime)),
        ("own lifetime is capped", head(0, MAX_LIFETIME - 1, Some((max, max))), MAX_LIFETIME - 1, Ok(())),
        ("own lifetime is capped", head(0, MAX_LIFETIME - 1, Some((max, max))), MAX_LIFETIME, Err(ExpiredLifetime)),
        ("times at the maximum", head(max, max, Some((max, max))), 0, Err(NotYetValid)),
        ("times at the maximum", head(max, max, None), max, Err(ExpiredLifetime)),
        ("time 0, now at the maximum", head(0, 0, Some((max, max))), max, Err(ExpiredLifetime)),
    ];
    for (name, head, now, expected) in cases {
        assert_eq!(LIMITS.check(&head, at(now)), expected, "{name}");
        let alive = at(now) < LIMITS.end(&head);
        assert_eq!(alive || expected == Err(NotYetValid), expected.is_ok() || expected == Err(NotYetValid), "{name}");
    }
}

#[test]
fn a_refresh_is_due() {
    use KeyAge::{Current, Newer, Older};
    // issued, own idle, the key, navigation, now, due
    let cases = [
        (0, None, Current, true, 10, false),
        (0, None, Current, true, 11, true),
        (0, None, Current, false, 11, false),
        (0, None, Current, false, 49, false),
        (0, None, Current, false, 50, true),
        (0, None, Older, true, 0, true),
        (0, None, Older, false, 11, false),
        (0, None, Older, false, 50, true),
        (0, None, Newer, true, 49, false),
        (0, None, Newer, true, 50, true),
        (0, Some((9000, 1000)), Current, true, 100, false),
        (0, Some((9000, 1000)), Current, true, 101, true),
        (30, None, Current, true, 0, false),
    ];
    for (issued, own, key, navigation, now, due) in cases {
        let head = head(0, issued, own);
        let got = LIMITS.refresh_due(&head, key, navigation, at(now));
        assert_eq!(got, due, "{issued} {own:?} {key:?} {navigation} {now}");
    }
}

fn chosen(candidates: &[Result<(u8, u64), Refusal>]) -> Result<Option<(u8, u64)>, Refusal> {
    choose(candidates.iter().copied(), |(id, issued)| (SessionId::from_bytes([*id; 16]), (0, at(*issued))))
}

#[test]
fn rows_11_and_12_several_cookies_of_our_name() {
    use Refusal::{Duplicate, Malformed, UnknownFormat};
    let tampered = Refusal::Tampered(KeyId::from_bytes([1; 4]));
    let unknown = Refusal::UnknownKey(KeyId::from_bytes([2; 4]));
    let cases: [(&[Result<(u8, u64), Refusal>], _); 12] = [
        (&[], Ok(None)),
        (&[Ok((1, 5))], Ok(Some((1, 5)))),
        (&[Err(tampered), Ok((1, 5))], Ok(Some((1, 5)))),
        (&[Ok((1, 5)), Err(tampered)], Ok(Some((1, 5)))),
        (&[Ok((1, 5)), Ok((1, 6))], Ok(Some((1, 6)))),
        (&[Ok((1, 6)), Ok((1, 5))], Ok(Some((1, 6)))),
        (&[Ok((1, 5)), Ok((2, 6))], Err(Duplicate)),
        (&[Ok((1, 5)), Err(Malformed), Ok((2, 6))], Err(Duplicate)),
        (&[Err(tampered), Err(Malformed)], Err(tampered)),
        (&[Err(tampered), Err(unknown)], Err(unknown)),
        (&[Err(unknown), Err(tampered)], Err(unknown)),
        (&[Err(UnknownFormat(9)), Err(unknown)], Err(UnknownFormat(9))),
    ];
    for (candidates, expected) in cases {
        assert_eq!(chosen(candidates), expected, "{candidates:?}");
    }
}

/// The table of `docs/behaviour.md`, for every combination of facts.
#[test]
fn every_combination_of_facts_follows_the_table() {
    use KeyFate::{Gone, Revoked, Usable};
    let carried = [
        Carried::Nothing,
        Carried::Session(Usable),
        Carried::Session(Revoked),
        Carried::Session(Gone),
        Carried::Retired(Usable),
        Carried::Retired(Revoked),
        Carried::Retired(Gone),
        Carried::Refused(Fate::Cleared),
        Carried::Refused(Fate::Kept),
    ];
    for carried in carried {
        for bits in 0..64u8 {
            let bit = |n: u8| bits & (1 << n) != 0;
            let facts = Facts {
                carried,
                destroyed: bit(0),
                renewed: bit(1),
                changed: bit(2),
                remembered: bit(3),
                refresh: bit(4),
                may_withhold: bit(5),
            };
            assert_eq!(decide(&facts), expected(&facts), "{facts:?}");
        }
    }
}

/// The same decision, written as a list of rules of which the first that applies counts.
fn expected(facts: &Facts) -> Verdict {
    let (session, retired, key) = match facts.carried {
        Carried::Session(key) => (true, false, Some(key)),
        Carried::Retired(key) => (true, true, Some(key)),
        _ => (false, false, None),
    };
    let alive = session && !facts.destroyed;
    let written = facts.changed || facts.remembered;
    let withheld = facts.carried == Carried::Nothing && facts.may_withhold && !facts.renewed;
    let gone = key == Some(KeyFate::Gone);
    let rules = [
        (key == Some(KeyFate::Revoked), Verdict::Expire),
        (alive && retired && written && !facts.renewed, Verdict::Supersede),
        (alive && retired && !facts.renewed, Verdict::Nothing),
        (alive && gone && (facts.renewed || written || facts.refresh), Verdict::Unsealable),
        (alive && facts.renewed, Verdict::Seal(Cause::Renewed)),
        (alive && written, Verdict::Seal(Cause::Changed)),
        (alive && facts.refresh, Verdict::Seal(Cause::Refreshed)),
        (alive, Verdict::Nothing),
        (facts.changed && withheld, Verdict::Withhold),
        (facts.changed, Verdict::Seal(Cause::Created)),
        (facts.carried == Carried::Nothing, Verdict::Nothing),
        (facts.carried == Carried::Refused(Fate::Cleared), Verdict::Expire),
        (facts.destroyed, Verdict::Expire),
    ];
    rules.into_iter().find(|(applies, _)| *applies).map_or(Verdict::Nothing, |(_, verdict)| verdict)
}

#[test]
fn of_cookies_that_are_equally_recent_the_first_is_used() {
    let candidates = ["first", "second"].map(Ok::<_, Refusal>);
    let rank = |_: &&str| (SessionId::from_bytes([1; 16]), (7, at(5)));
    assert_eq!(choose(candidates.into_iter(), rank), Ok(Some("first")));
}
