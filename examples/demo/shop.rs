//! What the handlers share.

use sealed_session::{Error, Event, Keyring, SessionLayer};

use crate::storage::Storage;
use crate::visitor::Visitor;

/// The cookie's name. An app on https would keep the default, `__Host-session`.
pub(crate) const COOKIE: &str = "sealed-demo";

/// The shop: its keys, its sessions, its store.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) ring: Keyring,
    pub(crate) sessions: SessionLayer<Visitor>,
    pub(crate) storage: Storage,
}

impl Shop {
    /// A shop of which `on_event` hears what its sessions do.
    ///
    /// # Errors
    /// What [`SessionLayerBuilder::build`](sealed_session::SessionLayerBuilder::build) refuses.
    pub(crate) fn new(
        ring: Keyring,
        storage: Storage,
        on_event: impl Fn(&Event<'_>) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let layer = SessionLayer::builder(ring.clone())
            .name(COOKIE)
            // The demo speaks plain http to your own machine, over which not every client keeps a `Secure` cookie. In
            // production, leave this line out, and the name too.
            .insecure_for_http()
            .on_event(on_event);
        let sessions = storage.add_to(layer).build()?;
        Ok(Self { ring, sessions, storage })
    }
}
