//! Asks the system to announce changes in the folders of some files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::signal::Signal;

/// Folders, not files: a file that is renamed over, or created again, is another file to the system.
#[derive(Default)]
pub(super) struct Folders {
    watcher: Option<RecommendedWatcher>,
    watched: BTreeSet<PathBuf>,
    /// Said once: that the watch has to do without.
    complained: bool,
}

impl Folders {
    /// Announces changes in the folders of these files. `renew` also asks again for the folders that were there before,
    /// because a folder that was deleted and made again is another folder to the system.
    pub(super) fn follow<'a>(&mut self, files: impl Iterator<Item = &'a Path>, signal: &Arc<Signal>, renew: bool) {
        let wanted: BTreeSet<PathBuf> = files.flat_map(folders_of).collect();
        if let Err(error) = self.change_to(wanted, signal, renew)
            && !std::mem::replace(&mut self.complained, true)
        {
            tracing::warn!(target: "sealed_session", event = "watch_polls", %error, "changes of key files are not announced by the system: they are polled");
        }
    }

    fn change_to(&mut self, wanted: BTreeSet<PathBuf>, signal: &Arc<Signal>, renew: bool) -> notify::Result<()> {
        let watcher = match &mut self.watcher {
            Some(watcher) => watcher,
            None => self.watcher.insert(announcer(Arc::clone(signal))?),
        };
        let stale: Vec<PathBuf> =
            self.watched.iter().filter(|folder| renew || !wanted.contains(*folder)).cloned().collect();
        for folder in stale {
            // It fails for a folder that is gone, which is no longer watched anyway.
            let _ = watcher.unwatch(&folder);
            self.watched.remove(&folder);
        }
        let mut outcome = Ok(());
        for folder in wanted.difference(&self.watched).cloned().collect::<Vec<_>>() {
            match watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => _ = self.watched.insert(folder),
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }
}

/// The folder that holds the name, where it is renamed, and the one that holds the file in the end, where it is written:
/// two if the file is a link.
///
/// Both without links of their own, because one folder under two names would be watched once and then let go once.
fn folders_of(file: &Path) -> impl Iterator<Item = PathBuf> {
    let of_name = file.parent().and_then(|folder| folder.canonicalize().ok());
    let of_file = file.canonicalize().ok().and_then(|file| file.parent().map(Path::to_path_buf));
    of_name.into_iter().chain(of_file)
}

fn announcer(signal: Arc<Signal>) -> notify::Result<RecommendedWatcher> {
    notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // An error may mean that changes were missed.
        if event.is_ok_and(|event| is_a_read(event.kind)) {
            return;
        }
        signal.change();
    })
}

/// Reads are announced too, also our own: each of them would be followed by another.
fn is_a_read(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(access) if access != AccessKind::Close(AccessMode::Write))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;
    use std::time::Duration;

    use super::*;
    use crate::keyring::watch::signal::Woken;

    #[test]
    fn a_folder_that_was_made_again_is_watched_again() {
        let outer = tempfile::tempdir().unwrap();
        let (folder, file) = (outer.path().join("conf"), outer.path().join("conf/keys.toml"));
        let (mut folders, signal) = (Folders::default(), Arc::new(Signal::default()));
        fs::create_dir(&folder).unwrap();
        folders.follow([file.as_path()].into_iter(), &signal, false);
        fs::remove_dir(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
        while signal.wait(Duration::ZERO, Duration::from_millis(200)) == Woken::Changed {}

        folders.follow([file.as_path()].into_iter(), &signal, true);
        fs::write(&file, "").unwrap();
        assert_eq!(signal.wait(Duration::ZERO, Duration::from_secs(30)), Woken::Changed);
    }

    #[test]
    fn reads_are_told_from_writes() {
        assert!(is_a_read(EventKind::Access(AccessKind::Open(AccessMode::Any))));
        assert!(is_a_read(EventKind::Access(AccessKind::Close(AccessMode::Read))));
        assert!(!is_a_read(EventKind::Access(AccessKind::Close(AccessMode::Write))));
        assert!(!is_a_read(EventKind::Any));
    }
}
