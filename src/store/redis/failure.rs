//! What Redis' errors mean.

use ::redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::store::{StoreError, StoreErrorKind};

const FULL: &str = "Redis has no room for the session: raise `maxmemory`, free disk space, or let sessions expire earlier; \
    what it holds is intact";
const CLUSTER: &str = "this is a Redis Cluster, which is not supported: name a single server or its primary";
const OLD: &str = "this Redis does not know RESP3: add `?protocol=resp2` to the URL of the store";

/// What this error means.
pub(super) fn failure(error: &RedisError) -> StoreError {
    let text = text(error);
    let (kind, message) = match error.kind() {
        ErrorKind::Server(ServerErrorKind::Moved | ServerErrorKind::Ask | ServerErrorKind::CrossSlot) => {
            (StoreErrorKind::Unavailable, CLUSTER)
        }
        ErrorKind::RESP3NotSupported => (StoreErrorKind::Unavailable, OLD),
        _ if is_full(&text) => (StoreErrorKind::Full, FULL),
        _ if text.contains("WRONGTYPE") => return crate::store::envelope::foreign().with_source(text),
        _ => return StoreError::unavailable(text),
    };
    StoreError::new(kind, message).with_source(text)
}

/// No memory, or (MISCONF) a disk that is full, so that Redis takes no more writes.
fn is_full(text: &str) -> bool {
    text.contains("OOM command not allowed") || (text.contains("MISCONF") && text.contains("No space left"))
}

/// The error in words. Servers repeat the arguments of commands that they do not know or allow; those stay out, as a
/// password or bytes of a session can be among them.
fn text(error: &RedisError) -> String {
    let (Some(code), detail) = (error.code(), error.detail().unwrap_or_default()) else {
        return error.to_string();
    };
    let lower = detail.to_ascii_lowercase();
    let shown = match lower.find("with args beginning") {
        Some(end) => detail.get(..end).unwrap_or_default(),
        None => detail,
    };
    format!("Redis: {code} {}", shown.trim_end_matches([' ', ','])).trim_end().to_owned()
}

/// An answer that no script of ours gives.
pub(super) fn strange() -> StoreError {
    StoreError::unavailable("Redis: an answer that does not fit the question")
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use ::redis::make_extension_error;

    use super::*;

    fn server(code: &str, detail: &str) -> RedisError {
        make_extension_error(code.to_owned(), Some(detail.to_owned()))
    }

    #[test]
    fn each_error_has_its_kind() {
        let moved = ErrorKind::Server(ServerErrorKind::Moved);
        let loading = ErrorKind::Server(ServerErrorKind::BusyLoading);
        for (error, kind, text) in [
            (RedisError::from((moved, "moved")), StoreErrorKind::Unavailable, "Cluster"),
            (RedisError::from((ErrorKind::RESP3NotSupported, "no")), StoreErrorKind::Unavailable, "protocol=resp2"),
            (RedisError::from((loading, "loading")), StoreErrorKind::Unavailable, "available"),
            (
                server("OOM", "OOM command not allowed when used memory > 'maxmemory'."),
                StoreErrorKind::Full,
                "maxmemory",
            ),
            (
                server("MISCONF", "Errors writing to the AOF file: No space left on device"),
                StoreErrorKind::Full,
                "disk",
            ),
            (
                server("MISCONF", "Errors writing to the AOF file: Input/output error"),
                StoreErrorKind::Unavailable,
                "ava",
            ),
            (server("ERR", "Error running script: WRONGTYPE Operation against"), StoreErrorKind::Corrupt, "prefix"),
        ] {
            let failure = failure(&error);
            assert_eq!(failure.kind(), kind, "{error}");
            assert!(failure.to_string().contains(text), "{failure}");
        }
    }

    #[test]
    fn arguments_that_a_server_repeats_stay_out() {
        let error = server("ERR", "unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'hunter2' ");
        let source = failure(&error).source().map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("Redis: ERR unknown command 'HELLO'"));
    }
}
