//! Records in a table of MySQL or MariaDB.

mod calls;
mod engine;
mod options;
mod statements;

use std::fmt;
use std::time::Duration;

use sqlx::mysql::{MySql, MySqlConnection, MySqlPool};

use super::StoreError;
use super::sql::{Pool, Settings, Table};
use crate::error::Error;
use statements::Statements;

/// Keeps records in a table of MySQL or MariaDB, of up to 8 MiB each.
///
/// Tried with MariaDB 10.11. By its manual, MySQL 8.0 and later do the same; that was not tried.
///
/// Every change is one statement, so all machines that use the table see each record before or after it, never between. The
/// table has to be created once, by [`prepare`](super::Store::prepare) or by [`schema`](Self::schema).
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use sealed_session::store::{MySqlStore, Store};
///
/// let store = MySqlStore::from_url("mysql://app:secret@db.internal/app?pool=8")?;
/// store.prepare().await?;
/// # Ok(()) }
/// ```
pub struct MySqlStore {
    pool: Pool<MySql>,
    table: Table,
    sweep_every: Option<Duration>,
    statements: Statements,
}

impl MySqlStore {
    /// From `mysql://user:password@host:3306/database?table=sealed_sessions&pool=8&timeout=2s&sweep_every=60s`, or the same
    /// with `mariadb://`.
    ///
    /// All four parameters may be left out. `pool` is the most connections; `timeout` is after how long the server ends a
    /// statement, `0s` for what the server has set; `sweep_every` is the time between two sweeps, `0s` for none. Parameters of
    /// the driver may be there, too: `ssl-mode`, `ssl-ca`, `socket` and others of `sqlx::mysql::MySqlConnectOptions`.
    ///
    /// With the feature `tls`, a server on another machine has to show a certificate that is valid for its name, unless
    /// `ssl-mode` says otherwise. Logins of MySQL 8 and later (`caching_sha2_password`) need that feature; those of MariaDB
    /// do not.
    ///
    /// Nothing is connected yet.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) that names the part of the URL that is wrong. It quotes no password.
    ///
    /// ```
    /// let store = sealed_session::store::MySqlStore::from_url("mariadb://app@127.0.0.1/app?table=web_sessions")?;
    /// # Ok::<_, sealed_session::Error>(())
    /// ```
    pub fn from_url(url: &str) -> Result<Self, Error> {
        let settings = Settings::read(url, options::KNOWN)?;
        let options = options::parse(&settings)?;
        let pool = Pool::own(options, settings.timeout, settings.pool);
        Ok(Self::on(pool, settings.table, settings.sweep_every))
    }

    /// On a pool that the app has already, with the table `sealed_sessions`.
    ///
    /// The limits are those of the pool: give it an `acquire_timeout` of 1 to 2 seconds, and its sessions an
    /// `innodb_lock_wait_timeout` and a `lock_wait_timeout` of about 2.
    ///
    /// ```no_run
    /// use sealed_session::store::MySqlStore;
    ///
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let pool = sqlx::MySqlPool::connect_lazy("mysql://app:secret@db.internal/app")?;
    /// let store = MySqlStore::new(pool).with_table("web_sessions")?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn new(pool: MySqlPool) -> Self {
        Self::on(Pool::Given(pool), Table::default(), Some(Settings::SWEEP_EVERY))
    }

    fn on(pool: Pool<MySql>, table: Table, sweep_every: Option<Duration>) -> Self {
        Self { pool, statements: Statements::new(&table), table, sweep_every }
    }

    /// With this table, `name` or `database.name`.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) unless each part is made of up to 48 of the letters a-z and A-Z, digits
    /// and `_`, and begins with no digit.
    pub fn with_table(self, table: &str) -> Result<Self, Error> {
        Ok(Self::on(self.pool, Table::parse(table)?, self.sweep_every))
    }

    /// With this time between two sweeps, instead of a minute; `None` to sweep by other means.
    #[must_use]
    pub fn with_sweep_every(mut self, period: Option<Duration>) -> Self {
        self.sweep_every = period;
        self
    }

    /// The SQL that creates the table, for those who do that by hand or in a migration. [`prepare`](super::Store::prepare) runs it.
    #[must_use]
    pub fn schema(&self) -> String {
        statements::schema(&self.table)
    }

    async fn run<T>(
        &self,
        work: impl AsyncFnOnce(&mut MySqlConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        self.pool.run(&self.table, work).await
    }
}

impl fmt::Debug for MySqlStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MySqlStore")
            .field("table", &format_args!("{}", self.table))
            .field("pool", &self.pool)
            .field("sweep_every", &self.sweep_every)
            .finish_non_exhaustive()
    }
}
