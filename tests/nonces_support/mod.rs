//! Nonces as they stand in tokens.
#![allow(dead_code, unreachable_pub)]

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sealed_session::{Contents, Head, Key, Keyring, Schema, Sealer, SessionId, Timestamp};

pub type Nonce = [u8; 24];

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

pub fn sealer() -> Sealer {
    Sealer::new(Keyring::new([Key::generate().unwrap()]).unwrap(), "s", "").unwrap()
}

/// The nonces of so many seals of one session.
pub fn draw(sealer: &Sealer, count: usize) -> Vec<Nonce> {
    let head = Head { id: SessionId::from_bytes([7; 16]), created: NOW, issued: NOW, own_limits: None, generation: 0 };
    let contents = Contents { head, schema: Schema::from_bytes([1; 4]), payload: b"" };
    (0..count).map(|_| nonce(&sealer.seal(&contents, NOW).unwrap())).collect()
}

/// It stands behind the format byte and the key id.
fn nonce(value: &str) -> Nonce {
    let mut start = [0; 30];
    let len = URL_SAFE_NO_PAD.decode_slice(&value.as_bytes()[..40], &mut start).unwrap();
    start[..len][5..29].try_into().unwrap()
}

/// All of them, and also their last eight bytes alone.
#[track_caller]
pub fn assert_all_differ(nonces: Vec<Nonce>) {
    let ends = nonces.iter().map(|nonce| *nonce.last_chunk::<8>().unwrap()).collect();
    no_two_are_equal(nonces);
    no_two_are_equal::<8>(ends);
}

/// No run of nonces goes on in another process: a copied generator would repeat the first half, whatever time it is.
#[track_caller]
pub fn assert_no_run_in_common(ours: &[Nonce], theirs: &[Nonce]) {
    let runs = |nonces: &[Nonce]| nonces.iter().map(|nonce| nonce[..12].to_vec()).collect::<HashSet<_>>();
    assert!(runs(ours).is_disjoint(&runs(theirs)));
}

#[track_caller]
fn no_two_are_equal<const N: usize>(mut all: Vec<[u8; N]>) {
    all.sort_unstable();
    let equal = all.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert_eq!(equal, 0, "of {}", all.len());
}
