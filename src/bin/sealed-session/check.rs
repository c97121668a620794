//! The command `keys check`: what is wrong with a key file, and what will be.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use sealed_session::{KeyReport, KeyState, Keyring, Timestamp};
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::file;
use crate::list;
use crate::moment;
use crate::output::{Answer, printable};
use crate::owner;

/// A key that takes over sooner than this is worth a word.
const SOON: Duration = Duration::from_secs(24 * 60 * 60);

/// Loads the file as an app would, and says what an operator should know.
pub(crate) fn run(path: &Path, strict: bool, now: Timestamp) -> Result<Answer, Failure> {
    let text = file::read(path)?;
    let mut findings = match Keyring::from_file_text(path, &text) {
        Ok(keyring) => of_keys(&keyring, &list::revoked(path, &text), now),
        Err(error) => vec![Finding::new(Severity::Error, None, error.to_string(), None)],
    };
    findings.extend(of_mode(path)?);
    let check = Check { file: path.display().to_string(), findings };
    let fails = |finding: &Finding| strict || finding.severity == Severity::Error;
    let exit = if check.findings.iter().any(fails) { Exit::Problem } else { Exit::Fine };
    Answer::new(&check, exit)
}

fn of_mode(path: &Path) -> Result<Option<Finding>, Failure> {
    let metadata = fs::metadata(path).map_err(|error| Failure::io(path, "cannot be read", error))?;
    let finding = |mode| {
        let remedy = format!("chmod 600 {}", path.display());
        Finding::new(Severity::Warning, None, format!("others have access to the file (mode {mode})"), Some(remedy))
    };
    Ok(owner::open_to_others(&metadata).map(finding))
}

fn of_keys(keyring: &Keyring, revoked: &[String], now: Timestamp) -> Vec<Finding> {
    let keys = keyring.report(now, Duration::ZERO);
    let mut findings: Vec<_> = keys.iter().filter_map(|key| of_key(key, now)).collect();
    let known = |label: &str| keys.iter().any(|key| key.label.as_deref() == Some(label));
    findings.extend(revoked.iter().filter(|label| !known(label)).map(|label| unreadable(label)));
    findings.extend(of_succession(&keys, now));
    findings
}

fn of_key(key: &KeyReport, now: Timestamp) -> Option<Finding> {
    let warn = |message, remedy: &str| {
        Some(Finding::new(Severity::Warning, key.label.as_deref(), message, Some(remedy.into())))
    };
    match (key.state, key.seal_from, key.open_until) {
        (KeyState::Ended, _, Some(until)) => {
            warn(format!("it ended {}, and nothing opens under it", moment::relative(until, now)), "delete it")
        }
        (KeyState::Pending, Some(from), _) if from <= moment::plus(now, SOON) => {
            let message = format!("it takes over {}, at {}", moment::relative(from, now), moment::show(from));
            warn(message, "make sure that every machine has it by then")
        }
        (KeyState::Sealing, Some(from), _) if from > now => {
            let message = format!("it seals before its time ({}), because no other key may", moment::show(from));
            warn(message, "if that is not meant, look at the other keys")
        }
        _ => None,
    }
}

fn unreadable(label: &str) -> Finding {
    let message =
        "it is revoked, and its secret cannot be read: its cookies are refused as unknown_key and stay in browsers";
    Finding::new(Severity::Warning, Some(label), message.into(), Some("give its secret back, or delete it".into()))
}

/// Whether some key seals, and goes on doing so.
fn of_succession(keys: &[KeyReport], now: Timestamp) -> Option<Finding> {
    let remedy = Some("add one with `keys add`".to_owned());
    let live = || keys.iter().filter(|key| !matches!(key.state, KeyState::Ended | KeyState::Revoked));
    if live().next().is_none() {
        let message = "no key seals: sessions cannot be saved, and every save answers 503".to_owned();
        return Some(Finding::new(Severity::Error, None, message, remedy));
    }
    let ends: Option<Vec<Timestamp>> = live().map(|key| key.open_until).collect();
    let last = ends?.into_iter().max()?;
    let message =
        format!("every key ends: none seals from {} on ({})", moment::show(last), moment::relative(last, now));
    Some(Finding::new(Severity::Warning, None, message, remedy))
}

#[derive(Serialize)]
struct Check {
    file: String,
    findings: Vec<Finding>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Error,
    Warning,
}

#[derive(Serialize)]
struct Finding {
    severity: Severity,
    /// The key's, where it is about one key.
    label: Option<String>,
    message: String,
    /// What to do, where `message` does not say it.
    remedy: Option<String>,
}

impl Finding {
    fn new(severity: Severity, label: Option<&str>, message: String, remedy: Option<String>) -> Self {
        Self { severity, label: label.map(str::to_owned), message, remedy }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.findings.is_empty() {
            return write!(f, "{}: nothing is wrong", self.file);
        }
        for (position, finding) in self.findings.iter().enumerate() {
            f.write_str(if position == 0 { "" } else { "\n" })?;
            write!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.severity == Severity::Error { "error: " } else { "warning: " })?;
        self.label.iter().try_for_each(|label| write!(f, "key {:?}: ", printable(label)))?;
        f.write_str(&self.message)?;
        self.remedy.iter().try_for_each(|remedy| write!(f, ": {remedy}"))
    }
}
