//! Leaves nothing on the stack.

use zeroize::optimization_barrier;

/// More than deriving a key takes, also without optimisation.
const DEPTH: usize = 16 * 1024;

/// Runs `work`, which handles secrets, and writes over the stack that it used: values leave copies there when they are moved,
/// which nothing that is wiped when dropped can know of.
pub(crate) fn wiped<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    wipe();
    result
}

/// In a frame of its own, below that of the caller.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// In one stroke: byte by byte, it would take longer than what is done here between.
#[inline(never)]
fn wipe() {
    let space = [0_u8; DEPTH];
    optimization_barrier(&space);
}
