//! What a payload may cost, the same for the writer and the reader.

/// How deep the values in a payload may be nested.
///
/// Every sequence, map, tuple, struct, newtype, `Some` and enum variant with content is a level, so
/// a linked list of structs takes two levels per node: `Some` and the struct. Without this bound a
/// few bytes per level would exhaust the stack of the thread that reads or writes them.
pub(crate) const MAX_DEPTH: usize = 64;

/// How many elements of sequences and keys of maps in a payload may take no bytes, like the elements
/// of a `Vec<()>`.
///
/// The length of the payload bounds the number of all other elements, but not of these.
pub(crate) const MAX_EMPTY: usize = 65_536;

/// The limit that a payload goes beyond.
#[derive(Debug)]
pub(super) enum Exceeded {
    /// [`MAX_DEPTH`]
    Depth,
    /// [`MAX_EMPTY`]
    Empty,
}

/// The number of levels around a value.
///
/// Each value is given its own, so no error on the way can leave a count wrong.
#[derive(Clone, Copy)]
pub(super) struct Depth(usize);

impl Depth {
    /// The depth of the payload's outermost value.
    pub(super) const TOP: Self = Self(0);

    /// The depth of the values that a value at this depth contains.
    #[inline]
    pub(super) fn below(self) -> Result<Self, Exceeded> {
        if self.0 < MAX_DEPTH { Ok(Self(self.0 + 1)) } else { Err(Exceeded::Depth) }
    }
}

/// The number of empty elements that a payload may still have.
pub(super) struct Allowance(usize);

impl Allowance {
    /// The allowance of a whole payload.
    pub(super) const FULL: Self = Self(MAX_EMPTY);

    /// How many empty elements are left.
    #[inline]
    pub(super) fn left(&self) -> usize {
        self.0
    }

    /// Takes one empty element from the allowance.
    #[inline]
    pub(super) fn spend(&mut self) -> Result<(), Exceeded> {
        self.0 = self.0.checked_sub(1).ok_or(Exceeded::Empty)?;
        Ok(())
    }
}
