//! A `Serializer` without output.

use std::fmt::Display;

use serde::ser::{self, Serialize};

use super::wire::{Wire, WriteError};

/// Logs what would be on the wire.
///
/// It stops at `skip_field`. A reader of postcard cannot know that a field was left out, so that is an error even where
/// the bytes happen to read back, as with a field that has no bytes.
#[derive(Debug, Default)]
pub(super) struct WireLog {
    /// What was written so far.
    wires: Vec<Wire>,
}

/// Logs what would be on the wire for `value`; with an error, up to there.
pub(super) fn log<T: Serialize>(value: &T) -> (Vec<Wire>, Result<(), WriteError>) {
    let mut log = WireLog::default();
    let result = value.serialize(&mut log);
    (log.wires, result)
}

impl WireLog {
    /// Logs one thing.
    fn push(&mut self, wire: Wire) -> Result<(), WriteError> {
        self.wires.push(wire);
        Ok(())
    }

    /// Logs the index of a variant.
    fn variant(&mut self, index: u32) -> Result<(), WriteError> {
        self.push(Wire::Variant(index as usize))
    }

    /// Logs a length, which must be known.
    fn length(&mut self, len: Option<usize>) -> Result<&mut Self, WriteError> {
        self.push(Wire::Length(len.ok_or(WriteError::UnknownLength)?))?;
        Ok(self)
    }
}

/// Methods for leaves that all look alike.
macro_rules! leaves {
    ($($method:ident($type:ty) => $wire:ident;)*) => {$(
        fn $method(self, _: $type) -> Result<(), WriteError> {
            self.push(Wire::$wire)
        }
    )*};
}

impl<'l> ser::Serializer for &'l mut WireLog {
    type Ok = ();
    type Error = WriteError;
    type SerializeSeq = &'l mut WireLog;
    type SerializeTuple = &'l mut WireLog;
    type SerializeTupleStruct = &'l mut WireLog;
    type SerializeTupleVariant = &'l mut WireLog;
    type SerializeMap = &'l mut WireLog;
    type SerializeStruct = &'l mut WireLog;
    type SerializeStructVariant = &'l mut WireLog;

    leaves! {
        serialize_bool(bool) => Byte;
        serialize_i8(i8) => Byte;
        serialize_i16(i16) => Signed;
        serialize_i32(i32) => Signed;
        serialize_i64(i64) => Signed;
        serialize_i128(i128) => Signed;
        serialize_u8(u8) => Byte;
        serialize_u16(u16) => Unsigned;
        serialize_u32(u32) => Unsigned;
        serialize_u64(u64) => Unsigned;
        serialize_u128(u128) => Unsigned;
        serialize_f32(f32) => Float32;
        serialize_f64(f64) => Float64;
        serialize_char(char) => Text;
        serialize_str(&str) => Text;
        serialize_bytes(&[u8]) => Text;
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Result<(), WriteError> {
        self.push(Wire::Text)
    }

    fn serialize_none(self) -> Result<(), WriteError> {
        self.push(Wire::Tag(false))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), WriteError> {
        self.push(Wire::Tag(true))?;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), WriteError> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), WriteError> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Result<(), WriteError> {
        self.variant(index)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), WriteError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), WriteError> {
        self.variant(index)?;
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self, WriteError> {
        self.length(len)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, WriteError> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, WriteError> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, WriteError> {
        self.variant(index)?;
        Ok(self)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self, WriteError> {
        self.length(len)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, WriteError> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, WriteError> {
        self.variant(index)?;
        Ok(self)
    }
}

/// The traits for compounds without field names.
macro_rules! elements {
    ($($trait:ident: $method:ident;)*) => {$(
        impl ser::$trait for &mut WireLog {
            type Ok = ();
            type Error = WriteError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), WriteError> {
                Ok(())
            }
        }
    )*};
}

/// The traits for compounds with field names.
macro_rules! fields {
    ($($trait:ident),*) => {$(
        impl ser::$trait for &mut WireLog {
            type Ok = ();
            type Error = WriteError;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), WriteError> {
                value.serialize(&mut **self)
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), WriteError> {
                Err(WriteError::Skipped(name))
            }

            fn end(self) -> Result<(), WriteError> {
                Ok(())
            }
        }
    )*};
}

elements! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field;
}
fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for &mut WireLog {
    type Ok = ();
    type Error = WriteError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), WriteError> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WriteError> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), WriteError> {
        Ok(())
    }
}
