//! One pass over a type: where the visitors are, what they were given, and who refused.

use serde::de::DeserializeSeed;

use super::{
    dial::Kind,
    error::SchemaErrorKind,
    plan::{Pick, Plan},
    probe::Probe,
    refusal::Refusal,
    shape::{Cursor, Head, Identity, NodeId, Shape, Slot},
    wire::Wire,
};

/// How deep values may be nested, so that no type overflows the stack. A struct in an `Option` in a variant takes four.
const MAX_DEPTH: usize = 128;
/// How many nodes a shape may have. A type that fans out at every level would otherwise take exponential time.
const MAX_NODES: usize = 20_000;
/// How many values may be made up, over all passes.
const MAX_STEPS: usize = 4_000_000;

/// Why there will be no schema.
#[derive(Debug)]
pub(super) struct Fatal {
    /// What can be done about it.
    pub(super) kind: SchemaErrorKind,
    /// Where it was found.
    pub(super) at: Cursor,
    /// What is wrong there, as the end of a sentence.
    pub(super) reason: String,
}

impl Fatal {
    /// A type that postcard cannot read.
    pub(super) fn unreadable(at: Cursor, reason: &str) -> Self {
        Self { kind: SchemaErrorKind::Unreadable, at, reason: reason.to_owned() }
    }

    /// A type that cannot be traced.
    pub(super) fn resists(at: Cursor, reason: &str) -> Self {
        Self { kind: SchemaErrorKind::Resists, at, reason: reason.to_owned() }
    }
}

/// The innermost place whose visitor, seed or conversion refused what it was given.
#[derive(Debug)]
pub(super) struct Blame {
    /// The place.
    pub(super) at: Cursor,
    /// The picks in it. All of them: the date types of `time` refuse only after they have read all their parts.
    pub(super) picks: Vec<Pick>,
    /// The ways out of recursive types that were being taken, in order.
    pub(super) exits: Vec<NodeId>,
    /// What the refusal said.
    pub(super) message: String,
}

/// A node that is being visited.
#[derive(Debug)]
struct Frame {
    /// The node.
    node: NodeId,
    /// Whether it is inside a type that occurs inside itself, where the shape is known already.
    exit: bool,
    /// Whether it has a pick.
    picked: bool,
}

/// What happened in a pass.
#[derive(Debug, Default)]
pub(super) struct Pass {
    /// The nodes that are being visited, from the outside in.
    frames: Vec<Frame>,
    /// The arms that were taken, in order.
    pub(super) picks: Vec<Pick>,
    /// What postcard would have read, and for which nodes.
    pub(super) wires: Vec<(Wire, NodeId)>,
    /// Who refused.
    pub(super) blame: Option<Blame>,
    /// Why there is nothing more to try.
    pub(super) fatal: Option<Fatal>,
    /// A variant that does not exist.
    pub(super) missing: Option<(NodeId, usize)>,
}

/// What the probes share.
#[derive(Debug, Default)]
pub(super) struct Tracer {
    /// What was seen of the type.
    pub(super) shape: Shape,
    /// What to try.
    pub(super) plan: Plan,
    /// The pass at hand.
    pub(super) pass: Pass,
    /// The values made up so far.
    steps: usize,
}

impl Tracer {
    /// Runs a seed at `at`. A conversion such as `try_from` refuses here, after its visitor was content.
    pub(super) fn seed<'de, S: DeserializeSeed<'de>>(&mut self, at: Cursor, seed: S) -> Result<S::Value, Refusal> {
        let start = self.pass.picks.len();
        let result = seed.deserialize(Probe::new(self, at));
        if let Err(refusal) = &result {
            self.blame(at, start, refusal);
        }
        result
    }

    /// Runs a visitor that goes on with the content of `node`.
    ///
    /// A refusal is blamed on the content as long as it has picks, and on the node itself otherwise.
    pub(super) fn inner<R>(
        &mut self,
        node: NodeId,
        visit: impl FnOnce(Probe<'_>) -> Result<R, Refusal>,
    ) -> Result<R, Refusal> {
        let start = self.pass.picks.len();
        let at = Cursor::inside(node, Slot::Inner);
        let result = visit(Probe::new(self, at));
        if let Err(refusal) = &result
            && self.pass.picks.len() > start
        {
            self.blame(at, start, refusal);
        }
        result
    }

    /// Runs a visitor as the node at `at`.
    pub(super) fn within<R>(
        &mut self,
        at: Cursor,
        head: Head,
        identity: Identity,
        visit: impl FnOnce(&mut Self, NodeId) -> Result<R, Refusal>,
    ) -> Result<R, Refusal> {
        let start = self.pass.picks.len();
        let node = self.enter(at, head, identity)?;
        let result = visit(self, node);
        if let Err(refusal) = &result {
            self.blame(at, start, refusal);
        }
        self.pass.frames.pop();
        result
    }

    /// Opens a frame at `at`.
    fn enter(&mut self, at: Cursor, head: Head, identity: Identity) -> Result<NodeId, Refusal> {
        let placed = self.place(at, head, identity);
        if let Err(refusal) = &placed {
            self.blame(at, self.pass.picks.len(), refusal);
        }
        placed.map(|frame| {
            let node = frame.node;
            self.pass.frames.push(frame);
            node
        })
    }

    /// Finds the node at `at`: a known one, a new one, or an ancestor of the same type.
    fn place(&mut self, at: Cursor, head: Head, identity: Identity) -> Result<Frame, Refusal> {
        self.check_limits(at)?;
        let inherited = self.in_exit();
        match self.ancestor(head, &identity) {
            Some((_, true)) => Err(Refusal::new("contains itself without end")),
            Some((node, false)) => {
                // On the way out of a recursive type, what looks like an ancestor may be a node that is known here.
                if !inherited {
                    self.settle(at, Head::Back(node), identity)?;
                }
                Ok(Frame { node, exit: true, picked: false })
            }
            None => {
                let node = self.settle(at, head, identity)?;
                Ok(Frame { node, exit: inherited, picked: false })
            }
        }
    }

    /// Keeps types from taking the stack, the memory or the day.
    fn check_limits(&mut self, at: Cursor) -> Result<(), Refusal> {
        self.steps += 1;
        if self.pass.frames.len() >= MAX_DEPTH {
            return Err(self.fail(Fatal::resists(at, "is nested too deeply")));
        }
        if self.steps > MAX_STEPS || self.shape.len() > MAX_NODES {
            return Err(self.fail(Fatal::resists(at, "is part of a type that is too large")));
        }
        Ok(())
    }

    /// The innermost node around that is of the same type, and whether it is a way out already.
    fn ancestor(&self, head: Head, identity: &Identity) -> Option<(NodeId, bool)> {
        let ends = matches!(head, Head::Leaf(_) | Head::Unit | Head::UnitStruct);
        let variant = *identity == Identity::variant();
        let same = |frame: &&Frame| {
            let node = self.shape.node(frame.node);
            node.is_some_and(|node| node.head == head && node.identity == *identity)
        };
        let found = self.pass.frames.iter().rev().find(same).filter(|_| !ends && !variant);
        found.map(|frame| (frame.node, frame.exit))
    }

    /// The node at `at`, which must be what it was in earlier passes.
    fn settle(&mut self, at: Cursor, head: Head, identity: Identity) -> Result<NodeId, Refusal> {
        let known = self.shape.len();
        match self.shape.settle(at, head, identity) {
            Some(node) => {
                if self.shape.len() > known {
                    self.plan.grow(head);
                }
                Ok(node)
            }
            None => Err(self.fail(Fatal::resists(at, "has a shape that depends on the value of something else"))),
        }
    }

    /// Chooses an arm for the node that is being visited.
    pub(super) fn pick(&mut self, node: NodeId) -> usize {
        let exit = self.in_exit();
        let arm = if exit { self.plan.choose_exit(node) } else { self.plan.choose(&self.shape, node) };
        self.pass.picks.push(Pick { node, arm, exit });
        if let Some(frame) = self.pass.frames.last_mut() {
            frame.picked = true;
        }
        arm
    }

    /// Notes what postcard would read at `node`.
    pub(super) fn read(&mut self, node: NodeId, wire: Wire) {
        self.pass.wires.push((wire, node));
    }

    /// Ends the tracing. The visitor gets a refusal, and may even swallow it.
    pub(super) fn fail(&mut self, fatal: Fatal) -> Refusal {
        let refusal = Refusal::new(&fatal.reason);
        self.pass.fatal.get_or_insert(fatal);
        refusal
    }

    /// Whether the shape is known here already, and only an end is looked for.
    fn in_exit(&self) -> bool {
        self.pass.frames.last().is_some_and(|frame| frame.exit)
    }

    /// Notes the first refusal of a pass: it comes from the innermost place. The picks from number `start` on are in it.
    #[cold]
    fn blame(&mut self, at: Cursor, start: usize, refusal: &Refusal) {
        if self.pass.blame.is_none() {
            let picks = self.pass.picks.get(start..).unwrap_or_default().to_vec();
            let exits = self.exits(&picks);
            self.pass.blame = Some(Blame { at, picks, exits, message: refusal.to_string() });
        }
    }

    /// The ways out that are being taken around here, and those that were taken in the refused place.
    fn exits(&self, refused: &[Pick]) -> Vec<NodeId> {
        let around = self.pass.frames.iter().filter(|frame| frame.exit && frame.picked).map(|frame| frame.node);
        let inside = refused.iter().filter(|pick| pick.exit).map(|pick| pick.node);
        let turns = |node: &NodeId| self.plan.dial(*node).is_some_and(|dial| dial.kind != Kind::Leaf);
        let mut exits: Vec<NodeId> = around.chain(inside).filter(turns).collect();
        exits.dedup();
        exits
    }
}
