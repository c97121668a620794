//! Several processes on one file.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use sealed_session::Timestamp;
use sealed_session::store::{Creation, SqliteStore, Store, Update};

use super::{LATER, NOW, check, create, key, load, open, place};

const TIMES: u32 = 300;
const PROCESSES: u32 = 3;

/// Runs another test of this program as a process of its own.
pub(super) fn process(test: &str, file: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--ignored", "--nocapture"]).env("SQLITE_FILE", file).stdout(Stdio::null());
    command
}

/// What such a process is to work on.
pub(super) fn store_of_process() -> SqliteStore {
    open(std::env::var_os("SQLITE_FILE").expect("run by another test").as_ref())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by another test, as a process of its own"]
async fn counting_process() {
    let store = store_of_process();
    let created = store.create(&key(1), &0u32.to_be_bytes(), LATER, NOW).await.unwrap();
    assert!(matches!(created, Creation::Created(_) | Creation::Exists));
    for round in 0..u64::from(TIMES) {
        while !increment(&store).await {}
        // Some that expire, for the sweepers to meet over.
        let number = 1_000_000 * u64::from(std::process::id()) + round;
        store.create(&key(number), &[1; 2000], Timestamp::from_unix(NOW.as_unix() + 1), NOW).await.unwrap();
        if round % 10 == 9 {
            store.sweep(100, Timestamp::from_unix(NOW.as_unix() + 1)).await.unwrap();
        }
    }
}

async fn increment(store: &SqliteStore) -> bool {
    let loaded = store.load(&key(1), 4, NOW).await.unwrap().expect("the counter");
    let count = u32::from_be_bytes(loaded.data.try_into().unwrap()) + 1;
    match store.update(&key(1), &count.to_be_bytes(), LATER, loaded.version, NOW).await.unwrap() {
        Update::Updated(_) => true,
        Update::Conflict => false,
        Update::Missing => panic!("the counter is gone"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_share_a_file() {
    let (folder, file) = place();
    // They begin at once, so they also meet over creating the file.
    let start = || process("sqlite::shared::counting_process", &file).spawn().unwrap();
    let processes: Vec<Child> = (0..PROCESSES).map(|_| start()).collect();
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    let store = open(&file);
    assert_eq!(load(&store, 1).await.unwrap(), (TIMES * PROCESSES).to_be_bytes());
    while store.sweep(1000, Timestamp::from_unix(NOW.as_unix() + 1)).await.unwrap() > 0 {}
    check(&file);
    drop(store);
    let drafts = std::fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains(".new"));
    assert_eq!(drafts.count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stores_of_one_process_share_a_file() {
    let (_folder, file) = place();
    let stores: Vec<_> = (0..4).map(|_| open(&file)).collect();
    for (number, store) in (0..).zip(&stores) {
        create(store, number, &[number as u8; 100]).await;
    }
    for store in &stores {
        for number in 0..4 {
            assert_eq!(load(store, number).await.unwrap(), [number as u8; 100]);
        }
    }
}
