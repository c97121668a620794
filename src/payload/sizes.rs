//! Which field of a value takes how many bytes, for whoever has to make a payload smaller.

use super::{error::EncodeError, limits::Depth, parts::Parts};
use serde::{Serialize, Serializer};
use std::{cmp::Reverse, fmt::Display};

/// How much of the payload a top-level field takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldSize {
    /// The field's name, the position of a field without a name, or the key of a map's entry.
    pub(crate) name: String,
    /// The length of the field's encoding; for a map's entry, of its key and its value.
    pub(crate) bytes: usize,
}

/// The sizes of the top-level fields, largest first.
///
/// These are the fields, elements or entries of the outermost struct, tuple, sequence or map, also
/// if it is inside a newtype, `Some` or an enum variant. Other values have none. Fields that cannot
/// be encoded are left out.
pub(crate) fn field_sizes<T: Serialize + ?Sized>(value: &T) -> Vec<FieldSize> {
    let mut sizes = Vec::new();
    // On error the sizes found so far are what there is to tell.
    let _ = value.serialize(Splitter { sizes: &mut sizes, depth: Depth::TOP });
    sizes.sort_by_key(|field| Reverse(field.bytes));
    sizes
}

/// The serializer that looks for the top-level fields.
struct Splitter<'a> {
    /// The sizes found.
    sizes: &'a mut Vec<FieldSize>,
    /// The levels around the value.
    depth: Depth,
}

impl<'a> Splitter<'a> {
    /// Goes on with the only value that the value contains.
    fn open<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        let depth = self.depth.below()?;
        value.serialize(Self { depth, ..self })
    }

    /// Takes what the value contains for the top-level fields.
    fn parts(self) -> Result<Parts<'a>, EncodeError> {
        Ok(Parts::new(self.sizes))
    }
}

/// Finds no fields in a value that contains no other value.
macro_rules! no_fields {
    ($($method:ident($($type:ty),*))*) => {$(
        fn $method(self, $(_: $type),*) -> Result<(), EncodeError> {
            Ok(())
        }
    )*};
}

/// Finds the fields of a value that has any number of them.
macro_rules! many_fields {
    ($($method:ident($($type:ty),*))*) => {$(
        fn $method(self, $(_: $type),*) -> Result<Parts<'a>, EncodeError> {
            self.parts()
        }
    )*};
}

impl<'a> Serializer for Splitter<'a> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    fn is_human_readable(&self) -> bool {
        false
    }

    no_fields! {
        serialize_bool(bool)
        serialize_i8(i8)
        serialize_i16(i16)
        serialize_i32(i32)
        serialize_i64(i64)
        serialize_i128(i128)
        serialize_u8(u8)
        serialize_u16(u16)
        serialize_u32(u32)
        serialize_u64(u64)
        serialize_u128(u128)
        serialize_f32(f32)
        serialize_f64(f64)
        serialize_char(char)
        serialize_str(&str)
        serialize_bytes(&[u8])
        serialize_none()
        serialize_unit()
        serialize_unit_struct(&'static str)
        serialize_unit_variant(&'static str, u32, &'static str)
    }

    many_fields! {
        serialize_seq(Option<usize>)
        serialize_tuple(usize)
        serialize_tuple_struct(&'static str, usize)
        serialize_tuple_variant(&'static str, u32, &'static str, usize)
        serialize_map(Option<usize>)
        serialize_struct(&'static str, usize)
        serialize_struct_variant(&'static str, u32, &'static str, usize)
    }

    fn collect_str<T: Display + ?Sized>(self, _value: &T) -> Result<(), EncodeError> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        self.open(value)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.open(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.open(value)
    }
}
