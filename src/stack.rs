//! Leaves nothing on the stack.

use std::hint::black_box;

use zeroize::Zeroize;

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

#[inline(never)]
fn wipe() {
    let mut space = [0_u8; DEPTH];
    black_box(&mut space).zeroize();
}
