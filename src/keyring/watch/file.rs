//! A key file as a source, with the secret files that it names.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::folders::Folders;
use super::signal::Signal;
use super::source::{Found, Marker, Reading, Source};
use crate::document;
use crate::error::{Error, ErrorKind};
use crate::keyring::{KeyConfig, KeyringConfig, SecretText};

/// The largest file that is read, in bytes: thousands of keys.
const MAX_LEN: u64 = 1 << 20;

pub(super) struct KeyFile {
    path: PathBuf,
    /// The secret files that were named last.
    secrets: Vec<PathBuf>,
    folders: Folders,
}

impl KeyFile {
    /// The file at this absolute path.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, secrets: Vec::new(), folders: Folders::default() }
    }
}

impl Source for KeyFile {
    fn listen(&mut self, signal: &Arc<Signal>, renew: bool) {
        let files = std::iter::once(&self.path).chain(&self.secrets).map(PathBuf::as_path);
        self.folders.follow(files, signal, renew);
    }

    /// Each file is read once, and the ring is made of those bytes alone: what is marked is what is taken.
    fn read(&mut self) -> Reading {
        let mut marker = Marker::default();
        let found = self.find(&mut marker).unwrap_or_else(|found| found);
        Reading { mark: marker.mark(), found }
    }
}

impl KeyFile {
    fn find(&mut self, marker: &mut Marker) -> Result<Found, Found> {
        let bytes = read_marked(&self.path, marker)
            .map_err(|error| Found::Unreadable(self.error(ErrorKind::Keyring, format!("cannot be read: {error}"))))?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| Found::Refused(self.error(ErrorKind::Keyring, "is not UTF-8 text")))?;
        let mut config: KeyringConfig = document::parse(&self.path, text).map_err(Found::Refused)?;
        self.read_secrets(&mut config, marker)?;
        let revoked = config.keys.iter().filter(|key| key.revoked).map(|key| key.label.clone()).collect();
        match config.ring(self.folder()) {
            Ok(keyring) => Ok(Found::Keys { keyring, revoked }),
            Err(error) => Err(Found::Refused(self.error(error.kind().clone(), &error))),
        }
    }

    /// Puts the content of the secret files in their place.
    fn read_secrets(&mut self, config: &mut KeyringConfig, marker: &mut Marker) -> Result<(), Found> {
        let mut problem = None;
        self.secrets.clear();
        for key in config.keys.iter_mut().filter(|key| key.secret.is_none() && key.secret_env.is_none()) {
            let Some(file) = key.secret_file.take() else { continue };
            let path = self.folder().join(file);
            match secret(&path, marker) {
                Ok(text) => key.secret = Some(text),
                // A revoked key needs none.
                Err(_) if key.revoked => {}
                Err(error) => problem = problem.or_else(|| Some(self.secret_error(key, &path, &error))),
            }
            self.secrets.push(path);
        }
        problem.map_or(Ok(()), |error| Err(Found::Unreadable(error)))
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    fn secret_error(&self, key: &KeyConfig, path: &Path, error: &io::Error) -> Error {
        let text = format!("key {:?}: its secret_file {} cannot be read: {error}", key.label, path.display());
        self.error(ErrorKind::Keyring, text)
    }

    fn error(&self, kind: ErrorKind, what: impl Display) -> Error {
        Error::new(kind, format!("{}: {what}", self.path.display()))
    }
}

fn secret(path: &Path, marker: &mut Marker) -> io::Result<SecretText> {
    let bytes = read_marked(path, marker)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| io::Error::other("it is not text"))?;
    Ok(SecretText::from(text.to_owned()))
}

/// Reads a file and adds what came of it to the mark.
fn read_marked(path: &Path, marker: &mut Marker) -> io::Result<Zeroizing<Vec<u8>>> {
    let read = read_bounded(path);
    match &read {
        Ok(bytes) => [b"read", bytes.as_slice()].map(|part| marker.add(part)),
        Err(error) => [b"unreadable", error.to_string().as_bytes()].map(|part| marker.add(part)),
    };
    read
}

fn read_bounded(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let metadata = fs::metadata(path)?;
    // A pipe would be waited for without end.
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    // The room is made beforehand, because a buffer that grows leaves copies of the secrets behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(metadata.len().min(MAX_LEN)).unwrap_or(0) + 1));
    File::open(path)?.take(MAX_LEN + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        0..=MAX_LEN => Ok(bytes),
        _ => Err(io::Error::other("it is larger than 1 MiB")),
    }
}
