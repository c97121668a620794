//! What the command line asks for.

use std::ffi::OsString;

/// Where sessions go that outgrow their cookie, unless `--store` says otherwise.
const STORE: &str = "sqlite://demo-sessions.db";

pub(crate) const USAGE: &str = "\
A small shop in your browser, with its session taken apart beside it.

Usage: cargo run --example demo -- [--store URL]

  --store URL    where sessions go that outgrow their cookie:
                 sqlite://demo-sessions.db   a file in the current folder; the default
                 memory://?max=64MiB         gone with the process
                 redis://…, postgres://…     and so on, built with --features redis
                 none                        nowhere: what outgrows the cookie is refused
  --help         this text

Environment:

  PORT           3000 by default; 0 takes any free port
  SESSION_KEYS   your keys, from `openssl rand -base64 32`; without, each run has a key of its own
  KEYS_FILE      keys from a file that may be edited; built with --features watch";

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Tell how the demo is used.
    Help,
    /// Serve the shop, with this store.
    Serve { store: String },
}

/// Reads the arguments, the program's name left out.
///
/// # Errors
/// A text with the usage in it. It does not quote the arguments: the URL of a store may hold a password.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Task, String> {
    let mut store = STORE.to_owned();
    let mut arguments = arguments.into_iter().map(OsString::into_string);
    while let Some(argument) = arguments.next() {
        let Ok(argument) = argument else {
            return Err(refuse("an argument is not UTF-8"));
        };
        store = match (argument.as_str(), argument.strip_prefix("--store=")) {
            ("--help" | "-h", _) => return Ok(Task::Help),
            ("--store", _) => match arguments.next() {
                Some(Ok(url)) => url,
                _ => return Err(refuse("--store needs a URL, or none")),
            },
            (_, Some(url)) => url.to_owned(),
            _ => return Err(refuse("an argument is unknown")),
        };
    }
    Ok(Task::Serve { store })
}

fn refuse(why: &str) -> String {
    format!("{why}\n\n{USAGE}")
}
