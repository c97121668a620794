//! The ciphers of messages that were sealed or opened lately: to derive one takes longer than to use it, and the nonces that a
//! thread draws have their first half in common for a while.

use std::sync::{Mutex, MutexGuard, TryLockError};

use super::DERIVING_LEN;
use super::gcm::Gcm;
use crate::shards::Shards;

/// Ciphers that a thread keeps, of half a kilobyte each.
const KEPT: usize = 16;

/// The first half of a nonce, and the cipher that it yields.
type Derived = ([u8; DERIVING_LEN], Box<Gcm>);

/// What was derived under one key, the latest first. Dropped, and so wiped, with that key.
#[derive(Default)]
pub(super) struct Recent(Box<Shards<Shelf>>);

#[derive(Default)]
struct Shelf {
    kept: Mutex<Vec<Derived>>,
    /// Fills a shard up. Were it left to the compiler, that room would be moved along with what happened to be on the stack: keys.
    _filler: [u64; 12],
}

impl Recent {
    /// Uses the cipher that `deriving` yields: one of those kept, or else what `derive` makes, which is kept if it was of use.
    /// So nobody who cannot make a valid token can drive one out.
    pub(super) fn with<R, E>(
        &self,
        deriving: [u8; DERIVING_LEN],
        derive: impl FnOnce() -> Box<Gcm>,
        work: impl FnOnce(&Gcm) -> Result<R, E>,
    ) -> Result<R, E> {
        let Some(mut kept) = self.0.mine().and_then(|shelf| idle(&shelf.kept)) else {
            return work(&derive());
        };
        let Some(position) = kept.iter().position(|(prefix, _)| *prefix == deriving) else {
            let gcm = derive();
            let result = work(&gcm)?;
            kept.truncate(KEPT - 1);
            kept.insert(0, (deriving, gcm));
            return Ok(result);
        };
        if let Some(newer) = kept.get_mut(..=position) {
            newer.rotate_right(1);
        }
        match kept.first() {
            Some((_, gcm)) => work(gcm),
            None => work(&derive()),
        }
    }
}

/// What a shard holds, unless a thread that has the same shard is at work: no reason to wait for it.
fn idle<T>(shard: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match shard.try_lock() {
        Ok(content) => Some(content),
        Err(TryLockError::Poisoned(content)) => Some(content.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::cell::Cell;

    fn cipher() -> Box<Gcm> {
        Box::new(Gcm::new(&[7; 32]))
    }

    /// Whether using it takes a derivation.
    fn derives(recent: &Recent, number: u8, result: Result<(), ()>) -> bool {
        let derived = Cell::new(false);
        let derive = || {
            derived.set(true);
            cipher()
        };
        assert_eq!(recent.with([number; DERIVING_LEN], derive, |_| result), result);
        derived.get()
    }

    #[test]
    fn the_latest_are_kept() {
        let recent = Recent::default();
        assert!((1..=16).all(|number| derives(&recent, number, Ok(()))));
        assert!((1..=16).all(|number| !derives(&recent, number, Ok(()))));
        // The first one is used again, so the second one goes.
        assert!(!derives(&recent, 1, Ok(())));
        assert!(derives(&recent, 17, Ok(())));
        assert!(!derives(&recent, 1, Ok(())));
        assert!(derives(&recent, 2, Ok(())));
    }

    #[test]
    fn what_was_of_no_use_is_not_kept_and_what_is_kept_stays() {
        let recent = Recent::default();
        assert!(derives(&recent, 1, Err(())) && derives(&recent, 1, Ok(())));
        assert!(!derives(&recent, 1, Err(())) && !derives(&recent, 1, Ok(())));
    }

    #[test]
    fn nobody_waits() {
        let recent = Recent::default();
        derives(&recent, 1, Ok(()));
        let inner = || Ok::<_, ()>(derives(&recent, 1, Ok(())));
        assert_eq!(recent.with([1; DERIVING_LEN], cipher, |_| inner()), Ok(true), "its shard is in use");
        assert!(!derives(&recent, 1, Ok(())));
    }
}
