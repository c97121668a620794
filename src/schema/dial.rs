//! What a node can be made to do, and which of it was seen to work.

use std::{collections::BTreeSet, ops::Range};

use super::{
    candidates::LENGTHS,
    shape::{Head, Slot},
};

/// The arm of an `Option` or a length that stands for nothing. Arm 0 is the ordinary one.
pub(super) const NOTHING: usize = 1;

/// Variants to look for in an enum that does not list them.
const UNLISTED_VARIANTS: usize = 64;

/// What the arms of a dial mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// There is nothing to choose.
    Fixed,
    /// One arm per candidate.
    Leaf,
    /// `Some` and `None`.
    Option,
    /// One arm per length of a sequence or map.
    Length,
    /// One arm per variant, by index.
    Enum,
}

/// The choice at one node. Its arms are numbered from 0.
#[derive(Debug)]
pub(super) struct Dial {
    /// What the arms mean.
    pub(super) kind: Kind,
    /// How many there are. An enum may turn out to have fewer than it lists, since aliases are listed too.
    pub(super) arms: usize,
    /// The first arm that was part of a value.
    pub(super) base: Option<usize>,
    /// The arm to take where the type occurs inside itself and an end must be found, counted in the order of
    /// [`Dial::exit_arm`].
    pub(super) exit: usize,
    /// Arms that were part of a value.
    covered: BTreeSet<usize>,
    /// Arms that can be left alone.
    refused: BTreeSet<usize>,
    /// Arms that do not go together with others, and have a pass of their own.
    deferred: BTreeSet<usize>,
}

impl Dial {
    /// The dial of a new node.
    pub(super) fn new(head: Head) -> Self {
        let (kind, arms) = match head {
            Head::Leaf(hint) => (Kind::Leaf, hint.candidates()),
            Head::Option => (Kind::Option, 2),
            Head::Seq | Head::Map => (Kind::Length, LENGTHS.len()),
            Head::Enum([]) => (Kind::Enum, UNLISTED_VARIANTS),
            Head::Enum(names) => (Kind::Enum, names.len()),
            _ => (Kind::Fixed, 0),
        };
        Self {
            kind,
            arms,
            base: None,
            exit: 0,
            covered: BTreeSet::new(),
            refused: BTreeSet::new(),
            deferred: BTreeSet::new(),
        }
    }

    /// The arms that are tried without being asked to: all variants, and of everything else the ordinary arm and the
    /// empty one.
    pub(super) fn goals(&self) -> Range<usize> {
        match self.kind {
            Kind::Enum => 0..self.arms,
            _ => 0..self.arms.min(NOTHING + 1),
        }
    }

    /// Whether `arm` is a goal that is still to be reached on the way.
    pub(super) fn wants(&self, arm: usize) -> bool {
        self.is_goal(arm) && !self.deferred.contains(&arm)
    }

    /// The first goal that is to be reached in a pass of its own.
    pub(super) fn deferred_goal(&self) -> Option<usize> {
        self.deferred.iter().copied().find(|arm| self.is_goal(*arm))
    }

    /// Whether `arm` is still to be reached.
    fn is_goal(&self, arm: usize) -> bool {
        self.goals().contains(&arm) && !self.covered.contains(&arm) && !self.refused.contains(&arm)
    }

    /// Whether `arm` hides a part of the shape that was never seen. Without it there is no schema.
    pub(super) fn needs(&self, arm: usize) -> bool {
        match self.kind {
            Kind::Enum => true,
            Kind::Option | Kind::Length => arm != NOTHING && self.base.is_none_or(|base| base == NOTHING),
            Kind::Fixed | Kind::Leaf => false,
        }
    }

    /// Whether `arm` was part of a value.
    pub(super) fn covers(&self, arm: usize) -> bool {
        self.covered.contains(&arm)
    }

    /// Whether `arm` exists and may work.
    pub(super) fn allows(&self, arm: usize) -> bool {
        arm < self.arms && !self.refused.contains(&arm)
    }

    /// The arm that was part of a value.
    pub(super) fn cover(&mut self, arm: usize) {
        self.base.get_or_insert(arm);
        self.covered.insert(arm);
    }

    /// Gives an arm up.
    pub(super) fn refuse(&mut self, arm: usize) {
        self.refused.insert(arm);
    }

    /// Puts off a goal; true if that is news.
    pub(super) fn defer(&mut self, arm: usize) -> bool {
        self.is_goal(arm) && self.deferred.insert(arm)
    }

    /// The arm to take when there is no goal: the one that worked before.
    pub(super) fn fallback(&self) -> usize {
        self.base.or_else(|| (0..self.arms).find(|arm| self.allows(*arm))).unwrap_or_default()
    }

    /// The arm under which the content of an `Option`, a sequence or a map is found.
    pub(super) fn full(&self) -> usize {
        let full = |arm: &usize| *arm != NOTHING && self.allows(*arm);
        self.base.filter(full).or_else(|| (0..self.arms).find(full)).unwrap_or_default()
    }

    /// Where the content of `arm` is.
    pub(super) fn slots(&self, arm: usize) -> Vec<Slot> {
        match self.kind {
            Kind::Enum => vec![Slot::Variant(arm)],
            Kind::Option if arm != NOTHING => vec![Slot::Inner],
            Kind::Length if arm != NOTHING => vec![Slot::Element, Slot::Key, Slot::Value],
            _ => Vec::new(),
        }
    }

    /// The arm for a way out of a recursive type: nothing where that is possible, and one variant after the other.
    pub(super) fn exit_arm(&self) -> usize {
        match self.kind {
            Kind::Enum => self.exit,
            Kind::Option | Kind::Length if self.exit == 0 => NOTHING,
            Kind::Option | Kind::Length => self.full(),
            Kind::Fixed | Kind::Leaf => self.fallback(),
        }
    }

    /// Moves on to the next way out, if there is one.
    pub(super) fn next_exit(&mut self) -> bool {
        let exits = match self.kind {
            Kind::Enum => self.arms,
            Kind::Option | Kind::Length => 2,
            Kind::Fixed | Kind::Leaf => 1,
        };
        let more = self.exit + 1 < exits;
        self.exit += usize::from(more);
        more
    }
}
