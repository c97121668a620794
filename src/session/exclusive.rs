//! A mutex that says so when it is locked twice by one thread.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// A value that one closure at a time can use.
///
/// A plain `Mutex` would deadlock, silently, when a closure uses the session that it was called from. Here that is a
/// panic that says what to change.
pub(super) struct Exclusive<T> {
    /// The thread that is inside, 0 for none. A thread always sees its own store, so no ordering is needed.
    owner: AtomicUsize,
    value: Mutex<T>,
}

impl<T> Exclusive<T> {
    pub(super) fn new(value: T) -> Self {
        Self { owner: AtomicUsize::new(0), value: Mutex::new(value) }
    }

    /// # Panics
    /// When called from within a closure that runs inside `with` of the same value.
    pub(super) fn with<R>(&self, use_value: impl FnOnce(&mut T) -> R) -> R {
        let me = thread_token();
        assert!(
            self.owner.load(Ordering::Relaxed) != me,
            "a session was used inside a closure of its own `read` or `update`; use the closure's argument instead, or \
             let the closure return what you need"
        );
        // A handler that panicked may have left half a change behind, but never half a value: `T` is safe code.
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        self.owner.store(me, Ordering::Relaxed);
        // Declared after the guard, so dropped before it, also when the closure panics.
        let _inside = Inside(&self.owner);
        use_value(&mut value)
    }
}

struct Inside<'a>(&'a AtomicUsize);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// A number that no other living thread has.
fn thread_token() -> usize {
    thread_local!(static PLACE: u8 = const { 0 });
    PLACE.with(|place| ptr::from_ref(place).addr())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Arc;

    #[test]
    fn nesting_is_refused_and_leaves_it_usable() {
        let value = Exclusive::new(1);
        let nested = catch_unwind(AssertUnwindSafe(|| value.with(|_| value.with(|inner| *inner))));
        let text = *nested.unwrap_err().downcast::<&str>().unwrap();
        assert!(text.contains("use the closure's argument"), "{text}");
        assert_eq!(value.with(|inner| *inner), 1);
    }

    #[test]
    fn threads_take_turns() {
        let value = Arc::new(Exclusive::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1000).for_each(|_| value.with(|count| *count += 1)));
            }
        });
        assert_eq!(value.with(|count| *count), 4000);
    }
}
