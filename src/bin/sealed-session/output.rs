//! What a command has to say: for people, or as JSON.

use std::fmt::{Display, Write as _};
use std::io::{ErrorKind, Write as _};

use serde::Serialize;
use zeroize::Zeroizing;

use crate::failure::{Exit, Failure};

/// The answer of a command, in both forms.
pub(crate) struct Answer {
    text: Zeroizing<String>,
    json: Zeroizing<String>,
    exit: Exit,
}

impl Answer {
    /// `data` shows itself to people by `Display`, without a line end, and to scripts by its fields.
    pub(crate) fn new<T: Display + Serialize>(data: &T, exit: Exit) -> Result<Self, Failure> {
        let json = serde_json::to_string_pretty(data)
            .map_err(|error| Failure::Refused(format!("cannot be shown as JSON: {error}")))?;
        Ok(Self { text: Zeroizing::new(data.to_string()), json: Zeroizing::new(json), exit })
    }

    /// Writes one of the forms to standard output.
    pub(crate) fn print(&self, json: bool) -> Result<Exit, Failure> {
        let form = if json { &self.json } else { &self.text };
        match writeln!(std::io::stdout(), "{}", **form) {
            Ok(()) => Ok(self.exit),
            // The reader has seen enough, as `head` does.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(self.exit),
            Err(error) => Err(Failure::Io(format!("standard output cannot be written: {error}"))),
        }
    }
}

/// Text from a file or a cookie, so that it cannot steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            control if control.is_control() => out.extend(control.escape_default()),
            visible => out.push(visible),
        }
    }
    out
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}
