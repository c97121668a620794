//! The top-level fields of a value, as they are measured.

use super::{FieldSize, error::EncodeError, sink::Count, writer::Output};
use serde::{
    Serialize,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
        SerializeTupleVariant,
    },
};
use std::fmt::{self, Write};

/// Measures one field after the other.
pub(super) struct Parts<'a> {
    /// The sizes found.
    sizes: &'a mut Vec<FieldSize>,
    /// How many fields there were so far.
    count: usize,
    /// The name and the size of the key whose value comes next.
    key: Option<(Option<String>, usize)>,
}

impl<'a> Parts<'a> {
    /// Adds the fields' sizes to `sizes`.
    pub(super) fn new(sizes: &'a mut Vec<FieldSize>) -> Self {
        Self { sizes, count: 0, key: None }
    }

    /// Adds the size of a field, under its position if it has no name.
    fn add(&mut self, name: Option<String>, bytes: Option<usize>) {
        if let Some(bytes) = bytes {
            let name = name.unwrap_or_else(|| self.count.to_string());
            self.sizes.push(FieldSize { name, bytes });
        }
        self.count += 1;
    }
}

/// The length of the value's encoding, if it has one.
fn measure<T: Serialize + ?Sized>(value: &T) -> Option<usize> {
    let mut output = Output::new(Count::default());
    value.serialize(output.writer()).ok()?;
    Some(output.position())
}

/// The text of a key that is a string, a number or a variant's name.
fn key_text<T: Serialize + ?Sized>(key: &T) -> Option<String> {
    let mut text = String::new();
    write!(text, "{}", Text(key)).ok()?;
    Some(text)
}

/// Displays a value by serde's own serializer to a formatter.
struct Text<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> fmt::Display for Text<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

impl SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.key = measure(key).map(|bytes| (key_text(key), bytes));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let (name, key_bytes) = self.key.take().unzip();
        let bytes = key_bytes.zip(measure(value)).map(|(key, value)| key + value);
        self.add(name.flatten(), bytes);
        Ok(())
    }

    fn end(self) -> Result<(), EncodeError> {
        Ok(())
    }
}

/// Measures values that have no names.
macro_rules! measure_unnamed {
    ($($trait:ident::$method:ident)*) => {$(
        impl $trait for Parts<'_> {
            type Ok = ();
            type Error = EncodeError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
                self.add(None, measure(value));
                Ok(())
            }

            fn end(self) -> Result<(), EncodeError> {
                Ok(())
            }
        }
    )*};
}

/// Measures values that have names. Skipped ones have no size.
macro_rules! measure_named {
    ($($trait:ident)*) => {$(
        impl $trait for Parts<'_> {
            type Ok = ();
            type Error = EncodeError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), EncodeError> {
                self.add(Some(name.to_owned()), measure(value));
                Ok(())
            }

            fn end(self) -> Result<(), EncodeError> {
                Ok(())
            }
        }
    )*};
}

measure_unnamed! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

measure_named! {
    SerializeStruct
    SerializeStructVariant
}
