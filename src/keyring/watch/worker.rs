//! The thread of a watch: read, wait until it stays the same, take or refuse, tell.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::event::WatchEvent;
use super::options::WatchOptions;
use super::signal::{Signal, Woken};
use super::source::{Found, Mark, Reading, Source};
use super::trial::Trial;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::keyring::{Entry, Keyring, Ring};

pub(super) struct Worker<S, F> {
    source: S,
    keyring: Keyring,
    trial: Trial,
    options: WatchOptions,
    signal: Arc<Signal>,
    on_event: F,
}

impl<S: Source, F: Fn(&WatchEvent)> Worker<S, F> {
    /// Keeps `keyring` current, which was made of what `source` held under `mark`.
    pub(super) fn new(
        source: S,
        keyring: Keyring,
        mark: Mark,
        options: WatchOptions,
        signal: Arc<Signal>,
        on_event: F,
    ) -> Self {
        Self { source, keyring, trial: Trial::new(mark), options, signal, on_event }
    }

    /// Until the watch is stopped.
    pub(super) fn run(mut self) {
        let mut woken = Woken::Due;
        while woken != Woken::Stopped {
            // First listen, then read: a change comes before the read and is seen, or after it and is announced.
            caught(|| self.source.listen(&self.signal, woken == Woken::Due));
            let wait = self.step();
            woken = self.signal.wait(self.options.rest(), wait.min(self.options.poll()));
        }
    }

    /// Reads once; returns for how long to wait before the next read.
    fn step(&mut self) -> Duration {
        let began = Instant::now();
        let Reading { mark, found } = caught(|| self.source.read()).unwrap_or_else(panicked);
        let Some(age) = self.trial.age(mark, began, Instant::now()) else { return Duration::MAX };
        let needed = self.needed(&found);
        if age < needed {
            return needed.saturating_sub(age);
        }
        self.trial.judged(mark);
        let event = self.judge(found);
        event.trace();
        if caught(|| (self.on_event)(&event)).is_none() {
            tracing::error!(target: "sealed_session", event = "watch_handler_panicked", "the event handler of a keyring watch panicked; the watch goes on");
        }
        Duration::MAX
    }

    /// For how long the source has to stay the same before this counts.
    fn needed(&self, found: &Found) -> Duration {
        match found {
            Found::Keys { keyring, revoked } => {
                let (old, new) = (self.keyring.load(), keyring.load());
                // A file cut off between two keys is a valid ring of fewer keys.
                match !old.without(&new, Timestamp::now()).is_empty() && !revokes(&old, &new, revoked) {
                    true => self.options.vanished(),
                    false => self.options.settle,
                }
            }
            Found::Refused(_) | Found::Unreadable(_) => self.options.settle,
        }
    }

    fn judge(&self, found: Found) -> WatchEvent {
        match found {
            Found::Keys { keyring, .. } => {
                let vanished = self.keyring.replace(&keyring);
                let sealing = self.keyring.load().sealing(Timestamp::now()).map(name);
                WatchEvent::Reloaded { vanished, sealing }
            }
            Found::Refused(error) => WatchEvent::Refused { error },
            Found::Unreadable(error) => WatchEvent::Unreadable { error },
        }
    }
}

/// Whether a key of `old` that was not revoked is revoked in `new`, or by its label alone.
fn revokes(old: &Ring, new: &Ring, revoked: &[String]) -> bool {
    let by_label =
        |entry: &Entry| entry.label.as_deref().is_some_and(|label| revoked.iter().any(|other| other == label));
    let mut before = old.entries().iter().filter(|entry| !entry.revoked);
    // A ring without any key is one whose keys are all revoked.
    new.entries().is_empty() || before.any(|entry| new.find(entry.id).map_or(by_label(entry), |after| after.revoked))
}

fn name(entry: &Entry) -> String {
    entry.label.as_deref().map_or_else(|| entry.id.to_string(), str::to_owned)
}

/// What `run` returns, unless it panics: code of the app must not end the watch in silence.
fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

fn panicked() -> Reading {
    Reading::unreadable(Error::new(ErrorKind::Keyring, "the keys cannot be fetched: the source panicked"))
}
