//! Where the driver connects to.

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use crate::error::Error;
use crate::store::sql::{Settings, is_loopback};
use crate::store::url::refuse;

const SSL_MODE: &[&str] = &["sslmode", "ssl-mode"];

/// The parameters that `sqlx` 0.9 takes. Without `statement-cache-capacity`: a store has a handful of statements; and with 0,
/// `sqlx` leaves one behind on PostgreSQL with each call.
pub(super) const KNOWN: &[&str] = &[
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "options[",
];

pub(super) fn parse(settings: &Settings) -> Result<PgConnectOptions, Error> {
    let mut options = PgConnectOptions::from_url(&settings.rest)
        .map_err(|error| refuse(format!("the URL of the store does not suit PostgreSQL: {error}")))?;
    if let Some(limit) = settings.timeout {
        let limit = limit.as_millis().clamp(1, i32::MAX as u128);
        options = options.options([("statement_timeout", limit)]);
    }
    let says_tls = settings.says(SSL_MODE) || std::env::var_os("PGSSLMODE").is_some();
    Ok(if says_tls { options } else { with_tls(options) })
}

/// TLS when the URL does not say: none to this machine; elsewhere with a valid certificate, as what asks for a password there
/// could be anybody. Without the feature `tls` it is left to the driver.
fn with_tls(options: PgConnectOptions) -> PgConnectOptions {
    let host = options.get_host();
    if options.get_socket().is_some() || host.starts_with('/') || is_loopback(host) {
        options.ssl_mode(PgSslMode::Disable)
    } else if cfg!(feature = "tls") {
        options.ssl_mode(PgSslMode::VerifyFull)
    } else {
        options
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn options(url: &str) -> PgConnectOptions {
        parse(&Settings::read(url, KNOWN).unwrap()).unwrap()
    }

    #[test]
    fn tls_is_off_on_loopback_and_verified_elsewhere() {
        for local in ["127.0.0.1", "localhost", "[::1]", "127.8.0.1"] {
            assert!(
                matches!(options(&format!("postgres://a@{local}/b")).get_ssl_mode(), PgSslMode::Disable),
                "{local}"
            );
        }
        let on_socket = options("postgres://a@localhost/b?host=/run/postgresql");
        assert!(matches!(on_socket.get_ssl_mode(), PgSslMode::Disable));
        let remote = options("postgres://a@db.example/b").get_ssl_mode();
        let expected = if cfg!(feature = "tls") { PgSslMode::VerifyFull } else { PgSslMode::Prefer };
        assert_eq!(format!("{remote:?}"), format!("{expected:?}"));
        for url in ["postgres://a@db.example/b?sslmode=require", "postgres://a@127.0.0.1/b?sslmode=require"] {
            assert!(matches!(options(url).get_ssl_mode(), PgSslMode::Require));
        }
    }

    #[test]
    fn the_timeout_goes_to_the_server() {
        assert_eq!(options("postgres://a@h/b").get_options(), Some("-c statement_timeout=2000"));
        assert_eq!(options("postgres://a@h/b?timeout=500ms").get_options(), Some("-c statement_timeout=500"));
        assert_eq!(options("postgres://a@h/b?timeout=0s").get_options(), None);
        let both = options("postgres://a@h/b?options[search_path]=web&application_name=app");
        assert_eq!(both.get_options(), Some("-c search_path=web -c statement_timeout=2000"));
        assert_eq!(both.get_application_name(), Some("app"));
    }
}
