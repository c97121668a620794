//! The four bytes of a shape or a label.

use sha2::{Digest, Sha256};

use super::shape::{Cursor, Head, NodeId, Shape, Slot};

/// Set apart from labels, so that no label can name the shape of some type by accident or design.
const SHAPE_DOMAIN: &str = "sealed-session/1 schema";
/// The domain of labels.
const LABEL_DOMAIN: &str = "sealed-session/1 schema label";

/// The fingerprint of a shape.
pub(super) fn of_shape(shape: &Shape) -> [u8; 4] {
    let mut canon = Canon::new(SHAPE_DOMAIN);
    if let Some(root) = shape.child(Cursor::ROOT) {
        canon.node(shape, root);
    }
    canon.finish()
}

/// The fingerprint of a label.
pub(super) fn of_label(label: &str) -> [u8; 4] {
    let mut canon = Canon::new(LABEL_DOMAIN);
    canon.text(label);
    canon.finish()
}

/// The canonical form, which can be parsed in one way only: texts and lists are led by their length.
struct Canon(Sha256);

impl Canon {
    /// An empty form in a domain.
    fn new(domain: &str) -> Self {
        let mut canon = Self(Sha256::new());
        canon.text(domain);
        canon
    }

    /// A number, the same on every platform.
    fn count(&mut self, n: usize) {
        self.0.update((n as u64).to_be_bytes());
    }

    /// A text.
    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text);
    }

    /// A list of names.
    fn names(&mut self, names: &[&str]) {
        self.count(names.len());
        for name in names {
            self.text(name);
        }
    }

    /// A node and everything inside it, depth first: the order of discovery depends on which values were refused, and
    /// that must not count.
    fn node(&mut self, shape: &Shape, id: NodeId) {
        let Some(node) = shape.node(id) else { return };
        match node.head {
            Head::Leaf(hint) => self.leaf(hint.name(), node.expecting()),
            Head::Back(to) => self.tagged("back", |canon| canon.count(steps_up(shape, id, to))),
            head => self.head(head),
        }
        self.count(node.children.len());
        for (slot, child) in &node.children {
            self.slot(*slot);
            self.node(shape, *child);
        }
    }

    /// A leaf: what the visitor asked for, and what it said that it expects.
    fn leaf(&mut self, hint: &str, expecting: &str) {
        self.text("leaf");
        self.text(hint);
        self.text(expecting);
    }

    /// Where in its parent a node is.
    fn slot(&mut self, slot: Slot) {
        match slot {
            Slot::Root => self.text("root"),
            Slot::Inner => self.text("inner"),
            Slot::Element => self.text("element"),
            Slot::Key => self.text("key"),
            Slot::Value => self.text("value"),
            Slot::Field(n) => self.tagged("field", |canon| canon.count(n)),
            Slot::Variant(n) => self.tagged("variant", |canon| canon.count(n)),
        }
    }

    /// What else was asked for. The tags are part of the format: they never change their meaning.
    fn head(&mut self, head: Head) {
        match head {
            // Both are written by `node`, which knows more about them.
            Head::Leaf(_) | Head::Back(_) => {}
            Head::Unit => self.text("unit"),
            Head::UnitStruct => self.text("unit struct"),
            Head::Newtype => self.text("newtype"),
            Head::Option => self.text("option"),
            Head::Seq => self.text("seq"),
            Head::Map => self.text("map"),
            Head::Tuple(len) => self.tagged("tuple", |canon| canon.count(len)),
            Head::TupleStruct(len) => self.tagged("tuple struct", |canon| canon.count(len)),
            Head::Struct(names) => self.tagged("struct", |canon| canon.names(names)),
            Head::Enum(names) => self.tagged("enum", |canon| canon.names(names)),
            Head::UnitVariant => self.text("unit variant"),
            Head::NewtypeVariant => self.text("newtype variant"),
            Head::TupleVariant(len) => self.tagged("tuple variant", |canon| canon.count(len)),
            Head::StructVariant(names) => self.tagged("struct variant", |canon| canon.names(names)),
        }
    }

    /// A tag and what belongs to it.
    fn tagged(&mut self, tag: &str, content: impl FnOnce(&mut Self)) {
        self.text(tag);
        content(self);
    }

    /// The first four bytes of the hash.
    fn finish(self) -> [u8; 4] {
        let [a, b, c, d, ..]: [u8; 32] = self.0.finalize().into();
        [a, b, c, d]
    }
}

/// How far above a node its ancestor `to` is.
fn steps_up(shape: &Shape, from: NodeId, to: NodeId) -> usize {
    let mut at = Some(from);
    let mut steps = 0;
    while let Some(id) = at.filter(|id| *id != to) {
        at = shape.node(id).and_then(|node| node.at.parent);
        steps += 1;
    }
    steps
}
