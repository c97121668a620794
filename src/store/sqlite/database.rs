//! The open file.

use std::fs;

use rusqlite::{Connection, OpenFlags};

use super::failure::Failure;
use super::file;
use super::file::Place;
use super::schema::{self, Owner};
use super::settings::Settings;
use crate::store::StoreErrorKind;

/// A write-ahead log that had to grow, because somebody read for long, is cut to this many bytes afterwards.
const LOG_LIMIT: i64 = 16 << 20;

pub(super) struct Database {
    connection: Connection,
    settings: Settings,
    place: Option<Place>,
}

impl Database {
    /// Opens the file, and creates it if there is none. One of another program is not touched.
    pub(super) fn open(settings: &Settings) -> Result<Self, Failure> {
        let failure = |error: rusqlite::Error| Failure::of(&error, settings);
        if !settings.file.exists() {
            file::create(settings)?;
        }
        let owner = owner(settings)?;
        if let Owner::Other(what) = owner {
            let message = format!("{} is {what}: name another file", settings.file.display());
            return Err(Failure::new(StoreErrorKind::Corrupt, message));
        }
        let place = Place::of(&settings.file);
        let connection = connect(settings, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failure)?;
        if matches!(owner, Owner::Nobody) {
            schema::create(&connection).map_err(failure)?;
        }
        if schema::use_log(&connection).map_err(failure)? {
            configure(&connection, settings).map_err(failure)?;
            return Ok(Self { connection, settings: settings.clone(), place });
        }
        let message = format!(
            "{} is on a drive that SQLite's log cannot work on: move it to a local one",
            settings.file.display()
        );
        Err(Failure::new(StoreErrorKind::Unavailable, message))
    }

    pub(super) const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Whether the file is still where it was. If somebody removed or replaced it, what is written to it is lost.
    pub(super) fn is_in_place(&self) -> bool {
        self.place == Place::of(&self.settings.file)
    }
}

/// Looks without a right to write: SQLite would repair and tidy up even what is not ours.
fn owner(settings: &Settings) -> Result<Owner, Failure> {
    let size = fs::metadata(&settings.file).map_err(|error| Failure::of_io("cannot be read", &error, settings))?.len();
    let owner = connect(settings, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(|connection| schema::owner(&connection));
    match owner.map_err(|error| Failure::of(&error, settings))? {
        // What is shorter than a page counts as empty for SQLite, which would overwrite it.
        Owner::Nobody if size > 0 => Ok(Owner::Other("no database")),
        owner => Ok(owner),
    }
}

pub(super) fn connect(settings: &Settings, access: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(&settings.file, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(settings.busy_timeout)?;
    Ok(connection)
}

fn configure(connection: &Connection, settings: &Settings) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", if settings.synchronous_full { "FULL" } else { "NORMAL" })?;
    connection.pragma_update_and_check(None, "journal_size_limit", LOG_LIMIT, |_| Ok(()))?;
    if let Some(max) = settings.max {
        let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = i64::try_from(max).unwrap_or(i64::MAX) / page.max(1);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(())
}
