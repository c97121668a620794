//! Where sessions go that outgrow their cookie, and what the page tells about it.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sealed_session::store::{self, Store};
use sealed_session::{Error, SessionLayerBuilder};
use url::Url;

use crate::visitor::Visitor;

/// The largest `Set-Cookie` field that still carries its session. This and the next one are the crate's defaults, named
/// here because the page tells them.
pub(crate) const OVERFLOW_AT: usize = 3072;
/// The largest record, in bytes.
pub(crate) const MAX_RECORD: usize = 64 * 1024;
/// A session comes back to its cookie when its field would have this or less.
pub(crate) const BACK_AT: usize = OVERFLOW_AT / 4 * 3;

/// A store, or none.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    store: Option<Arc<dyn Store>>,
    /// The file of a store that has one.
    file: Option<PathBuf>,
}

impl Storage {
    /// By its URL; `none` for no store at all. Connects nothing yet.
    ///
    /// # Errors
    /// What [`store::open`] refuses: a URL that is none, or a store whose feature is off.
    pub(crate) fn open(url: &str) -> Result<Self, Error> {
        let store = if url == "none" { None } else { Some(store::open(url)?) };
        Ok(Self { store, file: file(url) })
    }

    /// What operators call it; nothing without one.
    pub(crate) fn kind(&self) -> Option<&'static str> {
        self.store.as_ref().map(Store::name)
    }

    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Gives a layer this store. Without one, the cookie alone has to do.
    pub(crate) fn add_to(&self, layer: SessionLayerBuilder<Visitor>) -> SessionLayerBuilder<Visitor> {
        match &self.store {
            Some(store) => layer.overflow(Arc::clone(store)).overflow_at(OVERFLOW_AT).max_record(MAX_RECORD),
            None => layer,
        }
    }
}

/// The absolute path of the file that the URL of a SQLite store names.
fn file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://")?;
    let folder = Url::from_directory_path(env::current_dir().ok()?).ok()?;
    folder.join(path).ok()?.to_file_path().ok()
}
