//! What encoding and decoding cost: `cargo bench --bench payload`.
//!
//! `postcard` on the same data is the ruler: ours reads and writes the same bytes, and bounds depth and empty elements besides.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "support/payload.rs"]
mod payload;
mod support;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use sealed_session::Values;
use serde::Serialize;
use serde::de::DeserializeOwned;

use support::shop::{SIZES, sample};

fn main() {
    divan::main();
}

fn encode<T: Serialize + Sync>(bencher: Bencher<'_, '_>, value: &T) {
    bencher.counter(BytesCount::new(payload::encode(value).len())).bench(|| payload::encode(black_box(value)));
}

fn decode<T: Serialize + DeserializeOwned>(bencher: Bencher<'_, '_>, value: &T) {
    let bytes = payload::encode(value);
    bencher.counter(BytesCount::new(bytes.len())).bench(|| payload::decode::<T>(black_box(&bytes)));
}

#[divan::bench(args = SIZES)]
fn encode_typed(bencher: Bencher<'_, '_>, size: &str) {
    encode(bencher, &sample(size));
}

#[divan::bench(args = SIZES)]
fn encode_values(bencher: Bencher<'_, '_>, size: &str) {
    encode(bencher, &sample(size).as_values());
}

#[divan::bench(args = SIZES)]
fn decode_typed(bencher: Bencher<'_, '_>, size: &str) {
    decode(bencher, &sample(size));
}

#[divan::bench(args = SIZES)]
fn decode_values(bencher: Bencher<'_, '_>, size: &str) {
    decode(bencher, &sample(size).as_values());
}

/// Packing each value, which key-value sessions do besides.
#[divan::bench(args = SIZES)]
fn insert_into_values(bencher: Bencher<'_, '_>, size: &str) {
    let shop = sample(size);
    bencher.bench(|| black_box(&shop).as_values());
}

/// Unpacking one value.
#[divan::bench(args = SIZES)]
fn get_from_values(bencher: Bencher<'_, '_>, size: &str) {
    let values: Values = sample(size).as_values();
    bencher.bench(|| values.get::<String>(black_box("email")).unwrap());
}

#[divan::bench(args = SIZES)]
fn encode_by_postcard_alone(bencher: Bencher<'_, '_>, size: &str) {
    let shop = sample(size);
    bencher.bench(|| postcard::to_allocvec(black_box(&shop)).unwrap());
}

#[divan::bench(args = SIZES)]
fn decode_by_postcard_alone(bencher: Bencher<'_, '_>, size: &str) {
    let bytes = payload::encode(&sample(size));
    bencher.bench(|| postcard::from_bytes::<support::shop::Shop>(black_box(&bytes)).unwrap());
}
