//! The time: seconds since 1970, handed to the core as an argument.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;

/// A moment in whole seconds since 1970-01-01T00:00:00Z, as tokens carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The last moment there is. A key that seals from then on never seals by itself.
    pub const MAX: Self = Self(u64::MAX);

    /// From Unix seconds.
    #[must_use]
    pub const fn from_unix(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Unix seconds.
    #[must_use]
    pub const fn as_unix(self) -> u64 {
        self.0
    }

    /// The system's clock, now.
    #[must_use]
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    pub(crate) const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to `self`; 0 when `earlier` is later.
    pub(crate) const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl From<SystemTime> for Timestamp {
    /// Times before 1970 become 1970.
    fn from(time: SystemTime) -> Self {
        Self(time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs())
    }
}

impl From<OffsetDateTime> for Timestamp {
    /// Times before 1970 become 1970.
    fn from(time: OffsetDateTime) -> Self {
        Self(u64::try_from(time.unix_timestamp()).unwrap_or(0))
    }
}

impl From<Timestamp> for OffsetDateTime {
    /// Times after the year 9999 become the last second of 9999, the end of what `OffsetDateTime` can hold.
    fn from(time: Timestamp) -> Self {
        const LAST: i64 = 253_402_300_799;
        let seconds = i64::try_from(time.0).unwrap_or(LAST).min(LAST);
        Self::from_unix_timestamp(seconds).unwrap_or(Self::UNIX_EPOCH)
    }
}

/// Clocks of a fleet differ by no more than this, in seconds.
pub(crate) const MAX_SKEW: u64 = 60;

/// Where a layer takes the time from.
#[derive(Clone, Default)]
pub(crate) enum Clock {
    #[default]
    System,
    Custom(Arc<dyn Fn() -> Timestamp + Send + Sync>),
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Custom(now) => now(),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            Self::Custom(_) => "Custom",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_never_overflow() {
        assert_eq!(Timestamp::from(UNIX_EPOCH - Duration::from_secs(5)).as_unix(), 0);
        assert_eq!(Timestamp::from(OffsetDateTime::UNIX_EPOCH - Duration::from_secs(5)).as_unix(), 0);
        assert_eq!(OffsetDateTime::from(Timestamp::MAX).year(), 9999);
        assert_eq!(Timestamp::MAX.plus(1), Timestamp::MAX);
        assert_eq!(Timestamp::from_unix(1).since(Timestamp::MAX), 0);
        let moment = Timestamp::from_unix(1_795_000_000);
        assert_eq!(Timestamp::from(OffsetDateTime::from(moment)), moment);
    }
}
