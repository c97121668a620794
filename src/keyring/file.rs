//! Keys from a file.

use std::path::Path;

use super::{Keyring, KeyringConfig};
use crate::document;
use crate::error::Error;

impl Keyring {
    /// Reads the ring from a file: TOML, or JSON if its name ends in `.json`, in the shape of [`KeyringConfig`]. Secret files
    /// are relative to its folder.
    ///
    /// # Errors
    /// As for [`Keyring::from_config`]; also when the file cannot be read or is not of that shape. The text names the file,
    /// the key and the remedy, and never the secret.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::from_file_text(path, &document::read_text(path)?)
    }

    /// The ring that [`Keyring::from_file`] would read if the file at `path` held `text`: to try an edit before it is
    /// written.
    ///
    /// # Errors
    /// As for [`Keyring::from_file`].
    pub fn from_file_text(path: impl AsRef<Path>, text: &str) -> Result<Self, Error> {
        let path = path.as_ref();
        let config: KeyringConfig = document::parse(path, text)?;
        let place = |error: &Error| Error::new(error.kind().clone(), format!("{}: {error}", path.display()));
        config.ring(path.parent().unwrap_or(Path::new(""))).map_err(|error| place(&error))
    }
}
