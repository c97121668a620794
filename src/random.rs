//! Where nonces, session ids and keys come from.

use rand::TryRng;
use rand::rngs::SysRng;

use crate::error::{Error, ErrorKind};

/// A source of random bytes.
///
/// [`Random::System`] asks the operating system each time, so a process that forks cannot repeat what its parent drew.
/// If it fails, nothing is sealed: there is no fallback.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Random {
    #[default]
    System,
    /// A source that fails.
    #[cfg(test)]
    Broken,
}

impl Random {
    /// `N` random bytes.
    pub(crate) fn bytes<const N: usize>(self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        match self {
            Self::System => SysRng.try_fill_bytes(&mut bytes).map_err(|error| broken().with_source(error))?,
            #[cfg(test)]
            Self::Broken => return Err(broken()),
        }
        Ok(bytes)
    }
}

fn broken() -> Error {
    Error::new(
        ErrorKind::Random,
        "the operating system's random source failed, so nothing was sealed; the session is as it was before the request",
    )
}
