//! Room to seal a cookie in, before it is encoded: one buffer per thread, so that no request allocates one.

use std::cell::Cell;

thread_local!(static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) });

/// Lends the buffer, empty. What `work` leaves in it must be no secret.
pub(super) fn lend<R>(work: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    // A thread that is about to end has none any more, and neither has `work` inside `work`.
    let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
    buffer.clear();
    let result = work(&mut buffer);
    let _ = BUFFER.try_with(|kept| kept.set(buffer));
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_empty_and_has_room() {
        lend(|buffer| buffer.extend_from_slice(&[1; 999]));
        lend(|buffer| {
            assert!(buffer.is_empty() && buffer.capacity() >= 999);
            lend(|inner| assert_eq!(inner.capacity(), 0));
        });
    }
}
