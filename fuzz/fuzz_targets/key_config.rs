#![no_main]

use sealed_session_fuzz::{measured, targets::key_config::key_config};

libfuzzer_sys::fuzz_target!(|data: &[u8]| measured(key_config, data));
