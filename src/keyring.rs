//! The keys of an app: which one seals now, and which ones open. Its content can be swapped while serving.

#[cfg(feature = "config")]
mod config;
mod env;
#[cfg(feature = "config")]
mod file;
#[cfg(feature = "config")]
mod moment;
mod report;
mod ring;
mod scheduled;
mod usage;
#[cfg(feature = "watch")]
mod watch;

use std::fmt;
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use crate::clock::Timestamp;
use crate::error::Error;
use crate::key::{Key, KeyId};

#[cfg(feature = "config")]
pub use config::{KeyConfig, KeyringConfig, SecretText};
#[cfg(feature = "config")]
pub use moment::Moment;
pub use report::{KeyReport, KeyState};
pub(crate) use ring::{Entry, KeyAge, Ring};
pub use scheduled::ScheduledKey;
#[cfg(feature = "watch")]
pub use watch::{KeyringWatch, WatchEvent, WatchOptions};

/// The keys of an app: one seals, all open.
///
/// A ring is a cheap handle. Clones share their content, so [`Keyring::replace`] on one of them reaches every layer that
/// was built from it, from the next request on.
///
/// A token names its key, so opening is one lookup however many keys there are; nothing is tried in turn.
///
/// ```
/// # fn main() -> Result<(), sealed_session::Error> {
/// use sealed_session::{Key, Keyring};
///
/// let old = Key::generate()?;
/// let new = Key::generate()?;
/// let keyring = Keyring::new([new, old])?; // `new` seals, both open
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Keyring(Arc<ArcSwap<Ring>>);

impl Keyring {
    /// A ring of these keys, the newest first. Without schedules, the first one seals and all of them open.
    ///
    /// # Errors
    /// [`ErrorKind::Keyring`](crate::ErrorKind::Keyring) when there is no key, one key twice, a label twice, two keys with one
    /// key id, or none that may ever seal. The text names the place by position and label, and never the secret. A revocation
    /// is never refused: it counts, whatever else is wrong with that key.
    pub fn new<K: Into<ScheduledKey>>(keys: impl IntoIterator<Item = K>) -> Result<Self, Error> {
        let ring = Ring::new(keys.into_iter().map(Into::into).collect(), Timestamp::now())?;
        Ok(Self::of(ring))
    }

    fn of(ring: Ring) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(ring)))
    }

    /// A ring of one fresh key: sessions end with the process. For development and tests.
    ///
    /// # Errors
    /// [`ErrorKind::Random`](crate::ErrorKind::Random) when the operating system's random source fails.
    pub fn generate() -> Result<Self, Error> {
        Self::new([Key::generate()?])
    }

    /// Reads the ring from an environment variable: base64 keys, separated by commas, the newest first.
    ///
    /// `SESSION_KEYS="new,old"`: the first one seals, all of them open. A key marked `next:`, as in
    /// `SESSION_KEYS="next:coming,current"`, is published ahead: it opens and ranks as newer, but does not seal yet, so a
    /// fleet can learn it in any order before a later deploy drops the mark.
    ///
    /// # Errors
    /// [`ErrorKind::Keyring`](crate::ErrorKind::Keyring) when the variable is missing, empty or not such a list;
    /// [`ErrorKind::Key`](crate::ErrorKind::Key) for a bad or weak key. The text names the variable and the position, never
    /// the secret.
    pub fn from_env(variable: &str) -> Result<Self, Error> {
        Self::new(env::read(variable)?)
    }

    /// Takes over the keys of `other`, for this handle and all its clones, from the next request on. Counts of keys that
    /// stay go on.
    ///
    /// Readers never wait. A request under way that has opened its session seals it by the new ring. Returns the keys that opened until
    /// now and are gone, by label or id, which logs people out unless they were [safe to drop](KeyReport::safe_to_drop); that
    /// is also a `tracing` warning.
    pub fn replace(&self, other: &Self) -> Vec<String> {
        let (old, new) = (self.load(), other.load());
        let vanished = old.without(&new, Timestamp::now());
        if !vanished.is_empty() {
            tracing::warn!(target: "sealed_session", event = "keys_vanished", keys = ?vanished, "keys that still opened are gone from the keyring");
        }
        self.0.store(Arc::new(new.succeeding(&old, Timestamp::now())));
        vanished
    }

    /// What people call the key with this id: its label, or its id if it has none. `None` if the ring does not have it.
    #[cfg(feature = "metrics")]
    pub(crate) fn name_of(&self, id: KeyId) -> Option<String> {
        self.load().find(id).map(Entry::name)
    }

    /// Adds a key to the running ring, for this handle and all its clones, from the next request on: to rotate by hand. With
    /// `seal_from` now it seals at once; keys by config come by [`Keyring::replace`].
    ///
    /// # Errors
    /// [`ErrorKind::Keyring`](crate::ErrorKind::Keyring) when the key, or one with its label, is in the ring already.
    pub fn add(&self, key: impl Into<ScheduledKey>) -> Result<(), Error> {
        let (key, now) = (key.into(), Timestamp::now());
        let mut result = Ok(());
        // Runs again should another thread have changed the ring meanwhile.
        self.0.rcu(|ring| match ring.with(key.clone(), now) {
            Ok(ring) => {
                result = Ok(());
                Arc::new(ring)
            }
            Err(error) => {
                result = Err(error);
                Arc::clone(ring)
            }
        });
        result
    }

    /// Revokes a key of the running ring, for this handle and all its clones, from the next request on: cookies under it are
    /// cleared. Says whether there was such a key. [Add](Keyring::add) another one first if it is the only one that seals.
    #[expect(clippy::must_use_candidate, reason = "called for what it does")]
    pub fn revoke(&self, id: KeyId) -> bool {
        let known = self.load().find(id).is_some();
        self.0.rcu(|current| current.revoking(id).map_or_else(|| Arc::clone(current), Arc::new));
        known
    }

    pub(crate) fn load(&self) -> Guard<Arc<Ring>> {
        self.0.load()
    }

    /// The ring as it is now, to keep across an `await`.
    pub(crate) fn load_full(&self) -> Arc<Ring> {
        self.0.load_full()
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keyring").field(&**self.load()).finish()
    }
}

#[cfg(test)]
mod tests;
