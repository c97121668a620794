//! Where nonces, session ids and keys come from.

mod nonces;

use rand::TryRng;
use rand::rngs::SysRng;

use crate::cipher::NONCE_LEN;
use crate::error::{Error, ErrorKind};

/// A source of random bytes.
///
/// Ids and keys are the operating system's each time; nonces come from generators that it seeds, and that no two processes share.
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
    /// A nonce that no token had before.
    pub(crate) fn nonce(self) -> Result<[u8; NONCE_LEN], Error> {
        match self {
            Self::System => nonces::draw().ok_or_else(broken),
            #[cfg(test)]
            Self::Broken => Err(broken()),
        }
    }

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
