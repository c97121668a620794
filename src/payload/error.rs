//! Why a payload cannot be written or read.

use super::limits::{Exceeded, MAX_DEPTH, MAX_EMPTY};
use serde::{de, ser};
use std::fmt;

/// Why a value cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EncodeError {
    /// A `skip_serializing_if` field was skipped. Readers find fields by their position, so the
    /// bytes could not be read back.
    Skipped {
        /// The name of the field.
        field: &'static str,
    },
    /// A sequence or a map did not tell its length, as with `#[serde(flatten)]`, or not its true
    /// length.
    UnknownLength,
    /// The value is nested deeper than the limit.
    TooDeep,
    /// The value has more elements that take no bytes than the limit.
    TooMany,
    /// The value's own `Serialize` failed, with this message.
    Custom(String),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skipped { field } => {
                write!(f, "the field `{field}` is skipped by skip_serializing_if, so the value could not be read back")
            }
            Self::UnknownLength => f.write_str("the value has a sequence or a map that does not tell its true length"),
            Self::TooDeep => write!(f, "the value has more than {MAX_DEPTH} nested levels"),
            Self::TooMany => write!(f, "the value has more than {MAX_EMPTY} empty elements"),
            Self::Custom(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for EncodeError {}

impl ser::Error for EncodeError {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}

impl From<Exceeded> for EncodeError {
    fn from(limit: Exceeded) -> Self {
        match limit {
            Exceeded::Depth => Self::TooDeep,
            Exceeded::Empty => Self::TooMany,
        }
    }
}

impl From<postcard::Error> for EncodeError {
    #[cold]
    fn from(error: postcard::Error) -> Self {
        match error {
            postcard::Error::SerializeSeqLengthUnknown => Self::UnknownLength,
            other => Self::Custom(other.to_string()),
        }
    }
}

/// Why bytes cannot be read. Tells nothing of what is in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecodeError {
    /// There are bytes after the value.
    Trailing,
    /// The value is nested deeper than the limit.
    TooDeep,
    /// A sequence or a map has more elements than there can be.
    TooMany,
    /// The bytes are not the encoding of a value of this type.
    Invalid,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Trailing => f.write_str("the payload has bytes after the value"),
            Self::TooDeep => write!(f, "the payload has more than {MAX_DEPTH} nested levels"),
            Self::TooMany => f.write_str("the payload has a sequence or a map that is too long"),
            Self::Invalid => f.write_str("the payload is not the encoding of the expected type"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl de::Error for DecodeError {
    /// Drops the message, since it may quote the payload.
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self::Invalid
    }
}

impl From<Exceeded> for DecodeError {
    fn from(limit: Exceeded) -> Self {
        match limit {
            Exceeded::Depth => Self::TooDeep,
            Exceeded::Empty => Self::TooMany,
        }
    }
}

impl From<postcard::Error> for DecodeError {
    fn from(_error: postcard::Error) -> Self {
        Self::Invalid
    }
}
