#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic, clippy::string_slice)]

mod cases;
mod kinds;
mod records;
mod vectors;

use super::*;
use crate::id::SessionId;
use crate::key::Key;
use crate::keyring::ScheduledKey;
use crate::random::Random;
use crate::schema::Schema;

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

fn key(name: &str) -> Key {
    use sha2::{Digest, Sha256};
    Key::from_bytes(Sha256::digest(name).into()).unwrap()
}

fn sealer(key: Key) -> Sealer {
    Sealer::new(Keyring::new([key]).unwrap(), "__Host-session", "").unwrap()
}

fn contents(payload: &[u8]) -> Contents<'_> {
    let head = Head { id: SessionId::from_bytes([7; 16]), created: NOW, issued: NOW, own_limits: None, generation: 0 };
    Contents { head, schema: Schema::from_bytes([1, 2, 3, 4]), payload }
}

fn inline(payload: &[u8]) -> Plaintext<'_> {
    Plaintext::Inline(contents(payload), None)
}

#[test]
fn what_is_sealed_opens() {
    let own = Some(OwnLimits { lifetime: 30 * 86400, idle: 30 * 86400 });
    for block in [1, 2, 16, 64, 1024] {
        let sealer = sealer(key("a")).pad_to(block).unwrap();
        for len in [0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 1000, 2000] {
            for (issued, own_limits) in [(NOW, None), (NOW.plus(1_000_000), own)] {
                let payload = vec![0; len];
                let mut contents = contents(&payload);
                (contents.head.issued, contents.head.own_limits) = (issued, own_limits);
                let value = sealer.seal(&contents, NOW).unwrap();
                assert_eq!(value.len(), sealer.value_len(&Plaintext::Inline(contents, None)));
                let opened = sealer.open(value.as_bytes(), NOW).unwrap();
                assert_eq!((opened.head, opened.schema()), (contents.head, Some(contents.schema)));
                assert_eq!(opened.payload(), payload);
                assert_eq!(opened.key, key("a").id());
            }
        }
    }
}

#[test]
fn capacity_is_exact() {
    for block in [1, 16, 100] {
        let sealer = sealer(key("a")).pad_to(block).unwrap();
        for max_value in [200, 201, 202, 203, 1000, 4000] {
            let capacity = sealer.capacity(&inline(&[]), max_value);
            let fits = |len: usize| sealer.value_len(&inline(&vec![9; len])) <= max_value;
            assert!(fits(capacity) && !fits(capacity + 1), "block {block}, value {max_value}, payload {capacity}");
        }
    }
}

#[test]
fn an_empty_session_takes_at_most_104_characters() {
    assert_eq!(sealer(key("a")).seal(&contents(&[]), NOW).unwrap().len(), 96);
}

#[test]
fn rows_1_to_3_no_mutation_opens() {
    let sealer = sealer(key("a"));
    let value = sealer.seal(&contents(b"some payload"), NOW).unwrap();
    let refused = |bytes: &[u8]| assert!(sealer.open(bytes, NOW).is_err(), "{}", String::from_utf8_lossy(bytes));
    for position in 0..value.len() {
        for bit in 0..8 {
            let mut flipped = value.clone().into_bytes();
            flipped[position] ^= 1 << bit;
            refused(&flipped);
        }
        refused(&value.as_bytes()[..position]);
    }
    for count in 1..=64 {
        refused(format!("{value}{}", "A".repeat(count)).as_bytes());
    }
}

#[test]
fn row_7_a_value_that_is_too_large_is_not_decoded() {
    let sealer = sealer(key("a"));
    let value = vec![b'A'; 65536];
    let mut outcome = None;
    let info = allocation_counter::measure(|| outcome = Some(sealer.open(&value, NOW)));
    assert!(matches!(outcome, Some(Err(Refusal::TooLarge))));
    assert_eq!(info.bytes_total, 0);
}

#[test]
fn row_20_a_key_id_that_was_exchanged_is_refused() {
    let sealer = Sealer::new(Keyring::new([key("a"), key("b")]).unwrap(), "__Host-session", "").unwrap();
    let value = sealer.seal(&contents(b"x"), NOW).unwrap();
    let mut token = encoding::decode(value.as_bytes()).unwrap();
    token[1..5].copy_from_slice(&key("b").id().to_bytes());
    let swapped = encoding::encode(&token);
    assert_eq!(sealer.open(swapped.as_bytes(), NOW).unwrap_err(), Refusal::Tampered(key("b").id()));
}

#[test]
fn row_68_without_randomness_nothing_is_sealed() {
    let mut out = b"name=".to_vec();
    let sealer = sealer(key("a"));
    let error = sealer.seal_onto(&mut out, &sealer.keyring.load(), &inline(b"x"), NOW, Random::Broken).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Random);
    assert_eq!(out, b"name=");
}

#[test]
fn a_ring_without_a_sealing_key_only_opens() {
    let value = sealer(key("a")).seal(&contents(b"x"), NOW).unwrap();
    let ring = Keyring::new([ScheduledKey::new(key("b")).revoked()]).unwrap();
    let sealer = Sealer::new(ring, "__Host-session", "").unwrap();
    assert_eq!(*sealer.seal(&contents(b"x"), NOW).unwrap_err().kind(), ErrorKind::NoSealingKey);
    assert_eq!(sealer.open(value.as_bytes(), NOW).unwrap_err(), Refusal::UnknownKey(key("a").id()));
}

#[test]
fn nonces_differ() {
    let sealer = sealer(key("a"));
    let values: std::collections::HashSet<_> = (0..1000).map(|_| sealer.seal(&contents(b"x"), NOW).unwrap()).collect();
    assert_eq!(values.len(), 1000);
}

#[test]
fn settings_out_of_range_are_refused() {
    let ring = || Keyring::new([key("a")]).unwrap();
    let long = "x".repeat(121);
    for result in [
        Sealer::new(ring(), &long[..97], ""),
        Sealer::new(ring(), "s", &long),
        sealer(key("a")).pad_to(0),
        sealer(key("a")).pad_to(1025),
    ] {
        assert_eq!(*result.unwrap_err().kind(), ErrorKind::Setting);
    }
    assert!(Sealer::new(ring(), &long[..96], &long[..120]).is_ok());
}

#[test]
fn debug_shows_no_payload() {
    let sealer = sealer(key("a"));
    let opened = sealer.open(sealer.seal(&contents(b"secret!"), NOW).unwrap().as_bytes(), NOW).unwrap();
    let text = format!("{sealer:?} {opened:?} {:?}", contents(b"secret!"));
    assert!(!text.contains("secret!") && !text.contains("115, 101, 99"), "{text}");
}
