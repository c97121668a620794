//! A key with its label and its times.

use crate::clock::Timestamp;
use crate::key::Key;

/// A [`Key`] with what an operator says about it: a label, from when it seals, until when it opens.
///
/// A key opens from the moment it is in a ring. Publishing one ahead, with a time from which it seals, lets a fleet pick
/// it up in any order before anyone seals with it.
///
/// ```
/// # fn main() -> Result<(), sealed_session::Error> {
/// use sealed_session::{Key, Keyring, ScheduledKey, Timestamp};
///
/// let keyring = Keyring::new([
///     ScheduledKey::new(Key::generate()?).label("2027-01").seal_from(Timestamp::from_unix(1_798_761_600)),
///     ScheduledKey::new(Key::generate()?).label("2026-11"),
/// ])?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ScheduledKey {
    pub(super) key: Key,
    pub(super) label: Option<Box<str>>,
    pub(super) seal_from: Option<Timestamp>,
    pub(super) open_until: Option<Timestamp>,
    pub(super) revoked: bool,
}

impl ScheduledKey {
    /// A key that seals and opens at once, without a label.
    #[must_use]
    pub fn new(key: Key) -> Self {
        Self { key, label: None, seal_from: None, open_until: None, revoked: false }
    }

    /// Its name for people, in logs and errors; never on the wire.
    #[must_use]
    pub fn label(self, label: &str) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    /// Opens at once, seals from `time` on. [`Timestamp::MAX`] means: not by itself.
    #[must_use]
    pub fn seal_from(self, time: Timestamp) -> Self {
        Self { seal_from: Some(time), ..self }
    }

    /// Neither seals nor opens from `time` on.
    #[must_use]
    pub fn open_until(self, time: Timestamp) -> Self {
        Self { open_until: Some(time), ..self }
    }

    /// Refused at once, and cookies under it are cleared.
    #[must_use]
    pub fn revoked(self) -> Self {
        Self { revoked: true, ..self }
    }
}

impl From<Key> for ScheduledKey {
    fn from(key: Key) -> Self {
        Self::new(key)
    }
}
