//! What several callers at once see.

use std::time::Duration;

use tokio::task::{JoinError, JoinSet};

use super::subject::{Case, Checked, Failure, Subject, cases, ensure, fresh_key, same};
use crate::store::{Creation, Update};

cases! {
    "one of many parallel creates wins" => one_create_wins,
    "one of many parallel updates wins" => one_update_wins,
    "no increment of a counter is lost" => no_increment_is_lost,
    "update never revives what is removed meanwhile" => remove_beats_update,
    "calls that are given up leave nothing behind for others" => cancelled_calls,
}

const CALLERS: u8 = 16;

async fn one_create_wins(subject: Subject) -> Checked {
    for _ in 0..10 {
        let key = fresh_key()?;
        let mut callers = JoinSet::new();
        for caller in 0..CALLERS {
            let subject = subject.clone();
            callers.spawn(async move {
                let created = subject.store.create(&key, &[caller; 100], subject.later(), subject.now).await?;
                Ok::<_, Failure>(matches!(created, Creation::Created(_)).then_some(caller))
            });
        }
        let winners: Vec<_> = join(callers).await?.into_iter().flatten().collect();
        let [winner] = winners.as_slice() else {
            return Err(Failure(format!("{} of {CALLERS} created the record", winners.len())));
        };
        same("bytes", subject.load_existing(&key).await?.data, vec![*winner; 100])?;
    }
    Ok(())
}

async fn one_update_wins(subject: Subject) -> Checked {
    for _ in 0..10 {
        let key = fresh_key()?;
        let version = subject.create(&key, b"first").await?;
        let mut callers = JoinSet::new();
        for caller in 0..CALLERS {
            let subject = subject.clone();
            callers.spawn(async move {
                let updated = subject.update(&key, &[caller; 100], version).await?;
                Ok::<_, Failure>(matches!(updated, Update::Updated(_)).then_some(caller))
            });
        }
        let winners: Vec<_> = join(callers).await?.into_iter().flatten().collect();
        let [winner] = winners.as_slice() else {
            return Err(Failure(format!("{} of {CALLERS} updated one version", winners.len())));
        };
        same("bytes", subject.load_existing(&key).await?.data, vec![*winner; 100])?;
    }
    Ok(())
}

async fn no_increment_is_lost(subject: Subject) -> Checked {
    const TIMES: u32 = 10;
    let key = fresh_key()?;
    subject.create(&key, &0u32.to_be_bytes()).await?;
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let subject = subject.clone();
        callers.spawn(async move {
            for _ in 0..TIMES {
                while !increment(&subject, &key).await? {}
            }
            Ok::<_, Failure>(())
        });
    }
    join(callers).await?;
    let total = TIMES * u32::from(CALLERS);
    same("count", subject.load_existing(&key).await?.data, total.to_be_bytes().to_vec())
}

/// One attempt at reading and writing. Says whether it came through.
async fn increment(subject: &Subject, key: &crate::store::RecordKey) -> Result<bool, Failure> {
    let loaded = subject.load_existing(key).await?;
    let count = loaded.data.try_into().map(u32::from_be_bytes).map_err(|_| Failure("no counter".into()))?;
    match subject.update(key, &(count + 1).to_be_bytes(), loaded.version).await? {
        Update::Updated(_) => Ok(true),
        Update::Conflict => Ok(false),
        Update::Missing => Err(Failure("the counter is gone".into())),
    }
}

async fn remove_beats_update(subject: Subject) -> Checked {
    for _ in 0..50 {
        let key = fresh_key()?;
        let version = subject.create(&key, b"first").await?;
        let mut callers = JoinSet::new();
        for _ in 0..4 {
            let subject = subject.clone();
            callers.spawn(async move { subject.update(&key, b"slow", version).await.map(drop).map_err(Failure::from) });
        }
        let remover = subject.clone();
        callers.spawn(async move { remover.store.remove(&key).await.map(drop).map_err(Failure::from) });
        join(callers).await?;
        same("load after remove", subject.load(&key).await?, None)?;
    }
    Ok(())
}

async fn cancelled_calls(subject: Subject) -> Checked {
    let mut keys = Vec::new();
    for number in 0..8u8 {
        let key = fresh_key()?;
        subject.create(&key, &[number; 2000]).await?;
        keys.push(key);
    }
    for round in 0..200u64 {
        for (number, key) in keys.iter().enumerate() {
            // Given up at all moments between at once and done.
            let limit = Duration::from_micros(round * 17 % 1500);
            if let Ok(loaded) = tokio::time::timeout(limit, subject.load(key)).await {
                let loaded = loaded?.ok_or_else(|| Failure("a record is gone".into()))?;
                ensure(loaded.data == vec![number as u8; 2000], "a call got the record of another one")?;
            }
        }
    }
    for (number, key) in keys.iter().enumerate() {
        let loaded = subject.load_existing(key).await?;
        ensure(loaded.data == vec![number as u8; 2000], "a call got the record of another one")?;
    }
    Ok(())
}

async fn join<T: 'static>(mut callers: JoinSet<Result<T, Failure>>) -> Result<Vec<T>, Failure> {
    let mut results = Vec::new();
    while let Some(result) = callers.join_next().await {
        results.push(result.map_err(|error: JoinError| Failure(error.to_string()))??);
    }
    Ok(results)
}
