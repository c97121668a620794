//! How it grows: `cargo bench --bench scale -- [threads] [stores] [sqlite] [bytes]`, all four without a name. Prints
//! Markdown.
//!
//! With `--features redis,postgres,mysql,memcached`, `stores` and `bytes` also ask those of these servers that are on the
//! machine; they start and stop them themselves. Quick by default; these variables make it larger:
//!
//! | variable | default | |
//! |---|---|---|
//! | `SCALE_SECONDS` | 1 | for each cell of `threads` and `stores` |
//! | `SCALE_ROUNDS` | 5 | `threads`: of each kind, in turns; medians are shown |
//! | `SCALE_RECORDS` | 1000000 | `sqlite`: the largest number of records, 3 KB each |
//! | `SCALE_STORED` | 50000 | `bytes`: records in each store, 3 KB each |
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic, missing_docs)]

mod backends;
mod bytes;
mod folder;
mod process;
mod records;
#[cfg(any(feature = "redis", feature = "postgres", feature = "mysql", feature = "memcached"))]
#[path = "../../tests/servers/mod.rs"]
mod servers;
mod sqlite;
mod stores;
#[path = "../support/mod.rs"]
mod support;
mod threads;
mod times;

/// A part, by its name.
const PARTS: [(&str, fn()); 4] =
    [("threads", threads::run), ("stores", stores::run), ("sqlite", sqlite::run), ("bytes", bytes::run)];

fn main() {
    let (flags, wanted): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.starts_with('-'));
    let parts = PARTS.iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|one| one == name));
    match parts.collect::<Vec<_>>()[..] {
        [(name, run)] => {
            println!("\n## {name}\n");
            run();
        }
        ref several => several.iter().for_each(|(name, _)| alone(name, &flags)),
    }
}

/// Runs a part in a process of its own: memory that one part frees, the next would fill before its process grows.
fn alone(name: &str, flags: &[String]) {
    let mut process = std::process::Command::new(std::env::current_exe().unwrap());
    assert!(process.args(flags).arg(name).status().unwrap().success(), "{name}");
}

/// A number from the environment, or this one; a small one when nothing is measured.
fn knob(name: &str, usual: u64, trial: u64) -> u64 {
    let set = std::env::var(name).ok().and_then(|text| text.parse().ok());
    set.unwrap_or(if support::is_bench() { usual } else { trial })
}

/// How long a cell takes.
fn span() -> std::time::Duration {
    std::time::Duration::from_millis(knob("SCALE_SECONDS", 1, 0) * 1000 + 10)
}
