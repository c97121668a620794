//! What SQLite's errors mean to callers.

use std::io;
use std::time::Duration;

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

use super::settings::Settings;
use crate::store::{StoreError, StoreErrorKind};

/// Why calls failed. Unlike a [`StoreError`] it can be given to several callers.
pub(super) struct Failure {
    kind: StoreErrorKind,
    message: String,
    spares_the_connection: bool,
}

impl Failure {
    pub(super) fn of(error: &rusqlite::Error, settings: &Settings) -> Self {
        let file = settings.file.display();
        let code = error.sqlite_error_code();
        let kind = kind(code, error.sqlite_error().map(|error| error.extended_code));
        let message = match (kind, code) {
            (StoreErrorKind::Full, _) => match settings.max {
                Some(max) => format!("{file} has no room: it may take {max} bytes (`max`), or its disk is full"),
                None => format!("{file} has no room: its disk is full"),
            },
            (StoreErrorKind::TooLarge, _) => format!("a record is too large for {file}"),
            (StoreErrorKind::Corrupt, _) => {
                format!("{file} is not as this store left it ({error}): restore it from a backup, or move it away")
            }
            (_, Some(ErrorCode::DatabaseBusy)) => locked(&file, settings.busy_timeout),
            _ => format!("{file} cannot be used now: {error}"),
        };
        let spares_the_connection =
            matches!(kind, StoreErrorKind::Full | StoreErrorKind::TooLarge) || code == Some(ErrorCode::DatabaseBusy);
        Self { kind, message, spares_the_connection }
    }

    /// When `what` failed outside of SQLite.
    pub(super) fn of_io(what: &str, error: &io::Error, settings: &Settings) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreErrorKind::Full,
            _ => StoreErrorKind::Unavailable,
        };
        let message = format!("{} {what}: {error}", settings.file.display());
        Self { kind, message, spares_the_connection: false }
    }

    pub(super) fn new(kind: StoreErrorKind, message: String) -> Self {
        Self { kind, message, spares_the_connection: false }
    }

    /// Whether it may lie with one call, so that others succeed without it.
    pub(super) const fn is_of_one_call(&self) -> bool {
        matches!(self.kind, StoreErrorKind::Full | StoreErrorKind::TooLarge)
    }

    /// Whether the connection is as good as before.
    pub(super) const fn spares_the_connection(&self) -> bool {
        self.spares_the_connection
    }
}

const fn kind(code: Option<ErrorCode>, extended: Option<i32>) -> StoreErrorKind {
    match code {
        Some(ErrorCode::DiskFull) => StoreErrorKind::Full,
        // What a full disk gives when the index of the write-ahead log is to grow.
        Some(ErrorCode::SystemIoFailure) if matches!(extended, Some(SQLITE_IOERR_SHMSIZE)) => StoreErrorKind::Full,
        Some(ErrorCode::TooBig) => StoreErrorKind::TooLarge,
        // The last three: the file is a database, but the table is of another shape.
        Some(
            ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::Unknown
            | ErrorCode::ConstraintViolation
            | ErrorCode::TypeMismatch,
        )
        | None => StoreErrorKind::Corrupt,
        Some(_) => StoreErrorKind::Unavailable,
    }
}

fn locked(file: &impl std::fmt::Display, limit: Duration) -> String {
    format!(
        "another process has kept {file} locked for {}: end it, or let `busy_timeout` be longer",
        humantime::format_duration(limit)
    )
}

impl From<&Failure> for StoreError {
    fn from(failure: &Failure) -> Self {
        Self::new(failure.kind, failure.message.clone())
    }
}
