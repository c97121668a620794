//! Versions that do not come twice, for stores whose engine counts none.

use super::{StoreError, Version};
use crate::random::Random;

/// A version that no write has had: 63 random bits, so that engines with signed numbers can hold it, and that a database from
/// a backup repeats none.
pub(super) fn fresh() -> Result<Version, StoreError> {
    let bytes = Random::System.bytes().map_err(StoreError::unavailable)?;
    Ok(Version(u64::from_be_bytes(bytes) >> 1))
}
