//! `kill -9` at any moment: what was acknowledged is there.
//!
//! `ACKS=100000` makes it go on until so many writes were acknowledged, and `SEED` lets it repeat the moments.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use sealed_session::SessionId;
use sealed_session::store::{Creation, RecordKey, SqliteStore, Store, Update};

use super::shared::{process, store_of_process};
use super::{LATER, NOW, check, open, place};

/// How many writes a record gets before the next one is begun. Half of the records are removed after the last.
const WRITES: u64 = 6;
const REMOVED: u64 = WRITES;
const WRITERS: u64 = 8;

fn key(id: u64) -> RecordKey {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&id.to_be_bytes());
    RecordKey::of(SessionId::from_bytes(bytes))
}

/// What a record holds after a write: both numbers, and some of them a few pages more.
fn content(id: u64, write: u64) -> Vec<u8> {
    let mut data = [id.to_be_bytes(), write.to_be_bytes()].concat();
    data.resize(16 + (id.wrapping_mul(31) + write) as usize * 997 % 9000, write as u8);
    data
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by another test, as a process of its own"]
async fn writing_process() {
    let store = Arc::new(store_of_process());
    let first: u64 = std::env::var("FIRST_ID").unwrap().parse().unwrap();
    for writer in 0..WRITERS {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for id in (first + writer..).step_by(WRITERS as usize) {
                write_one(&store, id).await;
            }
        });
    }
    std::future::pending::<()>().await;
}

async fn write_one(store: &SqliteStore, id: u64) {
    let Creation::Created(mut version) = store.create(&key(id), &content(id, 0), LATER, NOW).await.unwrap() else {
        panic!("{id} exists");
    };
    acknowledged(id, 0);
    for write in 1..WRITES {
        let updated = store.update(&key(id), &content(id, write), LATER, version, NOW).await.unwrap();
        let Update::Updated(next) = updated else { panic!("{id}: {updated:?}") };
        version = next;
        acknowledged(id, write);
    }
    if id.is_multiple_of(2) {
        assert!(store.remove(&key(id)).await.unwrap());
        acknowledged(id, REMOVED);
    }
}

/// One system call, so a line is written whole or not at all.
fn acknowledged(id: u64, write: u64) {
    std::io::stderr().write_all(format!("ack {id} {write}\n").as_bytes()).unwrap();
}

/// Whether the record can be so, when this write of it was acknowledged and the next one may have been under way.
async fn is_kept(store: &SqliteStore, id: u64, acknowledged: u64) -> bool {
    let held = store.load(&key(id), 20_000, NOW).await.unwrap().map(|loaded| loaded.data);
    let removable = id.is_multiple_of(2);
    let possible = (acknowledged..WRITES.min(acknowledged + 2)).map(|write| Some(content(id, write)));
    let gone = (removable && acknowledged + 1 >= WRITES).then_some(None);
    possible.chain(gone).any(|possible| possible == held)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9() {
    let number = |name, default| std::env::var(name).map_or(default, |text| text.parse::<u64>().unwrap());
    let (target, mut seed) = (number("ACKS", 5000), number("SEED", 1));
    let (_folder, file) = place();
    let (mut all, mut total, mut kills, mut lost) = (HashMap::new(), 0, 0, 0);
    while total < target {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Other ids each time: records may be there that nobody could acknowledge any more.
        let first = kills * 10_000_000;
        let after = Duration::from_millis(20 + (seed >> 33) % 500);
        // Every other time from the first write on, so that a slow machine gets on, too.
        let round = write_and_kill(&file, first, after, kills % 2 == 1);
        kills += 1;
        let store = open(&file);
        let mut latest = HashMap::new();
        for (id, write) in round {
            total += 1;
            latest.insert(id, write);
        }
        for (id, write) in &latest {
            lost += u64::from(!is_kept(&store, *id, *write).await);
        }
        all.extend(latest);
    }
    let store = open(&file);
    for (id, write) in &all {
        lost += u64::from(!is_kept(&store, *id, *write).await);
    }
    println!("acknowledged={total} kills={kills} records={} lost={lost}", all.len());
    assert_eq!(lost, 0);
    drop(store);
    check(&file);
}

/// What a process acknowledged before it was killed, in order.
fn write_and_kill(file: &Path, first: u64, after: Duration, from_first_write: bool) -> Vec<(u64, u64)> {
    let mut command = process("sqlite::crash::writing_process", file);
    let mut child = command.env("FIRST_ID", first.to_string()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let (begun, begins) = sync_channel(1);
    let reader = std::thread::spawn(move || {
        let (mut acks, mut other) = (Vec::new(), String::new());
        for line in lines.map_while(Result::ok) {
            let _ = begun.try_send(());
            match line.strip_prefix("ack ").and_then(|ack| ack.split_once(' ')) {
                Some((id, write)) => acks.push((id.parse().unwrap(), write.parse().unwrap())),
                None => other += &line,
            }
        }
        assert_eq!(other, "", "the process failed");
        acks
    });
    if from_first_write {
        begins.recv_timeout(Duration::from_secs(60)).unwrap();
    }
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}
