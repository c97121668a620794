//! The operator: makes keys, publishes rings, and asks when an old key can go.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::Xoshiro256PlusPlus;
use sealed_session::{Error, Key, KeyId, Keyring, ScheduledKey, Timestamp};

use crate::scenario::{IDLE, Millis, SECOND};

/// Fleet time 0, in Unix seconds.
const EPOCH: u64 = 1_795_000_000;

/// A moment of fleet time as whole seconds, the way machines and config files tell it.
pub(crate) fn timestamp(time: Millis) -> Timestamp {
    Timestamp::from_unix(EPOCH + time / SECOND)
}

/// The fleet time at which a perfect clock shows `timestamp`.
pub(crate) fn fleet_time(timestamp: Timestamp) -> Millis {
    timestamp.as_unix().saturating_sub(EPOCH) * SECOND
}

/// A ring as it is published. Its keys are derived once; all machines that take it over share them.
pub(crate) struct Ring {
    pub(crate) keys: Vec<ScheduledKey>,
    pub(crate) keyring: Keyring,
    /// The generation of its newest key.
    pub(crate) newest: usize,
    published: Millis,
}

pub(crate) struct Operator {
    /// By generation, oldest first.
    keys: Vec<Key>,
    ids: Vec<KeyId>,
    /// When each of them begins to seal.
    seal_from: Vec<Timestamp>,
    /// In the order published.
    pub(crate) rings: Vec<Ring>,
}

impl Operator {
    /// An operator who has published one key.
    pub(crate) fn new(random: &mut Xoshiro256PlusPlus) -> Result<Self, Error> {
        let mut operator = Self { keys: Vec::new(), ids: Vec::new(), seal_from: Vec::new(), rings: Vec::new() };
        operator.publish_key(random, 0, timestamp(0))?;
        Ok(operator)
    }

    /// Publishes a new key, which seals from `seal_from` on, beside the newest of before.
    pub(crate) fn publish_key(
        &mut self,
        random: &mut Xoshiro256PlusPlus,
        now: Millis,
        seal_from: Timestamp,
    ) -> Result<(), Error> {
        let key = Key::from_bytes(random.random())?;
        self.ids.push(key.id());
        self.keys.push(key);
        self.seal_from.push(seal_from);
        let newest = self.newest();
        self.publish(now, newest.saturating_sub(1)..=newest, None)
    }

    /// Publishes until when the old key opens.
    pub(crate) fn publish_end(&mut self, now: Millis, end: Timestamp) -> Result<(), Error> {
        let newest = self.newest();
        self.publish(now, newest.saturating_sub(1)..=newest, Some(end))
    }

    /// Publishes the newest key alone.
    pub(crate) fn publish_drop(&mut self, now: Millis) -> Result<(), Error> {
        let newest = self.newest();
        self.publish(now, newest..=newest, None)
    }

    /// Publishes the keys of these generations; `end` is for the oldest of them.
    fn publish(
        &mut self,
        now: Millis,
        generations: std::ops::RangeInclusive<usize>,
        end: Option<Timestamp>,
    ) -> Result<(), Error> {
        let (oldest, newest) = (*generations.start(), *generations.end());
        let scheduled = self.keys.iter().zip(&self.seal_from).enumerate().filter(|(at, _)| generations.contains(at));
        let keys: Vec<_> = scheduled
            .map(|(at, (key, seal_from))| {
                let key = ScheduledKey::new(key.clone()).label(&format!("key {at}")).seal_from(*seal_from);
                end.filter(|_| at == oldest).map_or(key.clone(), |end| key.open_until(end))
            })
            .collect();
        let keyring = Keyring::new(keys.clone())?;
        self.rings.push(Ring { keys, keyring, newest, published: now });
        Ok(())
    }

    /// From when on the newest key seals.
    pub(crate) fn seal_from(&self) -> Timestamp {
        self.seal_from.last().copied().unwrap_or(Timestamp::MAX)
    }

    /// When the key of this generation was published.
    pub(crate) fn published(&self, generation: usize) -> Millis {
        self.rings.iter().find(|ring| ring.newest == generation).map_or(0, |ring| ring.published)
    }

    fn newest(&self) -> usize {
        self.keys.len().saturating_sub(1)
    }

    /// The generation of the key with this id.
    pub(crate) fn generation(&self, id: KeyId) -> Option<usize> {
        self.ids.iter().position(|other| *other == id)
    }

    /// What the report of a machine says at `now`, by its clock, of the key before the newest, if it learned of the newest at
    /// `learned`.
    ///
    /// A keyring notes by the system's clock when it learned of a key, and that clock does not follow the fleet's time. So a
    /// keyring that learns of the key in this very second is asked, with all times moved by as much as the two clocks
    /// differ.
    pub(crate) fn safe_to_drop(&self, learned: Timestamp, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        let Some((old, new, seal_from)) = self.newest_pair() else {
            return Ok(None);
        };
        loop {
            let system = Timestamp::now();
            let ahead = i64::try_from(system.as_unix()).unwrap_or(0) - i64::try_from(learned.as_unix()).unwrap_or(0);
            let keyring =
                Keyring::new([ScheduledKey::new(new.clone()).seal_from(moved(seal_from, ahead)), old.clone().into()])?;
            if Timestamp::now() != system {
                continue;
            }
            let report = keyring.report(moved(now, ahead), Duration::from_millis(IDLE));
            let old = report.iter().find(|key| key.id == old.id());
            return Ok(old.and_then(|key| key.safe_to_drop).map(|safe| moved(safe, -ahead)));
        }
    }

    fn newest_pair(&self) -> Option<(&Key, &Key, Timestamp)> {
        match (self.keys.as_slice(), self.seal_from.last()) {
            ([.., old, new], Some(seal_from)) => Some((old, new, *seal_from)),
            _ => None,
        }
    }
}

fn moved(time: Timestamp, by: i64) -> Timestamp {
    Timestamp::from_unix(time.as_unix().saturating_add_signed(by))
}
