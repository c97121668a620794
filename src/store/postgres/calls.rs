//! The calls of a store.

use std::time::Duration;

use sqlx::postgres::{PgConnection, PgRow, Postgres};
use sqlx::{Row, query, raw_sql};

use super::PostgresStore;
use crate::clock::Timestamp;
use crate::store::sql;
use crate::store::{Creation, Loaded, RecordKey, Store, StoreError, StoreFuture, Update, Version};

impl Store for PostgresStore {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'a, Creation> {
        Box::pin(async move {
            sql::check_size(data)?;
            let version = sql::fresh_version()?;
            let row = self
                .run(async |connection| {
                    query(self.statements.create.clone())
                        .bind(&key.to_bytes()[..])
                        .bind(data)
                        .bind(sql::seconds(expires))
                        .bind(version)
                        .bind(sql::seconds(now))
                        .fetch_optional(connection)
                        .await
                })
                .await?;
            Ok(row.map_or(Creation::Exists, |_| Creation::Created(sql::from_column(version))))
        })
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        Box::pin(async move {
            let limit = i64::try_from(max).unwrap_or(i64::MAX);
            let found = self
                .run(async |connection| {
                    let row = query(self.statements.load.clone())
                        .bind(&key.to_bytes()[..])
                        .bind(sql::seconds(now))
                        .bind(limit)
                        .fetch_optional(connection)
                        .await?;
                    row.map(|row| loaded(&row)).transpose()
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
            sql::check_size(data)?;
            let fresh = sql::fresh_version()?;
            let after = self
                .run(async |connection| {
                    let row = query(self.statements.update.clone())
                        .bind(&key.to_bytes()[..])
                        .bind(data)
                        .bind(sql::seconds(expires))
                        .bind(fresh)
                        .bind(sql::to_column(version))
                        .bind(sql::seconds(now))
                        .fetch_optional(connection)
                        .await?;
                    row.map(|row| row.try_get::<i64, _>(0)).transpose()
                })
                .await?;
            Ok(match after {
                None => Update::Missing,
                Some(after) if after == fresh => Update::Updated(sql::from_column(fresh)),
                Some(_) => Update::Conflict,
            })
        })
    }

    fn touch<'a>(&'a self, key: &'a RecordKey, expires: Timestamp, now: Timestamp) -> StoreFuture<'a, bool> {
        Box::pin(self.run(async move |connection| {
            let done = query(self.statements.touch.clone())
                .bind(&key.to_bytes()[..])
                .bind(sql::seconds(expires))
                .bind(sql::seconds(now))
                .execute(connection)
                .await?;
            Ok(done.rows_affected() > 0)
        }))
    }

    fn remove<'a>(&'a self, key: &'a RecordKey) -> StoreFuture<'a, bool> {
        Box::pin(self.run(async move |connection| {
            let done = query(self.statements.remove.clone()).bind(&key.to_bytes()[..]).execute(connection).await?;
            Ok(done.rows_affected() > 0)
        }))
    }

    fn sweep<'a>(&'a self, limit: u32, now: Timestamp) -> StoreFuture<'a, u64> {
        let work = self.run(async move |connection| {
            let done = query(self.statements.sweep.clone())
                .bind(sql::seconds(now))
                .bind(i64::from(limit))
                .bind(self.statements.lock)
                .execute(connection)
                .await?;
            Ok(done.rows_affected())
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
                Err(error) if sql::is_missing_table::<Postgres>(&error) => {}
                result => return result,
            }
            raw_sql(self.statements.prepare.clone()).execute(&mut *connection).await?;
            self.probe(connection).await
        });
        Box::pin(sql::within(sql::PREPARE_LIMIT, work))
    }

    fn name(&self) -> &'static str {
        "postgres"
    }
}

impl PostgresStore {
    /// Fails unless the table is there, with the columns that it should have.
    async fn probe(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        query(self.statements.probe.clone()).execute(connection).await.map(drop)
    }
}

/// The record of a row; or its size, when it was more than was to be read.
fn loaded(row: &PgRow) -> Result<Result<Loaded, usize>, sqlx::Error> {
    let Some(data) = row.try_get::<Option<Vec<u8>>, _>(0)? else {
        return Ok(Err(usize::try_from(row.try_get::<i32, _>(1)?).unwrap_or(usize::MAX)));
    };
    let (expires, version) = (row.try_get(2)?, row.try_get(3)?);
    Ok(Ok(Loaded { data, expires: sql::timestamp(expires), version: sql::from_column(version) }))
}
