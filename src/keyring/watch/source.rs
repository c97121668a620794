//! Where a watched keyring comes from.

use std::error::Error as StdError;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::signal::Signal;
use crate::error::{Error, ErrorKind};
use crate::keyring::{Keyring, Ring};

/// Something that can be read again and again.
pub(super) trait Source: Send + 'static {
    /// Sees to it that changes from now on are announced, where that is possible. `renew` is set from time to time, to do it
    /// again from scratch.
    fn listen(&mut self, _signal: &Arc<Signal>, _renew: bool) {}

    fn read(&mut self) -> Reading;
}

/// What one read brought.
pub(super) struct Reading {
    /// The same for the same content.
    pub(super) mark: Mark,
    pub(super) found: Found,
}

pub(super) enum Found {
    Keys {
        keyring: Keyring,
        /// Labels of the keys that are revoked without a secret, so that the ring does not know them.
        revoked: Vec<String>,
    },
    /// There is something, and it is not a keyring.
    Refused(Error),
    /// There is nothing to be had.
    Unreadable(Error),
}

impl Found {
    pub(super) fn into_keyring(self) -> Result<Keyring, Error> {
        match self {
            Self::Keys { keyring, .. } => Ok(keyring),
            Self::Refused(error) | Self::Unreadable(error) => Err(error),
        }
    }
}

/// A digest of all that a ring was made of: the content itself, with its secrets, is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark([u8; 32]);

/// Makes a [`Mark`] of several parts.
#[derive(Default)]
pub(super) struct Marker(Sha256);

impl Marker {
    pub(super) fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }

    pub(super) fn mark(self) -> Mark {
        Mark(self.0.finalize().into())
    }
}

impl Mark {
    pub(super) fn of(parts: &[&[u8]]) -> Self {
        let mut marker = Marker::default();
        parts.iter().for_each(|part| marker.add(part));
        marker.mark()
    }

    /// Two rings with the same keys, labels and times have the same mark.
    fn of_ring(ring: &Ring) -> Self {
        let mut marker = Marker::default();
        for entry in ring.entries() {
            let key = (entry.id, &entry.label, entry.seal_from, entry.open_until, entry.revoked);
            marker.add(format!("{key:?}").as_bytes());
        }
        marker.mark()
    }
}

/// A function as a source.
pub(super) struct Fetched<F>(F);

impl<F: FnMut() -> Result<Keyring, Box<dyn StdError + Send + Sync>> + Send + 'static> Fetched<F> {
    pub(super) fn new(fetch: F) -> Self {
        Self(fetch)
    }
}

impl<F: FnMut() -> Result<Keyring, Box<dyn StdError + Send + Sync>> + Send + 'static> Source for Fetched<F> {
    fn read(&mut self) -> Reading {
        match (self.0)() {
            Ok(keyring) => {
                let mark = Mark::of_ring(&keyring.load());
                Reading { mark, found: Found::Keys { keyring, revoked: Vec::new() } }
            }
            Err(error) => match error.downcast::<Error>() {
                Ok(error) => Reading::refused(*error),
                Err(error) => {
                    let text = format!("the keys cannot be fetched: {error}");
                    Reading::unreadable(Error::new(ErrorKind::Keyring, text).with_source(error))
                }
            },
        }
    }
}

impl Reading {
    fn refused(error: Error) -> Self {
        Self { mark: Mark::of(&[b"refused", error.to_string().as_bytes()]), found: Found::Refused(error) }
    }

    /// One mark whatever the error says: a text with a time in it would be news at every poll.
    pub(super) fn unreadable(error: Error) -> Self {
        Self { mark: Mark::of(&[b"unreadable"]), found: Found::Unreadable(error) }
    }
}
