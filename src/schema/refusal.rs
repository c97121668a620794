//! The error type of the probe.

use std::fmt::{self, Display, Write};

use serde::de;

/// A visitor would not take a made-up value, or the probe would not go on. The text is what the visitor said.
#[derive(Debug)]
pub(super) struct Refusal(String);

impl Refusal {
    /// A refusal by the probe itself.
    pub(super) fn new(reason: &str) -> Self {
        Self(reason.to_owned())
    }
}

impl Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl de::Error for Refusal {
    fn custom<T: Display>(message: T) -> Self {
        Self(text_of(&message))
    }
}

/// The text of `value`, as far as it goes: `to_string` would panic on a `Display` impl that fails.
pub(super) fn text_of(value: &dyn Display) -> String {
    let mut text = String::new();
    let _ = write!(text, "{value}");
    text
}
