//! The tables, and whose file it is.

use rusqlite::Connection;

/// Says in the file's header that it is ours.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"sSes");
/// Which shape the tables have.
const SHAPE: i32 = 1;

/// Not `WITHOUT ROWID`: that takes more than twice the room for records of 1 to 2 kB, and is slower for all of them. The small
/// columns come before the bytes, so that they are read without them.
const TABLES: &str = "
    CREATE TABLE record (
        key BLOB NOT NULL PRIMARY KEY,
        expires INTEGER NOT NULL,
        version INTEGER NOT NULL,
        data BLOB NOT NULL
    ) STRICT;
    CREATE INDEX record_expires ON record (expires);
";

/// Whose file it is.
pub(super) enum Owner {
    Us,
    /// It is empty.
    Nobody,
    Other(&'static str),
}

pub(super) fn owner(connection: &Connection) -> rusqlite::Result<Owner> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    if number("application_id")? == APPLICATION_ID {
        let known = number("user_version")? == SHAPE;
        return Ok(if known { Owner::Us } else { Owner::Other("the store of another version of sealed-session") });
    }
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    Ok(if pages == 0 { Owner::Nobody } else { Owner::Other("a database of another program") })
}

/// Creates the tables in an empty file, unless another process was faster.
pub(super) fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let created = create_once(connection).and_then(|()| connection.execute_batch("COMMIT"));
    if created.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    created
}

fn create_once(connection: &Connection) -> rusqlite::Result<()> {
    // A page exists by now, so what counts is whether there are tables.
    if !connection.prepare("SELECT 1 FROM sqlite_schema")?.exists([])? {
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.pragma_update(None, "user_version", SHAPE)?;
        connection.execute_batch(TABLES)?;
    }
    Ok(())
}

/// Turns the write-ahead log on, which the file then remembers. Says whether the drive can do that.
pub(super) fn use_log(connection: &Connection) -> rusqlite::Result<bool> {
    connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))
        .map(|mode| mode == "wal")
}
