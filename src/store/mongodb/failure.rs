//! What MongoDB's errors mean.

use ::mongodb::error::{Error, ErrorKind, WriteFailure};

use crate::store::{StoreError, StoreErrorKind};

/// A record with this key exists.
const DUPLICATE_KEY: i32 = 11000;
const OUT_OF_DISK_SPACE: i32 = 14031;
const INDEX_OPTIONS_CONFLICT: i32 = 85;
const INDEX_KEY_SPECS_CONFLICT: i32 = 86;
const OBJECT_TOO_LARGE: i32 = 10334;

/// What this error means.
pub(super) fn failure(error: &Error) -> StoreError {
    let full = error_text(error).is_some_and(|text| text.contains("No space left") || text.contains("space quota"));
    let (kind, message) = match code(error) {
        _ if full => (StoreErrorKind::Full, FULL),
        Some(OUT_OF_DISK_SPACE) => (StoreErrorKind::Full, FULL),
        Some(OBJECT_TOO_LARGE) => (StoreErrorKind::TooLarge, "MongoDB takes documents of up to 16 MiB"),
        Some(INDEX_OPTIONS_CONFLICT | INDEX_KEY_SPECS_CONFLICT) => (
            StoreErrorKind::Corrupt,
            "the collection has another index on `remove_at`: drop it, and prepare the store again",
        ),
        _ => return StoreError::unavailable(text(error)),
    };
    StoreError::new(kind, message).with_source(text(error))
}

const FULL: &str = "MongoDB has no disk space left for the session: give it more, or let sessions expire earlier";

pub(super) fn is_duplicate(error: &Error) -> bool {
    code(error) == Some(DUPLICATE_KEY)
}

/// What is stored under a key of ours, and is no record.
pub(super) fn foreign() -> StoreError {
    StoreError::new(
        StoreErrorKind::Corrupt,
        "the document under the key of this session is no record of ours: let no other program use the collection, and \
         delete that document",
    )
}

/// Others changed the record each time between our looking and writing.
pub(super) fn contended() -> StoreError {
    StoreError::unavailable("too many others change this record of MongoDB at the same time")
}

fn code(error: &Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(error) => Some(error.code),
        ErrorKind::Write(WriteFailure::WriteError(error)) => Some(error.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => Some(error.code),
        _ => None,
    }
}

/// What the server says.
fn error_text(error: &Error) -> Option<&str> {
    match &*error.kind {
        ErrorKind::Command(error) => Some(&error.message),
        ErrorKind::Write(WriteFailure::WriteError(error)) => Some(&error.message),
        _ => None,
    }
}

/// The error in words. What a server says stays out, as it can repeat a document; its code and the name of that do not.
fn text(error: &Error) -> String {
    match &*error.kind {
        ErrorKind::Command(error) => format!("MongoDB: error {} {}", error.code, error.code_name),
        ErrorKind::Write(WriteFailure::WriteError(error)) => {
            format!("MongoDB: error {} {}", error.code, error.code_name.as_deref().unwrap_or_default())
        }
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => format!(
            "MongoDB: stored, but not yet by as many servers as it has to be: error {} {}",
            error.code, error.code_name
        ),
        ErrorKind::Io(error) => format!("MongoDB: {error}"),
        ErrorKind::ServerSelection { message, .. }
        | ErrorKind::Authentication { message, .. }
        | ErrorKind::DnsResolve { message, .. }
        | ErrorKind::InvalidTlsConfig { message, .. }
        | ErrorKind::IncompatibleServer { message, .. } => format!("MongoDB: {message}"),
        ErrorKind::ConnectionPoolCleared { .. } => "MongoDB: the connection broke".to_owned(),
        _ => "MongoDB: a failure of the driver, or an answer that it does not understand".to_owned(),
    }
}
