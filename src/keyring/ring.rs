//! The immutable content of a keyring: the rank of its keys, lookup by id, and which one seals.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use super::ScheduledKey;
use super::usage::Usage;
use crate::cipher::Cipher;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::key::KeyId;
use crate::stack;

/// Labels stand in logs and reports, so they stay short.
const MAX_LABEL: usize = 64;

/// The keys of a ring, newest first.
#[derive(Clone)]
pub(crate) struct Ring {
    /// By rank: the latest `seal_from` first, absent last; ties in the order given.
    entries: Vec<Entry>,
    /// Key ids with the rank of their key, sorted by id, for one lookup per token.
    ranks: Vec<(KeyId, usize)>,
}

/// How a key ranks beside the one that seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyAge {
    Older,
    Current,
    /// Published ahead: other machines may seal with it already.
    Newer,
}

/// One key of a ring, ready for work.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) id: KeyId,
    /// In one place, whatever rings it is in: what is moved leaves copies behind.
    pub(crate) cipher: Arc<Cipher>,
    pub(super) label: Option<Box<str>>,
    /// 0 is the newest.
    pub(crate) rank: usize,
    pub(super) seal_from: Option<Timestamp>,
    pub(super) open_until: Option<Timestamp>,
    pub(crate) revoked: bool,
    /// When this process learned that the key seals from `seal_from` on.
    pub(super) since: Timestamp,
    /// Shared with the same key in the rings before and after.
    pub(super) usage: Arc<Usage>,
}

impl Ring {
    /// # Errors
    /// [`ErrorKind::Keyring`] as documented on [`Keyring::new`](super::Keyring::new).
    pub(super) fn new(keys: Vec<ScheduledKey>, now: Timestamp) -> Result<Self, Error> {
        if keys.is_empty() {
            return Err(refused("the keyring has no key: give it at least one"));
        }
        check_pairs(&keys)?;
        for (position, key) in keys.iter().enumerate().filter(|(_, key)| !key.revoked) {
            check_alone(key, &place(key, position))?;
        }
        let ring = Self::ranked(revoked_wins(keys).into_iter().map(|key| Entry::new(key, now)).collect());
        if ring.entries.iter().all(|entry| !entry.revoked && !entry.opens(now)) {
            return Err(refused("no key may ever seal, because each has reached its `open_until`: add a key"));
        }
        Ok(ring)
    }

    /// A ring without a key: all there were are revoked.
    #[cfg(feature = "config")]
    pub(super) fn empty() -> Self {
        Self { entries: Vec::new(), ranks: Vec::new() }
    }

    fn ranked(mut entries: Vec<Entry>) -> Self {
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.seal_from));
        entries.iter_mut().enumerate().for_each(|(rank, entry)| entry.rank = rank);
        let mut ranks: Vec<_> = entries.iter().map(|entry| (entry.id, entry.rank)).collect();
        ranks.sort_unstable();
        Self { entries, ranks }
    }

    /// How `key` ranks beside the one that seals at `now`.
    pub(crate) fn age(&self, key: &Entry, now: Timestamp) -> KeyAge {
        match self.sealing(now).map(|sealing| key.rank.cmp(&sealing.rank)) {
            Some(Ordering::Greater) => KeyAge::Older,
            Some(Ordering::Less) => KeyAge::Newer,
            Some(Ordering::Equal) | None => KeyAge::Current,
        }
    }

    /// The keys, newest first.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// This ring in place of `old` from `now` on: keys that were there before keep their counts.
    pub(super) fn succeeding(&self, old: &Self, now: Timestamp) -> Self {
        let mut ring = self.clone();
        for entry in &mut ring.entries {
            let before = old.find(entry.id);
            entry.usage = before.map_or_else(Arc::default, |before| Arc::clone(&before.usage));
            // A key whose schedule changed takes over by what this process learns now.
            entry.since =
                before.filter(|before| before.seal_from == entry.seal_from).map_or(now, |before| before.since);
        }
        ring
    }

    /// This ring with one key more.
    ///
    /// # Errors
    /// [`ErrorKind::Keyring`] when it is in the ring already, or its label is.
    pub(super) fn with(&self, key: ScheduledKey, now: Timestamp) -> Result<Self, Error> {
        check_alone(&key, &place(&key, 0))?;
        let entry = Entry::new(key, now);
        if self.find(entry.id).is_some() {
            return Err(refused("the key, or one with the same key id, is in the keyring already"));
        }
        if entry.label.is_some() && self.entries.iter().any(|other| other.label == entry.label) {
            return Err(refused("another key of the keyring has the same label: choose another one"));
        }
        // In front of those with the same `seal_from`: what comes later is newer.
        Ok(Self::ranked([entry].into_iter().chain(self.entries.iter().cloned()).collect()))
    }

    /// This ring with the key `id` revoked, if it has one.
    pub(super) fn revoking(&self, id: KeyId) -> Option<Self> {
        let mut ring = self.clone();
        let entry = ring.entries.iter_mut().find(|entry| entry.id == id)?;
        entry.revoked = true;
        Some(ring)
    }

    /// The keys that still open at `now` and are missing in `new`, by label or id.
    pub(super) fn without(&self, new: &Self, now: Timestamp) -> Vec<String> {
        let gone = self.entries.iter().filter(|entry| entry.opens(now) && new.find(entry.id).is_none());
        gone.map(Entry::name).collect()
    }

    /// The key with this id.
    pub(crate) fn find(&self, id: KeyId) -> Option<&Entry> {
        let position = self.ranks.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        let (_, rank) = self.ranks.get(position)?;
        self.entries.get(*rank)
    }

    /// The key that seals at `now`: the newest one that is due. Should none be due, after a revocation for example, the
    /// earliest pending key seals at once, because an app that cannot save is worse than a fleet that learns a key late.
    pub(crate) fn sealing(&self, now: Timestamp) -> Option<&Entry> {
        let mut usable = self.entries.iter().filter(|entry| entry.opens(now));
        usable.clone().find(|entry| entry.is_due(now)).or_else(|| usable.next_back())
    }
}

impl Entry {
    /// What people call it: its label, or its id if it has none.
    pub(super) fn name(&self) -> String {
        self.label.as_deref().map_or_else(|| self.id.to_string(), str::to_owned)
    }

    fn new(key: ScheduledKey, now: Timestamp) -> Self {
        Self {
            id: key.key.id(),
            cipher: stack::wiped(|| Arc::new(key.key.cipher())),
            label: key.label,
            rank: 0,
            seal_from: key.seal_from,
            open_until: key.open_until,
            revoked: key.revoked,
            since: now,
            usage: Arc::default(),
        }
    }

    /// Counts a token that was sealed under this key.
    pub(crate) fn count_seal(&self) {
        self.usage.sealed();
    }

    /// Counts a token that was opened under this key at `now`.
    pub(crate) fn count_open(&self, now: Timestamp) {
        self.usage.opened(now);
    }

    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.seal_from.is_none_or(|from| from <= now)
    }

    /// Whether tokens under this key are opened at `now`.
    pub(crate) fn opens(&self, now: Timestamp) -> bool {
        !self.revoked && self.open_until.is_none_or(|until| now < until)
    }
}

/// What is wrong with one key by itself.
fn check_alone(key: &ScheduledKey, place: &str) -> Result<(), Error> {
    let fits = |label: &str| (1..=MAX_LABEL).contains(&label.len()) && !label.chars().any(char::is_control);
    if !key.label.as_deref().is_none_or(fits) {
        return Err(refused(format!("{place}: a label has 1 to {MAX_LABEL} bytes and no control characters")));
    }
    match (key.seal_from, key.open_until) {
        (Some(from), Some(until)) if until <= from => {
            Err(refused(format!("{place}: `open_until` must come after `seal_from`, or it could never seal")))
        }
        _ => Ok(()),
    }
}

/// A revocation is never refused: it counts, whatever else the ring says of that key.
fn revoked_wins(mut keys: Vec<ScheduledKey>) -> Vec<ScheduledKey> {
    let revoked: HashSet<_> = keys.iter().filter(|key| key.revoked).map(|key| key.key.id()).collect();
    let mut seen = HashSet::new();
    keys.retain(|key| {
        let id = key.key.id();
        !revoked.contains(&id) || (key.revoked && seen.insert(id))
    });
    keys
}

/// What is wrong between two keys: the same key, the same label, or the same key id. Revoked ones are not asked.
fn check_pairs(keys: &[ScheduledKey]) -> Result<(), Error> {
    let live = || keys.iter().enumerate().filter(|(_, key)| !key.revoked);
    for (position, key) in live() {
        for (earlier, other) in live().take_while(|(earlier, _)| *earlier < position) {
            let places = || format!("{} and {}", place(other, earlier), place(key, position));
            if key.key == other.key {
                return Err(refused(format!("{} are the same key: remove one", places())));
            }
            if key.key.id() == other.key.id() {
                return Err(refused(format!("{} have the same key id by chance: replace the newer one", places())));
            }
            if key.label.is_some() && key.label == other.label {
                return Err(refused(format!("{} have the same label: rename one", places())));
            }
        }
    }
    Ok(())
}

/// How errors name a key: by its label, else by its position.
fn place(key: &ScheduledKey, position: usize) -> String {
    match &key.label {
        Some(label) => format!("key {} ({label:?})", position + 1),
        None => format!("key {}", position + 1),
    }
}

fn refused(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Keyring, why)
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.entries).finish()
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("label", &self.label)
            .field("seal_from", &self.seal_from)
            .field("open_until", &self.open_until)
            .field("revoked", &self.revoked)
            .finish_non_exhaustive()
    }
}
