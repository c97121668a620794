//! Where a request keeps its session: empty until somebody asks for it.

use std::sync::{Arc, OnceLock};

use http::{HeaderMap, Method};

use super::opening::Opening;
use super::{Active, Session};
use crate::codec::SessionData;
use crate::config::Config;
use crate::error::Error;

/// The session of one request, opened by the first who asks. A request whose handler does not use the session costs no
/// cryptography.
pub(crate) struct Slot<T> {
    config: Arc<Config<T>>,
    active: OnceLock<Arc<Active<T>>>,
}

/// A session that is open, or on the way.
enum Start<T> {
    Open(Arc<Active<T>>),
    Opening(Opening<T>),
}

impl<T> Slot<T> {
    pub(crate) fn new(config: Arc<Config<T>>) -> Self {
        Self { config, active: OnceLock::new() }
    }

    pub(crate) fn config(&self) -> &Config<T> {
        &self.config
    }

    /// The session, if anybody asked for it.
    pub(crate) fn active(&self) -> Option<&Arc<Active<T>>> {
        self.active.get()
    }
}

impl<T: SessionData> Slot<T> {
    /// The session; opened from these headers unless it is open already. The headers are read at once, the store, if need
    /// be, while the future runs.
    ///
    /// # Errors
    /// As for [`Opening::load`].
    pub(crate) fn session(
        self: &Arc<Self>,
        method: &Method,
        headers: &HeaderMap,
    ) -> impl Future<Output = Result<Session<T>, Error>> + Send + use<T> {
        let slot = Arc::clone(self);
        let start = match slot.active.get() {
            Some(active) => Start::Open(Arc::clone(active)),
            None => Start::Opening(self.open(method, headers)),
        };
        async move {
            match start {
                Start::Open(active) => Ok(Session(active)),
                Start::Opening(opening) => {
                    let active = Arc::new(opening.load(&slot.config).await?);
                    // Should two have asked at the same time, both go on with what was first.
                    Ok(Session(Arc::clone(slot.active.get_or_init(|| active))))
                }
            }
        }
    }

    /// What these headers say of the session, without loading it.
    pub(crate) fn open(&self, method: &Method, headers: &HeaderMap) -> Opening<T> {
        Opening::new(&self.config, method, headers)
    }

    /// Ends the session. The store is not asked for its data.
    pub(crate) fn end(&self, opening: Opening<T>) {
        let active = self.active.get_or_init(|| Arc::new(opening.without_data(&self.config)));
        Session(Arc::clone(active)).destroy();
    }
}
