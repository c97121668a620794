#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod allocation;
mod bounds;
mod hostile;
mod rich;
mod roundtrip;
mod sizes;
mod wire;
mod written;

use super::{DecodeError, EncodeError, MAX_DEPTH, MAX_EMPTY, decode, encode_into, field_sizes};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{fmt::Debug, thread};

/// The encoding of `value`, which is checked to leave what is before it alone.
fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut out = b"head".to_vec();
    let result = encode_into(value, &mut out);
    assert_eq!(out[..4], *b"head");
    if result.is_err() {
        assert_eq!(out.len(), 4, "something of a refused value is left");
    }
    result.map(|()| out.split_off(4))
}

/// What postcard itself makes of `value`.
fn raw<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    postcard::to_allocvec(value).unwrap()
}

/// Checks that `value` is postcard's bytes when encoded, and itself again when decoded.
#[track_caller]
fn assert_round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let bytes = encode(value).unwrap();
    assert_postcard(&bytes, value);
    assert_eq!(decode::<T>(&bytes).unwrap(), *value);
}

/// Checks that `bytes` are postcard's for `value`, but for the order of hash tables, which postcard leaves to chance.
#[track_caller]
fn assert_postcard<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8], value: &T) {
    let mut raw = raw(value);
    assert_eq!(postcard::from_bytes::<T>(bytes).unwrap(), *value);
    let mut sorted = bytes.to_vec();
    raw.sort_unstable();
    sorted.sort_unstable();
    assert_eq!(sorted, raw);
}

/// The bytes of a length or an unsigned integer.
fn varint(value: u64) -> Vec<u8> {
    raw(&value)
}

/// Runs the test on a thread with a stack of 512 KiB, a quarter of what Rust's threads have.
fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(512 * 1024).spawn(test);
    thread.unwrap().join().unwrap();
}

/// A list that takes a struct and `Some` per node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Node {
    next: Option<Box<Node>>,
}

/// A tree that takes a newtype and a sequence per level.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Tree(Vec<Tree>);

/// A list with a node per kind of variant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
enum Link {
    #[default]
    End,
    Newtype(Box<Link>),
    Tuple(Box<Link>, u8),
    Struct {
        next: Box<Link>,
    },
}

/// A type without bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Unit;
