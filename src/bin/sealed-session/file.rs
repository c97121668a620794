//! The key file on disk: read, and replaced as a whole.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, PersistError};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::owner;

/// The text of a file.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, Failure> {
    fs::read_to_string(path).map(Zeroizing::new).map_err(|error| Failure::io(path, "cannot be read", error))
}

/// A key file that is about to be edited.
pub(crate) struct KeyFile {
    /// As it was given: what is shown, and what secret files are relative to.
    pub(crate) path: PathBuf,
    /// Behind all links.
    target: PathBuf,
    /// What it held. Nothing if there is no such file yet.
    before: Option<Zeroizing<String>>,
}

impl KeyFile {
    /// # Errors
    /// When it cannot be read, or is JSON: that has no comments, and its spelling would not survive an edit.
    pub(crate) fn existing(path: &Path) -> Result<Self, Failure> {
        refuse_json(path)?;
        let target = fs::canonicalize(path).map_err(|error| Failure::io(path, "cannot be read", error))?;
        let before = Some(read(&target)?);
        Ok(Self { path: path.to_owned(), target, before })
    }

    /// As [`KeyFile::existing`], or a file that is to be made.
    pub(crate) fn existing_or_new(path: &Path) -> Result<Self, Failure> {
        refuse_json(path)?;
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Ok(Self { path: path.to_owned(), target: path.to_owned(), before: None })
            }
            _ => Self::existing(path),
        }
    }

    pub(crate) fn text(&self) -> &str {
        self.before.as_deref().map_or("", String::as_str)
    }

    /// Puts `text` in place of what the file held: at once or not at all. Returns what an operator should know.
    pub(crate) fn replace(&self, text: &str) -> Result<Vec<String>, Failure> {
        let failed = |error| self.not_written(&error);
        let folder = folder_of(&self.target);
        let mut new = Builder::new().prefix(".sealed-session-").tempfile_in(folder).map_err(failed)?;
        new.write_all(text.as_bytes()).map_err(failed)?;
        let notes = match &self.before {
            None => Vec::new(),
            Some(_) => {
                let old = fs::metadata(&self.target).map_err(failed)?;
                owner::adopt(new.as_file(), &old).map_err(failed)?;
                owner::tighten(new.as_file(), &old).map_err(failed)?;
                notes(&old)
            }
        };
        new.as_file().sync_all().map_err(failed)?;
        self.put(new)?;
        // The new file is in place; whether the folder's entry survives a power cut is all that this adds.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(notes)
    }

    /// Renames the new file to its place, unless someone else has changed the old one meanwhile: a revocation must not get
    /// lost between two edits.
    fn put(&self, new: NamedTempFile) -> Result<(), Failure> {
        let failed = |error: PersistError| self.not_written(&error.error);
        match &self.before {
            None => new.persist_noclobber(&self.target).map(drop).map_err(failed),
            Some(before) if *before == read(&self.target)? => new.persist(&self.target).map(drop).map_err(failed),
            Some(_) => Err(Failure::io(&self.path, "was changed by someone else meanwhile", "nothing was written")),
        }
    }

    fn not_written(&self, error: &io::Error) -> Failure {
        let why = error.to_string();
        // `tempfile` names a file that nobody knows.
        let why = why.split(" at path ").next().unwrap_or_default();
        Failure::io(&self.path, "cannot be written, and is as it was", why)
    }
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn notes(old: &Metadata) -> Vec<String> {
    let note = |mode| format!("others could read the file (mode {mode}): it is for its owner alone now (0600)");
    owner::open_to_others(old).map(note).into_iter().collect()
}

fn refuse_json(path: &Path) -> Result<(), Failure> {
    if path.extension().is_none_or(|extension| extension != "json") {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "{}: JSON is read, but not edited: convert it to TOML ([[keys]] tables with the same fields), or edit it by hand \
         (a key is revoked by \"revoked\": true)",
        path.display()
    )))
}
