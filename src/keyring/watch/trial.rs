//! When a change counts: what is read has to stay the same for a while.

use std::time::{Duration, Instant};

use super::source::Mark;

/// What was judged last, and what is on trial.
pub(super) struct Trial {
    judged: Mark,
    candidate: Option<(Mark, Instant)>,
}

impl Trial {
    pub(super) fn new(judged: Mark) -> Self {
        Self { judged, candidate: None }
    }

    /// For how long the source has stayed the same, as of a read that lasted from `began` to `ended`; `None` if it is as
    /// when it was last judged, so that there is nothing to do.
    pub(super) fn age(&mut self, mark: Mark, began: Instant, ended: Instant) -> Option<Duration> {
        if mark == self.judged {
            self.candidate = None;
            return None;
        }
        match self.candidate {
            Some((candidate, since)) if candidate == mark => Some(began.saturating_duration_since(since)),
            _ => {
                self.candidate = Some((mark, ended));
                Some(Duration::ZERO)
            }
        }
    }

    /// The trial is over: `mark` was taken or refused, and is not looked at again until it changes.
    pub(super) fn judged(&mut self, mark: Mark) {
        *self = Self::new(mark);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_ages_only_while_it_stays_the_same() {
        let [old, half, whole] = [b"old", b"1/2", b"new"].map(|content| Mark::of(&[content]));
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let age = |seconds| Some(Duration::from_secs(seconds));
        let mut trial = Trial::new(old);
        assert_eq!(trial.age(old, at(0), at(1)), None);
        assert_eq!(trial.age(half, at(2), at(3)), age(0), "from the end of the first read");
        assert_eq!(trial.age(half, at(5), at(6)), age(2), "to the beginning of another");
        assert_eq!(trial.age(whole, at(7), at(7)), age(0));
        assert_eq!(trial.age(old, at(8), at(8)), None, "as it was");
        assert_eq!(trial.age(whole, at(9), at(9)), age(0), "and again from the start");
        trial.judged(whole);
        assert_eq!(trial.age(whole, at(10), at(10)), None);
        assert_eq!(trial.age(old, at(11), at(11)), age(0));
    }
}
