//! What the reader does with the contents of a value.

use super::{error::DecodeError, reader::Reader};
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

/// Reads the fields of a tuple, a struct or a variant. Their number is known from the type.
pub(super) struct Fields<'a, 'de> {
    /// The reader for each of the values.
    reader: Reader<'a, 'de>,
    /// How many are to come.
    left: usize,
}

impl<'a, 'de> Fields<'a, 'de> {
    /// Reads up to `len` values with `reader`.
    #[inline]
    pub(super) fn new(reader: Reader<'a, 'de>, len: usize) -> Self {
        Self { reader, left: len }
    }

    /// Reads one of the values.
    #[inline]
    fn read<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, DecodeError> {
        seed.deserialize(Reader { input: &mut *self.reader.input, depth: self.reader.depth })
    }
}

impl<'de> SeqAccess<'de> for Fields<'_, 'de> {
    type Error = DecodeError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        let Some(left) = self.left.checked_sub(1) else {
            return Ok(None);
        };
        self.left = left;
        self.read(seed).map(Some)
    }
}

/// Reads as many elements or entries as announced by the length before them.
///
/// There is no size hint on purpose. Collections would reserve memory for the hint, and how much is
/// up to the size of their element, which is not known here. So they grow as elements are read.
pub(super) struct Elements<'a, 'de>(Fields<'a, 'de>);

impl<'a, 'de> Elements<'a, 'de> {
    /// Reads `len` elements or entries with `reader`.
    #[inline]
    pub(super) fn new(reader: Reader<'a, 'de>, len: usize) -> Self {
        Self(Fields::new(reader, len))
    }

    /// Refuses elements that nobody asked for: what follows would be read from their bytes.
    #[inline]
    pub(super) fn end(&self) -> Result<(), DecodeError> {
        if self.0.left == 0 { Ok(()) } else { Err(DecodeError::Invalid) }
    }

    /// Reads an element or a key.
    #[inline]
    fn read_counted<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        let start = self.0.reader.input.rest.len();
        let value = self.0.next_element_seed(seed)?;
        let input = &mut *self.0.reader.input;
        if value.is_some() && input.rest.len() == start {
            input.allowance.spend()?;
        }
        Ok(value)
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = DecodeError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        self.read_counted(seed)
    }
}

impl<'de> MapAccess<'de> for Elements<'_, 'de> {
    type Error = DecodeError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        self.read_counted(seed)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        self.0.read(seed)
    }
}
