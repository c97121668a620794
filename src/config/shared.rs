//! A handle of the settings that is cheap to copy on many threads at once.

use std::ops::Deref;
use std::sync::Arc;

use super::Config;

/// The settings as a service and its requests hold them. Each service counts its own requests' handles: were there one count
/// for all services, threads would write to it in turns, and each would wait for the others.
#[expect(clippy::redundant_allocation, reason = "the outer count is the service's own")]
pub(crate) struct Shared<T>(Arc<Arc<Config<T>>>);

impl<T> Shared<T> {
    pub(crate) fn new(config: &Arc<Config<T>>) -> Self {
        Self(Arc::new(Arc::clone(config)))
    }

    /// For another service.
    pub(crate) fn for_another(&self) -> Self {
        Self::new(&self.0)
    }
}

impl<T> Clone for Shared<T> {
    /// For a request of the same service.
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = Config<T>;

    fn deref(&self) -> &Config<T> {
        &self.0
    }
}
