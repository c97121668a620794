//! The session's one identifier.

use std::fmt;

use crate::error::Error;
use crate::kdf::hmac_sha256;
use crate::random::Random;

/// 128 random bits that name a session, drawn by the server alone; `renew` draws new ones.
///
/// `Debug` and `Display` show a hash of it, 16 hex digits: enough to follow a session through logs, useless to anyone who
/// reads them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; 16]);

impl SessionId {
    pub(crate) fn random(random: Random) -> Result<Self, Error> {
        random.bytes().map(Self)
    }

    /// From the 16 bytes of a token.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes, for a column of the app's own. Do not log them; log the `Display` form.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = hmac_sha256(b"sealed-session/1 log", &[&self.0]);
        hash.iter().take(8).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}
