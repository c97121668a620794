//! Which arm to take at which node, from pass to pass.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    dial::{Dial, Kind},
    search::{Choice, Search},
    shape::{Cursor, Head, NodeId, Shape},
};

/// An arm that was taken in a pass.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pick {
    /// At which node.
    pub(super) node: NodeId,
    /// Which arm.
    pub(super) arm: usize,
    /// Whether a way out of a recursive type was looked for. Such picks count for nothing: the node has its own turn.
    pub(super) exit: bool,
}

/// Everything that was learned about a type, and what the pass at hand is to do.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// One per node.
    dials: Vec<Dial>,
    /// Whether a node or something inside it has a goal left.
    open: Vec<bool>,
    /// Whether some value was built.
    built: bool,
    /// The goal of a pass of its own. Without one, a pass reaches all goals that it can.
    goal: Option<(NodeId, usize)>,
    /// The arms on the way to the goal.
    forced: BTreeMap<NodeId, usize>,
    /// The arms that the searches set. A value settles them.
    trial: BTreeMap<NodeId, usize>,
    /// The searches that are under way, by the place that refused.
    searches: BTreeMap<Cursor, Search>,
}

impl Plan {
    /// Makes room for a new node.
    pub(super) fn grow(&mut self, head: Head) {
        self.dials.push(Dial::new(head));
    }

    /// The dial of a node.
    pub(super) fn dial(&self, id: NodeId) -> Option<&Dial> {
        self.dials.get(id.index())
    }

    /// The dial of a node, to turn it.
    pub(super) fn dial_mut(&mut self, id: NodeId) -> Option<&mut Dial> {
        self.dials.get_mut(id.index())
    }

    /// Decides what the next pass is for; false when everything was seen.
    pub(super) fn prepare(&mut self, shape: &Shape) -> bool {
        if self.goal.is_some() {
            return true;
        }
        self.survey(shape);
        if !self.built || self.open.first().is_some_and(|open| *open) {
            return true;
        }
        self.goal = shape.ids().find_map(|id| Some((id, self.dial(id)?.deferred_goal()?)));
        if let Some((node, arm)) = self.goal {
            self.force(shape, node, arm);
        }
        self.goal.is_some()
    }

    /// Finds out where there are goals left.
    fn survey(&mut self, shape: &Shape) {
        self.open = vec![false; shape.len()];
        // Children come after their parents.
        for id in shape.ids().rev() {
            let open = self.next_goal(shape, id).is_some() || self.leads_on(shape, id);
            if let Some(entry) = self.open.get_mut(id.index()) {
                *entry = open;
            }
        }
    }

    /// Whether a node without a choice has something open inside.
    fn leads_on(&self, shape: &Shape, id: NodeId) -> bool {
        let fixed = self.dial(id).is_some_and(|dial| dial.kind == Kind::Fixed);
        let mut children = shape.node(id).into_iter().flat_map(|node| node.children.values());
        fixed && children.any(|child| self.is_open(*child))
    }

    /// Whether a node has a goal or leads to one. One that was just found is not asked.
    fn is_open(&self, id: NodeId) -> bool {
        self.open.get(id.index()).copied().unwrap_or_default()
    }

    /// The first arm of a node that is a goal or leads to one.
    fn next_goal(&self, shape: &Shape, id: NodeId) -> Option<usize> {
        let dial = self.dial(id)?;
        let reaches = |arm: usize| {
            let open = |slot| shape.child(Cursor::inside(id, slot)).is_some_and(|child| self.is_open(child));
            dial.covers(arm) && dial.slots(arm).into_iter().any(open)
        };
        dial.goals().find_map(|goal| {
            let full = if dial.kind == Kind::Enum || goal > 0 { goal } else { dial.full() };
            if dial.wants(goal) { Some(goal) } else { reaches(full).then_some(full) }
        })
    }

    /// Forces all choices on the way to `arm` of `node`.
    fn force(&mut self, shape: &Shape, node: NodeId, arm: usize) {
        self.forced.insert(node, arm);
        let mut at = shape.node(node).map(|node| node.at);
        while let Some(Cursor { parent: Some(parent), slot }) = at {
            let dial = self.dial(parent);
            let way = dial.and_then(|dial| {
                let candidates = [dial.fallback(), dial.full()].into_iter().chain(dial.goals());
                candidates.into_iter().find(|arm| dial.slots(*arm).contains(&slot))
            });
            self.forced.extend(way.map(|arm| (parent, arm)));
            at = shape.node(parent).map(|node| node.at);
        }
    }

    /// The arm to take at a node.
    pub(super) fn choose(&self, shape: &Shape, id: NodeId) -> usize {
        let Some(dial) = self.dial(id) else { return 0 };
        let set = self.forced.get(&id).or_else(|| self.trial.get(&id)).copied();
        if let Some(arm) = set.filter(|arm| dial.allows(*arm)) {
            return arm;
        }
        let goal = if self.goal.is_none() { self.next_goal(shape, id) } else { None };
        goal.unwrap_or_else(|| dial.fallback())
    }

    /// The arm to take at a node inside a type that contains itself.
    pub(super) fn choose_exit(&self, id: NodeId) -> usize {
        let Some(dial) = self.dial(id) else { return 0 };
        let trial = self.trial.get(&id).copied().filter(|arm| dial.kind == Kind::Leaf && dial.allows(*arm));
        trial.unwrap_or_else(|| dial.exit_arm())
    }

    /// Notes that a value was built with these arms; false if it missed the goal of the pass, which cannot be missed.
    pub(super) fn commit(&mut self, picks: &[Pick]) -> bool {
        for pick in picks.iter().filter(|pick| !pick.exit) {
            if let Some(dial) = self.dial_mut(pick.node) {
                dial.cover(pick.arm);
            }
        }
        self.built = true;
        self.trial.clear();
        self.searches.clear();
        let reached = self.goal.is_none_or(|(node, arm)| self.dial(node).is_some_and(|dial| dial.covers(arm)));
        if reached {
            self.goal = None;
            self.forced.clear();
        }
        reached || self.renounce()
    }

    /// Gives up the goal of this pass if the shape is known without it.
    pub(super) fn renounce(&mut self) -> bool {
        let Some((node, arm)) = self.goal else { return false };
        let Some(dial) = self.dial_mut(node).filter(|dial| !dial.needs(arm)) else { return false };
        dial.refuse(arm);
        self.goal = None;
        self.forced.clear();
        self.trial.clear();
        self.searches.clear();
        true
    }

    /// Gives up, for good, an arm that was refused on its own; true if the node has another one to fall back on.
    pub(super) fn bury(&mut self, picks: &[Pick]) -> bool {
        let Some((pick, rest)) = picks.split_first() else { return false };
        if rest.iter().any(|other| other.node != pick.node) || self.forced.contains_key(&pick.node) {
            return false;
        }
        let Some(dial) = self.dial_mut(pick.node) else { return false };
        let lone = dial.kind == Kind::Leaf || (dial.kind != Kind::Enum && !pick.exit);
        if lone {
            dial.refuse(pick.arm);
        }
        lone && dial.base.is_some_and(|base| base != pick.arm)
    }

    /// Puts off the goals among the refused picks, one of which may be at fault; true if there were any.
    ///
    /// An arm of a node that never was part of a value is no such goal: there is nothing to fall back on.
    pub(super) fn defer(&mut self, picks: &[Pick]) -> bool {
        let mut deferred = false;
        for pick in picks.iter().filter(|pick| !pick.exit) {
            if self.goal.is_none()
                && !self.trial.contains_key(&pick.node)
                && let Some(dial) = self.dial_mut(pick.node)
                && dial.base.is_some_and(|base| base != pick.arm)
            {
                deferred |= dial.defer(pick.arm);
            }
        }
        deferred
    }

    /// Sets the nodes among the refused picks to the next combination of arms; false when there is none left.
    pub(super) fn search(&mut self, at: Cursor, picks: &[Pick]) -> bool {
        if !self.searches.contains_key(&at) {
            let choices = self.choices(picks);
            self.searches.insert(at, Search::new(choices));
        }
        let Some(search) = self.searches.get_mut(&at) else { return false };
        if let Some(arms) = search.next() {
            self.trial.extend(arms);
            return true;
        }
        for node in search.nodes().collect::<Vec<_>>() {
            self.trial.remove(&node);
        }
        false
    }

    /// The dials to turn after a refusal: first those that never were part of a value.
    ///
    /// Those that another search has found to go together are left out as long as there are others.
    fn choices(&self, picks: &[Pick]) -> Vec<Choice> {
        let settled: BTreeSet<NodeId> =
            self.searches.values().filter(|search| search.nodes().count() > 1).flat_map(Search::nodes).collect();
        let nodes: BTreeSet<NodeId> = picks.iter().filter(|pick| self.is_free(pick)).map(|pick| pick.node).collect();
        let mut free: Vec<NodeId> = nodes.difference(&settled).copied().collect();
        if free.is_empty() {
            free = nodes.into_iter().collect();
        }
        free.sort_by_key(|node| self.dial(*node).is_some_and(|dial| dial.base.is_some()));
        free.into_iter().filter_map(|node| self.choice(node)).collect()
    }

    /// Whether a search may turn the dial of that pick.
    fn is_free(&self, pick: &Pick) -> bool {
        let leaf = self.dial(pick.node).is_some_and(|dial| dial.kind == Kind::Leaf);
        (leaf || !pick.exit) && !self.forced.contains_key(&pick.node)
    }

    /// The dial of a node, for a search.
    fn choice(&self, node: NodeId) -> Option<Choice> {
        let dial = self.dial(node)?;
        let arms = (0..dial.arms).filter(|arm| dial.allows(*arm)).collect();
        Some(Choice { node, rest: dial.fallback(), arms, leaf: dial.kind == Kind::Leaf })
    }

    /// Looks for another way out of a recursive type: the last of these nodes that has another one takes it, and those
    /// after it start again.
    pub(super) fn retreat(&mut self, exits: &[NodeId]) -> bool {
        for (n, node) in exits.iter().enumerate().rev() {
            if self.dial_mut(*node).is_some_and(Dial::next_exit) {
                return true;
            }
            if let Some(dial) = self.dial_mut(*node).filter(|_| !exits.iter().take(n).any(|other| other == node)) {
                dial.exit = 0;
            }
        }
        false
    }
}
