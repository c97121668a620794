//! What went wrong, in our words.
//!
//! What a server says about a statement may quote the record, so of that only the code is passed on. What it says about a
//! connection holds no record and no password, and is what an operator needs to read.

use super::{Engine, Table};
use crate::store::{StoreError, StoreErrorKind};

/// What an error of a server means for a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Meaning {
    /// There is no such table (or it is not in sight of this user).
    MissingTable,
    /// The table is not as the schema has it.
    OtherShape,
    /// No room on disk, or in the table.
    Full,
    /// The record is larger than the server takes.
    TooLarge,
    /// The server found its files damaged.
    Damaged,
    /// It took too long, or another statement was in the way.
    Blocked,
    /// The user may not do this.
    Forbidden,
    /// This server only answers questions: it is a replica, or told so.
    ReadOnly,
    /// Anything else.
    Other,
}

/// Why there is no connection.
pub(super) fn of_connecting<E: Engine>(error: sqlx::Error) -> StoreError {
    let remedy = match &error {
        sqlx::Error::Tls(_) if cfg!(feature = "tls") => {
            " (the URL says how far the server is to be checked, and by whose root)"
        }
        sqlx::Error::Tls(_) => " (TLS needs the feature `tls`)",
        _ => "",
    };
    let message = format!("no connection to {}: {error}{remedy}", E::NAME);
    StoreError::new(StoreErrorKind::Unavailable, message).with_source(error)
}

/// Why a statement failed.
pub(super) fn of_statement<E: Engine>(error: sqlx::Error, table: &Table) -> StoreError {
    use sqlx::Error::{ColumnDecode, ColumnIndexOutOfBounds, ColumnNotFound, Database, Decode, Io, TypeNotFound};
    match error {
        Database(error) => of_server(E::meaning(&*error), E::NAME, &E::code(&*error), table),
        ColumnDecode { .. } | ColumnIndexOutOfBounds { .. } | ColumnNotFound(_) | Decode(_) | TypeNotFound { .. } => {
            of_server(Meaning::OtherShape, E::NAME, "column of another type", table)
        }
        Io(error) => {
            let message = format!("the connection to {} broke: {error}", E::NAME);
            StoreError::new(StoreErrorKind::Unavailable, message).with_source(error)
        }
        _ => {
            let message = format!("the driver did not understand what {} answered; the connection was closed", E::NAME);
            StoreError::new(StoreErrorKind::Unavailable, message)
        }
    }
}

/// A missing table is `Unavailable`, not `Corrupt`: nothing that was stored is wrong, sessions are to be kept, and all is well
/// as soon as the table is there (or the URL names the right database).
pub(super) fn of_server(meaning: Meaning, engine: &str, code: &str, table: &Table) -> StoreError {
    use StoreErrorKind::{Corrupt, Full, TooLarge, Unavailable};
    let (kind, text) = match meaning {
        Meaning::MissingTable => (
            Unavailable,
            format!(
                "the table {table} is missing: call `prepare()` once, or run the SQL that `schema()` of the store returns"
            ),
        ),
        Meaning::OtherShape => (
            Corrupt,
            format!("the table {table} is not as `schema()` of the store has it: move it away, then call `prepare()`"),
        ),
        Meaning::Full => (Full, "there is no room for the record: free disk space on the server".to_owned()),
        Meaning::TooLarge => (
            TooLarge,
            "the record is larger than the server takes (max_allowed_packet, or the type of the column)".to_owned(),
        ),
        Meaning::Damaged => (Corrupt, format!("the server found the files of the table {table} damaged: see its log")),
        Meaning::Blocked => (Unavailable, "the statement took too long, or waited for another one".to_owned()),
        Meaning::Forbidden => (
            Unavailable,
            format!("the user may not use the table {table}: grant SELECT, INSERT, UPDATE and DELETE on it"),
        ),
        Meaning::ReadOnly => (Unavailable, "the server is read-only: name the primary in the URL".to_owned()),
        Meaning::Other => (Unavailable, "the statement failed; the log of the server says more".to_owned()),
    };
    StoreError::new(kind, format!("{engine}: {text} ({code})"))
}

/// Whether it is likely that other connections are broken, too: this one is, or the server is stopping.
pub(super) fn is_of_connection<E: Engine>(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => E::meaning(&**error) == Meaning::Other,
        error => matches!(error, sqlx::Error::Io(_)),
    }
}

/// Whether a statement failed for want of the table.
pub(in crate::store) fn is_missing_table<E: Engine>(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| E::meaning(error) == Meaning::MissingTable)
}
