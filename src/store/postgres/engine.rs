//! What the errors of PostgreSQL mean.

use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgConnectOptions, PgConnection, Postgres};

use crate::store::sql::{Engine, Meaning};

impl Engine for Postgres {
    /// The limit is among the options.
    async fn connect(options: &PgConnectOptions, _: Option<Duration>) -> Result<PgConnection, sqlx::Error> {
        options.connect().await
    }

    fn meaning(error: &dyn DatabaseError) -> Meaning {
        error.code().map_or(Meaning::Other, |code| meaning(&code))
    }

    fn code(error: &dyn DatabaseError) -> String {
        error.code().unwrap_or_default().into_owned()
    }
}

/// By the [list of codes](https://www.postgresql.org/docs/current/errcodes-appendix.html).
fn meaning(code: &str) -> Meaning {
    match code {
        // undefined_table, invalid_schema_name
        "42P01" | "3F000" => Meaning::MissingTable,
        // disk_full
        "53100" => Meaning::Full,
        // program_limit_exceeded
        "54000" => Meaning::TooLarge,
        // data_corrupted, index_corrupted
        "XX001" | "XX002" => Meaning::Damaged,
        // query_canceled (by statement_timeout), lock_not_available, serialization_failure, deadlock_detected
        "57014" | "55P03" | "40001" | "40P01" => Meaning::Blocked,
        // insufficient_privilege
        "42501" => Meaning::Forbidden,
        // read_only_sql_transaction
        "25006" => Meaning::ReadOnly,
        // undefined_column, undefined_function (no operator for these types), datatype_mismatch, wrong_object_type (a view),
        // invalid_column_reference (no unique index on record_key); and what a row must not be
        "42703" | "42883" | "42804" | "42809" | "42P10" => Meaning::OtherShape,
        _ if code.starts_with("22") || code.starts_with("23") => Meaning::OtherShape,
        _ => Meaning::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_meaning() {
        for (code, expected) in [
            ("42P01", Meaning::MissingTable),
            ("53100", Meaning::Full),
            ("54000", Meaning::TooLarge),
            ("XX001", Meaning::Damaged),
            ("57014", Meaning::Blocked),
            ("40P01", Meaning::Blocked),
            ("42501", Meaning::Forbidden),
            ("25006", Meaning::ReadOnly),
            ("42703", Meaning::OtherShape),
            ("22001", Meaning::OtherShape),
            ("23502", Meaning::OtherShape),
            // The server starts, stops, or has no connection left: it may work later.
            ("57P03", Meaning::Other),
            ("57P01", Meaning::Other),
            ("53300", Meaning::Other),
            ("08006", Meaning::Other),
            ("", Meaning::Other),
        ] {
            assert_eq!(meaning(code), expected, "{code}");
        }
    }
}
