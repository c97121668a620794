//! Nonces: a generator per thread, because asking the operating system for each costs as much as encrypting.

use std::cell::RefCell;
use std::time::{SystemTime, UNIX_EPOCH};

use forkguard::Guard;
use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng};

use crate::cipher::{DERIVING_LEN, NONCE_LEN};

/// Nonces drawn from one seed: a run, in the words of `docs/format.md`.
const PER_SEED: u32 = 1 << 16;

thread_local! {
    static NONCES: RefCell<Option<Nonces>> = const { RefCell::new(None) };
}

/// A generator that was seeded by the operating system.
struct Nonces {
    /// The first half of all nonces of one seed, so that they share a message key, which is derived once. `docs/format.md`
    /// bounds what that costs.
    deriving: [u8; DERIVING_LEN],
    generator: StdRng,
    /// A process that forks leaves a copy of the generator to its child, which must not draw from it. `pthread_atfork` tells:
    /// to ask for the process id would be a system call for each nonce.
    forks: Guard,
    left: u32,
}

/// A nonce that neither this process draws again nor one that it was forked from, or forks. `None` when the operating system's
/// random source fails.
pub(super) fn draw() -> Option<[u8; NONCE_LEN]> {
    // A thread that is about to end has none any more.
    NONCES.try_with(draw_from).unwrap_or_else(|_| Nonces::seeded()?.next())
}

fn draw_from(nonces: &RefCell<Option<Nonces>>) -> Option<[u8; NONCE_LEN]> {
    let mut nonces = nonces.try_borrow_mut().ok()?;
    if let Some(nonce) = nonces.as_mut().and_then(Nonces::next) {
        return Some(nonce);
    }
    nonces.insert(Nonces::seeded()?).next()
}

impl Nonces {
    fn seeded() -> Option<Self> {
        let forks = Guard::try_new().ok()?;
        let mut generator = StdRng::try_from_rng(&mut SysRng).ok()?;
        let mut deriving = [0; DERIVING_LEN];
        generator.fill_bytes(&mut deriving);
        Some(Self { deriving, generator, forks, left: PER_SEED })
    }

    /// `None` once another seed is due.
    fn next(&mut self) -> Option<[u8; NONCE_LEN]> {
        if self.forks.detected_fork() {
            self.left = 0;
        }
        self.left = self.left.checked_sub(1)?;
        let mut nonce = [0; NONCE_LEN];
        let (deriving, rest) = nonce.split_at_mut(DERIVING_LEN);
        deriving.copy_from_slice(&self.deriving);
        self.generator.fill_bytes(rest);
        // Should a virtual machine be copied while it runs, both copies go on with this generator, and no process has
        // noticed. So that they do not draw the same, the time goes in, which leaves what is random as random as it was.
        rest.iter_mut().zip(nanoseconds().to_be_bytes()).for_each(|(byte, part)| *byte ^= part);
        Some(nonce)
    }
}

/// The time, in nanoseconds since 1970: 64 bits are enough until the year 2554.
fn nanoseconds() -> u64 {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    time.as_secs().wrapping_mul(1_000_000_000).wrapping_add(time.subsec_nanos().into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_seed_is_used_up() {
        let mut nonces = Nonces::seeded().unwrap();
        nonces.left = 2;
        assert!(nonces.next().unwrap() != nonces.next().unwrap());
        assert_eq!((nonces.next(), nonces.left), (None, 0));
    }

    #[test]
    fn copies_of_a_generator_differ_by_the_time() {
        let nonces = || Nonces {
            deriving: [3; DERIVING_LEN],
            generator: StdRng::from_seed([7; 32]),
            forks: Guard::try_new().unwrap(),
            left: 9,
        };
        let (first, mut second) = (nonces().next().unwrap(), nonces());
        let mut other = second.next().unwrap();
        // Two reads of a clock may be the same.
        while other == first {
            other = nonces().next().unwrap();
        }
        assert_eq!(first.last_chunk::<4>(), other.last_chunk(), "the generator is the same");
    }
}
