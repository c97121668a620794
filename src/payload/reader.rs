//! The deserializer: postcard's encoding, with bounds on the work and the memory it can cause.

use super::{
    error::DecodeError,
    limits::{Allowance, Depth},
    sequence::{Elements, Fields},
};
use postcard::de_flavors::Slice;
use serde::{Deserialize, Deserializer, de::Visitor};

/// The payload being read.
pub(super) struct Input<'de> {
    /// The bytes that are not read yet.
    pub(super) rest: &'de [u8],
    /// How many empty elements may still come.
    pub(super) allowance: Allowance,
}

impl<'de> Input<'de> {
    /// A payload that is not read yet.
    pub(super) fn new(bytes: &'de [u8]) -> Self {
        Self { rest: bytes, allowance: Allowance::FULL }
    }

    /// The deserializer for the outermost value.
    pub(super) fn reader(&mut self) -> Reader<'_, 'de> {
        Reader { input: self, depth: Depth::TOP }
    }

    /// Refuses bytes that are left.
    pub(super) fn end(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() { Ok(()) } else { Err(DecodeError::Trailing) }
    }

    /// Has postcard read a primitive, a tag or a length.
    ///
    /// postcard's deserializer is no more than the bytes it has left, so it can be had anew each
    /// time. This way its bytes are known between the values.
    #[inline]
    pub(super) fn take<T>(
        &mut self,
        read: impl FnOnce(&mut postcard::Deserializer<'de, Slice<'de>>) -> postcard::Result<T>,
    ) -> Result<T, DecodeError> {
        let mut wire = postcard::Deserializer::from_bytes(self.rest);
        let value = read(&mut wire)?;
        self.rest = wire.finalize()?;
        Ok(value)
    }

    /// Reads a length. One below 128, as most are, is its own byte; the others are for postcard.
    #[inline]
    fn take_number(&mut self) -> Result<usize, DecodeError> {
        match self.rest.split_first() {
            Some((&byte @ ..0x80, rest)) => {
                self.rest = rest;
                Ok(byte.into())
            }
            _ => self.take(|wire| usize::deserialize(wire)),
        }
    }

    /// Reads text. Here and not by postcard, because text is most of what sessions hold.
    #[inline]
    fn take_text(&mut self) -> Result<&'de str, DecodeError> {
        let len = self.take_number()?;
        let (bytes, rest) = self.rest.split_at_checked(len).ok_or(DecodeError::Invalid)?;
        self.rest = rest;
        str::from_utf8(bytes).map_err(|_| DecodeError::Invalid)
    }

    /// Reads the length of a sequence or a map.
    ///
    /// Every element takes a byte or some of the allowance, so a length beyond both is refused
    /// before any element is read.
    #[inline]
    fn take_length(&mut self) -> Result<usize, DecodeError> {
        let len = self.take_number()?;
        if len > self.rest.len().saturating_add(self.allowance.left()) {
            return Err(DecodeError::TooMany);
        }
        Ok(len)
    }
}

/// The deserializer for one value.
///
/// Contents are deserialized by a reader of their own, one level deeper. What postcard reads around
/// them is read by postcard, as a value of the same kind that has no contents; all but lengths and
/// text, which are read here, in the same way and with less ado.
pub(super) struct Reader<'a, 'de> {
    /// The payload the value is read from.
    pub(super) input: &'a mut Input<'de>,
    /// The levels around the value.
    pub(super) depth: Depth,
}

impl Reader<'_, '_> {
    /// The reader for what the value contains.
    #[inline]
    pub(super) fn below(self) -> Result<Self, DecodeError> {
        let depth = self.depth.below()?;
        Ok(Self { depth, ..self })
    }
}

/// Has postcard read a value that contains no other value.
macro_rules! read_primitive {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            self.input.take(|wire| wire.$method(visitor))
        }
    )*};
}

/// Refuses what only a self-describing format can answer.
macro_rules! refuse {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, DecodeError> {
            Err(DecodeError::Invalid)
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_, 'de> {
    type Error = DecodeError;

    #[inline]
    fn is_human_readable(&self) -> bool {
        false
    }

    read_primitive! {
        deserialize_bool
        deserialize_i8
        deserialize_i16
        deserialize_i32
        deserialize_i64
        deserialize_i128
        deserialize_u8
        deserialize_u16
        deserialize_u32
        deserialize_u64
        deserialize_u128
        deserialize_f32
        deserialize_f64
        deserialize_bytes
        deserialize_byte_buf
        deserialize_unit
    }

    refuse! {
        deserialize_any
        deserialize_identifier
        deserialize_ignored_any
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_borrowed_str(self.input.take_text()?)
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    /// Of text, postcard takes the first character and forgets the others.
    #[inline]
    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let mut characters = <&str>::deserialize(self)?.chars();
        match (characters.next(), characters.next()) {
            (Some(only), None) => visitor.visit_char(only),
            _ => Err(DecodeError::Invalid),
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.input.take(|wire| Option::<()>::deserialize(wire))? {
            None => visitor.visit_none(),
            Some(()) => visitor.visit_some(self.below()?),
        }
    }

    #[inline]
    fn deserialize_unit_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, DecodeError> {
        self.input.take(|wire| wire.deserialize_unit_struct(name, visitor))
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self.below()?)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let len = self.input.take_length()?;
        let mut elements = Elements::new(self.below()?, len);
        let value = visitor.visit_seq(&mut elements)?;
        elements.end()?;
        Ok(value)
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let len = self.input.take_length()?;
        let mut entries = Elements::new(self.below()?, len);
        let value = visitor.visit_map(&mut entries)?;
        entries.end()?;
        Ok(value)
    }

    #[inline]
    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_seq(Fields::new(self.below()?, len))
    }

    #[inline]
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_tuple(len, visitor)
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_enum(self)
    }
}
