//! The calls of a store.

use std::time::Duration;

use sqlx::mysql::{MySql, MySqlArguments, MySqlConnection, MySqlQueryResult, MySqlRow};
use sqlx::query::Query;
use sqlx::{Row, query, raw_sql};

use super::{MySqlStore, engine};
use crate::clock::Timestamp;
use crate::store::sql;
use crate::store::{Creation, Loaded, RecordKey, Store, StoreError, StoreErrorKind, StoreFuture, Update, Version};

/// A statement that lost against another one is tried so many times more.
const RETRIES: u32 = 3;
/// A record of more bytes is sent only after the server said that it takes such packets. Told too late, it breaks the
/// connection off, which looks like a server that is down. No server has a limit below this unless it was set by hand.
const LARGE: usize = 256 * 1024;
/// What a packet has besides the record, and some more.
const REST_OF_PACKET: usize = 1024;

impl Store for MySqlStore {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'a, Creation> {
        Box::pin(async move {
            self.check_size(data).await?;
            let version = sql::fresh_version()?;
            let statement = || {
                query(self.statements.create.clone())
                    .bind(&key.to_bytes()[..])
                    .bind(data)
                    .bind(version)
                    .bind(sql::seconds(expires))
                    .bind(sql::seconds(now))
                    .bind(sql::seconds(now))
                    .bind(sql::seconds(now))
            };
            let done = self.run(async |connection| execute(connection, statement).await).await?;
            let is_own = [0, version.unsigned_abs()].contains(&done.last_insert_id());
            Ok(if is_own { Creation::Created(sql::from_column(version)) } else { Creation::Exists })
        })
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        Box::pin(async move {
            let limit = i64::try_from(max).unwrap_or(i64::MAX);
            let found = self
                .run(async |connection| {
                    let rows = query(self.statements.load.clone())
                        .bind(limit)
                        .bind(&key.to_bytes()[..])
                        .bind(sql::seconds(now))
                        .fetch_all(connection)
                        .await?;
                    rows.first().map(loaded).transpose()
                })
                .await?;
            found.map(|found| found.map_err(|size| StoreError::too_large(size, max))).transpose()
        })
    }

    fn update<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        version: Version,
        now: Timestamp,
    ) -> StoreFuture<'a, Update> {
        Box::pin(async move {
            self.check_size(data).await?;
            let fresh = sql::fresh_version()?;
            let statement = || {
                query(self.statements.update.clone())
                    .bind(data)
                    .bind(sql::seconds(expires))
                    .bind(fresh)
                    .bind(&key.to_bytes()[..])
                    .bind(sql::to_column(version))
                    .bind(sql::seconds(now))
            };
            self.run(async |connection| {
                if execute(connection, statement).await?.rows_affected() > 0 {
                    return Ok(Update::Updated(sql::from_column(fresh)));
                }
                // Nothing was changed; what is left is to say why. Versions never come twice, so a record that is there now has
                // another one; and where there is none now, there is none.
                let lives = query(self.statements.lives.clone())
                    .bind(&key.to_bytes()[..])
                    .bind(sql::seconds(now))
                    .fetch_all(connection)
                    .await?;
                Ok(if lives.is_empty() { Update::Missing } else { Update::Conflict })
            })
            .await
        })
    }

    fn touch<'a>(&'a self, key: &'a RecordKey, expires: Timestamp, now: Timestamp) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let statement = || {
                query(self.statements.touch.clone())
                    .bind(sql::seconds(expires))
                    .bind(&key.to_bytes()[..])
                    .bind(sql::seconds(now))
            };
            let done = self.run(async |connection| execute(connection, statement).await).await?;
            Ok(done.rows_affected() > 0)
        })
    }

    fn remove<'a>(&'a self, key: &'a RecordKey) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let statement = || query(self.statements.remove.clone()).bind(&key.to_bytes()[..]);
            let done = self.run(async |connection| execute(connection, statement).await).await?;
            Ok(done.rows_affected() > 0)
        })
    }

    fn sweep<'a>(&'a self, limit: u32, now: Timestamp) -> StoreFuture<'a, u64> {
        let work = self.run(async move |connection| {
            let locked = query(self.statements.lock.clone()).fetch_all(&mut *connection).await?;
            let alone = locked.first().map(|row| row.try_get::<Option<i64>, _>(0)).transpose()?.flatten();
            if alone != Some(1) {
                return Ok(0);
            }
            let statement = || query(self.statements.sweep.clone()).bind(sql::seconds(now)).bind(i64::from(limit));
            // Given up or failed, the connection is closed, which unlocks as well.
            let removed = execute(connection, statement).await?.rows_affected();
            query(self.statements.unlock.clone()).fetch_all(&mut *connection).await?;
            Ok(removed)
        });
        Box::pin(sql::within(sql::SWEEP_LIMIT, work))
    }

    fn sweep_every(&self) -> Option<Duration> {
        self.sweep_every
    }

    fn prepare(&self) -> StoreFuture<'_, ()> {
        let work = self.run(async |connection| {
            // Where the table is there, no right to create one is needed.
            match self.probe(connection).await {
                Err(error) if sql::is_missing_table::<MySql>(&error) => {}
                result => return result,
            }
            raw_sql(self.statements.prepare.clone()).execute(&mut *connection).await?;
            self.probe(connection).await
        });
        Box::pin(sql::within(sql::PREPARE_LIMIT, work))
    }

    fn name(&self) -> &'static str {
        "mysql"
    }
}

impl MySqlStore {
    /// Checks the size of a record that is to be stored.
    async fn check_size(&self, data: &[u8]) -> Result<(), StoreError> {
        sql::check_size(data)?;
        if data.len() <= LARGE {
            return Ok(());
        }
        let packet = self
            .run(async |connection| {
                let rows = query("SELECT CAST(@@max_allowed_packet AS SIGNED)").fetch_all(connection).await?;
                rows.first().map(|row| row.try_get::<i64, _>(0)).transpose()
            })
            .await?;
        let limit = packet.map_or(usize::MAX, |packet| usize::try_from(packet).unwrap_or(usize::MAX));
        if data.len() + REST_OF_PACKET <= limit {
            return Ok(());
        }
        let message = format!(
            "a record of {} bytes, where packets of at most {limit} are taken: raise max_allowed_packet on the server",
            data.len()
        );
        Err(StoreError::new(StoreErrorKind::TooLarge, message))
    }

    /// Fails unless the table is there, with the columns that it should have.
    async fn probe(&self, connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
        query(self.statements.probe.clone()).execute(connection).await.map(drop)
    }
}

/// Runs a statement that changes something; again when it lost against another one and was undone.
async fn execute<'q>(
    connection: &mut MySqlConnection,
    statement: impl Fn() -> Query<'q, MySql, MySqlArguments>,
) -> Result<MySqlQueryResult, sqlx::Error> {
    for _ in 0..RETRIES {
        match statement().execute(&mut *connection).await {
            Err(error) if engine::is_collision(&error) => {}
            result => return result,
        }
    }
    statement().execute(connection).await
}

/// The record of a row; or its size, when it was more than was to be read.
fn loaded(row: &MySqlRow) -> Result<Result<Loaded, usize>, sqlx::Error> {
    let Some(data) = row.try_get::<Option<Vec<u8>>, _>(0)? else {
        return Ok(Err(usize::try_from(row.try_get::<i64, _>(1)?).unwrap_or(usize::MAX)));
    };
    let (expires, version) = (row.try_get(2)?, row.try_get(3)?);
    Ok(Ok(Loaded { data, expires: sql::timestamp(expires), version: sql::from_column(version) }))
}
