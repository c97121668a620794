//! Memory that hostile and other payloads take.

use super::{decode, encode_into};
use allocation_counter::{AllocationInfo, measure};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::{HashMap, HashSet, VecDeque};

/// An element of 72 KiB.
type Large = [[[u64; 32]; 32]; 9];

/// A length as postcard writes it.
fn length(length: u64) -> Vec<u8> {
    postcard::to_allocvec(&length).unwrap()
}

/// What it takes to refuse `bytes` as a `T`.
fn refuse<T: DeserializeOwned>(bytes: &[u8]) -> AllocationInfo {
    let mut refused = false;
    let mut info = measure(|| refused = decode::<T>(bytes).is_err());
    assert!(refused);
    // The error's text is not the module's.
    info.bytes_max = info.bytes_max.saturating_sub(100);
    info
}

#[test]
fn lengths_reserve_no_memory() {
    for announced in [u64::MAX, u64::MAX / 2, 1 << 32, 1 << 20, 60_000] {
        let mut bytes = length(announced);
        assert_eq!(refuse::<String>(&bytes).bytes_max, 0);
        assert_eq!(refuse::<serde_bytes::ByteBuf>(&bytes).bytes_max, 0);
        assert_eq!(refuse::<Vec<u8>>(&bytes).bytes_max, 0);
        assert_eq!(refuse::<Vec<u64>>(&bytes).bytes_max, 0);
        assert_eq!(refuse::<Vec<Large>>(&bytes).bytes_max, 0);
        assert_eq!(refuse::<VecDeque<Large>>(&bytes).bytes_max, 0);
        assert_eq!(refuse::<HashSet<u64>>(&bytes).bytes_max, 0);
        assert_eq!(refuse::<HashMap<String, Large>>(&bytes).bytes_max, 0);

        // With bytes to read, but not one element of this size among them.
        bytes.resize(9_000, 1);
        assert_eq!(refuse::<Vec<Large>>(&bytes).bytes_max, 0);
        assert_eq!(refuse::<VecDeque<Large>>(&bytes).bytes_max, 0);
    }
}

#[test]
fn nested_lengths_reserve_no_memory() {
    /// A tree whose every sequence announces as many elements as there are bytes.
    #[derive(Deserialize)]
    struct Tree(#[allow(dead_code)] Vec<Tree>);

    let bytes: Vec<u8> = (0..20_000).flat_map(|_| length(16_000)).collect();
    assert!(refuse::<Tree>(&bytes).bytes_max < 1_000);
}

#[test]
fn elements_take_memory_as_they_are_read() {
    let elements = [length(60_000), vec![1; 10_000]].concat();
    // Up to twice what is needed, and half of that once more while the elements move.
    for (bytes, size) in [(refuse::<Vec<u8>>(&elements).bytes_max, 1), (refuse::<Vec<u64>>(&elements).bytes_max, 8)] {
        assert!(bytes >= size * 10_000 && bytes <= 3 * size * 10_000, "{bytes}");
    }
}

#[test]
fn empty_elements_take_no_memory() {
    assert_eq!(refuse::<Vec<()>>(&length(u64::MAX)).bytes_max, 0);
    assert_eq!(refuse::<Vec<[u8; 0]>>(&length(u64::MAX)).bytes_max, 0);
    assert_eq!(refuse::<HashMap<(), ()>>(&length(u64::MAX)).bytes_max, 0);
}

#[test]
fn writing_takes_no_memory_of_its_own() {
    #[derive(Serialize)]
    struct Session {
        user: u64,
        email: String,
        roles: Vec<String>,
    }
    let session = Session { user: 7, email: "a@example.org".into(), roles: vec!["admin".into(); 20] };
    let mut out = Vec::with_capacity(1_000);
    let info = measure(|| encode_into(&session, &mut out).unwrap());
    assert_eq!(info.count_total, 0);
    assert_eq!(out.len(), 1 + 14 + 1 + 20 * 6);
}
