//! Attributes that do not change the shape, or not all of it.

use serde::{Deserialize, Serialize};

use super::schema;

/// Fields that cannot be seen from the outside.
mod types {
    use super::*;

    #[derive(Serialize, Deserialize)]
    pub(super) struct Plain {
        a: u32,
        b: Option<String>,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct WithSkipped {
        a: u32,
        #[serde(skip)]
        _cache: Option<u64>,
        b: Option<String>,
    }
    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Strict {
        a: u32,
        #[serde(default)]
        b: Option<String>,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct Renamed {
        #[serde(rename = "a")]
        x: u32,
        #[serde(rename = "b")]
        y: Option<String>,
    }
    #[derive(Serialize, Deserialize)]
    #[serde(from = "Plain", into = "Plain")]
    #[derive(Clone)]
    pub(super) struct Converted(u32);

    impl From<Plain> for Converted {
        fn from(plain: Plain) -> Self {
            Self(plain.a)
        }
    }

    impl From<Converted> for Plain {
        fn from(Converted(a): Converted) -> Self {
            Self { a, b: None }
        }
    }
    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    pub(super) struct Transparent {
        inner: Plain,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct Alias {
        #[serde(alias = "z")]
        a: u32,
        b: Option<String>,
    }
    #[derive(Serialize, Deserialize)]
    pub(super) struct RetypedAlias {
        #[serde(alias = "z")]
        a: u32,
        b: Option<Vec<u8>>,
    }
}

#[test]
fn what_is_not_on_the_wire_does_not_count() {
    let plain = schema::<types::Plain>();
    assert_eq!(plain, schema::<types::WithSkipped>());
    assert_eq!(plain, schema::<types::Strict>());
    assert_eq!(plain, schema::<types::Renamed>());
    assert_eq!(plain, schema::<types::Transparent>());
    assert_ne!(schema::<types::Alias>(), schema::<types::RetypedAlias>());
}

#[test]
fn lossy_conversions_are_found_or_harmless() {
    // Only what is written must be read back: `b` is never written here.
    assert_eq!(schema::<types::Plain>(), schema::<types::Converted>());
}

/// A variant for everything that is not known.
#[derive(Serialize, Deserialize)]
enum WithOther {
    A,
    #[serde(alias = "b", alias = "bee")]
    B(u8),
    #[serde(other)]
    Other,
}
#[derive(Serialize, Deserialize)]
enum WithOtherRetyped {
    A,
    #[serde(alias = "b", alias = "bee")]
    B(u16),
    #[serde(other)]
    Other,
}

#[test]
fn other_and_aliases_work() {
    assert_ne!(schema::<WithOther>(), schema::<WithOtherRetyped>());
    assert_ne!(schema::<Vec<WithOther>>(), schema::<Vec<WithOtherRetyped>>());
}
