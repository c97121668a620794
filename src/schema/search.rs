//! Which values to try together after a refusal.

use super::shape::NodeId;

/// How far down its list of arms each of several dials is turned at least.
const DEPTH: usize = 24;
/// How many attempts the rounds may take if they are to go further down than that.
const ATTEMPTS: usize = 1500;
/// A dial with no more arms than this is a switch.
const SWITCH: usize = 4;
/// How many positions of the switches are tried.
const POSITIONS: usize = 64;
/// How many combinations of first arms are tried at the end.
const PRODUCT: usize = 512;

/// One dial of a search.
#[derive(Debug)]
pub(super) struct Choice {
    /// Whose dial it is.
    pub(super) node: NodeId,
    /// The arm that stays while other dials are turned.
    pub(super) rest: usize,
    /// All arms that may work.
    pub(super) arms: Vec<usize>,
    /// Whether it is a leaf.
    pub(super) leaf: bool,
}

impl Choice {
    /// How many arms count as positions of a switch; one for a dial that is none.
    fn positions(&self) -> usize {
        if (1..=SWITCH).contains(&self.arms.len()) { self.arms.len() } else { 1 }
    }

    /// The arm that stays while other dials are turned, in that position of the switches.
    fn rest_in(&self, position: usize) -> usize {
        match (position, self.positions()) {
            (0, _) | (_, 1) => self.rest,
            (position, count) => self.arms.get(position % count).copied().unwrap_or(self.rest),
        }
    }
}

/// The combinations of arms for the nodes under one place.
///
/// A single dial is turned through all its arms. Several are turned one at a time and all together, a bit further in
/// every round. The rounds are repeated with every position of the switches (an `Option`, a `bool`, a small enum), for
/// "a minor has a guardian" and the like. At the end come all combinations of first arms.
#[derive(Debug)]
pub(super) struct Search {
    choices: Vec<Choice>,
    /// How many positions the switches have together.
    positions: usize,
    /// How far the dials are turned.
    rounds: usize,
    /// The number of the next attempt.
    attempt: usize,
}

impl Search {
    /// A search over these dials.
    pub(super) fn new(choices: Vec<Choice>) -> Self {
        let several = choices.len() > 1;
        let positions = choices.iter().map(Choice::positions).fold(1, usize::saturating_mul).min(POSITIONS);
        let positions = if several { positions } else { 1 };
        let longest = choices.iter().map(|choice| choice.arms.len()).max().unwrap_or_default();
        let depth = (ATTEMPTS / positions / (choices.len() + 1)).max(DEPTH);
        let rounds = if several { longest.min(depth) } else { longest };
        // Where all dials rest on their first arm, the first round is the combination that was just refused.
        let fresh = several && choices.iter().all(|choice| choice.arms.first() == Some(&choice.rest));
        let mut search = Self { choices, positions, rounds, attempt: 0 };
        if fresh {
            search.attempt = search.per_round();
        }
        search
    }

    /// The nodes that it sets.
    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.choices.iter().map(|choice| choice.node)
    }

    /// The next combination, if there is one left.
    pub(super) fn next(&mut self) -> Option<Vec<(NodeId, usize)>> {
        let per_round = self.per_round();
        let per_position = per_round * self.rounds;
        let turns = per_position * self.positions;
        loop {
            let attempt = self.attempt;
            self.attempt += 1;
            if attempt >= turns {
                return self.product(attempt - turns);
            }
            let (position, attempt) = (attempt / per_position, attempt % per_position);
            let arms = self.turned(position, attempt / per_round, attempt % per_round);
            if arms.is_some() {
                return arms;
            }
        }
    }

    /// The attempts in a round: every dial on its own, and then all together.
    fn per_round(&self) -> usize {
        match self.choices.len() {
            0 | 1 => 1,
            several => several + 1,
        }
    }

    /// Arm number `round` for the dial number `turn`, or for all leaves if there is no such dial.
    fn turned(&self, position: usize, round: usize, turn: usize) -> Option<Vec<(NodeId, usize)>> {
        let all = turn == self.choices.len();
        if !all && self.choices.get(turn).is_none_or(|choice| round >= choice.arms.len()) {
            return None;
        }
        let mut position = position;
        let mut arms = Vec::with_capacity(self.choices.len());
        for (n, choice) in self.choices.iter().enumerate() {
            let rest = choice.rest_in(position);
            position /= choice.positions();
            let turned = n == turn || (all && choice.leaf);
            let arm = choice.arms.get(round).filter(|_| turned);
            arms.push((choice.node, arm.copied().unwrap_or(rest)));
        }
        Some(arms)
    }

    /// Combination number `n` of the first arms of all dials.
    fn product(&self, n: usize) -> Option<Vec<(NodeId, usize)>> {
        let width = (2..=DEPTH).rev().find(|width| power(*width, self.choices.len()) <= PRODUCT)?;
        let mut rest = n;
        let mut arms = Vec::with_capacity(self.choices.len());
        for choice in &self.choices {
            let width = width.min(choice.arms.len()).max(1);
            arms.push((choice.node, choice.arms.get(rest % width).copied().unwrap_or(choice.rest)));
            rest /= width;
        }
        (self.choices.len() > 1 && rest == 0).then_some(arms)
    }
}

/// `base` to the power of `exponent`, or the largest number if that is larger.
fn power(base: usize, exponent: usize) -> usize {
    u32::try_from(exponent).map_or(usize::MAX, |exponent| base.saturating_pow(exponent))
}
