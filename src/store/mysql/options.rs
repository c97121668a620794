//! Where the driver connects to.

use sqlx::ConnectOptions;
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};

use crate::error::Error;
use crate::store::sql::{Settings, is_loopback};
use crate::store::url::refuse;

const SSL_MODE: &[&str] = &["sslmode", "ssl-mode"];

/// The parameters that `sqlx` 0.9 takes. Without `statement-cache-capacity`: a store has a handful of statements.
pub(super) const KNOWN: &[&str] = &[
    "sslmode",
    "ssl-mode",
    "sslca",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "socket",
    "charset",
    "collation",
    "timezone",
    "time-zone",
];

pub(super) fn parse(settings: &Settings) -> Result<MySqlConnectOptions, Error> {
    let options = MySqlConnectOptions::from_url(&settings.rest)
        .map_err(|error| refuse(format!("the URL of the store does not suit MySQL: {error}")))?;
    if options.get_database().is_none() {
        return Err(refuse("the URL of the store names no database: give `mysql://user@host/database`"));
    }
    Ok(if settings.says(SSL_MODE) { options } else { with_tls(options) })
}

/// TLS when the URL does not say: elsewhere with a valid certificate, as what asks for a password there could be anybody. To
/// this machine it is used if the server has it, because the logins of MySQL 8 need it. Without the feature `tls` it is left
/// to the driver.
fn with_tls(options: MySqlConnectOptions) -> MySqlConnectOptions {
    let is_local = options.get_socket().is_some() || is_loopback(options.get_host());
    if cfg!(feature = "tls") && !is_local { options.ssl_mode(MySqlSslMode::VerifyIdentity) } else { options }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn options(url: &str) -> Result<MySqlConnectOptions, Error> {
        parse(&Settings::read(url, KNOWN).unwrap())
    }

    #[test]
    fn tls_is_verified_elsewhere() {
        let mode = |url: &str| format!("{:?}", options(url).unwrap().get_ssl_mode());
        let remote = if cfg!(feature = "tls") { "VerifyIdentity" } else { "Preferred" };
        for (url, expected) in [
            ("mysql://a@127.0.0.1/b", "Preferred"),
            ("mariadb://a@localhost/b", "Preferred"),
            ("mysql://a@h.example/b?socket=/run/mysqld.sock", "Preferred"),
            ("mysql://a@h.example/b", remote),
            ("mysql://a@h.example/b?ssl-mode=REQUIRED", "Required"),
            ("mysql://a@127.0.0.1/b?ssl-mode=DISABLED", "Disabled"),
        ] {
            assert_eq!(mode(url), expected, "{url}");
        }
    }

    #[test]
    fn a_database_has_to_be_named() {
        let error = options("mysql://a:secret@h").unwrap_err().to_string();
        assert!(error.contains("names no database") && !error.contains("secret"), "{error}");
    }
}
