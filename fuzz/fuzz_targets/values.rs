#![no_main]

use sealed_session_fuzz::{measured, targets::values::values};

libfuzzer_sys::fuzz_target!(|data: &[u8]| measured(values, data));
