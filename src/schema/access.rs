//! The contents of sequences, maps and enums.

use serde::de::{DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::{
    refusal::Refusal,
    shape::{Cursor, Head, Identity, NodeId, Slot},
    tracer::Tracer,
};

/// The elements of a sequence, or the fields of a tuple or struct.
#[derive(Debug)]
pub(super) struct Elements<'t> {
    /// What the probes share.
    tracer: &'t mut Tracer,
    /// The node around.
    node: NodeId,
    /// Whether all elements are in one slot.
    alike: bool,
    /// How many there are.
    len: usize,
    /// How many were read.
    next: usize,
}

impl<'t> Elements<'t> {
    /// Elements that are all alike.
    pub(super) fn alike(tracer: &'t mut Tracer, node: NodeId, len: usize) -> Self {
        Self { tracer, node, alike: true, len, next: 0 }
    }

    /// Elements that each have a shape of their own.
    pub(super) fn fields(tracer: &'t mut Tracer, node: NodeId, len: usize) -> Self {
        Self { tracer, node, alike: false, len, next: 0 }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Refusal;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        if self.next >= self.len {
            return Ok(None);
        }
        let slot = if self.alike { Slot::Element } else { Slot::Field(self.next) };
        self.next += 1;
        self.tracer.seed(Cursor::inside(self.node, slot), seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.len - self.next)
    }
}

/// The entries of a map.
#[derive(Debug)]
pub(super) struct Entries<'t> {
    /// What the probes share.
    tracer: &'t mut Tracer,
    /// The node around.
    node: NodeId,
    /// How many are left.
    left: usize,
}

impl<'t> Entries<'t> {
    /// That many entries.
    pub(super) fn new(tracer: &'t mut Tracer, node: NodeId, len: usize) -> Self {
        Self { tracer, node, left: len }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Refusal;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        self.tracer.seed(Cursor::inside(self.node, Slot::Key), seed).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        self.tracer.seed(Cursor::inside(self.node, Slot::Value), seed)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// An enum of which one variant was chosen.
#[derive(Debug)]
pub(super) struct Variants<'t> {
    /// What the probes share.
    tracer: &'t mut Tracer,
    /// The node around.
    node: NodeId,
    /// The index of the variant.
    arm: usize,
}

impl<'t> Variants<'t> {
    /// The variant `arm` of the enum `node`.
    pub(super) fn new(tracer: &'t mut Tracer, node: NodeId, arm: usize) -> Self {
        Self { tracer, node, arm }
    }

    /// Runs the content of the variant as a node.
    fn content<R>(
        self,
        head: Head,
        visit: impl FnOnce(&mut Tracer, NodeId) -> Result<R, Refusal>,
    ) -> Result<R, Refusal> {
        let at = Cursor::inside(self.node, Slot::Variant(self.arm));
        self.tracer.within(at, head, Identity::variant(), visit)
    }
}

impl<'de> EnumAccess<'de> for Variants<'_> {
    type Error = Refusal;
    type Variant = Self;

    /// The index goes through the same deserializer as in postcard, which answers every question with a `u32`, also
    /// `deserialize_identifier`. An index that is refused is one past the last variant.
    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Refusal> {
        let index = u32::try_from(self.arm).unwrap_or(u32::MAX);
        match seed.deserialize(IntoDeserializer::<Refusal>::into_deserializer(index)) {
            Ok(value) => Ok((value, self)),
            Err(refusal) => {
                self.tracer.pass.missing.get_or_insert((self.node, self.arm));
                Err(refusal)
            }
        }
    }
}

impl<'de> VariantAccess<'de> for Variants<'_> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        self.content(Head::UnitVariant, |_, _| Ok(()))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Refusal> {
        self.content(Head::NewtypeVariant, |tracer, node| tracer.seed(Cursor::inside(node, Slot::Inner), seed))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.content(Head::TupleVariant(len), |tracer, node| visitor.visit_seq(Elements::fields(tracer, node, len)))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Refusal> {
        self.content(Head::StructVariant(fields), |tracer, node| {
            visitor.visit_seq(Elements::fields(tracer, node, fields.len()))
        })
    }
}
