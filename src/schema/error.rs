//! Why a type has no schema.

use std::{error::Error, fmt};

/// What stands in the way of a schema, and with it what the remedy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum SchemaErrorKind {
    /// postcard can write the type but not read it back. No label helps: the field or its serde attribute must change.
    Unreadable,
    /// No value could be made up for some part of the type. A label in place of the fingerprint helps.
    Resists,
}

/// A type whose shape could not be fingerprinted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SchemaError {
    /// Which of the two classes it is.
    kind: SchemaErrorKind,
    /// The type that was traced, as `std::any::type_name` spells it.
    type_name: &'static str,
    /// The place inside the type, such as `cart[].price`; empty for the type itself.
    path: String,
    /// What went wrong there, as the end of a sentence.
    reason: String,
}

impl SchemaError {
    /// An error about the place `path` in the type `type_name`.
    pub(super) fn new(kind: SchemaErrorKind, type_name: &'static str, path: String, reason: String) -> Self {
        Self { kind, type_name, path, reason }
    }

    /// The class of the error.
    #[cfg(test)]
    pub(super) fn kind(&self) -> SchemaErrorKind {
        self.kind
    }

    /// The Rust type that was traced.
    #[cfg(test)]
    pub(super) fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The place inside the type, such as `cart[].price`; empty for the type itself.
    #[cfg(test)]
    pub(super) fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, type_name, path, reason } = self;
        match kind {
            SchemaErrorKind::Unreadable => write!(f, "`{type_name}` cannot be read back from a session: ")?,
            SchemaErrorKind::Resists => write!(f, "the shape of `{type_name}` cannot be traced: ")?,
        }
        match path.as_str() {
            "" => write!(f, "the type itself {reason}; ")?,
            path => write!(f, "`{path}` {reason}; ")?,
        }
        match kind {
            SchemaErrorKind::Unreadable => f.write_str("change that field or its serde attribute"),
            SchemaErrorKind::Resists => {
                f.write_str("name the shape yourself with `SessionLayerBuilder::schema(\"name-of-this-shape\")`")
            }
        }
    }
}

impl Error for SchemaError {}
