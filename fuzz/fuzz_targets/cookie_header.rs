#![no_main]

use sealed_session_fuzz::{measured, targets::cookie_header::cookie_header};

libfuzzer_sys::fuzz_target!(|data: &[u8]| measured(cookie_header, data));
