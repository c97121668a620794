//! The codec, which is no part of the public API: its sources, compiled into the bench.
//!
//! Not `src/payload.rs` itself: Cargo compiles benches with `cfg(test)`, so its unit tests would come along, and with them an
//! allocator that counts. Its two functions stand here again.
#![allow(dead_code, unused_imports, unreachable_pub, missing_docs, clippy::unwrap_used)]

#[path = "../../src/payload/compound.rs"]
mod compound;
#[path = "../../src/payload/error.rs"]
mod error;
#[path = "../../src/payload/limits.rs"]
mod limits;
#[path = "../../src/payload/parts.rs"]
mod parts;
#[path = "../../src/payload/reader.rs"]
mod reader;
#[path = "../../src/payload/sequence.rs"]
mod sequence;
#[path = "../../src/payload/sink.rs"]
mod sink;
#[path = "../../src/payload/sizes.rs"]
mod sizes;
#[path = "../../src/payload/unordered.rs"]
mod unordered;
#[path = "../../src/payload/variant.rs"]
mod variant;
#[path = "../../src/payload/writer.rs"]
mod writer;

use serde::{Serialize, de::DeserializeOwned};

use reader::Input;
use sink::Append;
pub(crate) use sizes::FieldSize;
use writer::Output;

/// As a session is encoded: into a vector of its own.
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.serialize(Output::new(Append(&mut bytes)).writer()).unwrap();
    bytes
}

/// Exactly one `T`.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> T {
    let mut input = Input::new(bytes);
    let value = T::deserialize(input.reader()).unwrap();
    input.end().unwrap();
    value
}
