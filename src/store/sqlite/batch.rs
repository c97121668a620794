//! Doing several calls at once.

use rusqlite::Connection;

use super::database::Database;
use super::failure::Failure;
use super::job::{Access, Job};
use super::settings::Settings;

/// Does these calls and answers them. Says whether the connection is fit for more.
///
/// Reads go first, so that none waits for a lock that only writers need. Nobody can tell: a write that they could have
/// known of would have been acknowledged, and so would not be among these.
pub(super) fn run(settings: &Settings, database: &Database, jobs: Vec<Box<dyn Job>>) -> bool {
    let connection = database.connection();
    let (reads, writes): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|job| job.access() == Access::Read);
    let mut fit = true;
    for mut job in reads {
        let done = job.run(connection);
        fit &= answer(settings, vec![job], done);
    }
    fit & write(settings, connection, writes) & connection.is_autocommit()
}

/// All in one transaction. If that fails for a reason that may lie with one of them, each in its own.
///
/// Before that, what is in the log goes into the file: on a full disk, the log may be all that lacks room, and then it can
/// begin from its start again.
fn write(settings: &Settings, connection: &Connection, mut jobs: Vec<Box<dyn Job>>) -> bool {
    if jobs.is_empty() {
        return true;
    }
    let done = transaction(connection, &mut jobs);
    if !done.as_ref().is_err_and(|error| Failure::of(error, settings).is_of_one_call()) {
        return answer(settings, jobs, done);
    }
    // It may be in vain: then the next attempt says so.
    let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
    jobs.into_iter().fold(true, |fit, job| {
        let mut alone = vec![job];
        let done = transaction(connection, &mut alone);
        answer(settings, alone, done) && fit
    })
}

fn transaction(connection: &Connection, jobs: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    execute(connection, "BEGIN IMMEDIATE")?;
    let done = jobs.iter_mut().try_for_each(|job| job.run(connection)).and_then(|()| execute(connection, "COMMIT"));
    if done.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK")?;
    }
    done
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

/// Says whether the connection is fit for more.
fn answer(settings: &Settings, jobs: Vec<Box<dyn Job>>, done: rusqlite::Result<()>) -> bool {
    let failure = done.err().map(|error| Failure::of(&error, settings));
    for job in jobs {
        job.answer(failure.as_ref().map_or(Ok(()), Err));
    }
    failure.is_none_or(|failure| failure.spares_the_connection())
}
