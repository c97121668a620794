//! What an edit did, and how it is told.

use std::fmt;
use std::path::Path;

use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use crate::document::NewKey;
use crate::moment;
use crate::output::printable;

/// A fresh secret. The only answer that shows one.
#[derive(Serialize)]
pub(crate) struct Fresh {
    #[serde(serialize_with = "as_text")]
    pub(crate) secret: Zeroizing<String>,
    pub(crate) id: String,
}

fn as_text<S: Serializer>(secret: &Zeroizing<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret)
}

impl fmt::Display for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.secret)
    }
}

/// What an edit of a key file did.
#[derive(Serialize)]
pub(crate) struct Change {
    file: String,
    pub(crate) added: Option<Added>,
    pub(crate) ending: Vec<Ending>,
    pub(crate) revoked: Vec<String>,
    pub(crate) notes: Vec<String>,
}

#[derive(Serialize)]
pub(crate) struct Added {
    label: String,
    id: String,
    seal_from: String,
}

#[derive(Serialize)]
pub(crate) struct Ending {
    pub(crate) label: String,
    pub(crate) open_until: String,
}

impl Change {
    pub(crate) fn of(path: &Path) -> Self {
        let file = path.display().to_string();
        Self { file, added: None, ending: Vec::new(), revoked: Vec::new(), notes: Vec::new() }
    }
}

impl Added {
    pub(crate) fn of(new: &NewKey) -> Self {
        Self { label: new.label.clone(), id: new.key.id().to_string(), seal_from: moment::show(new.seal_from) }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        for label in &self.revoked {
            write!(f, "\n  revoked {}", printable(label))?;
        }
        if let Some(Added { label, id, seal_from }) = &self.added {
            write!(f, "\n  added   {} ({id}), seals from {seal_from}", printable(label))?;
        }
        for Ending { label, open_until } in &self.ending {
            write!(f, "\n  ends    {}, opens until {open_until}", printable(label))?;
        }
        self.notes.iter().try_for_each(|note| write!(f, "\n  note: {note}"))
    }
}
