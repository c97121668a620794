//! A duration as people write it.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// A duration as config files write it: `"14d"`, `"24h"`, `"1h 30m"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period(pub Duration);

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(PeriodVisitor)
    }
}

struct PeriodVisitor;

impl Visitor<'_> for PeriodVisitor {
    type Value = Period;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration with its unit, such as \"14d\", \"24h\" or \"1h 30m\"")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Period, E> {
        let wrong = || E::invalid_value(serde::de::Unexpected::Str(text), &self);
        humantime::parse_duration(text).map(Period).map_err(|_| wrong())
    }
}
