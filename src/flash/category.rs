//! What kind of message it is.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a flash message is about: four usual kinds, or one of your own.
///
/// It is made from its name, and the usual names make the usual kinds, so each category has one spelling.
///
/// ```
/// use sealed_session::Category;
///
/// assert_eq!(Category::from("info"), Category::Info);
/// assert_eq!(Category::from("cart").as_str(), "cart");
/// ```
///
/// Templates and JSON see the name alone; in a cookie the usual kinds take one byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Category {
    /// `info`: good to know.
    Info,
    /// `success`: it worked.
    Success,
    /// `warning`: it worked, but.
    Warning,
    /// `error`: it did not work.
    Error,
    /// Any other name. Use `Category::from`: a usual name in here is another category until it is in a [`Message`](super::Message).
    Other(String),
}

impl Category {
    /// Its name, such as `info`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Other(name) => name,
        }
    }

    /// The category of that name, if it is a usual one.
    fn usual(name: &str) -> Option<Self> {
        [Self::Info, Self::Success, Self::Warning, Self::Error].into_iter().find(|category| category.as_str() == name)
    }

    /// The one spelling of this category.
    pub(super) fn normal(self) -> Self {
        match self {
            Self::Other(name) => Self::from(name),
            usual => usual,
        }
    }
}

impl From<&str> for Category {
    fn from(name: &str) -> Self {
        Self::usual(name).unwrap_or_else(|| Self::Other(name.to_owned()))
    }
}

impl From<String> for Category {
    fn from(name: String) -> Self {
        Self::usual(&name).unwrap_or(Self::Other(name))
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A category as sessions hold it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Short<'a> {
    Info,
    Success,
    Warning,
    Error,
    Other(Cow<'a, str>),
}

impl Serialize for Category {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.serialize_str(self.as_str());
        }
        let short = match self {
            Self::Info => Short::Info,
            Self::Success => Short::Success,
            Self::Warning => Short::Warning,
            Self::Error => Short::Error,
            Self::Other(name) => Short::Other(Cow::Borrowed(name)),
        };
        short.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return String::deserialize(deserializer).map(Self::from);
        }
        Ok(match Short::deserialize(deserializer)? {
            Short::Info => Self::Info,
            Short::Success => Self::Success,
            Short::Warning => Self::Warning,
            Short::Error => Self::Error,
            Short::Other(name) => Self::from(name.into_owned()),
        })
    }
}
