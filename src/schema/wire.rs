//! What postcard has on the wire, in the order in which it is read or written.
//!
//! The round trip says that bytes cannot be read back, but not where. The first difference between what was read and
//! what is written says where. It only serves the error message: equal wires may still differ in their bytes, and `Text`
//! is the same bytes as a sequence of `u8`.

use std::fmt::Display;

use serde::ser;

use super::refusal::text_of;

/// One thing on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    /// One byte: `bool`, `i8`, `u8`.
    Byte,
    /// A varint with a sign.
    Signed,
    /// A varint without a sign.
    Unsigned,
    /// Four bytes.
    Float32,
    /// Eight bytes.
    Float64,
    /// A length and as many bytes.
    Text,
    /// The tag of an `Option`: is there something?
    Tag(bool),
    /// The length of a sequence or map.
    Length(usize),
    /// The index of a variant.
    Variant(usize),
}

/// Why a value was not written to its end.
#[derive(Debug)]
pub(super) enum WriteError {
    /// `skip_serializing_if` left out the field of that name.
    Skipped(&'static str),
    /// A sequence or map did not say its length in advance; `flatten` writes such maps.
    UnknownLength,
    /// The type's own `Serialize` impl gave up.
    Custom(String),
}

impl Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Skipped(name) => write!(f, "leaves out `{name}` at times (`skip_serializing_if`)"),
            Self::UnknownLength => f.write_str("does not know its length in advance"),
            Self::Custom(message) => write!(f, "refuses to be written: {message}"),
        }
    }
}

impl std::error::Error for WriteError {}

impl ser::Error for WriteError {
    fn custom<T: Display>(message: T) -> Self {
        Self::Custom(text_of(&message))
    }
}
