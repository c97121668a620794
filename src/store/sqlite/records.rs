//! What is done to records, in SQL.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::clock::Timestamp;
use crate::store::{Creation, Loaded, StoreError, Update, Version};

type Key = [u8; 16];

const CREATE: &str = "
    INSERT INTO record (key, expires, version, data) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (key) DO UPDATE SET expires = excluded.expires, version = excluded.version, data = excluded.data
    WHERE record.expires <= ?5";
const LOAD: &str = "
    SELECT expires, version, length(data), CASE WHEN length(data) <= ?3 THEN data END
    FROM record WHERE key = ?1 AND expires > ?2";
const EXISTS: &str = "SELECT 1 FROM record WHERE key = ?1 AND expires > ?2";
const UPDATE: &str = "
    UPDATE record SET expires = ?2, version = ?3, data = ?4 WHERE key = ?1 AND version = ?5 AND expires > ?6";
const TOUCH: &str = "UPDATE record SET expires = ?2 WHERE key = ?1 AND expires > ?3 AND expires < ?2";
const REMOVE: &str = "DELETE FROM record WHERE key = ?1";
const SWEEP: &str = "
    DELETE FROM record WHERE rowid IN (SELECT rowid FROM record WHERE expires <= ?1 ORDER BY expires LIMIT ?2)";

pub(super) fn create(
    connection: &Connection,
    key: &Key,
    record: &Loaded,
    now: Timestamp,
) -> rusqlite::Result<Creation> {
    let Loaded { data, expires, version } = record;
    let values = params![key, seconds(*expires), version.0.cast_signed(), data, seconds(now)];
    let created = connection.prepare_cached(CREATE)?.execute(values)? > 0;
    Ok(if created { Creation::Created(*version) } else { Creation::Exists })
}

/// The record; an error of its own when it is larger than `max`.
pub(super) fn load(
    connection: &Connection,
    key: &Key,
    max: usize,
    now: Timestamp,
) -> rusqlite::Result<Result<Option<Loaded>, StoreError>> {
    let limit = i64::try_from(max).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(LOAD)?;
    let found = statement.query_row(params![key, seconds(now), limit], |row| record(row, max)).optional()?;
    Ok(found.transpose())
}

fn record(row: &Row<'_>, max: usize) -> rusqlite::Result<Result<Loaded, StoreError>> {
    // Those with an expiry before 1970 are not found at all.
    let expires = Timestamp::from_unix(row.get::<_, i64>(0)?.cast_unsigned());
    let version = Version(row.get::<_, i64>(1)?.cast_unsigned());
    let size = usize::try_from(row.get::<_, i64>(2)?).unwrap_or(usize::MAX);
    let data: Option<Vec<u8>> = row.get(3)?;
    Ok(data.map(|data| Loaded { data, expires, version }).ok_or_else(|| StoreError::too_large(size, max)))
}

/// `version` is the one to replace.
pub(super) fn update(
    connection: &Connection,
    key: &Key,
    record: &Loaded,
    version: Version,
    now: Timestamp,
) -> rusqlite::Result<Update> {
    let Loaded { data, expires, version: next } = record;
    let signed = |version: &Version| version.0.cast_signed();
    let values = params![key, seconds(*expires), signed(next), data, signed(&version), seconds(now)];
    if connection.prepare_cached(UPDATE)?.execute(values)? > 0 {
        return Ok(Update::Updated(*next));
    }
    Ok(if exists(connection, key, now)? { Update::Conflict } else { Update::Missing })
}

pub(super) fn touch(connection: &Connection, key: &Key, expires: Timestamp, now: Timestamp) -> rusqlite::Result<bool> {
    let values = params![key, seconds(expires), seconds(now)];
    Ok(connection.prepare_cached(TOUCH)?.execute(values)? > 0 || exists(connection, key, now)?)
}

pub(super) fn remove(connection: &Connection, key: &Key) -> rusqlite::Result<bool> {
    connection.prepare_cached(REMOVE)?.execute([key]).map(|removed| removed > 0)
}

pub(super) fn sweep(connection: &Connection, limit: u32, now: Timestamp) -> rusqlite::Result<u64> {
    connection.prepare_cached(SWEEP)?.execute(params![seconds(now), limit]).map(|removed| removed as u64)
}

fn exists(connection: &Connection, key: &Key, now: Timestamp) -> rusqlite::Result<bool> {
    connection.prepare_cached(EXISTS)?.exists(params![key, seconds(now)])
}

/// SQLite's integers are signed; no date of ours comes near their end.
fn seconds(time: Timestamp) -> i64 {
    i64::try_from(time.as_unix()).unwrap_or(i64::MAX)
}
