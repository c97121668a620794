//! References and records: sealed, opened, measured, swapped.

use super::*;

const BLOCKS: [usize; 5] = [1, 2, 16, 64, 1024];
const NUMBERS: [u64; 6] = [1, 127, 128, 16_384, 1 << 63, u64::MAX];

fn head(generation: u64) -> Head {
    Head { generation, ..contents(b"").head }
}

fn heads() -> impl Iterator<Item = Head> {
    NUMBERS.into_iter().flat_map(|generation| {
        let own_limits = Some(OwnLimits { lifetime: 30 * 86400, idle: u64::MAX });
        [head(generation), Head { own_limits, issued: NOW.plus(1_000_000), ..head(generation) }]
    })
}

fn states() -> impl Iterator<Item = RecordState> {
    let ends = [0, 127, 128, NOW.as_unix() + 60, u64::MAX].map(Timestamp::from_unix);
    ends.into_iter().flat_map(|ends| [false, true].map(|retired| RecordState { ends, retired }))
}

fn seal_cookie(sealer: &Sealer, plaintext: &Plaintext<'_>) -> String {
    let mut value = Vec::new();
    sealer.seal_onto(&mut value, &sealer.keyring.load(), plaintext, NOW, Random::System).unwrap();
    String::from_utf8(value).unwrap()
}

fn seal_record(sealer: &Sealer, head: Head, payload: &[u8], state: RecordState) -> Vec<u8> {
    let plaintext = Plaintext::Record(Contents { head, ..contents(payload) }, state);
    sealer.seal_record(&sealer.keyring.load(), &plaintext, NOW, Random::System).unwrap()
}

fn open_record(sealer: &Sealer, record: Vec<u8>, head: Head) -> Result<(Opened, RecordState), Refusal> {
    sealer.open_record(record, head.id, NOW).map(|found| found.expect("the session was not ended"))
}

fn live() -> RecordState {
    RecordState { ends: NOW.plus(60), retired: false }
}

#[test]
fn a_reference_opens() {
    for block in BLOCKS {
        let sealer = sealer(key("a")).pad_to(block).unwrap();
        for head in heads() {
            let plaintext = Plaintext::Reference(head);
            let value = seal_cookie(&sealer, &plaintext);
            assert_eq!(value.len(), sealer.value_len(&plaintext));
            assert_eq!((sealer.token_len(&plaintext) - OVERHEAD) % block, 0);
            let opened = sealer.open(value.as_bytes(), NOW).unwrap();
            assert_eq!((opened.head, opened.schema(), opened.payload()), (head, None, &b""[..]));
            assert_eq!((opened.key, opened.record_until()), (key("a").id(), None));
        }
    }
}

#[test]
fn a_record_opens() {
    let opens = |block: usize, len: usize, head: Head, state: RecordState| {
        let (sealer, payload) = (sealer(key("a")).pad_to(block).unwrap(), vec![0x80; len]);
        let record = seal_record(&sealer, head, &payload, state);
        let plaintext = Plaintext::Record(Contents { head, ..contents(&payload) }, state);
        assert_eq!(record.len(), sealer.token_len(&plaintext));
        assert_eq!((record.len() - OVERHEAD) % block, 0);
        let (opened, found) = open_record(&sealer, record, head).unwrap();
        assert_eq!((opened.head, opened.schema(), found), (head, Some(contents(b"").schema), state));
        assert_eq!((opened.payload(), opened.key), (&*payload, key("a").id()));
    };
    for (block, len) in BLOCKS.into_iter().flat_map(|block| [0, 1, 31, 32, 33].map(|len| (block, len))) {
        for (head, state) in heads().flat_map(|head| states().map(move |state| (head, state))) {
            opens(block, len, head, state);
        }
    }
    // No limit of cookies holds for records.
    opens(1, 1 << 20, head(1), live());
}

#[test]
fn word_that_a_session_was_ended_opens_for_that_session_alone() {
    for block in BLOCKS {
        let sealer = sealer(key("a")).pad_to(block).unwrap();
        for (head, RecordState { ends, .. }) in heads().flat_map(|head| states().map(move |state| (head, state))) {
            let plaintext = Plaintext::Ended(head, ends);
            let word = sealer.seal_record(&sealer.keyring.load(), &plaintext, NOW, Random::System).unwrap();
            assert_eq!(word.len(), sealer.token_len(&plaintext));
            assert_eq!((word.len() - OVERHEAD) % block, 0);
            assert!(sealer.open_record(word.clone(), head.id, NOW).unwrap().is_none());
            let other = SessionId::from_bytes([8; 16]);
            assert_eq!(sealer.open_record(word, other, NOW).unwrap_err(), Refusal::Tampered(key("a").id()));
        }
    }
}

#[test]
fn a_session_beside_its_record_opens() {
    let untils = [None, Some(0), Some(128), Some(NOW.as_unix() + 60), Some(u64::MAX)];
    for block in BLOCKS {
        let sealer = sealer(key("a")).pad_to(block).unwrap();
        for (head, until) in heads().chain([head(0)]).flat_map(|head| untils.map(|until| (head, until))) {
            let until = until.map(Timestamp::from_unix);
            let plaintext = Plaintext::Inline(Contents { head, ..contents(b"hello") }, until);
            let value = seal_cookie(&sealer, &plaintext);
            assert_eq!(value.len(), sealer.value_len(&plaintext));
            let opened = sealer.open(value.as_bytes(), NOW).unwrap();
            assert_eq!((opened.head, opened.record_until(), opened.payload()), (head, until, &b"hello"[..]));
        }
    }
}

#[test]
fn what_was_just_sealed_is_what_opens() {
    let sealer = sealer(key("a"));
    let contents = Contents { head: head(4), ..contents(b"hello") };
    for plaintext in [Plaintext::Inline(contents, Some(NOW)), Plaintext::Reference(contents.head)] {
        let opened = sealer.open(seal_cookie(&sealer, &plaintext).as_bytes(), NOW).unwrap();
        assert_same(&Opened::of(&plaintext, key("a").id()), &opened);
    }
    let record = seal_record(&sealer, contents.head, b"hello", live());
    let (opened, _) = open_record(&sealer, record, contents.head).unwrap();
    assert_same(&Opened::of(&Plaintext::Record(contents, live()), key("a").id()), &opened);
}

fn assert_same(a: &Opened, b: &Opened) {
    let parts =
        |opened: &Opened| (opened.head, opened.key, opened.key_is_older, opened.schema(), opened.record_until());
    assert_eq!(parts(a), parts(b));
    assert_eq!(a.payload(), b.payload());
}

#[test]
fn capacity_is_exact_beside_a_record_and_in_one() {
    let payloads = vec![9; 70_000];
    for block in [1, 16, 100, 1024] {
        let sealer = sealer(key("a")).pad_to(block).unwrap();
        for (head, until) in heads().flat_map(|head| [(head, NOW), (head, Timestamp::MAX)]) {
            let contents = |len: usize| Contents { head, ..contents(&payloads[..len]) };
            let inline = |len: usize| Plaintext::Inline(contents(len), Some(until));
            let record = |len: usize| Plaintext::Record(contents(len), RecordState { ends: until, retired: false });
            for max in [2000, 2001, 2002, 2003, 4000] {
                let capacity = sealer.capacity(&inline(0), max);
                let fits = |len: usize| sealer.value_len(&inline(len)) <= max;
                assert!(fits(capacity) && !fits(capacity + 1), "block {block}, value {max}, payload {capacity}");
            }
            for max in [4093, 4094, 65_536] {
                let capacity = sealer.record_capacity(&record(0), max);
                let fits = |len: usize| sealer.token_len(&record(len)) <= max;
                assert!(fits(capacity) && !fits(capacity + 1), "block {block}, record {max}, payload {capacity}");
            }
        }
    }
}

/// Section 8 of `docs/format.md`.
#[test]
fn sizes_are_as_published() {
    let sealer = sealer(key("a"));
    let value_len = |seconds, own_limits, generation| {
        let head = Head { issued: NOW.plus(seconds), own_limits, ..head(generation) };
        sealer.value_len(&Plaintext::Reference(head))
    };
    let month = Some(OwnLimits { lifetime: 30 * 86400, idle: 30 * 86400 });
    assert_eq!([0, 128, 16_384, 2_097_152].map(|age| value_len(age, None, 127)), [92, 94, 95, 96]);
    assert_eq!([0, 2_097_152].map(|age| value_len(age, month, 127)), [103, 107]);
    assert_eq!([127, 128, 16_384].map(|generation| value_len(0, None, generation)), [92, 94, 95]);
    let padded = sealer.clone().pad_to(64).unwrap();
    assert_eq!(padded.value_len(&Plaintext::Reference(head(1))), 146);

    let contents = |len: usize| Contents { head: head(1), ..contents(&[9; 1000][..len]) };
    assert_eq!(sealer.token_len(&Plaintext::Record(contents(1000), live())), 1078);
    assert_eq!(sealer.token_len(&Plaintext::Ended(head(1), NOW)), 74);
    let inline = |generation, until| {
        sealer.token_len(&Plaintext::Inline(Contents { head: head(generation), ..contents(0) }, until))
    };
    assert_eq!([inline(0, None), inline(1, None), inline(1, Some(NOW))], [72, 73, 78]);
}

#[test]
fn row_47_swapped_records_are_refused() {
    let sealer = sealer(key("a"));
    let of = |id: u8| Head { id: SessionId::from_bytes([id; 16]), ..head(3) };
    for retired in [false, true] {
        let records = [1, 2].map(|id| seal_record(&sealer, of(id), &[id], RecordState { retired, ..live() }));
        let [first, second] = records;
        for (record, id) in [(first.clone(), 2), (second.clone(), 1), (first.clone(), 0)] {
            let refused = open_record(&sealer, record, of(id)).unwrap_err();
            assert_eq!(refused, Refusal::Tampered(key("a").id()));
        }
        for (record, id) in [(first, 1), (second, 2)] {
            assert_eq!(open_record(&sealer, record, of(id)).unwrap().0.payload(), [id]);
        }
    }
}

#[test]
fn no_mutation_of_a_record_opens() {
    let sealer = sealer(key("a"));
    let record = seal_record(&sealer, head(3), b"some payload", live());
    let refused = |bytes: &[u8]| assert!(sealer.open_record(bytes.to_vec(), head(3).id, NOW).is_err(), "{bytes:?}");
    for position in 0..record.len() {
        for bit in 0..8 {
            let mut flipped = record.clone();
            flipped[position] ^= 1 << bit;
            refused(&flipped);
        }
        refused(&record[..position]);
    }
    for count in 1..=64 {
        refused(&[&record[..], &vec![0; count]].concat());
    }
}

#[test]
fn a_record_is_bound_to_name_context_and_key() {
    let record = seal_record(&sealer(key("a")), head(3), b"x", live());
    let opened = |sealer: Sealer| open_record(&sealer, record.clone(), head(3)).map(|_| ());
    let ring = || Keyring::new([key("a")]).unwrap();
    let tampered = Err(Refusal::Tampered(key("a").id()));
    assert_eq!(opened(Sealer::new(ring(), "__Host-session", "").unwrap()), Ok(()));
    assert_eq!(opened(Sealer::new(ring(), "__Host-other", "").unwrap()), tampered);
    assert_eq!(opened(Sealer::new(ring(), "__Host-session", "admin").unwrap()), tampered);
    assert_eq!(opened(sealer(key("b"))), Err(Refusal::UnknownKey(key("a").id())));
    let revoked = [ScheduledKey::new(key("b")), ScheduledKey::new(key("a")).revoked()];
    let sealer = Sealer::new(Keyring::new(revoked).unwrap(), "__Host-session", "").unwrap();
    assert_eq!(opened(sealer), Err(Refusal::RevokedKey(key("a").id())));
}

#[test]
fn row_68_without_randomness_no_record_is_sealed() {
    let sealer = sealer(key("a"));
    let contents = Contents { head: head(1), ..contents(b"x") };
    for plaintext in [Plaintext::Record(contents, live()), Plaintext::Ended(contents.head, NOW)] {
        let error = sealer.seal_record(&sealer.keyring.load(), &plaintext, NOW, Random::Broken).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Random);
    }
}
