#![no_main]

use sealed_session_fuzz::{measured, targets::record::record};

libfuzzer_sys::fuzz_target!(|data: &[u8]| measured(record, data));
