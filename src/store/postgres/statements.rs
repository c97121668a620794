//! What is asked of PostgreSQL: one statement for each call.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::kdf::hmac_sha256;
use crate::store::sql::Table;

/// The table, as `sealed_sessions`.
const SCHEMA: &str = include_str!("schema.sql");

/// Takes the place of an expired record, never of a live one.
const CREATE: &str = "
INSERT INTO {table} AS old (record_key, data, expires, version) VALUES ($1, $2, $3, $4)
ON CONFLICT (record_key) DO UPDATE
SET data = EXCLUDED.data, expires = EXCLUDED.expires, version = EXCLUDED.version WHERE old.expires <= $5
RETURNING version";

/// A record that is too large stays where it is.
const LOAD: &str = "
SELECT CASE WHEN octet_length(data) <= $3 THEN data END, octet_length(data), expires, version
FROM {table} WHERE record_key = $1 AND expires > $2";

/// Writes a live record back as it is when its version is another one, so that one statement tells all three outcomes apart:
/// the version after it is the new one, or another one, or there is no row. Two statements, or two parts of one, could see
/// two states of the row.
const UPDATE: &str = "
UPDATE {table} SET
data = CASE WHEN version = $5 THEN $2 ELSE data END,
expires = CASE WHEN version = $5 THEN $3 ELSE expires END,
version = CASE WHEN version = $5 THEN $4 ELSE version END
WHERE record_key = $1 AND expires > $6
RETURNING version";

const TOUCH: &str = "UPDATE {table} SET expires = GREATEST(expires, $2) WHERE record_key = $1 AND expires > $3";

const REMOVE: &str = "DELETE FROM {table} WHERE record_key = $1";

/// The advisory lock is held until the statement ends, whatever becomes of who asked. Rows that others are at work on are left
/// for the next time. Those that are locked here were looked at again after that, so no touch gets lost.
const SWEEP: &str = "
WITH sweeper AS (SELECT pg_try_advisory_xact_lock($3) AS alone),
old AS (
    SELECT record_key FROM {table} WHERE expires <= $1 AND (SELECT alone FROM sweeper)
    ORDER BY expires LIMIT $2 FOR UPDATE SKIP LOCKED
)
DELETE FROM {table} AS expired USING old WHERE expired.record_key = old.record_key";

/// Fails unless the columns are there, and those for bytes are.
const PROBE: &str = "SELECT get_byte(record_key, 0), get_byte(data, 0), expires, version FROM {table} LIMIT 0";

/// The statements for one table.
pub(super) struct Statements {
    pub(super) create: SqlStr,
    pub(super) load: SqlStr,
    pub(super) update: SqlStr,
    pub(super) touch: SqlStr,
    pub(super) remove: SqlStr,
    pub(super) sweep: SqlStr,
    pub(super) probe: SqlStr,
    /// Creates the table.
    pub(super) prepare: SqlStr,
    /// The advisory lock of who sweeps this table, or creates it. Such locks belong to one database.
    pub(super) lock: i64,
}

impl Statements {
    pub(super) fn new(table: &Table) -> Self {
        let quoted = table.quoted('"');
        let about = |sql: &str| safe(sql.replace("{table}", &quoted));
        let lock = lock(table);
        // Sent as one message, so PostgreSQL makes one transaction of it. Two machines at once would otherwise meet in the
        // catalogue, and one of them fail, in spite of IF NOT EXISTS.
        let prepare = format!("SELECT pg_advisory_xact_lock({lock});\n{}", schema(table));
        Self {
            create: about(CREATE),
            load: about(LOAD),
            update: about(UPDATE),
            touch: about(TOUCH),
            remove: about(REMOVE),
            sweep: about(SWEEP),
            probe: about(PROBE),
            prepare: safe(prepare),
            lock,
        }
    }
}

/// The SQL that creates `table`.
pub(super) fn schema(table: &Table) -> String {
    table.in_schema(SCHEMA, '"')
}

fn lock(table: &Table) -> i64 {
    let hash = hmac_sha256(b"sealed-session/1 sweep", &[table.to_string().as_bytes()]);
    hash.iter().take(8).fold(0, |lock, byte| lock << 8 | i64::from(*byte))
}

/// `sql` is made of constants and the name of a table, which [`Table`] has checked.
fn safe(sql: String) -> SqlStr {
    AssertSqlSafe(Arc::<str>::from(sql)).into_sql_str()
}
