//! The command `keys list`.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use sealed_session::{KeyReport, Keyring, KeyringConfig, Timestamp};
use serde::Serialize;

use crate::failure::{Exit, Failure};
use crate::file;
use crate::moment;
use crate::output::{Answer, printable};

/// What each key of the file does at `now`.
pub(crate) fn run(path: &Path, now: Timestamp) -> Result<Answer, Failure> {
    let text = file::read(path)?;
    let keyring = Keyring::from_file_text(path, &text)?;
    let mut keys: Vec<Row> = keyring.report(now, Duration::ZERO).into_iter().map(Row::from).collect();
    let shown = |label: &str| keys.iter().any(|key| key.label.as_deref() == Some(label));
    let unreadable: Vec<Row> =
        revoked(path, &text).into_iter().filter(|label| !shown(label)).map(Row::revoked).collect();
    keys.extend(unreadable);
    Answer::new(&List { file: path.display().to_string(), keys }, Exit::Fine)
}

/// The labels of the revoked keys. A keyring does not have those whose secret cannot be read.
pub(crate) fn revoked(path: &Path, text: &str) -> Vec<String> {
    let config: Option<KeyringConfig> = match path.extension() {
        Some(extension) if extension == "json" => serde_json::from_str(text).ok(),
        _ => toml::from_str(text).ok(),
    };
    config.unwrap_or_default().keys.into_iter().filter(|key| key.revoked).map(|key| key.label).collect()
}

#[derive(Serialize)]
struct List {
    file: String,
    keys: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    label: Option<String>,
    id: Option<String>,
    state: String,
    seal_from: Option<String>,
    open_until: Option<String>,
}

impl From<KeyReport> for Row {
    fn from(key: KeyReport) -> Self {
        Self {
            label: key.label,
            id: Some(key.id.to_string()),
            state: key.state.to_string(),
            seal_from: key.seal_from.map(moment::show),
            open_until: key.open_until.map(moment::show),
        }
    }
}

impl Row {
    /// A revoked key of which only the label is known.
    fn revoked(label: String) -> Self {
        Self { label: Some(label), id: None, state: "revoked".to_owned(), seal_from: None, open_until: None }
    }

    fn cells(&self) -> [String; 5] {
        let cell = |text: &Option<String>| text.as_deref().map_or_else(|| "-".to_owned(), printable);
        [cell(&self.label), cell(&self.id), self.state.clone(), cell(&self.seal_from), cell(&self.open_until)]
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<_> = self.keys.iter().map(Row::cells).collect();
        let width = rows.iter().map(|[label, ..]| label.chars().count()).fold("LABEL".len(), usize::max);
        let time = "2026-11-20T00:00:00Z".len();
        write!(f, "{:width$}  {:8}  {:7}  {:time$}  OPEN UNTIL", "LABEL", "ID", "STATE", "SEAL FROM")?;
        for [label, id, state, seal_from, open_until] in rows {
            write!(f, "\n{label:width$}  {id:8}  {state:7}  {seal_from:time$}  {open_until}")?;
        }
        Ok(())
    }
}
