//! Runs the tool in a folder of its own.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use sealed_session::Key;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// 2026-11-20T12:00:00Z.
pub(crate) const NOW: u64 = 1_795_176_000;
pub(crate) const HOUR: u64 = 3600;
pub(crate) const DAY: u64 = 24 * HOUR;

pub(crate) fn tool() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sealed-session"))
}

/// Base64 of a key that is always the same.
pub(crate) fn secret(name: &str) -> String {
    Key::from_bytes(Sha256::digest(name).into()).unwrap().expose_base64().to_string()
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn of(command: &mut Command, input: &str) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A tool that refuses before it reads closes the pipe.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A folder with key files.
pub(crate) struct Folder(pub(crate) TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// With a key file.
    pub(crate) fn with(text: &str) -> Self {
        let folder = Self::new();
        folder.write("keys.toml", text);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn keys(&self) -> String {
        fs::read_to_string(self.path("keys.toml")).unwrap()
    }

    /// Runs the tool on `keys.toml`, at [`NOW`]. No secret that is in the file before or afterwards may be said.
    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> Run {
        self.run_at(NOW, line)
    }

    #[track_caller]
    pub(crate) fn run_at(&self, now: u64, line: &str) -> Run {
        self.run_in(now, line, "")
    }

    #[track_caller]
    pub(crate) fn run_in(&self, now: u64, line: &str, input: &str) -> Run {
        let before = self.secrets();
        let mut command = tool();
        command.current_dir(self.0.path()).args(["--now", &now.to_string()]).args(line.split(' '));
        let run = Run::of(&mut command, input);
        for secret in before.iter().chain(&self.secrets()) {
            assert!(!run.out.contains(secret) && !run.err.contains(secret), "a secret is shown: {run:?}");
        }
        run
    }

    fn secrets(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("keys.toml")).unwrap_or_default();
        let found = text.split("secret = \"").skip(1).filter_map(|rest| rest.split('"').next());
        found.filter(|secret| !secret.is_empty()).map(str::to_owned).collect()
    }
}

/// `text` with the secrets that are not by [`secret`] of one of these names replaced.
pub(crate) fn masked(text: &str, known: &[&str]) -> String {
    let known: Vec<_> = known.iter().map(|name| secret(name)).collect();
    let mut parts = text.split("secret = \"");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (value, rest) = part.split_once('"').unwrap();
        let shown = if known.iter().any(|known| known == value) { value } else { "FRESH" };
        out += &format!("secret = \"{shown}\"{rest}");
    }
    out
}
