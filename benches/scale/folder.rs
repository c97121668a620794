//! What the files of a store take on the disk.

use std::fs::Metadata;
use std::path::Path;

/// What servers keep besides the data, by the start of its name: logs of changes, which are written over and over and do not
/// grow with the data. PostgreSQL's, MariaDB's (redo, undo, replication, Aria), and what a server says.
const LOGS: [&str; 7] = ["pg_wal", "ib_logfile", "undo", "mysql-bin", "binlog", "aria_log", "server.log"];

/// Bytes on the disk of all files in `folder` and in those below it, without [`LOGS`].
pub(crate) fn size(folder: &Path) -> f64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let data = entries.filter(|entry| !LOGS.iter().any(|log| entry.file_name().to_string_lossy().starts_with(log)));
    data.map(|entry| {
        let metadata = entry.metadata().unwrap();
        if metadata.is_dir() { size(&entry.path()) } else { allocated(&metadata) }
    })
    .sum()
}

/// The blocks that the file has, those that were taken in advance included; holes take none.
#[cfg(unix)]
fn allocated(metadata: &Metadata) -> f64 {
    use std::os::unix::fs::MetadataExt;
    metadata.blocks() as f64 * 512.0
}

#[cfg(not(unix))]
fn allocated(metadata: &Metadata) -> f64 {
    metadata.len() as f64
}
