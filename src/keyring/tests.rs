#![allow(clippy::unwrap_used)]

use sha2::{Digest, Sha256};

use super::*;
use crate::clock::Timestamp;
use crate::error::ErrorKind;

fn key(seed: u8) -> Key {
    let mut bytes = [0; 32];
    for (byte, step) in bytes.iter_mut().zip(1u32..) {
        *byte = (step.wrapping_mul(2_654_435_761).wrapping_add(u32::from(seed) << 13) >> 11) as u8 ^ seed;
    }
    Key::from_bytes(bytes).unwrap()
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds)
}

fn sealing(keys: Vec<ScheduledKey>, now: u64) -> Option<String> {
    let ring = Ring::new(keys, at(0)).unwrap();
    ring.sealing(at(now)).map(|entry| entry.id.to_string())
}

#[test]
fn the_first_key_seals_and_all_are_found() {
    let ring = Ring::new((0..64).map(|seed| key(seed).into()).collect(), at(0)).unwrap();
    assert_eq!(ring.sealing(at(0)).unwrap().id, key(0).id());
    for seed in 0..64 {
        let entry = ring.find(key(seed).id()).unwrap();
        assert_eq!((entry.id, entry.rank), (key(seed).id(), usize::from(seed)));
    }
    assert!(ring.find(key(64).id()).is_none());
}

#[test]
fn the_schedule_says_who_seals() {
    let id = |seed: u8| Some(key(seed).id().to_string());
    let plain = |seed: u8| ScheduledKey::new(key(seed));
    let from = |seed: u8, time: u64| plain(seed).seal_from(at(time));
    let cases: [(&str, Vec<ScheduledKey>, u64, Option<String>); 11] = [
        ("absent means always", vec![plain(1)], 0, id(1)),
        ("the latest that has come", vec![plain(1), from(2, 10), from(3, 20)], 15, id(2)),
        ("its second counts", vec![plain(1), from(2, 10)], 10, id(2)),
        ("pending keys wait", vec![plain(1), from(2, 10)], 9, id(1)),
        ("ties go to the first", vec![from(1, 10), from(2, 10)], 10, id(1)),
        ("an ended key never seals", vec![plain(1), from(2, 10).open_until(at(20))], 20, id(1)),
        ("a revoked key never seals", vec![plain(1), from(2, 10).revoked()], 20, id(1)),
        ("after a revocation the earliest pending seals", vec![plain(1).revoked(), from(2, 90), from(3, 50)], 0, id(3)),
        ("one that is marked next seals only then", vec![plain(1).revoked(), from(2, u64::MAX)], 0, id(2)),
        ("all revoked: none", vec![plain(1).revoked(), from(2, 5).revoked()], 9, None),
        ("all ended: none", vec![plain(1).open_until(at(5))], 5, None),
    ];
    for (name, keys, now, expected) in cases {
        assert_eq!(sealing(keys, now), expected, "{name}");
    }
}

#[test]
fn a_key_that_is_published_ahead_ranks_as_newer() {
    let next = ScheduledKey::new(key(2)).seal_from(Timestamp::MAX);
    let ring = Ring::new(vec![key(1).into(), next], at(0)).unwrap();
    let (old, new) = (ring.find(key(1).id()).unwrap(), ring.find(key(2).id()).unwrap());
    assert!(new.rank < old.rank);
    assert!(new.opens(at(0)));
}

#[test]
fn bad_rings_are_refused_by_place() {
    let named = |seed: u8| ScheduledKey::new(key(seed)).label("2026-11");
    let cases: [(Vec<ScheduledKey>, &str); 6] = [
        (vec![], "no key"),
        (vec![key(1).into(), key(2).into(), key(1).into()], "key 1 and key 3 are the same key"),
        (vec![named(1), named(2)], "key 1 (\"2026-11\") and key 2 (\"2026-11\") have the same label"),
        (vec![ScheduledKey::new(key(1)).label("")], "label"),
        (vec![named(1).open_until(at(0))], "may ever seal"),
        (vec![named(1).seal_from(at(9)).open_until(at(9))], "`open_until` must come after"),
    ];
    for (keys, expected) in cases {
        let error = Ring::new(keys, at(0)).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Keyring);
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn a_revocation_is_never_refused() {
    let plain = |seed: u8| ScheduledKey::new(key(seed));
    let rings = [
        vec![plain(1).revoked()],
        vec![plain(1).revoked(), plain(1)],
        vec![plain(1), plain(1).revoked(), plain(1).revoked()],
        vec![plain(1).revoked().label("").seal_from(at(9)).open_until(at(3)), plain(2)],
        vec![plain(1).label("a").revoked(), plain(2).label("a")],
    ];
    for keys in rings {
        let ring = Ring::new(keys, at(0)).unwrap();
        assert!(ring.find(key(1).id()).unwrap().revoked);
        assert_ne!(ring.sealing(at(0)).map(|entry| entry.id), Some(key(1).id()));
    }
}

#[test]
fn two_keys_with_one_id_are_refused() {
    // Found by search, with another implementation of HKDF.
    let key = |text: &str| Key::from_bytes(Sha256::digest(text).into()).unwrap();
    let (a, b) = (key("clash 16302"), key("clash 49213"));
    assert_eq!(a.id().to_string(), "b0ec78c9");
    let error = Ring::new(vec![a.into(), b.into()], at(0)).unwrap_err().to_string();
    assert!(error.contains("same key id"), "{error}");
}

#[test]
fn replace_reaches_every_clone() {
    let ring = Keyring::new([key(1)]).unwrap();
    let clone = ring.clone();
    ring.replace(&Keyring::new([key(2), key(1)]).unwrap());
    assert_eq!(clone.load().sealing(at(0)).unwrap().id, key(2).id());
}

#[test]
fn debug_shows_no_secret() {
    let text = format!("{:?}", Keyring::new([key(1)]).unwrap());
    assert!(text.contains(&key(1).id().to_string()));
    assert!(!text.contains(key(1).expose_base64().as_str()));
}

#[test]
fn a_running_ring_is_rotated_and_a_key_revoked_by_hand() {
    let ring = Keyring::new([ScheduledKey::new(key(1)).label("one")]).unwrap();
    let (clone, now) = (ring.clone(), Timestamp::now());
    let sealing = || clone.load().sealing(now).map(|entry| entry.id);
    ring.add(ScheduledKey::new(key(2)).label("two")).unwrap();
    assert_eq!(sealing(), Some(key(2).id()));
    ring.add(ScheduledKey::new(key(3)).seal_from(now.plus(60))).unwrap();
    assert_eq!(sealing(), Some(key(2).id()));
    for (again, expected) in
        [(ScheduledKey::new(key(1)), "already"), (ScheduledKey::new(key(4)).label("one"), "same label")]
    {
        assert!(ring.add(again).unwrap_err().to_string().contains(expected));
    }
    assert!(ring.revoke(key(2).id()) && !ring.revoke(key(9).id()));
    assert_eq!(sealing(), Some(key(1).id()));
    assert!(ring.revoke(key(1).id()));
    assert_eq!(sealing(), Some(key(3).id()), "the pending key seals at once");
}

#[test]
fn safe_to_drop_counts_from_what_this_process_learned_last() {
    let (t, hour) = (1_000_000, std::time::Duration::from_secs(3600));
    let ring = |from: u64, now: u64| {
        Ring::new(vec![ScheduledKey::new(key(2)).seal_from(at(from)), key(1).into()], at(now)).unwrap()
    };
    let safe =
        |ring: Ring, now: u64| Keyring::of(ring).report(at(now), hour).pop().unwrap().safe_to_drop.unwrap().as_unix();
    // Told at t that the new key seals from t + 100.
    assert_eq!(safe(ring(t + 100, t), t + 200), t + 100 + 60 + 3600);
    // Told at t + 50 that it has sealed since long ago: brought forward, or built earlier than it was taken over.
    assert_eq!(safe(ring(5, t).succeeding(&ring(t + 100, t), at(t + 50)), t + 200), t + 50 + 60 + 3600);
    // The same schedule once more changes nothing.
    assert_eq!(safe(ring(5, t + 50).succeeding(&ring(5, t), at(t + 50)), t + 200), t + 60 + 3600);
}

#[test]
fn the_age_of_a_key_follows_the_ranks() {
    let next = ScheduledKey::new(key(3)).seal_from(Timestamp::MAX);
    let ring = Ring::new(vec![next, key(2).into(), key(1).into()], at(0)).unwrap();
    for (seed, age) in [(3, KeyAge::Newer), (2, KeyAge::Current), (1, KeyAge::Older)] {
        assert_eq!(ring.age(ring.find(key(seed).id()).unwrap(), at(0)), age, "{seed}");
    }
}

#[test]
fn only_keys_that_still_open_vanish() {
    let keys = vec![ScheduledKey::new(key(1)).open_until(at(10)), key(2).into(), ScheduledKey::new(key(3)).revoked()];
    let (old, new) = (Ring::new(keys, at(0)).unwrap(), Ring::new(vec![key(4).into()], at(0)).unwrap());
    assert_eq!(old.without(&new, at(9)).len(), 2);
    assert_eq!(old.without(&new, at(10)), [key(2).id().to_string()]);
}

#[cfg(feature = "config")]
#[test]
fn a_moment_is_text_or_a_time_of_toml_and_no_other_table() {
    let time = "\"2026-11-20T00:00:00Z\"";
    assert!(serde_json::from_str::<Moment>(time).is_ok());
    assert!(serde_json::from_str::<Moment>(&format!("{{\"at\": {time}}}")).is_err());
}
