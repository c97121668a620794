//! The shape of a type: a tree of nodes, with references back to an ancestor where the type is recursive.

use std::{any::type_name, collections::BTreeMap};

use serde::de::{Expected, Visitor};

use super::{candidates::Hint, refusal::text_of};

/// The place of a node in its [`Shape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(usize);

impl NodeId {
    /// The position in the order of discovery; a parent comes before its children.
    pub(super) fn index(self) -> usize {
        self.0
    }
}

/// Where a value sits inside its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    /// The traced type itself.
    Root,
    /// The content of an `Option`, a newtype or a newtype variant.
    Inner,
    /// The elements of a sequence.
    Element,
    /// The keys of a map.
    Key,
    /// The values of a map.
    Value,
    /// A field of a struct or a tuple, by position.
    Field(usize),
    /// A variant of an enum, by index.
    Variant(usize),
}

/// A place in a shape, whether or not a node is known there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cursor {
    /// The node around it.
    pub(super) parent: Option<NodeId>,
    /// Where in that node.
    pub(super) slot: Slot,
}

impl Cursor {
    /// The place of the traced type.
    pub(super) const ROOT: Self = Self { parent: None, slot: Slot::Root };

    /// A place inside `parent`.
    pub(super) fn inside(parent: NodeId, slot: Slot) -> Self {
        Self { parent: Some(parent), slot }
    }
}

/// What a visitor asked for: each is the `deserialize_*` or `VariantAccess` method of that name. Names of types are left
/// out, so that renaming a type changes nothing.
///
/// The lists of fields and variants include aliases, so they may be longer than what is read: names are never paired
/// with children, except to make a path for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    Leaf(Hint),
    Unit,
    UnitStruct,
    Newtype,
    Option,
    Seq,
    Map,
    Tuple(usize),
    TupleStruct(usize),
    Struct(&'static [&'static str]),
    Enum(&'static [&'static str]),
    UnitVariant,
    NewtypeVariant,
    TupleVariant(usize),
    StructVariant(&'static [&'static str]),
    /// The same type as that ancestor.
    Back(NodeId),
}

/// Tells whether two visits are of the same Rust type.
///
/// `TypeId` needs `'static`, which a visitor is not. The name alone could be shared, by two versions of one crate or by
/// what a macro puts into a `const _` block, and a visitor may have state; so its size and what it expects count too.
/// Types that are still mistaken for each other show different content sooner or later, and then resist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// The Rust name of the visitor's type, which has the names of its generic parameters in it.
    visitor: &'static str,
    /// The size of what it makes.
    size: usize,
    /// What the visitor says that it expects.
    expecting: String,
}

impl Identity {
    /// The identity of a visitor.
    pub(super) fn of<'de, V: Visitor<'de>>(visitor: &V) -> Self {
        let expecting = text_of(&(visitor as &dyn Expected));
        Self { visitor: type_name::<V>(), size: size_of::<V::Value>(), expecting }
    }

    /// The identity of a variant, which has no visitor; the enum around it has.
    pub(super) fn variant() -> Self {
        Self { visitor: "", size: 0, expecting: String::new() }
    }
}

/// One value that was asked for.
#[derive(Debug)]
pub(super) struct Node {
    /// Where it is.
    pub(super) at: Cursor,
    /// What was asked for.
    pub(super) head: Head,
    /// By which visitor.
    pub(super) identity: Identity,
    /// The nodes inside, in a fixed order.
    pub(super) children: BTreeMap<Slot, NodeId>,
}

impl Node {
    /// What the visitor said that it expects. For leaves only: it tells `Url` from `String`, and seconds from
    /// milliseconds. Derived visitors of containers spell the name of their type here, which must not count.
    pub(super) fn expecting(&self) -> &str {
        &self.identity.expecting
    }
}

/// All nodes of a type, in the order of discovery.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Indexed by [`NodeId`].
    nodes: Vec<Node>,
}

impl Shape {
    /// The number of nodes.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// All nodes, children after their parents.
    pub(super) fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(NodeId)
    }

    /// A node.
    pub(super) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// The node at `at`, once there is one.
    pub(super) fn child(&self, at: Cursor) -> Option<NodeId> {
        match at.parent {
            None => self.nodes.first().map(|_| NodeId(0)),
            Some(parent) => self.node(parent)?.children.get(&at.slot).copied(),
        }
    }

    /// The node at `at`, new or known from an earlier pass; none if the known one is of another kind.
    pub(super) fn settle(&mut self, at: Cursor, head: Head, identity: Identity) -> Option<NodeId> {
        if let Some(known) = self.child(at) {
            let same = |node: &&Node| node.head == head && node.identity == identity;
            return self.node(known).filter(same).map(|_| known);
        }
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node { at, head, identity, children: BTreeMap::new() });
        if let Some(parent) = at.parent.and_then(|parent| self.nodes.get_mut(parent.0)) {
            parent.children.insert(at.slot, id);
        }
        Some(id)
    }

    /// A place as people write it: `cart[].price`, `contact::Email`, `limits{key}`.
    pub(super) fn path(&self, at: Cursor) -> String {
        let mut steps = Vec::new();
        let mut at = at;
        while let Some(parent) = at.parent.and_then(|parent| self.node(parent)) {
            steps.push(step(parent.head, at.slot));
            at = parent.at;
        }
        steps.reverse();
        steps.concat().trim_start_matches(['.', ':']).to_owned()
    }
}

/// The step of a path from a node with that head to that slot.
fn step(head: Head, slot: Slot) -> String {
    match (slot, head) {
        (Slot::Root | Slot::Inner, _) => String::new(),
        (Slot::Element, _) => "[]".to_owned(),
        (Slot::Key, _) => "{key}".to_owned(),
        (Slot::Value, _) => "{}".to_owned(),
        (Slot::Field(n), Head::Struct(names) | Head::StructVariant(names)) => named(".", names, n),
        (Slot::Variant(n), Head::Enum(names)) => named("::", names, n),
        (Slot::Field(n) | Slot::Variant(n), _) => format!(".{n}"),
    }
}

/// The step to a field or variant by its name, if the list has one.
fn named(separator: &str, names: &[&str], n: usize) -> String {
    names.get(n).map_or_else(|| format!("{separator}{n}"), |name| format!("{separator}{name}"))
}
