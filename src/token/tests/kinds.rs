//! Which plaintexts there are: each kind with what it must have and may not have.

use super::contents::{Found, read};
use super::*;

const KINDS: [u8; 5] = [0, 1, 2, 3, 4];

/// Every field that there is, each of them one byte long but the id and the schema; then a payload, and padding.
fn plaintext(flags: u8, generation: u8) -> Vec<u8> {
    let has = |flag: u8| flags & flag != 0;
    let mut bytes = vec![flags];
    bytes.extend_from_slice(&[7; 16]);
    bytes.extend_from_slice(&[100, 20]);
    bytes.extend(has(0x08).then_some([60, 50]).into_iter().flatten());
    bytes.extend(has(0x20).then_some(generation));
    bytes.extend(has(0x40).then_some(90));
    if has_data(flags) {
        bytes.extend_from_slice(&[1, 2, 3, 4]);
        bytes.extend_from_slice(b"payload");
    }
    bytes.extend(has(0x10).then_some([0x80, 0, 0]).into_iter().flatten());
    bytes
}

fn has_data(flags: u8) -> bool {
    !matches!(flags & 7, 1 | 4)
}

/// Section 5 of `docs/format.md`.
fn is_allowed(flags: u8) -> bool {
    let (generation, until) = (flags & 0x20 != 0, flags & 0x40 != 0);
    flags & 0x80 == 0
        && match flags & 7 {
            0 => true,
            1 => generation && !until,
            2..=4 => generation && until,
            _ => false,
        }
}

/// What was read, written again without padding. Of the word that a session was ended, nobody reads all.
fn rewritten(bytes: &[u8], head: Head, found: &Found) -> Option<Vec<u8>> {
    let contents =
        |schema, payload: &std::ops::Range<usize>| Contents { head, schema, payload: &bytes[payload.clone()] };
    let plaintext = match found {
        Found::Inline(schema, payload, until) => Plaintext::Inline(contents(*schema, payload), *until),
        Found::Reference => Plaintext::Reference(head),
        Found::Ended => return None,
        Found::Record(schema, payload, state) => Plaintext::Record(contents(*schema, payload), *state),
    };
    let mut out = Vec::new();
    plaintext.write(&mut out, 1);
    Some(out)
}

#[test]
fn every_kind_has_what_it_must_and_nothing_that_it_may_not() {
    let mut allowed = 0;
    for flags in 0..=255 {
        let bytes = plaintext(flags, 5);
        let Some((head, found)) = read(&bytes) else {
            assert!(!is_allowed(flags), "flags {flags:02x} are refused");
            continue;
        };
        assert!(is_allowed(flags), "flags {flags:02x} are read");
        allowed += 1;
        let (generation, own) = (flags & 0x20 != 0, flags & 0x08 != 0);
        assert_eq!((head.created.as_unix(), head.issued.as_unix()), (100, 120));
        assert_eq!(head.own_limits, own.then_some(OwnLimits { lifetime: 60, idle: 50 }));
        assert_eq!(head.generation, if generation { 5 } else { 0 });
        let until = (flags & 0x40 != 0).then_some(Timestamp::from_unix(90));
        let payload = match &found {
            Found::Inline(_, payload, end) if flags & 7 == 0 && *end == until => payload.clone(),
            Found::Reference if flags & 7 == 1 => 0..0,
            Found::Ended if flags & 7 == 4 => 0..0,
            Found::Record(_, payload, state)
                if flags & 7 == 2 + u8::from(state.retired) && Some(state.ends) == until =>
            {
                payload.clone()
            }
            found => panic!("flags {flags:02x} are read as {found:?}"),
        };
        assert_eq!(&bytes[payload], if has_data(flags) { &b"payload"[..] } else { b"" });
        // A generation of 0 is none.
        assert_eq!(read(&plaintext(flags, 0)).is_some(), !generation, "flags {flags:02x}");
    }
    // Own limits and padding at will; for kind 0 generation and until, too.
    assert_eq!(allowed, 4 * (4 + 1 + 1 + 1 + 1));
}

#[test]
fn every_truncation_is_refused_or_shortens_the_payload() {
    for flags in (0..=255u8).filter(|flags| is_allowed(*flags) && flags & 0x10 == 0) {
        let bytes = plaintext(flags, 5);
        let data = if has_data(flags) { b"payload".len() } else { 0 };
        for len in 0..bytes.len() {
            assert_eq!(read(&bytes[..len]).is_some(), len >= bytes.len() - data, "flags {flags:02x}, {len} bytes");
        }
    }
}

#[test]
fn a_plaintext_has_one_spelling() {
    use proptest::prelude::*;
    let varints = proptest::collection::vec(prop_oneof![any::<u8>(), Just(0x80), Just(0), Just(1)], 0..60);
    proptest!(|(
        flags in prop_oneof![any::<u8>(), proptest::sample::select(vec![0x20, 0x21, 0x60, 0x62, 0x63, 0x64, 0x28, 0x68, 0x6a])],
        rest in varints,
    )| {
        let bytes = [&[flags][..], &[7; 16], &rest].concat();
        if let Some((head, found)) = read(&bytes) {
            prop_assert!(is_allowed(flags));
            let Some(again) = rewritten(&bytes, head, &found) else {
                return Ok(());
            };
            if flags & 0x10 == 0 {
                prop_assert_eq!(again, bytes);
            } else {
                prop_assert_eq!(&again[1..], &bytes[1..again.len()]);
                prop_assert_eq!(bytes[again.len()], 0x80);
                prop_assert!(bytes[again.len() + 1..].iter().all(|byte| *byte == 0));
            }
        }
    });
}

#[test]
fn row_28_each_purpose_has_its_kinds() {
    let sealer = sealer(key("a"));
    let ring = sealer.keyring.load();
    let entry = ring.sealing(NOW).unwrap();
    for kind in KINDS {
        let contents = Contents { head: Head { generation: 1, ..contents(b"").head }, ..contents(b"hello") };
        let plaintext = match kind {
            0 => Plaintext::Inline(contents, None),
            1 => Plaintext::Reference(contents.head),
            4 => Plaintext::Ended(contents.head, NOW.plus(60)),
            _ => Plaintext::Record(contents, RecordState { ends: NOW.plus(60), retired: kind == 3 }),
        };
        let sealed = |purpose| sealer.seal_under(purpose, entry, [9; NONCE_LEN], &plaintext).unwrap();
        let as_cookie = |token: &[u8]| {
            let value = encoding::encode(token);
            sealer.open(value.as_bytes(), NOW).map(|opened| opened.head)
        };
        let as_record = |token: Vec<u8>| {
            sealer.open_record(token, contents.head.id, NOW).map(|found| found.map(|found| found.0.head))
        };
        // Sealed for the other purpose, it does not authenticate; sealed for the wrong one, it is not what it should be.
        let (tampered, malformed) = (Refusal::Tampered(entry.id), Refusal::Malformed);
        let as_cookie_expected = if kind < 2 { Ok(contents.head) } else { Err(malformed) };
        let as_record_expected = match kind {
            0 | 1 => Err(malformed),
            4 => Ok(None),
            _ => Ok(Some(contents.head)),
        };
        assert_eq!(as_cookie(&sealed(Purpose::Cookie)), as_cookie_expected, "kind {kind}");
        assert_eq!(as_record(sealed(Purpose::Record)), as_record_expected, "kind {kind}");
        assert_eq!(as_cookie(&sealed(Purpose::Record)), Err(tampered), "kind {kind}");
        assert_eq!(as_record(sealed(Purpose::Cookie)), Err(tampered), "kind {kind}");
    }
}
