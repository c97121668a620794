//! How much room records take, and what happens when there is none.

use std::time::{Duration, Instant};

use sealed_session::store::{Creation, Store, StoreErrorKind};

use super::{key, later, now};

/// Fills what there is room for with records of `size` bytes. What is there stays intact, and room that is made is used.
/// `relief` frees a little.
pub async fn full(store: &dyn Store, size: usize, relief: impl FnOnce()) {
    let record = |number: u64| key(6_000_000 + number);
    let mut count = 0;
    let error = loop {
        match store.create(&record(count), &noise(count, size), later(600), now()).await {
            Ok(Creation::Created(_)) => count += 1,
            Ok(Creation::Exists) => panic!("it exists"),
            Err(error) => break error,
        }
        assert!(count < 5000, "it does not fill up");
    };
    assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
    eprintln!("{}: full after {count} records of {size} bytes: {error}", store.name());
    assert!(count > 2);
    for number in 0..count {
        let found = store.load(&record(number), size, now()).await.unwrap().unwrap();
        assert_eq!(found.data, noise(number, size));
    }
    match store.touch(&record(0), later(700), now()).await {
        Ok(there) => assert!(there),
        Err(error) => assert_eq!(error.kind(), StoreErrorKind::Full, "{error}"),
    }
    for number in 0..count {
        assert!(store.remove(&record(number)).await.unwrap());
    }
    relief();
    // PostgreSQL makes room when it vacuums (every minute), InnoDB when it purges.
    let start = Instant::now();
    while let Err(error) = store.create(&record(0), &noise(0, size), later(600), now()).await {
        assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
        assert!(start.elapsed() < Duration::from_secs(150), "room that was made is not used");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    eprintln!("{}: room again {:?} after all were removed", store.name(), start.elapsed());
}

/// Fills an empty table with records of `size` bytes, writes each of them anew, and prints what they take, by `bytes`; and how
/// long a call takes.
pub async fn measure(store: &dyn Store, size: usize, count: u64, bytes: impl AsyncFn() -> i64) {
    let mut versions = Vec::new();
    let start = Instant::now();
    for number in 0..count {
        let created = store.create(&key(number), &noise(number, size), later(600), now()).await.unwrap();
        let Creation::Created(version) = created else { panic!("it exists") };
        versions.push(version);
    }
    let create = start.elapsed() / count as u32;
    let first = bytes().await / count as i64;
    let start = Instant::now();
    for number in 0..count {
        assert!(store.load(&key(number), size, now()).await.unwrap().is_some());
    }
    let load = start.elapsed() / count as u32;
    let start = Instant::now();
    for (number, version) in (0..count).zip(versions) {
        store.update(&key(number), &noise(number + count, size), later(600), version, now()).await.unwrap();
    }
    let update = start.elapsed() / count as u32;
    let second = bytes().await / count as i64;
    let start = Instant::now();
    for number in 0..count {
        store.touch(&key(number), later(700), now()).await.unwrap();
    }
    let touch = start.elapsed() / count as u32;
    let third = bytes().await / count as i64;
    eprintln!(
        "{}: {count} records of {size}: {first} bytes each, {second} after each was written anew, {third} after touch; create {create:?}, \
         load {load:?}, update {update:?}, touch {touch:?}",
        store.name()
    );
}

/// Bytes that do not compress, like what is sealed.
pub fn noise(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed ^ 0x9e37_79b9_7f4a_7c15;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    std::iter::repeat_with(next).take(size).collect()
}

/// A folder in the small file system that `FULL_DISK` names, and a file there that can be removed. (Without a single byte left,
/// PostgreSQL cannot vacuum.)
pub fn small_disk() -> (String, impl FnOnce()) {
    use std::os::unix::fs::{PermissionsExt, chown};
    let disk = std::path::PathBuf::from(std::env::var_os("FULL_DISK").expect("FULL_DISK"));
    let (folder, ballast) = (disk.join("data"), disk.join("ballast"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    // As root, servers run as `nobody`.
    let _ = chown(&folder, Some(65534), Some(65534));
    std::fs::write(&ballast, vec![0; 2 << 20]).unwrap();
    (folder.display().to_string(), move || std::fs::remove_file(ballast).unwrap())
}
