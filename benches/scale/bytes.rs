//! What a record takes in each store: of the memory of the process that keeps it, and on the disk.

use std::sync::Arc;

use sealed_session::Timestamp;
use sealed_session::store::Store;

use crate::backends::{Backend, Keeps, memcached, memory, mysql, postgres, redis, sqlite};
use crate::records::{SIZE, data, fill, key};
use crate::support::runtime;
use crate::{folder, knob, process};

const BACKENDS: [fn() -> Option<Backend>; 6] = [memory, sqlite, redis, memcached, postgres, mysql];
/// Records before the first look at the memory: connections and buffers are there by then.
const WARM_UP: u64 = 1000;
/// How many are loaded back.
const SAMPLES: u64 = 16;
const LIFETIME: u64 = 14 * 24 * 3600;

pub(crate) fn run() {
    let count = knob("SCALE_STORED", 50_000, 100);
    println!(
        "Records of {SIZE} bytes. In memory: what the process gained that keeps them. On the disk: what the files"
    );
    println!("gained (blocks, no logs that are written over and over), from one clean stop to the next.\n");
    println!("| store | records | in memory, bytes a record | on the disk, bytes a record |\n|---|---:|---:|---:|");
    for backend in BACKENDS {
        if let Some(backend) = backend() {
            row(backend, count);
        }
    }
}

fn row(mut backend: Backend, count: u64) {
    // One runtime for each visit: with it the last connection is closed, which a server waits for when it stops.
    runtime().block_on(async { backend.open().prepare().await.unwrap() });
    let disk_before = rest(&mut backend);
    if backend.keeps != Keeps::InMemory {
        backend.home.start();
    }
    let warm_up = WARM_UP.min(count);
    let memory = runtime().block_on(gained(&backend, warm_up, count));
    let disk = rest(&mut backend) - disk_before;
    let [memory, disk] = [
        (backend.keeps != Keeps::OnDisk, memory / count as f64),
        (backend.keeps != Keeps::InMemory, disk / (warm_up + count) as f64),
    ]
    .map(|(applies, each)| if applies { format!("{each:.0}") } else { "–".into() });
    println!("| {} | {count} | {memory} | {disk} |", backend.name);
}

/// What the process gained by `count` records, besides the first ones.
async fn gained(backend: &Backend, warm_up: u64, count: u64) -> f64 {
    // The real time, by which servers remove what has expired.
    let now = Timestamp::now();
    let expires = Timestamp::from_unix(now.as_unix() + LIFETIME);
    let (store, process) = (backend.open(), backend.home.process());
    fill(&store, 0..warm_up, expires, now).await;
    let before = process::resident(&process);
    fill(&store, warm_up..warm_up + count, expires, now).await;
    let gained = process::resident(&process) - before;
    check(&store, warm_up + count, now).await;
    gained
}

/// That the first record is there, the last one, and some between.
async fn check(store: &Arc<dyn Store>, count: u64, now: Timestamp) {
    for sample in 0..SAMPLES {
        let number = (count - 1) * sample / (SAMPLES - 1);
        let loaded = store.load(&key(number), SIZE, now).await.unwrap();
        assert!(loaded.is_some_and(|loaded| loaded.data == data(number)), "record {number} of {count} is gone");
    }
}

/// Stops the backend, if its files matter, and says what they take then.
fn rest(backend: &mut Backend) -> f64 {
    if backend.keeps == Keeps::InMemory {
        return 0.0;
    }
    backend.home.stop();
    backend.home.folder().map_or(0.0, folder::size)
}
