//! What one caller sees.

use super::subject::{Case, Checked, Failure, Subject, cases, ensure, fresh_key, same};
use crate::store::{Creation, StoreErrorKind, Update, Version};

cases! {
    "what was created is loaded" => create_and_load,
    "an unknown key is no record" => unknown_key,
    "create never overwrites" => create_never_overwrites,
    "update replaces bytes and expiry" => update_replaces,
    "update holds for one version" => update_holds_for_one_version,
    "update never creates" => update_never_creates,
    "an expired record is absent" => expired_is_absent,
    "create takes the place of an expired record" => create_over_expired,
    "touch moves the expiry forward, never back" => touch_moves_forward,
    "what was removed is gone, and can be created again" => remove_is_final,
    "all bytes are kept as they are" => all_bytes,
    "the largest record is kept" => largest_record,
    "load refuses more than it was to read" => load_refuses_more,
    "an expiry 400 days ahead is kept" => long_expiry,
    "a hundred records do not mix" => records_do_not_mix,
    "sweep removes expired records, at most as many as asked" => sweep_is_bounded,
}

async fn create_and_load(subject: Subject) -> Checked {
    let key = fresh_key()?;
    let version = subject.create(&key, b"one").await?;
    let loaded = subject.load_existing(&key).await?;
    same("bytes", loaded.data.as_slice(), b"one")?;
    same("expiry", loaded.expires, subject.later())?;
    same("version", loaded.version, version)
}

async fn unknown_key(subject: Subject) -> Checked {
    let key = fresh_key()?;
    same("load", subject.load(&key).await?, None)?;
    same("touch", subject.store.touch(&key, subject.later(), subject.now).await?, false)?;
    same("remove", subject.store.remove(&key).await?, false)
}

async fn create_never_overwrites(subject: Subject) -> Checked {
    let key = fresh_key()?;
    let version = subject.create(&key, b"first").await?;
    let again = subject.store.create(&key, b"second", subject.later().plus(9), subject.now).await?;
    same("second create", again, Creation::Exists)?;
    let loaded = subject.load_existing(&key).await?;
    same("bytes", loaded.data.as_slice(), b"first")?;
    same("expiry", loaded.expires, subject.later())?;
    same("version", loaded.version, version)
}

async fn update_replaces(subject: Subject) -> Checked {
    let key = fresh_key()?;
    let mut version = subject.create(&key, b"first").await?;
    // Longer, shorter, empty, with an expiry that moves both ways.
    for (data, ahead) in [(&b"second, longer"[..], 9000), (b"3rd", 60), (b"", 500)] {
        let expires = subject.now.plus(ahead);
        version = match subject.store.update(&key, data, expires, version, subject.now).await? {
            Update::Updated(version) => version,
            other => return Err(Failure(format!("update: {other:?}"))),
        };
        let loaded = subject.load_existing(&key).await?;
        same("bytes", loaded.data.as_slice(), data)?;
        same("expiry", loaded.expires, expires)?;
        same("version", loaded.version, version)?;
    }
    Ok(())
}

async fn update_holds_for_one_version(subject: Subject) -> Checked {
    let key = fresh_key()?;
    let first = subject.create(&key, b"first").await?;
    let updated = subject.update(&key, b"second", first).await?;
    ensure(matches!(updated, Update::Updated(version) if version != first), "an update gives a new version")?;
    same("update by the old version", subject.update(&key, b"third", first).await?, Update::Conflict)?;
    same("bytes", subject.load_existing(&key).await?.data.as_slice(), b"second")?;
    // The same bytes again make a new version, too.
    let Update::Updated(second) = updated else { return Err(Failure("no update".into())) };
    let repeated = subject.update(&key, b"second", second).await?;
    ensure(matches!(repeated, Update::Updated(version) if version != second), "equal bytes are a write, too")
}

async fn update_never_creates(subject: Subject) -> Checked {
    let key = fresh_key()?;
    for version in [0, 1, u64::MAX] {
        same("update", subject.update(&key, b"new", Version(version)).await?, Update::Missing)?;
    }
    let version = subject.create(&key, b"first").await?;
    subject.store.remove(&key).await?;
    same("update of a removed record", subject.update(&key, b"new", version).await?, Update::Missing)?;
    same("load", subject.load(&key).await?, None)
}

async fn expired_is_absent(subject: Subject) -> Checked {
    let Subject { store, now, .. } = &subject;
    let key = fresh_key()?;
    let expires = now.plus(600);
    let Creation::Created(version) = store.create(&key, b"short", expires, *now).await? else {
        return Err(Failure("a fresh key exists already".into()));
    };
    ensure(store.load(&key, 100, now.plus(599)).await?.is_some(), "a record lives until its last second")?;
    for then in [expires, expires.plus(1000)] {
        same("load", store.load(&key, 100, then).await?, None)?;
        same("update", store.update(&key, b"x", then.plus(60), version, then).await?, Update::Missing)?;
        same("touch", store.touch(&key, then.plus(60), then).await?, false)?;
    }
    Ok(())
}

async fn create_over_expired(subject: Subject) -> Checked {
    let Subject { store, now, .. } = &subject;
    let key = fresh_key()?;
    let Creation::Created(first) = store.create(&key, b"old", now.plus(600), *now).await? else {
        return Err(Failure("a fresh key exists already".into()));
    };
    let then = now.plus(600);
    let Creation::Created(second) = store.create(&key, b"new", then.plus(600), then).await? else {
        return Err(Failure("an expired record is in the way".into()));
    };
    same("bytes", store.load(&key, 100, then).await?.map(|loaded| loaded.data), Some(b"new".to_vec()))?;
    ensure(first != second, "the record that came after has another version")?;
    same("update by the old version", store.update(&key, b"x", then.plus(60), first, then).await?, Update::Conflict)
}

async fn touch_moves_forward(subject: Subject) -> Checked {
    let Subject { store, now, .. } = &subject;
    let key = fresh_key()?;
    subject.create(&key, b"data").await?;
    for (to, expected) in [(7200, 7200), (60, 7200), (7200, 7200), (9000, 9000)] {
        same("touch", store.touch(&key, now.plus(to), *now).await?, true)?;
        let loaded = subject.load_existing(&key).await?;
        same("expiry", loaded.expires, now.plus(expected))?;
        same("bytes", loaded.data.as_slice(), b"data")?;
    }
    let version = subject.load_existing(&key).await?.version;
    let updated = subject.update(&key, b"more", version).await?;
    ensure(matches!(updated, Update::Updated(_)), "a touched record can be updated by the version it is loaded with")
}

async fn remove_is_final(subject: Subject) -> Checked {
    let key = fresh_key()?;
    let first = subject.create(&key, b"first").await?;
    same("remove", subject.store.remove(&key).await?, true)?;
    same("load", subject.load(&key).await?, None)?;
    same("remove again", subject.store.remove(&key).await?, false)?;
    let second = subject.create(&key, b"second").await?;
    ensure(first != second, "a record that was created again has another version")?;
    same("update by the old version", subject.update(&key, b"x", first).await?, Update::Conflict)
}

async fn all_bytes(subject: Subject) -> Checked {
    let every: Vec<u8> = (0..=255).cycle().take(1000).collect();
    let samples = [every.as_slice(), b"", b"\0", b"\0\0\0", b"\xff\xfe\xc3\x28", b"'; --\r\nEND\r\n$-1\r\n"];
    for sample in samples {
        let key = fresh_key()?;
        subject.create(&key, sample).await?;
        same("bytes", subject.load_existing(&key).await?.data.as_slice(), sample)?;
    }
    Ok(())
}

async fn largest_record(subject: Subject) -> Checked {
    let key = fresh_key()?;
    // Does not compress: an engine that counts compressed bytes must still take it.
    let data: Vec<u8> = (0..subject.max_record).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let version = subject.create(&key, &data).await?;
    ensure(subject.load_existing(&key).await?.data == data, "the largest record comes back changed")?;
    let reversed: Vec<u8> = data.into_iter().rev().collect();
    let updated = subject.update(&key, &reversed, version).await?;
    ensure(matches!(updated, Update::Updated(_)), "the largest record cannot be updated")?;
    ensure(subject.load_existing(&key).await?.data == reversed, "the largest record comes back changed")
}

async fn load_refuses_more(subject: Subject) -> Checked {
    let key = fresh_key()?;
    subject.create(&key, &[7; 1000]).await?;
    match subject.store.load(&key, 999, subject.now).await {
        Err(error) => same("kind of error", error.kind(), StoreErrorKind::TooLarge)?,
        Ok(_) => return Err(Failure("a record of 1000 bytes was loaded where at most 999 were asked for".into())),
    }
    let loaded = subject.store.load(&key, 1000, subject.now).await?;
    same("bytes", loaded.map(|loaded| loaded.data), Some(vec![7; 1000]))
}

async fn long_expiry(subject: Subject) -> Checked {
    let Subject { store, now, .. } = &subject;
    let key = fresh_key()?;
    let expires = now.plus(400 * 24 * 3600);
    store.create(&key, b"long", expires, *now).await?;
    let loaded = subject.load_existing(&key).await?;
    same("expiry", loaded.expires, expires)?;
    let then = now.plus(399 * 24 * 3600);
    ensure(store.load(&key, 100, then).await?.is_some(), "it is there a day before its end")
}

async fn records_do_not_mix(subject: Subject) -> Checked {
    let mut keys = Vec::new();
    for number in 0..100 {
        let key = fresh_key()?;
        subject.create(&key, format!("record {number}").as_bytes()).await?;
        keys.push(key);
    }
    for (number, key) in keys.iter().enumerate().rev() {
        let loaded = subject.load_existing(key).await?;
        same("bytes", String::from_utf8_lossy(&loaded.data), format!("record {number}").into())?;
    }
    Ok(())
}

async fn sweep_is_bounded(subject: Subject) -> Checked {
    let Subject { store, now, .. } = &subject;
    let live = fresh_key()?;
    subject.create(&live, b"live").await?;
    let (expires, then) = (now.plus(120), now.plus(120));
    let mut keys = Vec::new();
    for _ in 0..10 {
        let key = fresh_key()?;
        store.create(&key, b"brief", expires, *now).await?;
        keys.push(key);
    }
    let first = store.sweep(4, then).await?;
    ensure(first <= 4, "sweep removed more than it was asked to")?;
    let mut total = first;
    while let removed @ 1.. = store.sweep(1000, then).await? {
        total += removed;
    }
    ensure(store.sweep_every().is_none() || total >= 10, "sweep left expired records")?;
    for key in &keys {
        same("load of an expired record", store.load(key, 100, then).await?, None)?;
    }
    ensure(store.load(&live, 100, then).await?.is_some(), "sweep removed a live record")
}
