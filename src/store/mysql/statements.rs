//! What is asked of MySQL and MariaDB.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use crate::store::sql::Table;

/// The table, as `sealed_sessions`.
const SCHEMA: &str = include_str!("schema.sql");

/// Takes the place of an expired record, never of a live one.
///
/// The number of affected rows does not tell a new row (1) from one that stays as it is (0, or 1 as `sqlx` connects), so the
/// outcome is told by what `LAST_INSERT_ID(…)` was given last: nothing for a new row, else the version that the row has now.
/// Assignments are made from left to right, so `expires` comes last. (`VALUES()` is deprecated in MySQL, but what it is to be
/// replaced by is unknown to MariaDB.)
const CREATE: &str = "
INSERT INTO {table} (record_key, data, version, expires) VALUES (?, ?, ?, ?)
ON DUPLICATE KEY UPDATE
data = IF(expires <= ?, VALUES(data), data),
version = LAST_INSERT_ID(IF(expires <= ?, VALUES(version), version)),
expires = IF(expires <= ?, VALUES(expires), expires)";

/// A record that is too large stays where it is.
const LOAD: &str = "
SELECT IF(LENGTH(data) <= ?, data, NULL), LENGTH(data), expires, version
FROM {table} WHERE record_key = ? AND expires > ?";

const UPDATE: &str = "
UPDATE {table} SET data = ?, expires = ?, version = ? WHERE record_key = ? AND version = ? AND expires > ?";

const LIVES: &str = "SELECT version FROM {table} WHERE record_key = ? AND expires > ?";

/// `sqlx` connects with CLIENT_FOUND_ROWS, so a row counts as affected also when its expiry stays as it is.
const TOUCH: &str = "UPDATE {table} SET expires = GREATEST(expires, ?) WHERE record_key = ? AND expires > ?";

const REMOVE: &str = "DELETE FROM {table} WHERE record_key = ?";

const SWEEP: &str = "DELETE FROM {table} WHERE expires <= ? ORDER BY expires LIMIT ?";

/// Such locks have names of up to 64 characters, and belong to the whole server.
const LOCK: &str = "SELECT GET_LOCK({lock}, 0)";
const UNLOCK: &str = "SELECT RELEASE_LOCK({lock})";
const LOCK_NAME: &str = "CONCAT('sealed-', LEFT(SHA2(CONCAT(IFNULL(DATABASE(), ''), '/{name}'), 256), 40))";

const PROBE: &str = "SELECT record_key, data, expires, version FROM {table} LIMIT 0";

/// The statements for one table.
pub(super) struct Statements {
    pub(super) create: SqlStr,
    pub(super) load: SqlStr,
    pub(super) update: SqlStr,
    pub(super) lives: SqlStr,
    pub(super) touch: SqlStr,
    pub(super) remove: SqlStr,
    pub(super) lock: SqlStr,
    pub(super) sweep: SqlStr,
    pub(super) unlock: SqlStr,
    pub(super) probe: SqlStr,
    /// Creates the table.
    pub(super) prepare: SqlStr,
}

impl Statements {
    pub(super) fn new(table: &Table) -> Self {
        let (quoted, lock) = (table.quoted('`'), LOCK_NAME.replace("{name}", &table.to_string()));
        let about = |sql: &str| safe(sql.replace("{table}", &quoted).replace("{lock}", &lock));
        Self {
            create: about(CREATE),
            load: about(LOAD),
            update: about(UPDATE),
            lives: about(LIVES),
            touch: about(TOUCH),
            remove: about(REMOVE),
            lock: about(LOCK),
            sweep: about(SWEEP),
            unlock: about(UNLOCK),
            probe: about(PROBE),
            prepare: safe(schema(table)),
        }
    }
}

/// The SQL that creates `table`.
pub(super) fn schema(table: &Table) -> String {
    table.in_schema(SCHEMA, '`')
}

/// `sql` is made of constants and the name of a table, which [`Table`] has checked.
fn safe(sql: String) -> SqlStr {
    AssertSqlSafe(Arc::<str>::from(sql)).into_sql_str()
}
