//! SQLite by the number of live records: loading and updating one of them, and sweeping expired ones out from between.

use std::sync::Arc;

use sealed_session::Timestamp;
use sealed_session::store::{SqliteStore, Store};

use crate::knob;
use crate::records::{SIZE, data, fill, key};
use crate::support::runtime;
use crate::times::Times;

/// Calls that are timed, one after the other.
const CALLS: u64 = 2000;
/// As the layer's sweeper asks for.
const BATCH: u32 = 500;

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);
const SOON: Timestamp = Timestamp::from_unix(NOW.as_unix() + 60);
const LATER: Timestamp = Timestamp::from_unix(NOW.as_unix() + 14 * 24 * 3600);

pub(crate) fn run() {
    println!("Records of {SIZE} bytes; a sweep removes {BATCH} at most. Times in µs.\n");
    println!(
        "| live records | load p50 | p99 | update p50 | p99 | sweep, a record | longest sweep | on the disk, MiB |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|");
    let most = knob("SCALE_RECORDS", 1_000_000, 100);
    for live in [10, most / 10, most] {
        runtime().block_on(row(live, knob("SCALE_EXPIRED", 20_000, 100)));
    }
}

async fn row(live: u64, expired: u64) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let store = Arc::new(SqliteStore::open(&file).unwrap());
    fill(&store, 0..live, LATER, NOW).await;
    // The file and the log beside it.
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
    let size = files.sum::<u64>() as f64 / f64::from(1 << 20);

    let record = data(live);
    let (mut loads, mut updates) = (Times::default(), Times::default());
    for call in 0..CALLS {
        // Spread over all of them, in an order that is none.
        let key = key(call.wrapping_mul(2_654_435_761) % live);
        let loaded = loads.time(store.load(&key, 1 << 16, NOW)).await.unwrap().unwrap();
        updates.time(store.update(&key, &record, LATER, loaded.version, NOW)).await.unwrap();
    }
    fill(&store, live..live + expired, SOON, NOW).await;
    let (mut sweeps, mut removed) = (Times::default(), 0);
    while removed < expired {
        let count = sweeps.time(store.sweep(BATCH, LATER_THAN_SOON)).await.unwrap();
        assert!(count > 0, "{removed} of {expired} were swept");
        removed += count;
    }
    let each = sweeps.sum().as_secs_f64() * 1e6 / expired as f64;
    println!(
        "| {live} | {} | {} | {} | {} | {each:.1} | {} | {size:.1} |",
        loads.per_mille(500),
        loads.per_mille(990),
        updates.per_mille(500),
        updates.per_mille(990),
        sweeps.longest(),
    );
}

const LATER_THAN_SOON: Timestamp = Timestamp::from_unix(SOON.as_unix() + 1);
