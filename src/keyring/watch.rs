//! A keyring that follows its source: a file that is watched, or a function that is asked from time to time.

mod event;
mod file;
mod folders;
mod options;
mod signal;
mod source;
mod trial;
mod worker;

use std::error::Error as StdError;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::Keyring;
use crate::error::{Error, ErrorKind};

pub use event::WatchEvent;
use file::KeyFile;
pub use options::WatchOptions;
use signal::Signal;
use source::{Fetched, Source};
use worker::Worker;

impl Keyring {
    /// Reads the ring from a file, as [`Keyring::from_file`] does, and keeps it current: an operator rotates keys by editing
    /// that file while the app serves.
    ///
    /// A change is taken once the file has stayed the same for half a second, so a file that is still being written does not
    /// count. If keys that still open are gone from it, it has to stay the same for two seconds, because a file cut off
    /// between two keys reads like one with fewer keys; a revocation does not wait for that. A file that is broken, missing
    /// or unreadable leaves the keys in force as they are. Secret files that it names are followed too. The file rules: what
    /// was changed in the ring otherwise lasts until its next change.
    ///
    /// Every way to write a file is seen: in place, by renaming another over it, by swapping a symlink as Kubernetes does
    /// for mounted Secrets, by deleting and creating it. Where the system reports no changes (network file systems), they are
    /// seen within five seconds. [`Keyring::watch_with`] takes other times.
    ///
    /// `on_event` hears what comes of each change, on the thread of the watch; the same goes to `tracing`. The watch ends when
    /// the [`KeyringWatch`] is dropped, so keep it for as long as the app serves.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), sealed_session::Error> {
    /// use sealed_session::{Keyring, SessionLayer, WatchEvent};
    ///
    /// let (keyring, _watch) = Keyring::watch("/etc/shop/keys.toml", |event| {
    ///     if let WatchEvent::Refused { error, .. } = event {
    ///         eprintln!("the keys stay as they are: {error}");
    ///     }
    /// })?;
    /// let layer = SessionLayer::<sealed_session::Values>::new(keyring)?;
    /// // … serve; `_watch` lives until the end of `main`. A plain `_` would drop it here.
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`Keyring::from_file`], when the file is bad from the start; [`ErrorKind::Keyring`] also for a file over 1 MiB
    /// or one that is not a regular file, and when the system gives no thread.
    pub fn watch(
        path: impl AsRef<Path>,
        on_event: impl Fn(&WatchEvent) + Send + 'static,
    ) -> Result<(Self, KeyringWatch), Error> {
        Self::watch_with(path, WatchOptions::default(), on_event)
    }

    /// As [`Keyring::watch`], with times of one's own.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), sealed_session::Error> {
    /// use std::time::Duration;
    ///
    /// use sealed_session::{Keyring, WatchOptions};
    ///
    /// let options = WatchOptions::default().poll_every(Duration::from_secs(1)); // it lies on NFS
    /// let (keyring, _watch) = Keyring::watch_with("/mnt/shop/keys.toml", options, |_| {})?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`Keyring::watch`].
    pub fn watch_with(
        path: impl AsRef<Path>,
        options: WatchOptions,
        on_event: impl Fn(&WatchEvent) + Send + 'static,
    ) -> Result<(Self, KeyringWatch), Error> {
        let path = path.as_ref();
        // An app that changes its current folder later still means the same file.
        let absolute = std::path::absolute(path).map_err(|error| {
            Error::new(ErrorKind::Keyring, format!("{}: cannot be watched: {error}", path.display())).with_source(error)
        })?;
        start(KeyFile::new(absolute), options, on_event)
    }

    /// Takes the ring from a function and keeps it current by asking again, `every` so often: keys from a vault, a key
    /// management service, a database.
    ///
    /// The function returns the whole ring each time; what it does to get it is its own affair, and it may block, because it
    /// runs on the thread of the watch (the first time: on the caller's). What it returns is taken at once, except that a ring
    /// in which keys are missing that still open has to come back unchanged for two seconds, so that a source that forgets
    /// for a moment logs nobody out. When it fails or panics, the keys in force stay, with one event until it answers again.
    ///
    /// Its errors reach the log and `on_event` by their text: that text should hold no secret.
    ///
    /// ```
    /// # fn main() -> Result<(), sealed_session::Error> {
    /// use std::time::Duration;
    ///
    /// use sealed_session::{Key, Keyring};
    ///
    /// # fn ask_the_vault() -> Result<String, std::io::Error> { Ok(Key::generate().map_err(std::io::Error::other)?.expose_base64().to_string()) }
    /// let fetch = || Ok(Keyring::new([Key::from_base64(&ask_the_vault()?)?])?);
    /// let (keyring, _watch) = Keyring::poll(fetch, Duration::from_secs(30), |_| {})?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What `fetch` fails with the first time, as the [source](StdError::source) of an [`ErrorKind::Keyring`] unless it is an
    /// [`Error`] already; [`ErrorKind::Keyring`] also when the system gives no thread.
    pub fn poll(
        fetch: impl FnMut() -> Result<Self, Box<dyn StdError + Send + Sync>> + Send + 'static,
        every: Duration,
        on_event: impl Fn(&WatchEvent) + Send + 'static,
    ) -> Result<(Self, KeyringWatch), Error> {
        // What a function returns is whole: there is no half-written ring to wait out.
        let options = WatchOptions::default().settle(Duration::ZERO).poll_every(every);
        start(Fetched::new(fetch), options, on_event)
    }
}

/// Keeps a keyring current for as long as it lives. **Keep it**: dropping it ends the watch, and the ring then stays as it is.
///
/// Dropping waits for the thread of the watch, that is for a read, a fetch or an `on_event` that is under way.
#[must_use = "the watch ends when this is dropped"]
pub struct KeyringWatch {
    signal: Arc<Signal>,
    thread: Option<JoinHandle<()>>,
}

/// Reads the source once, and follows it from then on.
fn start(
    mut source: impl Source,
    options: WatchOptions,
    on_event: impl Fn(&WatchEvent) + Send + 'static,
) -> Result<(Keyring, KeyringWatch), Error> {
    let reading = source.read();
    let keyring = reading.found.into_keyring()?;
    let signal = Arc::new(Signal::default());
    let worker = Worker::new(source, keyring.clone(), reading.mark, options, Arc::clone(&signal), on_event);
    let thread = thread::Builder::new().name("keyring-watch".into()).spawn(move || worker.run()).map_err(|error| {
        Error::new(ErrorKind::Keyring, "the keys cannot be watched: the system gives no thread").with_source(error)
    })?;
    Ok((keyring, KeyringWatch { signal, thread: Some(thread) }))
}

impl Drop for KeyringWatch {
    fn drop(&mut self) {
        self.signal.stop();
        // An `on_event` that owns its own watch would wait for itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for KeyringWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyringWatch").finish_non_exhaustive()
    }
}
