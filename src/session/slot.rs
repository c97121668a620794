//! Where a request keeps its session: empty until somebody asks for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use http::{Extensions, HeaderMap, Method};

use super::opening::Opening;
use super::{Active, Session};
use crate::codec::SessionData;
use crate::config::{Config, Shared};
use crate::error::Error;

/// The session of one request, opened by the first who asks. A request whose handler does not use the session costs no
/// cryptography.
pub(crate) struct Slot<T> {
    config: Shared<T>,
    active: OnceLock<Arc<Active<T>>>,
}

/// A session that is open, or has to be asked for. Small, because every handler's future has room for it.
pub(crate) enum Start<T> {
    Open(Session<T>),
    Loading(Pin<Box<dyn Future<Output = Result<Session<T>, Error>> + Send>>),
}

impl<T> Slot<T> {
    pub(crate) fn new(config: Shared<T>) -> Self {
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
    pub(crate) fn start(self: &Arc<Self>, method: &Method, headers: &HeaderMap, extensions: &Extensions) -> Start<T> {
        if let Some(active) = self.active.get() {
            return Start::Open(Session(Arc::clone(active)));
        }
        let opening = self.open(method, headers, extensions);
        if !opening.is_stored() {
            return Start::Open(self.activate(opening.without_store(&self.config)));
        }
        let slot = Arc::clone(self);
        Start::Loading(Box::pin(async move { Ok(slot.activate(opening.load(&slot.config).await?)) }))
    }

    /// Should two have asked at the same time, both go on with what was first.
    fn activate(&self, active: Arc<Active<T>>) -> Session<T> {
        Session(Arc::clone(self.active.get_or_init(|| active)))
    }

    /// What these headers say of the session, without loading it.
    pub(crate) fn open(&self, method: &Method, headers: &HeaderMap, extensions: &Extensions) -> Opening {
        Opening::new(&self.config, method, headers, extensions)
    }

    /// Ends the session. The store is not asked for its data.
    pub(crate) fn end(&self, opening: Opening) {
        let active = self.active.get_or_init(|| opening.without_store(&self.config));
        Session(Arc::clone(active)).destroy();
    }
}

impl<T> Start<T> {
    /// The session.
    ///
    /// # Errors
    /// As for [`Opening::load`].
    pub(crate) async fn finish(self) -> Result<Session<T>, Error> {
        match self {
            Self::Open(session) => Ok(session),
            Self::Loading(loading) => loading.await,
        }
    }
}
