//! No room.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use sealed_session::Timestamp;
use sealed_session::store::{SqliteStore, Store, StoreErrorKind};
use tempfile::TempDir;

use super::{LATER, NOW, check, create, key, open, open_with, place};

const SOON: Timestamp = Timestamp::from_unix(NOW.as_unix() + 60);

/// Creates records of 10 kB until there is no room, every other one with an early end. Says how many.
async fn fill(store: &SqliteStore) -> u64 {
    for number in 0.. {
        let expires = if number % 2 == 0 { SOON } else { LATER };
        if let Err(error) = store.create(&key(number), &content(number), expires, NOW).await {
            assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
            assert!(error.to_string().contains("no room"), "{error}");
            return number;
        }
    }
    0
}

fn content(number: u64) -> Vec<u8> {
    number.to_be_bytes().into_iter().cycle().take(10_000).collect()
}

async fn assert_held(store: &SqliteStore, numbers: impl Iterator<Item = u64>) {
    for number in numbers {
        let loaded = store.load(&key(number), 10_000, NOW).await.unwrap();
        assert!(loaded.is_some_and(|loaded| loaded.data == content(number)), "{number} is not as it was stored");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_may_not_grow_is_full_until_it_is_swept() {
    let (_folder, file) = place();
    let store = Arc::new(open_with(&file, "max=1MiB"));
    let count = fill(&store).await;
    assert!((60..110).contains(&count), "{count} records of 10 kB in 1 MiB");
    assert_held(&store, 0..count).await;
    assert!(std::fs::metadata(&file).unwrap().len() <= 1 << 20);
    check(&file);
    let removed = store.sweep(1000, SOON).await.unwrap();
    assert_eq!(removed, count.div_ceil(2));
    large_ones_do_not_stop_small_ones(&store).await;
    for number in 0..removed - 10 {
        create(&store, 2000 + number, &content(number)).await;
    }
    assert_held(&store, (0..count).filter(|number| number % 2 == 1)).await;
    check(&file);
}

/// Calls at the same moment share a transaction, but not its failure.
async fn large_ones_do_not_stop_small_ones(store: &Arc<SqliteStore>) {
    let calls: Vec<_> = (0..40)
        .map(|number| {
            let (store, size) = (Arc::clone(store), if number % 2 == 0 { 1_500_000 } else { 100 });
            tokio::spawn(async move { store.create(&key(1000 + number), &vec![1; size], LATER, NOW).await })
        })
        .collect();
    for (number, call) in calls.into_iter().enumerate() {
        match call.await.unwrap() {
            Ok(_) => assert_eq!(number % 2, 1),
            Err(error) => assert_eq!((number % 2, error.kind()), (0, StoreErrorKind::Full), "{error}"),
        }
    }
}

/// A small drive.
struct Drive(TempDir);

impl Drive {
    fn mount(mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={mebibytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        crate::servers::skip("a small drive needs the right to mount one");
        None
    }

    fn grow(&self) {
        let grown = Command::new("mount").args(["-o", "remount,size=4m"]).arg(self.0.path()).status();
        assert!(grown.unwrap().success());
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("sessions.db")
    }
}

impl Drop for Drive {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_keeps_what_is_there() {
    let Some(drive) = Drive::mount(1) else { return };
    let store = open(&drive.file());
    let count = fill(&store).await;
    assert!(count > 20, "{count} records of 10 kB in 1 MiB");
    assert_held(&store, 0..count).await;
    // Here even removing needs room that is not there, because the file had not got its size yet.
    if let Err(error) = store.sweep(1000, SOON).await {
        assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
    }
    assert_held(&store, (0..count).filter(|number| number % 2 == 1)).await;
    // Room again: it goes on without a restart.
    drive.grow();
    let _ = store.sweep(1000, SOON).await.unwrap();
    for number in 0..count / 2 {
        create(&store, 2000 + number, &content(number)).await;
    }
    assert_held(&store, (0..count).filter(|number| number % 2 == 1)).await;
    drop(store);
    check(&drive.file());
}

/// What a program leaves when the disk fills while it runs is readable after a restart.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_at_the_start_is_full_and_not_corrupt() {
    let Some(drive) = Drive::mount(1) else { return };
    fill_up(&drive.0.path().join("other.log"));
    let error = open(&drive.file()).prepare().await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
}

fn fill_up(file: &Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(file).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
}

/// As it is when another program fills the disk under a store that has had its size for a while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_has_its_size_is_swept_on_a_full_disk() {
    let Some(drive) = Drive::mount(24) else { return };
    let store = open(&drive.file());
    for number in 0..400 {
        let expires = if number % 2 == 0 { SOON } else { LATER };
        store.create(&key(number), &content(number), expires, NOW).await.unwrap();
    }
    for _ in 0..2 {
        for number in 0..400 {
            let Some(loaded) = store.load(&key(number), 10_000, NOW).await.unwrap() else { panic!() };
            store.update(&key(number), &loaded.data, loaded.expires, loaded.version, NOW).await.unwrap();
        }
    }
    fill_up(&drive.0.path().join("other.log"));
    let mut removed = 0;
    while let some @ 1.. = store.sweep(100, SOON).await.unwrap() {
        removed += some;
    }
    assert_eq!(removed, 200);
    for number in 0..150 {
        create(&store, 1000 + number, &content(number)).await;
    }
    assert_held(&store, (0..400).filter(|number| number % 2 == 1)).await;
    drop(store);
    check(&drive.file());
}
