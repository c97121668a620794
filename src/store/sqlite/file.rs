//! Making the file, and noticing when it is gone.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::OpenFlags;

use super::database::connect;
use super::failure::Failure;
use super::schema;
use super::settings::Settings;
use crate::random::Random;

/// Makes the file, readable to its owner alone. It is made under another name and appears complete, so neither a crash nor
/// a second process that does the same leaves half of one.
pub(super) fn create(settings: &Settings) -> Result<(), Failure> {
    let io = |error: io::Error| Failure::of_io("cannot be created", &error, settings);
    let draft = Draft::new(&settings.file).map_err(io)?;
    let drafted = Settings { file: draft.0.clone(), ..settings.clone() };
    let connection =
        connect(&drafted, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| Failure::of(&error, settings))?;
    schema::create(&connection)
        .and_then(|()| schema::use_log(&connection))
        .map_err(|error| Failure::of(&error, settings))?;
    connection.close().map_err(|(_, error)| Failure::of(&error, settings))?;
    draft.publish(&settings.file).map_err(io)
}

/// A file that is removed when dropped.
struct Draft(PathBuf);

impl Draft {
    fn new(file: &Path) -> io::Result<Self> {
        let number = Random::System.bytes().map(u64::from_be_bytes).map_err(io::Error::other)?;
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".new-{number:016x}"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&name)?;
        Ok(Self(name.into()))
    }

    /// Gives it its name, unless another file has that by now; then that one is meant.
    fn publish(&self, file: &Path) -> io::Result<()> {
        match fs::hard_link(&self.0, file) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            // A drive without hard links.
            Err(_) if !file.exists() => fs::rename(&self.0, file),
            linked => linked,
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Which file a path leads to.
#[derive(PartialEq, Eq)]
pub(super) struct Place {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    inode: u64,
}

impl Place {
    #[cfg(unix)]
    pub(super) fn of(file: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(file).ok().map(|data| Self { device: data.dev(), inode: data.ino() })
    }

    /// Elsewhere, an open file cannot be removed.
    #[cfg(not(unix))]
    pub(super) fn of(_: &Path) -> Option<Self> {
        None
    }
}
