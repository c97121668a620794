//! The payload of a session: the application's value as [postcard] bytes.
//!
//! postcard says how every value looks as bytes. This module walks the value, so that what is
//! written can be read back and what is read cannot hurt:
//!
//! * Values nested deeper than [`MAX_DEPTH`](limits::MAX_DEPTH) and more than
//!   [`MAX_EMPTY`](limits::MAX_EMPTY) empty elements are refused, by the writer and by the reader
//!   alike.
//! * The writer refuses values that postcard would turn into unreadable bytes: structs with a
//!   skipped field, sequences and maps of unknown length.
//! * The reader takes memory only for elements it has read, never for elements a length announces.
//!   It refuses bytes left over at the end.
//!
//! What the reader makes of hostile bytes is still up to the application's type: a large element
//! that takes one byte when encoded is a large element in memory. The length of the bytes bounds
//! the number of such elements, so bound the length first.
//!
//! Where a map's key occurs twice in the bytes, the standard library's maps keep the last value.
//! postcard's encoding is not the only encoding of a value that is readable: lengths and integers
//! may be padded, for one. Do not compare payloads to compare values.
//!
//! The writer cannot see what the type's `Deserialize` will ask for, so some types it writes cannot
//! be read back. Types that need a self-describing format are refused by the reader: enums with
//! serde's attribute `untagged` or `tag`, `serde_json::Value` and the like. Fields left out without
//! a word are refused or taken for others: those with `skip_serializing`, and in a tuple struct
//! those with `skip_serializing_if`.

mod compound;
mod error;
mod limits;
mod parts;
mod reader;
mod sequence;
mod sink;
mod sizes;
mod unordered;
mod variant;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use error::{DecodeError, EncodeError};
pub(crate) use sizes::{FieldSize, field_sizes};

#[cfg(test)]
pub(crate) use limits::{MAX_DEPTH, MAX_EMPTY};

use reader::Input;
use serde::{Serialize, de::DeserializeOwned};
use sink::Append;
use writer::Output;

/// Appends the postcard encoding of `value` to `out`. On error `out` is as before.
///
/// # Errors
/// The value cannot be read back from its encoding, or its own `Serialize` fails.
pub(crate) fn encode_into<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let start = out.len();
    let result = value.serialize(Output::new(Append(out)).writer());
    if result.is_err() {
        out.truncate(start);
    }
    result
}

/// Reads exactly one `T` from `bytes`.
///
/// # Errors
/// `bytes` is not the encoding of one `T`, has bytes after it, or goes beyond the limits.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut input = Input::new(bytes);
    let value = T::deserialize(input.reader())?;
    input.end()?;
    Ok(value)
}
