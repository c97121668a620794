//! What clients saw.

use std::fmt;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) requests: u64,
    /// 503.
    pub(crate) refused: u64,
    /// Given up by the client.
    pub(crate) cancelled: u64,
    /// Sessions that were acknowledged and are gone.
    pub(crate) lost: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, refused, cancelled, lost } = self;
        write!(f, "{requests} requests, {refused} answered 503, {cancelled} given up, {lost} sessions lost")
    }
}
