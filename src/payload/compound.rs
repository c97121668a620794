//! What the writer does with the contents of a value.

use super::{error::EncodeError, sink::Sink, writer::Writer};
use serde::{
    Serialize,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
        SerializeTupleVariant,
    },
};

/// Writes the fields of a tuple, a struct or a variant. Their number is known from the type.
pub(super) struct Fields<'a, S: Sink>(pub(super) Writer<'a, S>);

impl<S: Sink> Fields<'_, S> {
    /// Writes one of the values.
    #[inline]
    fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        value.serialize(Writer { output: &mut *self.0.output, depth: self.0.depth })
    }
}

/// Writes as many elements or entries as announced by the length before them.
pub(super) struct Elements<'a, S: Sink> {
    /// Writes the elements, keys and values.
    fields: Fields<'a, S>,
    /// How many are to come.
    left: usize,
    /// Where each of them begins, if their order means nothing.
    starts: Option<Vec<usize>>,
}

impl<'a, S: Sink> Elements<'a, S> {
    /// Writes `len` elements or entries with `writer`.
    #[inline]
    pub(super) fn new(writer: Writer<'a, S>, len: usize) -> Self {
        Self { fields: Fields(writer), left: len, starts: None }
    }

    /// The elements come in an order that means nothing, and are sorted.
    #[inline]
    pub(super) fn unordered(self) -> Self {
        Self { starts: Some(Vec::with_capacity(self.left)), ..self }
    }

    /// Writes an element or a key.
    #[inline]
    fn write_counted<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.left = self.left.checked_sub(1).ok_or(EncodeError::UnknownLength)?;
        let start = self.fields.0.output.position();
        if let Some(starts) = &mut self.starts {
            starts.push(start);
        }
        self.fields.write(value)?;
        let output = &mut *self.fields.0.output;
        if output.position() == start {
            output.allowance.spend()?;
        }
        Ok(())
    }

    /// Refuses a length that was too large.
    #[inline]
    fn finish(self) -> Result<(), EncodeError> {
        if let Some(starts) = self.starts {
            self.fields.0.output.wire.output.sort(&starts);
        }
        if self.left == 0 { Ok(()) } else { Err(EncodeError::UnknownLength) }
    }
}

impl<S: Sink> SerializeSeq for Elements<'_, S> {
    type Ok = ();
    type Error = EncodeError;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.write_counted(value)
    }

    #[inline]
    fn end(self) -> Result<(), EncodeError> {
        self.finish()
    }
}

impl<S: Sink> SerializeMap for Elements<'_, S> {
    type Ok = ();
    type Error = EncodeError;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.write_counted(key)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.fields.write(value)
    }

    #[inline]
    fn end(self) -> Result<(), EncodeError> {
        self.finish()
    }
}

/// Writes values that have no names.
macro_rules! write_unnamed {
    ($($trait:ident::$method:ident)*) => {$(
        impl<S: Sink> $trait for Fields<'_, S> {
            type Ok = ();
            type Error = EncodeError;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
                self.write(value)
            }

            #[inline]
            fn end(self) -> Result<(), EncodeError> {
                Ok(())
            }
        }
    )*};
}

/// Writes values that have names, and none of them left out.
macro_rules! write_named {
    ($($trait:ident)*) => {$(
        impl<S: Sink> $trait for Fields<'_, S> {
            type Ok = ();
            type Error = EncodeError;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                _name: &'static str,
                value: &T,
            ) -> Result<(), EncodeError> {
                self.write(value)
            }

            #[inline]
            fn skip_field(&mut self, field: &'static str) -> Result<(), EncodeError> {
                Err(EncodeError::Skipped { field })
            }

            #[inline]
            fn end(self) -> Result<(), EncodeError> {
                Ok(())
            }
        }
    )*};
}

write_unnamed! {
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

write_named! {
    SerializeStruct
    SerializeStructVariant
}
