//! Processes, this one and those of the servers, as `/proc` shows them.
// Some of it is for servers, whose features may be off.
#![allow(dead_code)]

use std::process::Command;
use std::time::{Duration, Instant};

/// How long a server may take to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a process has in memory, in bytes. The one that asks is called `self`.
pub(crate) fn resident(pid: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok()).unwrap_or(f64::NAN) * 1024.0
}

/// The server that this process started: there is one at a time.
pub(crate) fn child() -> Option<String> {
    let this = std::process::id().to_string();
    let pids = std::fs::read_dir("/proc").ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    pids.into_iter().find(|pid| stat(pid).is_some_and(|[_, parent]| parent == this))
}

/// Asks a child to end, and waits until it has.
pub(crate) fn end(pid: &str) {
    assert!(Command::new("kill").args(["-TERM", pid]).status().unwrap().success(), "kill -TERM {pid}");
    wait("the server does not end", || stat(pid).is_none_or(|[state, _]| state == "Z"));
}

/// Waits until something has come about.
pub(crate) fn wait(otherwise: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "{otherwise}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The state of a process, and its parent.
fn stat(pid: &str) -> Option<[String; 2]> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // pid (name) state parent …
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned);
    Some([fields.next()?, fields.next()?])
}
