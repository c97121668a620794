//! Whether postcard reads back what it writes.

use serde::{Serialize, de::DeserializeOwned};

use crate::payload;

use super::{
    wire::{Wire, WriteError},
    writer,
};

/// Why a value did not survive.
#[derive(Debug)]
pub(super) struct Loss {
    /// What went wrong.
    pub(super) cause: Cause,
    /// What is written for the value.
    pub(super) wires: Vec<Wire>,
}

/// What went wrong on a round trip.
#[derive(Debug)]
pub(super) enum Cause {
    /// The value is not written, or not all of it.
    Write(WriteError),
    /// The value was written by postcard, and read as something else or not at all.
    Read,
}

/// Writes `value`, reads it back and writes it again: all must be read, and the bytes must be the same.
pub(super) fn round_trip<T: Serialize + DeserializeOwned>(value: &T) -> Result<(), Loss> {
    let (wires, result) = writer::log(value);
    let cause = match result {
        Err(error) => Cause::Write(error),
        Ok(()) => match survives(value) {
            Some(true) => return Ok(()),
            _ => Cause::Read,
        },
    };
    Err(Loss { cause, wires })
}

/// Whether the bytes of `value` and of what they read as are the same.
fn survives<T: Serialize + DeserializeOwned>(value: &T) -> Option<bool> {
    let bytes = encode(value)?;
    let again = encode(&payload::decode::<T>(&bytes).ok()?)?;
    Some(bytes == again)
}

/// Writes a value as a payload.
fn encode<T: Serialize>(value: &T) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    payload::encode_into(value, &mut bytes).ok()?;
    Some(bytes)
}
