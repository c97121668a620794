#![no_main]

use sealed_session_fuzz::{measured, targets::token::token};

libfuzzer_sys::fuzz_target!(|data: &[u8]| measured(token, data));
