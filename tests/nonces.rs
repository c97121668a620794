//! No two seals draw the same nonce: over a million of them, on several threads.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod nonces_support;

use std::collections::HashMap;
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
    // The first half stays for 65,536 of them at most, and no two threads have the same.
    let mut runs: HashMap<_, u32> = HashMap::new();
    nonces.iter().for_each(|nonce| *runs.entry(&nonce[..12]).or_default() += 1);
    assert_eq!((runs.len(), runs.values().max()), (4 * THREADS, Some(&65_536)), "{:?}", runs.values());
    // Each byte of the second half takes every value, at about the same rate: 3906 times, give or take 62.
    for position in 12..24 {
        let mut counts = [0_u32; 256];
        nonces.iter().for_each(|nonce| counts[usize::from(nonce[position])] += 1);
        assert!(counts.iter().all(|count| (3400..4400).contains(count)), "byte {position}: {counts:?}");
    }
    assert_all_differ(nonces);
}
