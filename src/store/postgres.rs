//! Records in a table of PostgreSQL.

mod calls;
mod engine;
mod options;
mod statements;

use std::fmt;
use std::time::Duration;

use sqlx::postgres::{PgConnection, PgPool, Postgres};

use super::StoreError;
use super::sql::{Pool, Settings, Table};
use crate::error::Error;
use statements::Statements;

/// Keeps records in a table of PostgreSQL, of up to 8 MiB each. Tried with PostgreSQL 15.
///
/// Every call is one statement, so all machines that use the table see each record before or after a change, never between. The
/// table has to be created once, by [`prepare`](super::Store::prepare) or by [`schema`](Self::schema).
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use sealed_session::store::{PostgresStore, Store};
///
/// let store = PostgresStore::from_url("postgres://app:secret@db.internal/app?pool=8")?;
/// store.prepare().await?;
/// # Ok(()) }
/// ```
pub struct PostgresStore {
    pool: Pool<Postgres>,
    table: Table,
    sweep_every: Option<Duration>,
    statements: Statements,
}

impl PostgresStore {
    /// From `postgres://user:password@host:5432/database?table=sealed_sessions&pool=8&timeout=2s&sweep_every=60s`.
    ///
    /// All four parameters may be left out. `pool` is the most connections; `timeout` is after how long the server ends a
    /// statement, `0s` for never; `sweep_every` is the time between two sweeps, `0s` for none. Parameters of the driver may be
    /// there, too: `sslmode`, `sslrootcert`, `application_name` and others of `sqlx::postgres::PgConnectOptions`; and the
    /// environment variables `PGPASSWORD`, `PGPASSFILE` and so on fill in what the URL leaves out.
    ///
    /// With the feature `tls`, a server on another machine has to show a certificate that is valid for its name, unless
    /// `sslmode` says otherwise. To this machine there is no TLS unless `sslmode` asks for it.
    ///
    /// Nothing is connected yet.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) that names the part of the URL that is wrong. It quotes no password.
    ///
    /// ```
    /// let store = sealed_session::store::PostgresStore::from_url("postgres://app@127.0.0.1/app?table=web.sessions")?;
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
    /// The limits are those of the pool: give it an `acquire_timeout` of 1 to 2 seconds, and its connections a
    /// `statement_timeout` of about 2. The isolation level has to be READ COMMITTED, and the statement cache of `sqlx` has to be
    /// on; both are so by default.
    ///
    /// ```no_run
    /// use sealed_session::store::PostgresStore;
    ///
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let pool = sqlx::PgPool::connect_lazy("postgres://app:secret@db.internal/app")?;
    /// let store = PostgresStore::new(pool).with_table("web.sessions")?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self::on(Pool::Given(pool), Table::default(), Some(Settings::SWEEP_EVERY))
    }

    fn on(pool: Pool<Postgres>, table: Table, sweep_every: Option<Duration>) -> Self {
        Self { pool, statements: Statements::new(&table), table, sweep_every }
    }

    /// With this table, `name` or `schema.name`.
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
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        self.pool.run(&self.table, work).await
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("table", &format_args!("{}", self.table))
            .field("pool", &self.pool)
            .field("sweep_every", &self.sweep_every)
            .finish_non_exhaustive()
    }
}
