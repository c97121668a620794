//! What can be typed.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use humantime::parse_duration;
use sealed_session::Timestamp;

use crate::moment;

const EXIT_CODES: &str = "\
Exit codes:
  0  done, and nothing is wrong
  1  refused, or a problem was found: a broken key file, a cookie that does not open
  2  wrong usage
  3  something could not be read or written

With --json, answers and errors are JSON objects, on standard output and standard error. Their fields stay as
they are; new ones may come. Times are RFC 3339 in UTC, durations are seconds, an error is {error, exit_code}.";

/// Makes, rotates and checks the keys of sealed-session, and shows what is in a cookie.
#[derive(Debug, Parser)]
#[command(name = "sealed-session", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(crate) struct Args {
    /// Answer in JSON, for scripts
    #[arg(long, global = true, display_order = 900)]
    pub(crate) json: bool,

    /// The time to go by, in place of the system's: RFC 3339, or seconds since 1970
    #[arg(long, global = true, hide = true, value_parser = moment::parse)]
    pub(crate) now: Option<Timestamp>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make keys, and take care of a key file
    #[command(subcommand, after_help = EXIT_CODES, disable_help_subcommand = true)]
    Keys(Keys),
    Open(Open),
    /// Run the security test vectors that are inside this program
    #[command(after_help = "\
Published vectors for every primitive (Wycheproof, NIST CAVP, the RFCs, C2SP), and those of wire format 1, run
through the code that seals and opens sessions.

JSON: {passed, holds, sources: [{source, file, cases, passed, failed: [case], skipped: [{reason, cases}]}]}")]
    Vectors {
        /// The accumulated million messages of XAES-256-GCM, too
        #[arg(long)]
        all: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Print a fresh secret: base64 of 32 random bytes
    #[command(after_help = "\
A terminal remembers what it showed, so there it wants --show.

Examples:
  sealed-session keys new > /run/secrets/session-key
  export SESSION_KEYS=$(sealed-session keys new)

JSON: {secret, id}")]
    New {
        /// Print it to a terminal, too
        #[arg(long)]
        show: bool,
    },

    /// Add a key that seals from now on
    #[command(after_help = "\
Makes the file if there is none. The other keys stay as they are and go on opening. Every machine that lacks the
new key refuses what is sealed under it, so for a fleet use `keys rotate`, which publishes the key ahead.

Example:
  sealed-session keys add --file keys.toml --label 2026-11

JSON: {file, added: {label, id, seal_from}, ending: [], revoked: [], notes: [text]}")]
    Add {
        #[command(flatten)]
        file: File,
        /// The key's name for people, in logs and reports
        #[arg(long)]
        label: String,
    },

    /// Add a key that takes over later, and end the keys before it
    #[command(after_help = "\
The new key opens at once and seals after the delay: the time in which every machine learns of it. The other keys
open until the last session under them has ended, so --keep is the idle timeout or, if it is longer, the longest
\"remember me\". Keys that end earlier, or that begin to seal after the new one, stay as they are.

Example:
  sealed-session keys rotate --file keys.toml --after 1h --keep 14d

JSON: {file, added: {label, id, seal_from}, ending: [{label, open_until}], revoked: [], notes: [text]}")]
    Rotate {
        #[command(flatten)]
        file: File,
        /// The delay until the new key seals, such as 1h
        #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
        after: Duration,
        /// How long the other keys go on opening after that, such as 14d
        #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
        keep: Duration,
        /// The new key's name for people [default: today's date]
        #[arg(long)]
        label: Option<String>,
    },

    /// Show what each key does, the newest first
    #[command(after_help = "\
States: pending (opens, seals later), sealing, opening (a newer key seals), ended, revoked.

Example:
  sealed-session keys list --file keys.toml --json | jq -r '.keys[] | select(.state == \"sealing\") | .label'

JSON: {file, keys: [{label, id, state, seal_from, open_until}]}")]
    List {
        #[command(flatten)]
        file: File,
    },

    /// Revoke a key: sessions under it end at once
    #[command(after_help = "\
Adds a fresh key in the same edit if no other one would seal. Works on a file that is broken otherwise too, says
so, and ends with 1, because an app that cannot load a file goes on with the keys it has.

Example:
  sealed-session keys revoke --file keys.toml 2026-11

JSON: {file, added: {label, id, seal_from} or null, ending: [], revoked: [label], notes: [text]}")]
    Revoke {
        #[command(flatten)]
        file: File,
        /// The key's label
        label: String,
    },

    /// Load a key file as an app would, and say what is wrong with it
    #[command(after_help = "\
An error is what keeps an app from loading the file or from sealing: exit code 1. A warning is what an operator
should know of (a key that can be deleted, one that takes over within a day, a file that others can read): exit
code 0, or 1 with --strict.

Example:
  sealed-session keys check --file keys.toml --strict

JSON: {file, findings: [{severity: error or warning, label, message, remedy}]}")]
    Check {
        #[command(flatten)]
        file: File,
        /// Count warnings as problems
        #[arg(long)]
        strict: bool,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct File {
    /// The key file: TOML, or JSON if its name ends in .json (which is read, and not edited)
    #[arg(long = "file", value_name = "FILE")]
    pub(crate) path: PathBuf,
}

/// Show what is in a cookie, or why it is refused
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads from standard input: a cookie value, a name=value pair, or whole Cookie and Set-Cookie lines. Several cookies
of the name are judged as the app does. The schema is shown and not judged: the tool does not know the app's types.

The outcome is opened, absent, or the reason of the refusal by its name in logs and counters: expired_idle,
expired_lifetime, not_yet_valid, unknown_key, ended_key, revoked_key, unknown_format, tampered (also: another
--name or --context), malformed, too_large, duplicate. All but opened end with 1.

Examples:
  sealed-session open --file keys.toml < cookie.txt
  pbpaste | sealed-session open --env SESSION_KEYS --name __Host-session --show-payload
  curl -si https://shop.example | sealed-session open --file keys.toml --json | jq .expires

JSON: {outcome, cookies, format, key_id, key_label, key_is_older, session, created, issued, expires, lifetime, idle,
own_limits, schema, payload_len}, null where unknown; with --show-payload also {payload, values}")]
pub(crate) struct Open {
    /// The key file
    #[arg(long, conflicts_with = "env")]
    pub(crate) file: Option<PathBuf>,
    /// The environment variable that holds the keys
    #[arg(long, default_value = "SESSION_KEYS", value_name = "VARIABLE")]
    pub(crate) env: String,
    /// The cookie's name
    #[arg(long, default_value = "__Host-session")]
    pub(crate) name: String,
    /// The app's context
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) context: String,
    /// Show the session's data: as hex, and the entries of a key-value session
    #[arg(long)]
    pub(crate) show_payload: bool,
    /// The app's lifetime of sessions
    #[arg(long, default_value = "14d", value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) lifetime: Duration,
    /// The app's idle timeout
    #[arg(long, default_value = "24h", value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) idle: Duration,
}
