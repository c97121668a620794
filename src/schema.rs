//! The schema of a session: a fingerprint of the shape of `T`.
//!
//! postcard writes no field names and no types, so bytes of one shape can read as a well-formed value of another. Every
//! payload therefore carries four bytes that name the shape it was written with, and bytes of a foreign shape are never
//! decoded.
//!
//! The shape is found without a derive. [`explore`] drives `T`'s own `Deserialize` impl with a [`probe`], a
//! `Deserializer` that makes values up and notes what was asked of it. A visitor that refuses a made-up value has been
//! consumed by then, so the whole pass is run again with other values, which [`plan`] and [`search`] choose. Every value
//! that comes out goes through a real [`round_trip`], which finds the types that postcard writes but cannot read. What
//! was seen is a [`shape`], and its [`digest`] is the schema.

mod access;
mod candidates;
mod dial;
mod digest;
mod error;
mod explore;
mod plan;
mod probe;
mod refusal;
mod round_trip;
mod search;
mod shape;
#[cfg(test)]
mod tests;
mod tracer;
mod wire;
mod writer;

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

use crate::error::{Error, ErrorKind};

use error::SchemaError;

/// The fingerprint of the shape of a session type.
///
/// Two types have the same schema when their fields and variants have the same names, order and types, at every depth.
/// The names of the types themselves and the modules they live in do not count.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Schema([u8; 4]);

impl Schema {
    /// The schema of `T`: a fingerprint of its shape.
    ///
    /// This runs `T`'s `Deserialize` and `Serialize` impls some dozen times, with made-up values.
    ///
    /// # Errors
    /// [`ErrorKind::Schema`] when postcard cannot read back what it writes for `T`, or when no value of some part of `T` could
    /// be made up; then [`Schema::from_label`] is the way. The text names the type, the field and the remedy.
    pub fn of<T: Serialize + DeserializeOwned>() -> Result<Self, Error> {
        Self::traced::<T>().map_err(|error| Error::new(ErrorKind::Schema, error.to_string()))
    }

    /// The same, with an error that tells the two cases apart.
    fn traced<T: Serialize + DeserializeOwned>() -> Result<Self, SchemaError> {
        explore::explore::<T>().map(|shape| Self(digest::of_shape(&shape)))
    }

    /// The schema that stands for a label which the app chose, for types whose shape cannot be traced.
    #[must_use]
    pub fn from_label(label: &str) -> Self {
        Self(digest::of_label(label))
    }

    /// A schema as it stands in a token.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// The bytes that go into a token.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 4] {
        self.0
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Schema({:08x})", u32::from_be_bytes(self.0))
    }
}
