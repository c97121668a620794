#![no_main]

use sealed_session_fuzz::{measured, targets::plaintext::plaintext};

libfuzzer_sys::fuzz_target!(|data: &[u8]| measured(plaintext, data));
