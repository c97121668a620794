//! The same decisions once more, as sums without a limit and as plain rules, for any times and any cookies.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::reference::reasons;
use super::*;

/// Times that are near each other, near the ends, and anywhere.
fn seconds() -> impl Strategy<Value = u64> {
    prop_oneof![
        0..300_u64,
        MAX_LIFETIME - 100..MAX_LIFETIME + 100,
        u64::MAX - 300..=u64::MAX,
        1_795_000_000..1_795_000_300_u64,
        any::<u64>(),
    ]
}

/// A session, a clock and the layer's limits. `issued` is never before `created`: the format has the difference.
fn moments() -> impl Strategy<Value = (Limits, Head, u64)> {
    let near = (seconds(), 0..400_u64, 0..400_u64).prop_map(|(created, age, later)| {
        let issued = created.saturating_add(age);
        (created, issued, issued.saturating_sub(100).saturating_add(later))
    });
    let apart = (seconds(), seconds(), seconds()).prop_map(|(one, other, now)| (one.min(other), one.max(other), now));
    let own = proptest::option::of((seconds(), seconds()));
    (prop_oneof![near, apart], seconds(), seconds(), own).prop_map(|((created, issued, now), lifetime, idle, own)| {
        (Limits { lifetime, idle, remember: MAX_LIFETIME }, head(created, issued, own), now)
    })
}

/// Lifetime and idle timeout that count, as numbers that cannot overflow.
fn counting(limits: Limits, head: &Head) -> (i128, i128) {
    let (lifetime, idle) = match head.own_limits {
        Some(own) => (own.lifetime, own.idle),
        None => (limits.lifetime, limits.idle),
    };
    (i128::from(lifetime).min(400 * 86_400), i128::from(idle))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16 * ProptestConfig::default().cases))]

    #[test]
    fn limits_are_those_of_the_sums((limits, head, now) in moments()) {
        let (lifetime, idle) = counting(limits, &head);
        let (created, issued) = (i128::from(head.created.as_unix()), i128::from(head.issued.as_unix()));
        let (clock, last) = (i128::from(now), i128::from(u64::MAX));
        let expected = if issued - clock > 60 {
            Err(Refusal::NotYetValid)
        } else if clock >= (created + lifetime).min(last) {
            Err(Refusal::ExpiredLifetime)
        } else if clock >= (issued + idle).min(last) {
            Err(Refusal::ExpiredIdle)
        } else {
            Ok(())
        };
        prop_assert_eq!(limits.check(&head, at(now)), expected);
        let end = (created + lifetime).min(issued + idle).min(last);
        prop_assert_eq!(i128::from(limits.end(&head).as_unix()), end);
        prop_assert_eq!(i128::from(limits.lifetime_end(&head).as_unix()), (created + lifetime).min(last));
    }

    #[test]
    fn a_refresh_is_due_by_the_sums(
        (limits, head, now) in moments(), navigation: bool, key in 0..3_u8, tie in proptest::option::of(select(vec![2, 10])),
    ) {
        // Half of the idle timeout, or a tenth, to the second.
        let tied = |parts: u64| at(now).since(head.issued).saturating_mul(parts);
        let limits = Limits { idle: tie.map_or(limits.idle, tied), ..limits };
        let (_, idle) = counting(limits, &head);
        let unused = (i128::from(now) - i128::from(head.issued.as_unix())).max(0);
        // The products stop at the last number, as the sums do.
        let times = |n: i128| (n * unused).min(i128::from(u64::MAX));
        let (tenth, half) = (times(10) > idle, times(2) >= idle);
        let (key, due) = match key {
            0 => (KeyAge::Older, navigation || half),
            1 => (KeyAge::Current, half || navigation && tenth),
            _ => (KeyAge::Newer, half),
        };
        prop_assert_eq!(limits.refresh_due(&head, key, navigation, at(now)), due);
    }

    #[test]
    fn one_of_several_cookies_is_chosen_by_the_rules(candidates in vec(candidate(), 0..6)) {
        let found = choose(candidates.iter().copied(), |(id, rank, _)| {
            (SessionId::from_bytes([*id; 16]), (rank.0, at(rank.1)))
        });
        prop_assert_eq!(found, chosen_by_the_rules(&candidates));
    }

    #[test]
    fn a_place_is_that_of_the_sums(inline in 0..6000_usize, stored: bool, at in proptest::option::of(100..4094_usize), refresh: bool) {
        let was = if stored { Place::Store } else { Place::Cookie };
        let cause = if refresh { Cause::Refreshed } else { Cause::Changed };
        let fits = match (at, stored) {
            _ if refresh => inline <= 4093,
            (None, _) => inline <= 4093,
            (Some(at), false) => inline <= at,
            (Some(at), true) => inline <= at / 4 * 3,
        };
        let expected = match (fits, at) {
            (_, Some(_)) if refresh && stored => Some(Place::Store),
            (true, _) => Some(Place::Cookie),
            (false, Some(_)) if !refresh => Some(Place::Store),
            (false, _) => None,
        };
        prop_assert_eq!(place(inline, was, cause, at), expected);
    }
}

/// A session with its id, its rank and a mark of its own; or a reason.
type Candidate = Result<(u8, (u64, u64), u8), Refusal>;

fn candidate() -> impl Strategy<Value = Candidate> {
    let opened = (0..2_u8, (0..2_u64, 0..3_u64), any::<u8>()).prop_map(Ok);
    prop_oneof![opened, select(reasons().to_vec()).prop_map(Err)]
}

fn chosen_by_the_rules(candidates: &[Candidate]) -> Result<Option<(u8, (u64, u64), u8)>, Refusal> {
    let opened: Vec<_> = candidates.iter().filter_map(|candidate| candidate.ok()).collect();
    let reasons: Vec<_> = candidates.iter().filter_map(|candidate| candidate.err()).collect();
    if opened.iter().any(|(id, ..)| *id != opened[0].0) {
        return Err(Refusal::Duplicate);
    }
    // The first of those that rank highest.
    if let Some(best) = opened.iter().map(|(_, rank, _)| *rank).max() {
        return Ok(opened.into_iter().find(|(_, rank, _)| *rank == best));
    }
    let kept = reasons.iter().find(|reason| fate(**reason) == Fate::Kept);
    kept.or(reasons.first()).map_or(Ok(None), |reason| Err(*reason))
}
