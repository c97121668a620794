//! What memcached's errors mean.

use memcache::exp::Error;

use crate::store::{StoreError, StoreErrorKind};

/// What this error means. Its own text stays out where it can hold parts of what was stored.
pub(super) fn failure(error: &Error) -> StoreError {
    match error {
        Error::Ambiguous { source, .. } => failure(source),
        Error::Timeout { .. } => slow(),
        Error::Io(error) => StoreError::unavailable(error.to_string()),
        Error::Server(text) if text.contains("out of memory") => StoreError::new(
            StoreErrorKind::Full,
            "memcached has no memory for the session, and may have dropped what it had: give it more (`-m`)",
        ),
        Error::Server(text) if text.contains("too large") => StoreError::new(
            StoreErrorKind::TooLarge,
            "the session is larger than memcached takes, and it dropped what it had: set `max_item` in the URL of the store to \
             what its `-I` says",
        ),
        Error::Server(text) => StoreError::unavailable(format!("memcached: {text}")),
        Error::Rejected(text) if text == "ERROR" => {
            StoreError::unavailable("memcached does not know the meta commands: it must be 1.6 or later")
        }
        Error::Rejected(text) => StoreError::unavailable(format!("memcached: {text}")),
        _ => StoreError::unavailable("this is no memcached, or a connection to it is disturbed"),
    }
}

pub(super) fn slow() -> StoreError {
    StoreError::unavailable("memcached did not answer in time")
}

/// Others changed the record each time between our reading and writing.
pub(super) fn contended() -> StoreError {
    StoreError::unavailable("too many others change this record of memcached at the same time")
}
