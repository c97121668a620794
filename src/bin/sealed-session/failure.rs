//! How a command ends: its exit code, and why it did not do what was asked.

use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

/// The exit codes. They are documented in `--help` and do not change. 2 is clap's own, for wrong usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, and nothing is wrong.
    Fine = 0,
    /// Refused, or a problem was found.
    Problem = 1,
    /// Something could not be read or written.
    Io = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why nothing was done. The text never holds a secret.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The tool will not do it, or found that it cannot work.
    Refused(String),
    /// The system did not let it.
    Io(String),
}

impl Failure {
    /// What the system said about a file.
    pub(crate) fn io(path: &Path, what: &str, error: impl Display) -> Self {
        Self::Io(format!("{}: {what}: {error}", path.display()))
    }

    /// The same, about this file.
    pub(crate) fn of(self, path: &Path) -> Self {
        let placed = |text| format!("{}: {text}", path.display());
        match self {
            Self::Refused(text) => Self::Refused(placed(text)),
            Self::Io(text) => Self::Io(placed(text)),
        }
    }

    /// Says so on standard error.
    pub(crate) fn print(&self, json: bool) -> Exit {
        let (exit, error) = match self {
            Self::Refused(text) => (Exit::Problem, text),
            Self::Io(text) => (Exit::Io, text),
        };
        match serde_json::to_string(&Told { error, exit_code: exit as u8 }) {
            Ok(told) if json => eprintln!("{told}"),
            _ => eprintln!("error: {error}"),
        }
        exit
    }
}

/// A failure as `--json` tells it.
#[derive(Serialize)]
struct Told<'a> {
    error: &'a str,
    exit_code: u8,
}

impl From<sealed_session::Error> for Failure {
    fn from(error: sealed_session::Error) -> Self {
        Self::Refused(error.to_string())
    }
}
