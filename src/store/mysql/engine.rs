//! What the errors of MySQL and MariaDB mean.

use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::mysql::{MySql, MySqlConnectOptions, MySqlConnection, MySqlDatabaseError};
use sqlx::{AssertSqlSafe, ConnectOptions, raw_sql};

use crate::store::sql::{Engine, Meaning};

impl Engine for MySql {
    async fn connect(options: &MySqlConnectOptions, limit: Option<Duration>) -> Result<MySqlConnection, sqlx::Error> {
        let mut connection = options.connect().await?;
        if let Some(limit) = limit {
            raw_sql(AssertSqlSafe(limits(limit))).execute(&mut connection).await?;
        }
        Ok(connection)
    }

    fn meaning(error: &dyn DatabaseError) -> Meaning {
        error
            .try_downcast_ref::<MySqlDatabaseError>()
            .map_or(Meaning::Other, |error| meaning(error.number(), error.message()))
    }

    fn code(error: &dyn DatabaseError) -> String {
        error.try_downcast_ref::<MySqlDatabaseError>().map_or_else(String::new, |error| error.number().to_string())
    }
}

/// How long a statement may wait for a row, and for the table; and how long it may run. The last has another name and another
/// unit in each: MariaDB skips comments for MySQL 5.7 (50700 to 50999), MySQL those for MariaDB. MySQL has such a limit for
/// SELECT only.
fn limits(limit: Duration) -> String {
    let milliseconds = limit.as_millis().clamp(1, 1_000_000_000);
    let seconds = milliseconds.div_ceil(1000);
    format!(
        "SET SESSION innodb_lock_wait_timeout = {seconds}, SESSION lock_wait_timeout = {seconds} \
         /*!50708 , SESSION max_execution_time = {milliseconds} */ \
         /*M!100101 , SESSION max_statement_time = {seconds} */"
    )
}

/// Whether a statement lost against another one, and was undone: it may be tried again at once. (Deadlock; in MariaDB also a
/// row that changed since it was read.)
pub(super) fn is_collision(error: &sqlx::Error) -> bool {
    let error = error.as_database_error().and_then(|error| error.try_downcast_ref::<MySqlDatabaseError>());
    error.is_some_and(|error| matches!(error.number(), 1213 | 1020))
}

/// By the lists of [MySQL](https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html) and
/// [MariaDB](https://mariadb.com/kb/en/mariadb-error-codes/).
fn meaning(number: u16, message: &str) -> Meaning {
    match number {
        // No such table.
        1146 => Meaning::MissingTable,
        // Disk full, table full, disk full (MySQL 8).
        1021 | 1114 | 3675 => Meaning::Full,
        // Error of the storage engine, error writing a file: 28 is ENOSPC, 122 EDQUOT.
        1030 | 1026 | 3 if [" 28", " 122"].iter().any(|errno| message.contains(errno)) => Meaning::Full,
        // Packet larger than max_allowed_packet, result of a function larger than that, data too long for the column.
        1153 | 1301 | 1406 => Meaning::TooLarge,
        // Table crashed, crashed and repair failed, index corrupt, index file crashed, table damaged.
        1194 | 1195 | 1712 | 1034 | 1035 | 1877 => Meaning::Damaged,
        // Lock wait timeout, deadlock, changed since read, interrupted, max_statement_time, max_execution_time.
        1205 | 1213 | 1020 | 1317 | 1969 | 3024 => Meaning::Blocked,
        // Access denied to a database, a command, a column.
        1044 | 1142 | 1143 => Meaning::Forbidden,
        // --read-only, read only transaction, read only mode.
        1290 | 1792 | 1836 => Meaning::ReadOnly,
        // Unknown column, NULL, no default, wrong value, out of range, duplicate, check failed, a view.
        1054 | 1048 | 1364 | 1366 | 1264 | 1062 | 3819 | 4025 | 1288 | 1471 => Meaning::OtherShape,
        _ => Meaning::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_meaning() {
        for (number, message, expected) in [
            (1146, "Table 'a.b' doesn't exist", Meaning::MissingTable),
            (1021, "Disk full (/tmp); waiting for someone to free some space...", Meaning::Full),
            (1114, "The table 't' is full", Meaning::Full),
            (1030, "Got error 28 \"No space left on device\" from storage engine InnoDB", Meaning::Full),
            (1030, "Got error 168 \"Unknown (generic) error from engine\" from storage engine InnoDB", Meaning::Other),
            (1026, "Error writing file 'x' (errno: 28 \"No space left on device\")", Meaning::Full),
            (1153, "Got a packet bigger than 'max_allowed_packet' bytes", Meaning::TooLarge),
            (1205, "Lock wait timeout exceeded; try restarting transaction", Meaning::Blocked),
            (1142, "INSERT command denied to user", Meaning::Forbidden),
            (1290, "The MySQL server is running with the --read-only option", Meaning::ReadOnly),
            (1054, "Unknown column 'version' in 'field list'", Meaning::OtherShape),
            // Too many connections, server shutdown.
            (1040, "Too many connections", Meaning::Other),
            (1053, "Server shutdown in progress", Meaning::Other),
        ] {
            assert_eq!(meaning(number, message), expected, "{number} {message}");
        }
    }

    #[test]
    fn limits_are_in_the_units_of_each() {
        let limits = limits(Duration::from_millis(1500));
        assert!(limits.contains("innodb_lock_wait_timeout = 2,"), "{limits}");
        assert!(limits.contains("max_execution_time = 1500 "), "{limits}");
        assert!(limits.contains("max_statement_time = 2 "), "{limits}");
    }
}
