//! Keys from a file: TOML, or JSON by its extension.

use std::path::Path;

use zeroize::Zeroizing;

use super::{Keyring, KeyringConfig};
use crate::error::{Error, ErrorKind};

impl Keyring {
    /// Reads the ring from a file: TOML, or JSON if its name ends in `.json`, in the shape of [`KeyringConfig`]. Secret files
    /// are relative to its folder.
    ///
    /// # Errors
    /// As for [`Keyring::from_config`]; also when the file cannot be read or is not of that shape. The text names the file,
    /// the key and the remedy, and never the secret.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|error| Error::new(ErrorKind::Keyring, format!("{}: cannot be read: {error}", path.display())))?;
        Self::from_file_text(path, &text)
    }

    /// The ring that the file at `path` holds, whose content is `text`.
    pub(crate) fn from_file_text(path: &Path, text: &str) -> Result<Self, Error> {
        let place = |error: &Error| Error::new(error.kind().clone(), format!("{}: {error}", path.display()));
        let config = KeyringConfig::parse(text, path.extension().is_some_and(|extension| extension == "json"));
        let folder = path.parent().unwrap_or(Path::new(""));
        config.and_then(|config| config.ring(folder)).map_err(|error| place(&error))
    }
}

impl KeyringConfig {
    /// Reads TOML or JSON.
    pub(super) fn parse(text: &str, json: bool) -> Result<Self, Error> {
        // Neither parser's own text is shown as it is: TOML's quotes the line, which may hold a secret.
        let problem = |what: &str, line: usize| Error::new(ErrorKind::Keyring, format!("line {line}: {what}"));
        if json {
            return serde_json::from_str(text).map_err(|error| {
                let text = error.to_string();
                problem(text.split(" at line ").next().unwrap_or_default(), error.line())
            });
        }
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            problem(error.message(), before.matches('\n').count() + 1)
        })
    }
}
