//! The serializer: postcard's encoding, refused where it could not be read back.

use super::{
    compound::{Elements, Fields},
    error::EncodeError,
    limits::{Allowance, Depth},
    sink::Sink,
    unordered::is_unordered,
};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use std::fmt::Display;

/// The payload being written.
pub(super) struct Output<S: Sink> {
    /// Puts each primitive, tag and length into bytes.
    pub(super) wire: postcard::Serializer<S>,
    /// How many empty elements may still come.
    pub(super) allowance: Allowance,
}

impl<S: Sink> Output<S> {
    /// An empty payload that goes to `sink`.
    pub(super) fn new(sink: S) -> Self {
        Self { wire: postcard::Serializer { output: sink }, allowance: Allowance::FULL }
    }

    /// The serializer for the outermost value.
    pub(super) fn writer(&mut self) -> Writer<'_, S> {
        Writer { output: self, depth: Depth::TOP }
    }

    /// How far the payload is written.
    #[inline]
    pub(super) fn position(&self) -> usize {
        self.wire.output.position()
    }
}

/// The serializer for one value.
///
/// Contents are serialized by a writer of their own, one level deeper. What postcard writes around
/// them comes from postcard, through the value of the same kind that has no contents.
pub(super) struct Writer<'a, S: Sink> {
    /// The payload the value is written to.
    pub(super) output: &'a mut Output<S>,
    /// The levels around the value.
    pub(super) depth: Depth,
}

impl<'a, S: Sink> Writer<'a, S> {
    /// The writer for what the value contains.
    #[inline]
    fn below(self) -> Result<Self, EncodeError> {
        let depth = self.depth.below()?;
        Ok(Self { depth, ..self })
    }

    /// The writer for fields, whose number is not written.
    #[inline]
    fn fields(self) -> Result<Fields<'a, S>, EncodeError> {
        Ok(Fields(self.below()?))
    }

    /// The writer for `len` elements or entries, once their number is written.
    #[inline]
    fn elements(self, len: usize) -> Result<Elements<'a, S>, EncodeError> {
        Ok(Elements::new(self.below()?, len))
    }
}

/// How many items an iterator says to have, if it is sure.
#[inline]
fn exact_len(iterator: &impl Iterator) -> Option<usize> {
    match iterator.size_hint() {
        (least, Some(most)) if least == most => Some(least),
        _ => None,
    }
}

/// Has postcard write a value that contains no other value.
macro_rules! write_primitive {
    ($($method:ident($type:ty))*) => {$(
        #[inline]
        fn $method(self, value: $type) -> Result<(), EncodeError> {
            Ok(self.output.wire.$method(value)?)
        }
    )*};
}

impl<'a, S: Sink> Serializer for Writer<'a, S> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Elements<'a, S>;
    type SerializeTuple = Fields<'a, S>;
    type SerializeTupleStruct = Fields<'a, S>;
    type SerializeTupleVariant = Fields<'a, S>;
    type SerializeMap = Elements<'a, S>;
    type SerializeStruct = Fields<'a, S>;
    type SerializeStructVariant = Fields<'a, S>;

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }

    write_primitive! {
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
        serialize_unit_struct(&'static str)
    }

    #[inline]
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        Ok(self.output.wire.collect_str(value)?)
    }

    #[inline]
    fn serialize_unit(self) -> Result<(), EncodeError> {
        Ok(self.output.wire.serialize_unit()?)
    }

    #[inline]
    fn serialize_none(self) -> Result<(), EncodeError> {
        Ok(self.output.wire.serialize_none()?)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        self.output.wire.serialize_some(&())?;
        value.serialize(self.below()?)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self.below()?)
    }

    #[inline]
    fn serialize_unit_variant(self, name: &'static str, index: u32, variant: &'static str) -> Result<(), EncodeError> {
        Ok(self.output.wire.serialize_unit_variant(name, index, variant)?)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.output.wire.serialize_unit_variant(name, index, variant)?;
        value.serialize(self.below()?)
    }

    #[inline]
    fn serialize_seq(self, len: Option<usize>) -> Result<Elements<'a, S>, EncodeError> {
        self.output.wire.serialize_seq(len)?;
        self.elements(len.unwrap_or_default())
    }

    #[inline]
    fn serialize_map(self, len: Option<usize>) -> Result<Elements<'a, S>, EncodeError> {
        self.output.wire.serialize_map(len)?;
        self.elements(len.unwrap_or_default())
    }

    #[inline]
    fn collect_seq<I>(self, elements: I) -> Result<(), EncodeError>
    where
        I: IntoIterator,
        I::Item: Serialize,
    {
        let unordered = is_unordered::<I>();
        let elements = elements.into_iter();
        let seq = self.serialize_seq(exact_len(&elements))?;
        let mut seq = if unordered { seq.unordered() } else { seq };
        for element in elements {
            seq.serialize_element(&element)?;
        }
        SerializeSeq::end(seq)
    }

    #[inline]
    fn collect_map<K, V, I>(self, entries: I) -> Result<(), EncodeError>
    where
        K: Serialize,
        V: Serialize,
        I: IntoIterator<Item = (K, V)>,
    {
        let unordered = is_unordered::<I>();
        let entries = entries.into_iter();
        let map = self.serialize_map(exact_len(&entries))?;
        let mut map = if unordered { map.unordered() } else { map };
        for (key, value) in entries {
            map.serialize_entry(&key, &value)?;
        }
        SerializeMap::end(map)
    }

    #[inline]
    fn serialize_tuple(self, _len: usize) -> Result<Fields<'a, S>, EncodeError> {
        self.fields()
    }

    #[inline]
    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Fields<'a, S>, EncodeError> {
        self.fields()
    }

    #[inline]
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Fields<'a, S>, EncodeError> {
        self.output.wire.serialize_unit_variant(name, index, variant)?;
        self.fields()
    }

    #[inline]
    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Fields<'a, S>, EncodeError> {
        self.fields()
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Fields<'a, S>, EncodeError> {
        self.output.wire.serialize_unit_variant(name, index, variant)?;
        self.fields()
    }
}
