//! The keys of an app: which one seals now, and which ones open. Its content can be swapped while serving.

mod env;
mod ring;
mod scheduled;

use std::fmt;
use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};

use crate::error::Error;
use crate::key::Key;

pub(crate) use ring::{Entry, Ring};
pub use scheduled::ScheduledKey;

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
    /// [`ErrorKind::Keyring`](crate::ErrorKind::Keyring) when there is no key, one key twice, a label twice, or when two keys
    /// have one key id. The text names the place by label or position and never the secret.
    pub fn new<K: Into<ScheduledKey>>(keys: impl IntoIterator<Item = K>) -> Result<Self, Error> {
        let ring = Ring::new(keys.into_iter().map(Into::into).collect())?;
        Ok(Self(Arc::new(ArcSwap::from_pointee(ring))))
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

    /// Takes over the content of `other`, for this handle and all its clones, from the next request on.
    ///
    /// Readers never wait: a request under way finishes with the ring that it began with.
    pub fn replace(&self, other: &Self) {
        self.0.store(other.0.load_full());
    }

    pub(crate) fn load(&self) -> Guard<Arc<Ring>> {
        self.0.load()
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keyring").field(&**self.load()).finish()
    }
}

#[cfg(test)]
mod tests;
