//! The tracing `Deserializer`.
//!
//! It asks of visitors what postcard's does: structs are read as sequences, variants by their index, nothing by name.

use serde::de::{Deserializer, Visitor};

use super::{
    access::{Elements, Entries, Variants},
    candidates::{self, Hint, LENGTHS},
    dial::NOTHING,
    refusal::Refusal,
    shape::{Cursor, Head, Identity},
    tracer::{Fatal, Tracer},
    wire::Wire,
};

/// A `Deserializer` for the value at one place.
#[derive(Debug)]
pub(super) struct Probe<'t> {
    /// What the probes share.
    tracer: &'t mut Tracer,
    /// The place.
    at: Cursor,
}

impl<'t> Probe<'t> {
    /// A probe for the place `at`.
    pub(super) fn new(tracer: &'t mut Tracer, at: Cursor) -> Self {
        Self { tracer, at }
    }

    /// Gives a made-up value to a visitor.
    fn leaf<'de, V: Visitor<'de>>(
        self,
        hint: Hint,
        visitor: V,
        visit: impl FnOnce(V, usize) -> Result<V::Value, Refusal>,
    ) -> Result<V::Value, Refusal> {
        let identity = Identity::of(&visitor);
        self.tracer.within(self.at, Head::Leaf(hint), identity, |tracer, node| {
            let arm = tracer.pick(node);
            tracer.read(node, hint.wire());
            visit(visitor, arm)
        })
    }

    /// Gives a fixed number of elements to a visitor.
    fn fields<'de, V: Visitor<'de>>(self, head: Head, len: usize, visitor: V) -> Result<V::Value, Refusal> {
        let identity = Identity::of(&visitor);
        self.tracer
            .within(self.at, head, identity, |tracer, node| visitor.visit_seq(Elements::fields(tracer, node, len)))
    }

    /// Refuses what postcard would refuse.
    fn unreadable<R>(self, at: Cursor, reason: &str) -> Result<R, Refusal> {
        Err(self.tracer.fail(Fatal::unreadable(at, reason)))
    }
}

/// Methods for leaves that all look alike.
macro_rules! leaves {
    ($($method:ident: $hint:ident => $visit:ident($candidate:expr);)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            self.leaf(Hint::$hint, visitor, |visitor, arm| visitor.$visit($candidate(arm)))
        }
    )*};
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Refusal;

    leaves! {
        deserialize_bool: Bool => visit_bool(candidates::boolean);
        deserialize_i8: I8 => visit_i8(candidates::int);
        deserialize_i16: I16 => visit_i16(candidates::int);
        deserialize_i32: I32 => visit_i32(candidates::int);
        deserialize_i64: I64 => visit_i64(candidates::int);
        deserialize_i128: I128 => visit_i128(candidates::int);
        deserialize_u8: U8 => visit_u8(candidates::int);
        deserialize_u16: U16 => visit_u16(candidates::int);
        deserialize_u32: U32 => visit_u32(candidates::int);
        deserialize_u64: U64 => visit_u64(candidates::int);
        deserialize_u128: U128 => visit_u128(candidates::int);
        deserialize_f32: F32 => visit_f32(candidates::float);
        deserialize_f64: F64 => visit_f64(|arm| f64::from(candidates::float(arm)));
        deserialize_char: Char => visit_char(candidates::character);
        deserialize_str: Str => visit_borrowed_str(candidates::string);
        deserialize_string: String => visit_str(candidates::string);
        deserialize_bytes: Bytes => visit_borrowed_bytes(candidates::bytes);
        deserialize_byte_buf: ByteBuf => visit_bytes(candidates::bytes);
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Refusal> {
        let at = self.at;
        self.unreadable(
            at,
            "asks what was written there, as untagged and internally tagged enums do, and postcard does not know",
        )
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Refusal> {
        let at = self.at;
        self.unreadable(at, "skips what was written there, and postcard does not know what that is")
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Refusal> {
        let around = self.at.parent.and_then(|parent| self.tracer.shape.node(parent)).map(|node| node.at);
        let at = around.unwrap_or(self.at);
        self.unreadable(at, "reads names, as `flatten` and adjacently tagged enums do, and postcard writes none")
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let identity = Identity::of(&visitor);
        self.tracer.within(self.at, Head::Option, identity, |tracer, node| {
            let some = tracer.pick(node) != NOTHING;
            tracer.read(node, Wire::Tag(some));
            if some { tracer.inner(node, |probe| visitor.visit_some(probe)) } else { visitor.visit_none() }
        })
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let identity = Identity::of(&visitor);
        self.tracer.within(self.at, Head::Unit, identity, |_, _| visitor.visit_unit())
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        let identity = Identity::of(&visitor);
        self.tracer.within(self.at, Head::UnitStruct, identity, |_, _| visitor.visit_unit())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        let identity = Identity::of(&visitor);
        self.tracer.within(self.at, Head::Newtype, identity, |tracer, node| {
            tracer.inner(node, |probe| visitor.visit_newtype_struct(probe))
        })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let identity = Identity::of(&visitor);
        self.tracer.within(self.at, Head::Seq, identity, |tracer, node| {
            let len = length(tracer.pick(node));
            tracer.read(node, Wire::Length(len));
            visitor.visit_seq(Elements::alike(tracer, node, len))
        })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let identity = Identity::of(&visitor);
        self.tracer.within(self.at, Head::Map, identity, |tracer, node| {
            let len = length(tracer.pick(node));
            tracer.read(node, Wire::Length(len));
            visitor.visit_map(Entries::new(tracer, node, len))
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.fields(Head::Tuple(len), len, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.fields(Head::TupleStruct(len), len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.fields(Head::Struct(fields), fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let identity = Identity::of(&visitor);
        self.tracer.within(self.at, Head::Enum(variants), identity, |tracer, node| {
            let arm = tracer.pick(node);
            tracer.read(node, Wire::Variant(arm));
            visitor.visit_enum(Variants::new(tracer, node, arm))
        })
    }
}

/// The length for an arm.
fn length(arm: usize) -> usize {
    LENGTHS.get(arm).copied().unwrap_or_default()
}
