//! What the stores on SQL databases have in common.

mod failure;
mod pool;
mod settings;
mod table;

use std::future::Future;
use std::net::IpAddr;
use std::time::Duration;

use sqlx::{Connection, Database};

use super::{StoreError, StoreErrorKind, Version, version};
use crate::clock::Timestamp;

pub(super) use failure::{Meaning, is_missing_table};
pub(super) use pool::Pool;
pub(super) use settings::Settings;
pub(super) use table::Table;

/// The largest record that is taken, in bytes. Below what servers take in one packet unless they are told otherwise (16 MiB),
/// so that the answer is this limit and not a broken connection.
pub(super) const MAX_RECORD: usize = 8 * 1024 * 1024;
/// How long one batch of sweeping may take. Nobody waits for it, but a server that hangs must not keep a connection.
pub(super) const SWEEP_LIMIT: Duration = Duration::from_secs(10);
/// How long creating the table may take.
pub(super) const PREPARE_LIMIT: Duration = Duration::from_secs(30);

/// How the driver is told where the database is.
pub(super) type Options<E> = <<E as Database>::Connection as Connection>::Options;

/// A database engine: what `sqlx` does not say about it.
pub(super) trait Engine: Database {
    /// Opens a connection whose statements the server ends after `limit`.
    fn connect(
        options: &Options<Self>,
        limit: Option<Duration>,
    ) -> impl Future<Output = Result<Self::Connection, sqlx::Error>> + Send;

    /// What an error of the server means.
    fn meaning(error: &dyn sqlx::error::DatabaseError) -> Meaning;

    /// The code of an error, as the engine's manual lists it.
    fn code(error: &dyn sqlx::error::DatabaseError) -> String;
}

/// A version for one write. Random, so that none comes twice for a key, whatever happened to the record in between.
pub(super) fn fresh_version() -> Result<i64, StoreError> {
    // Not 0, which is what MySQL says where there is none.
    Ok(to_column(version::fresh()?).max(1))
}

/// As the database has it. A version that it cannot have stands for none.
pub(super) fn to_column(version: Version) -> i64 {
    i64::try_from(version.0).unwrap_or(-1)
}

/// From the database.
pub(super) fn from_column(version: i64) -> Version {
    Version(version.unsigned_abs())
}

/// Unix seconds as the database has them.
pub(super) fn seconds(time: Timestamp) -> i64 {
    i64::try_from(time.as_unix()).unwrap_or(i64::MAX)
}

/// Unix seconds from the database.
pub(super) fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_unix(u64::try_from(seconds).unwrap_or(0))
}

/// Checks the size of a record that is to be stored.
pub(super) fn check_size(data: &[u8]) -> Result<(), StoreError> {
    if data.len() > MAX_RECORD { Err(StoreError::too_large(data.len(), MAX_RECORD)) } else { Ok(()) }
}

/// Runs `work` for at most `limit`.
pub(super) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
        Err(StoreError::new(StoreErrorKind::Unavailable, format!("the database did not answer within {limit:?}")))
    })
}

/// Whether a host is this machine, so that nobody can listen in.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
