//! Does the time that a refusal takes tell where the forgery was wrong? Welch's t-test of [dudect](https://eprint.iacr.org/2016/1123):
//! two classes of inputs, drawn in random order; a |t| above 10 says that their times differ, one below 5 that no difference
//! was found.
//!
//!     benches/timing/run
//!
//! Each question has a control: the same work, and then a comparison that stops at the first difference. It must be detected, or
//! the machine was too noisy for an answer. Names that end in `_public` are about what is no secret: the id of a key stands in
//! the cookie.

use std::hint::black_box;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dudect_bencher::rand::RngExt;
use dudect_bencher::{BenchRng, Class, CtRunner, ctbench_main};
use sealed_session::{Contents, Head, Key, Keyring, Schema, Sealer, SessionId, Timestamp};

const SAMPLES: usize = 1_000_000;
const KEYS: usize = 64;
/// A comparison of two keys is too short for a clock.
const COMPARISONS: usize = 20;
const TAG: usize = 16;
const PREFIX: usize = 1 + 4 + 24;
const PAYLOAD: [u8; 256] = [0x5a; 256];

/// Runs `work` on inputs of two classes, in random order, from one place in memory.
fn compare<I: Clone>(
    runner: &mut CtRunner,
    rng: &mut BenchRng,
    mut input: impl FnMut(bool, &mut BenchRng) -> I,
    work: impl Fn(&I),
) {
    let pool: Vec<(I, I)> = (0..256).map(|_| (input(true, rng), input(false, rng))).collect();
    let mut place = pool[0].0.clone();
    for _ in 0..SAMPLES {
        let (left, right) = &pool[rng.random_range(0..pool.len())];
        let is_left: bool = rng.random();
        let (this, other) = if is_left { (left, right) } else { (right, left) };
        // Both are touched, in the same order, so that the cache knows no more of one.
        place.clone_from(black_box(other));
        place.clone_from(black_box(this));
        runner.run_one(if is_left { Class::Left } else { Class::Right }, || work(black_box(&place)));
    }
}

fn random_keys(rng: &mut BenchRng) -> Vec<Key> {
    let mut key = || loop {
        let mut bytes = [0; 32];
        rng.fill(&mut bytes);
        if let Ok(key) = Key::from_bytes(bytes) {
            return key;
        }
    };
    (0..KEYS).map(|_| key()).collect()
}

fn sealer(keys: &[Key]) -> Sealer {
    let keyring = Keyring::new(keys.iter().cloned()).expect("different keys");
    Sealer::new(keyring, "__Host-session", "").expect("a valid name")
}

fn now() -> Timestamp {
    Timestamp::from_unix(1_795_000_000)
}

fn sealed(sealer: &Sealer) -> Vec<u8> {
    let head =
        Head { id: SessionId::from_bytes([7; 16]), created: now(), issued: now(), own_limits: None, generation: 0 };
    let contents = Contents { head, schema: Schema::from_label("timing"), payload: &PAYLOAD };
    let value = sealer.seal(&contents, now()).expect("sealed");
    URL_SAFE_NO_PAD.decode(value).expect("our own spelling")
}

/// A token with one byte wrong, and what it should have been.
#[derive(Clone)]
struct Forgery {
    value: Vec<u8>,
    token: Vec<u8>,
    right: Vec<u8>,
}

/// Wrong at the first or the last byte of a part.
fn forgery(right: &[u8], part: std::ops::Range<usize>, first: bool, rng: &mut BenchRng) -> Forgery {
    let mut token = right.to_vec();
    token[if first { part.start } else { part.end - 1 }] ^= rng.random_range(1..=255_u8);
    Forgery { value: URL_SAFE_NO_PAD.encode(&token).into_bytes(), token, right: right.to_vec() }
}

fn refused(sealer: &Sealer, forgery: &Forgery) {
    assert!(black_box(sealer.open(&forgery.value, now())).is_err());
}

/// What nobody should do with a secret.
#[inline(never)]
fn equal_until_they_differ(a: &[u8], b: &[u8]) -> bool {
    a.iter().zip(b).all(|(a, b)| black_box(a) == black_box(b))
}

fn position(runner: &mut CtRunner, rng: &mut BenchRng, part: fn(usize) -> std::ops::Range<usize>, leaky: bool) {
    let sealer = sealer(&random_keys(rng));
    let right = sealed(&sealer);
    let part = part(right.len());
    compare(
        runner,
        rng,
        |first, rng| forgery(&right, part.clone(), first, rng),
        |forgery| {
            refused(&sealer, forgery);
            if leaky {
                black_box(equal_until_they_differ(&forgery.token[part.clone()], &forgery.right[part.clone()]));
            }
        },
    );
}

fn of_tag(len: usize) -> std::ops::Range<usize> {
    len - TAG..len
}

fn of_ciphertext(len: usize) -> std::ops::Range<usize> {
    PREFIX..len - TAG
}

fn tag_position(runner: &mut CtRunner, rng: &mut BenchRng) {
    position(runner, rng, of_tag, false);
}

fn tag_position_control(runner: &mut CtRunner, rng: &mut BenchRng) {
    position(runner, rng, of_tag, true);
}

fn ciphertext_position(runner: &mut CtRunner, rng: &mut BenchRng) {
    position(runner, rng, of_ciphertext, false);
}

fn ciphertext_position_control(runner: &mut CtRunner, rng: &mut BenchRng) {
    position(runner, rng, of_ciphertext, true);
}

/// Tokens under the first and the last of 64 keys. All open.
fn lookup(runner: &mut CtRunner, rng: &mut BenchRng, leaky: bool) {
    let mut keys = random_keys(rng);
    // The first and the last in whatever order they are looked up.
    keys.sort_by_key(Key::id);
    let all = sealer(&keys);
    let ids: Vec<_> = keys.iter().map(|key| key.id().to_bytes()).collect();
    let of = |key: &Key| sealed(&sealer(std::slice::from_ref(key)));
    let (first, last) = (of(&keys[0]), of(&keys[KEYS - 1]));
    compare(
        runner,
        rng,
        |is_first, _| {
            let token = if is_first { &first } else { &last };
            (URL_SAFE_NO_PAD.encode(token).into_bytes(), token[1..5].to_vec())
        },
        |(value, id)| {
            assert!(black_box(all.open(value, now())).is_ok());
            if leaky {
                black_box(ids.iter().find(|known| equal_until_they_differ(known.as_slice(), id)));
            }
        },
    );
}

fn key_lookup_public(runner: &mut CtRunner, rng: &mut BenchRng) {
    lookup(runner, rng, false);
}

fn key_lookup_control(runner: &mut CtRunner, rng: &mut BenchRng) {
    lookup(runner, rng, true);
}

/// Two keys that differ in their first byte, or in their last one.
fn pair(first: bool, rng: &mut BenchRng) -> ([u8; 32], [u8; 32]) {
    let mut a = [0; 32];
    rng.fill(&mut a);
    let mut b = a;
    b[if first { 0 } else { 31 }] ^= rng.random_range(1..=255_u8);
    (a, b)
}

fn key_equality(runner: &mut CtRunner, rng: &mut BenchRng) {
    let keys = |first: bool, rng: &mut BenchRng| loop {
        let (a, b) = pair(first, rng);
        if let (Ok(a), Ok(b)) = (Key::from_bytes(a), Key::from_bytes(b)) {
            return (a, b);
        }
    };
    compare(runner, rng, keys, |(a, b)| {
        for _ in 0..COMPARISONS {
            assert!(black_box(a) != black_box(b));
        }
    });
}

fn key_equality_control(runner: &mut CtRunner, rng: &mut BenchRng) {
    compare(runner, rng, pair, |(a, b)| {
        for _ in 0..COMPARISONS {
            assert!(!black_box(equal_until_they_differ(black_box(a), black_box(b))));
        }
    });
}

ctbench_main!(
    tag_position,
    tag_position_control,
    ciphertext_position,
    ciphertext_position_control,
    key_lookup_public,
    key_lookup_control,
    key_equality,
    key_equality_control
);
