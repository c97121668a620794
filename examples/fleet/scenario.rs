//! What all runs have in common, and what differs: how far ahead the operator publishes, and what goes wrong.

/// Fleet time: milliseconds since the run began, by a clock that no machine has.
pub(crate) type Millis = u64;

pub(crate) const SECOND: Millis = 1000;
pub(crate) const MINUTE: Millis = 60 * SECOND;

/// The layers' timeouts.
pub(crate) const IDLE: Millis = 30 * MINUTE;
pub(crate) const LIFETIME: Millis = 120 * MINUTE;
/// How far a machine's clock is off, at most, either way. The crate allows for clocks that differ by a minute.
pub(crate) const SKEW: Millis = 30 * SECOND;
/// How long a machine takes to read a new ring, at most.
pub(crate) const RELOAD: Millis = 5 * MINUTE;
/// How long a machine that crashed is away, at most.
pub(crate) const DOWN: Millis = 30 * SECOND;
/// The longest it takes until a machine has a new ring for good: it crashes at the last moment, and comes back with the old
/// one.
pub(crate) const SLOWEST: Millis = RELOAD + DOWN + RELOAD;
/// Of so many machines, one crashes while a new ring is on its way.
pub(crate) const ONE_CRASH_IN: u32 = 10;

/// Rotations in a run.
pub(crate) const ROTATIONS: u64 = 3;

/// How large a fleet is, and how many use it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) machines: usize,
    pub(crate) browsers: usize,
}

/// How an operator rotates.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// From publishing a key to its `seal_from`.
    pub(crate) ahead: Millis,
    /// Machines also crash after the new key began to seal, and still come back with the ring of before.
    pub(crate) relapses: bool,
    /// How long before the report calls it safe the old key is taken out.
    pub(crate) hurry: Millis,
}

/// Longer than the slowest machine needs, and than the fastest clock is early.
pub(crate) const AHEAD: Scenario =
    Scenario { name: "published ahead", ahead: SLOWEST + SKEW + SECOND, relapses: false, hurry: 0 };

/// Longer than some machines need, shorter than others do.
pub(crate) const BARELY_AHEAD: Scenario = Scenario { name: "ahead by 2 minutes", ahead: 2 * MINUTE, ..AHEAD };

/// Not published ahead.
pub(crate) const AT_ONCE: Scenario = Scenario { name: "sealing at once", ahead: 0, ..AHEAD };

/// Published ahead, and a machine's disk image has the ring of before.
pub(crate) const RELAPSE: Scenario = Scenario { name: "ahead, old ring back", relapses: true, ..AHEAD };

/// Published ahead, and the old key is taken out before it is safe, by little more than the crate allows for clocks.
pub(crate) const HURRY: Scenario = Scenario { name: "ahead, dropped early", hurry: 2 * MINUTE, ..AHEAD };
