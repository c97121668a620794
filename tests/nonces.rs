//! No two seals draw the same nonce: over a million of them, on several threads.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod nonces_support;

use std::thread;

use nonces_support::{Nonce, assert_all_differ, draw, sealer};

#[test]
fn row_67_a_million_seals_repeat_no_nonce() {
    const THREADS: usize = 4;
    let sealer = sealer();
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let sealer = sealer.clone();
            thread::spawn(move || draw(&sealer, 1_000_000 / THREADS))
        })
        .collect();
    let nonces: Vec<Nonce> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    assert_eq!(nonces.len(), 1_000_000);
    // Each byte of the nonce takes every value, at about the same rate: 3906 times, give or take 62.
    for position in 0..24 {
        let mut counts = [0_u32; 256];
        nonces.iter().for_each(|nonce| counts[usize::from(nonce[position])] += 1);
        assert!(counts.iter().all(|count| (3400..4400).contains(count)), "byte {position}: {counts:?}");
    }
    assert_all_differ(nonces);
}
