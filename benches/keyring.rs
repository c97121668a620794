//! What opening costs by the number of keys: `cargo bench --bench keyring`.
//!
//! A token names its key, so the last of 64 keys should cost what the only key costs, and an unknown key no decryption.
#![allow(clippy::unwrap_used, missing_docs)]

use divan::Bencher;
use sealed_session::{Contents, Head, Key, Keyring, Schema, Sealer, SessionId, Timestamp};

fn main() {
    divan::main();
}

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

fn sealer(keys: &[Key]) -> Sealer {
    Sealer::new(Keyring::new(keys.iter().cloned()).unwrap(), "__Host-session", "").unwrap()
}

fn keys(count: usize) -> Vec<Key> {
    (0..count).map(|_| Key::generate().unwrap()).collect()
}

/// A token with 121 bytes of payload, a typical session.
fn token(key: &Key) -> String {
    let head = Head { id: SessionId::from_bytes([7; 16]), created: NOW, issued: NOW, own_limits: None, generation: 0 };
    let contents = Contents { head, schema: Schema::from_bytes([1; 4]), payload: &[7; 121] };
    sealer(std::slice::from_ref(key)).seal(&contents, NOW).unwrap()
}

#[divan::bench(args = [1, 2, 8, 64])]
fn open_under_the_last_of(bencher: Bencher<'_, '_>, count: usize) {
    let keys = keys(count);
    let (sealer, value) = (sealer(&keys), token(keys.last().unwrap()));
    bencher.bench(|| sealer.open(value.as_bytes(), NOW).unwrap());
}

#[divan::bench(args = [1, 64])]
fn open_under_the_first_of(bencher: Bencher<'_, '_>, count: usize) {
    let keys = keys(count);
    let (sealer, value) = (sealer(&keys), token(keys.first().unwrap()));
    bencher.bench(|| sealer.open(value.as_bytes(), NOW).unwrap());
}

#[divan::bench(args = [1, 64])]
fn refuse_an_unknown_key_beside(bencher: Bencher<'_, '_>, count: usize) {
    let (sealer, value) = (sealer(&keys(count)), token(&Key::generate().unwrap()));
    bencher.bench(|| sealer.open(value.as_bytes(), NOW).unwrap_err());
}
