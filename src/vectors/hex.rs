//! Bytes as the files write them.

use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error};

use super::file::Unreadable;

/// Bytes, from hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hex(Vec<u8>);

impl Hex {
    pub(super) fn parse(text: &str) -> Result<Self, Unreadable> {
        hex::decode(text).map(Self).map_err(Into::into)
    }

    /// All the bytes, if they are `N`.
    pub(super) fn array<const N: usize>(&self) -> Result<[u8; N], Unreadable> {
        <[u8; N]>::try_from(self.0.as_slice()).map_err(|_| format!("{} bytes in place of {N}", self.0.len()).into())
    }
}

impl Deref for Hex {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        hex::decode(text).map(Self).map_err(D::Error::custom)
    }
}
