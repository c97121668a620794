//! What is fuzzed: the body of each target, to be fed by the fuzzer or by the committed corpus.
//!
//! A finding is a panic: of the library, of an assertion of a target, of the allocator (an allocation over 1 MiB), or, under
//! the fuzzer alone, of the clock (a run over 50 ms).

mod allocator;
mod clock;
pub mod data;
pub mod format;
pub mod site;
pub mod targets;

use allocator::Bounded;
pub use allocator::bounded;

#[global_allocator]
static ALLOCATOR: Bounded = Bounded;

/// A target's body.
pub type Target = fn(&[u8]);

/// Every target, with the name of its corpus.
pub const TARGETS: [(&str, Target); 6] = [
    ("cookie_header", targets::cookie_header::cookie_header),
    ("key_config", targets::key_config::key_config),
    ("plaintext", targets::plaintext::plaintext),
    ("record", targets::record::record),
    ("token", targets::token::token),
    ("values", targets::values::values),
];

/// One run under the fuzzer: bounded in memory and in time.
pub fn measured(target: Target, data: &[u8]) {
    clock::limited(|| bounded(|| target(data)));
}
