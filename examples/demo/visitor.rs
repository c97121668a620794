//! What the demo remembers of a visitor, and what it lets them put there.

use serde::{Deserialize, Serialize};

use crate::notice::Kind;

/// The data of a session. Deriving these is all it takes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Visitor {
    pub(crate) visits: u32,
    pub(crate) items: Vec<Item>,
    pub(crate) user: Option<String>,
}

/// Something in the cart.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) note: String,
}

/// The longest name of an item or a visitor, in characters.
pub(crate) const MAX_NAME: usize = 40;
/// The longest note, in characters.
pub(crate) const MAX_NOTE: usize = 300;

/// The form that puts something into the cart.
#[derive(Debug, Deserialize)]
pub(crate) struct NewItem {
    #[serde(default)]
    name: String,
    #[serde(default)]
    note: String,
}

/// The form to sign in with. A demo asks for no password.
#[derive(Debug, Deserialize)]
pub(crate) struct SignIn {
    #[serde(default)]
    user: String,
}

impl Item {
    pub(crate) fn envelope() -> Self {
        Self { name: "Envelope".into(), note: "laid paper, plum lining".into() }
    }

    /// The largest item there can be, its name apart.
    pub(crate) fn parcel() -> Self {
        Self { name: "Parcel".into(), note: "x".repeat(MAX_NOTE) }
    }
}

impl TryFrom<NewItem> for Item {
    type Error = Kind;

    fn try_from(item: NewItem) -> Result<Self, Kind> {
        Ok(Self { name: name(&item.name)?, note: bounded(&item.note, MAX_NOTE)? })
    }
}

impl SignIn {
    pub(crate) fn user(&self) -> Result<String, Kind> {
        name(&self.user)
    }
}

fn name(text: &str) -> Result<String, Kind> {
    bounded(text, MAX_NAME).and_then(|name| if name.is_empty() { Err(Kind::Empty) } else { Ok(name) })
}

fn bounded(text: &str, longest: usize) -> Result<String, Kind> {
    let text = text.trim();
    if text.chars().count() > longest { Err(Kind::TooLong) } else { Ok(text.to_owned()) }
}
