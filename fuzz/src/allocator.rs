//! The system's allocator, which ends the process when a run takes more memory than it may.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// No single allocation may be larger.
const MAX_SINGLE: usize = 1024 * 1024;
/// Nor may a run hold more than this at once: nested lengths that each announce a lot.
const MAX_HELD: isize = 8 * 1024 * 1024;

pub struct Bounded;

thread_local! {
    /// Bytes that this thread's run holds; `None` outside of a run.
    static HELD: Cell<Option<isize>> = const { Cell::new(None) };
}

/// Runs `body` under the limits.
pub fn bounded(body: impl FnOnce()) {
    HELD.set(Some(0));
    body();
    HELD.set(None);
}

/// Counts a change of what is held.
fn count(taken: usize, given_back: usize) {
    let Ok(Some(held)) = HELD.try_with(Cell::get) else { return };
    let now = held + taken as isize - given_back as isize;
    if taken > MAX_SINGLE || now > MAX_HELD {
        // A panic reads debug information, which is large.
        if std::thread::panicking() {
            return;
        }
        HELD.set(None);
        eprintln!("finding: an allocation of {taken} bytes while the run held {held}");
        // A panic would be caught by a test harness; nothing may catch this.
        std::process::abort();
    }
    HELD.set(Some(now));
}

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Bounded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(0, layout.size());
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size, layout.size());
        unsafe { System.realloc(at, layout, size) }
    }
}
