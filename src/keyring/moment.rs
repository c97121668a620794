//! A moment in a config file.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::clock::Timestamp;

/// A [`Timestamp`] as config files write it: an RFC 3339 text, or TOML's own date and time. It needs an offset (`Z`), because
/// machines differ in their local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

/// What TOML's deserializers call the only field of a date and time.
const TOML_FIELD: &str = "$__toml_private_datetime";

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MomentVisitor)
    }
}

struct MomentVisitor;

impl<'de> Visitor<'de> for MomentVisitor {
    type Value = Moment;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date and time with an offset, such as 2026-11-20T00:00:00Z")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Moment, E> {
        // The text is not quoted: it may be a secret in the wrong place.
        let wrong = || E::custom("expected a date and time with an offset, such as 2026-11-20T00:00:00Z");
        let time = OffsetDateTime::parse(text.trim(), &Rfc3339).map_err(|_| wrong())?;
        u64::try_from(time.unix_timestamp()).map(|seconds| Moment(Timestamp::from_unix(seconds))).map_err(|_| wrong())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Moment, A::Error> {
        match map.next_entry::<String, String>()? {
            Some((field, text)) if field == TOML_FIELD => self.visit_str(&text),
            _ => Err(A::Error::invalid_type(serde::de::Unexpected::Map, &self)),
        }
    }
}
