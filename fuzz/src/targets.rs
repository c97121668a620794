//! One module a target.

pub mod cookie_header;
pub mod key_config;
pub mod plaintext;
pub mod record;
pub mod token;
pub mod values;
