//! What sealing and opening cost, by the size of the payload: `cargo bench --bench token`.
//!
//! Typical is the session that `benches/peers` compares: 121 bytes of postcard.
#![allow(clippy::unwrap_used, missing_docs)]

use divan::Bencher;
use divan::counter::BytesCount;
use sealed_session::{Contents, Head, Keyring, Schema, Sealer, SessionId, Timestamp};

fn main() {
    divan::main();
}

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);
/// Bytes of payload: none, small, typical, big, and what a cookie can hold.
const SIZES: [usize; 6] = [0, 32, 121, 512, 1500, 2900];

fn sealer() -> Sealer {
    Sealer::new(Keyring::generate().unwrap(), "__Host-session", "").unwrap()
}

fn contents(payload: &[u8]) -> Contents<'_> {
    let head = Head { id: SessionId::from_bytes([7; 16]), created: NOW, issued: NOW, own_limits: None, generation: 0 };
    Contents { head, schema: Schema::from_bytes([1; 4]), payload }
}

#[divan::bench(args = SIZES)]
fn seal(bencher: Bencher<'_, '_>, size: usize) {
    let (sealer, payload) = (sealer(), vec![7; size]);
    bencher.counter(BytesCount::new(size)).bench(|| sealer.seal(&contents(&payload), NOW).unwrap());
}

#[divan::bench(args = SIZES)]
fn open(bencher: Bencher<'_, '_>, size: usize) {
    let sealer = sealer();
    let value = sealer.seal(&contents(&vec![7; size]), NOW).unwrap();
    bencher.counter(BytesCount::new(size)).bench(|| sealer.open(value.as_bytes(), NOW).unwrap());
}

/// What a stranger can make a server do.
#[divan::bench(args = ["not base64", "another format", "an unknown key", "a wrong tag"])]
fn refuse(bencher: Bencher<'_, '_>, what: &str) {
    let sealer = sealer();
    let mut value = sealer.seal(&contents(&[7; 121]), NOW).unwrap();
    match what {
        "not base64" => value.replace_range(100..101, "="),
        "another format" => value.replace_range(..1, "B"),
        "an unknown key" => value = self::sealer().seal(&contents(&[7; 121]), NOW).unwrap(),
        _ => value.replace_range(100..101, if value.get(100..101) == Some("A") { "B" } else { "A" }),
    }
    bencher.bench(|| sealer.open(value.as_bytes(), NOW).unwrap_err());
}
