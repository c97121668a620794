//! Signing out, even while the store is down.

use std::fmt;
use std::sync::Arc;

use http::Request;
use http::request::Parts;

use super::extract::missing_layer;
use super::{Opening, Slot};
use crate::codec::SessionData;
use crate::error::Error;
use crate::values::Values;

/// Ends the session of a request without looking at its data: what a sign-out needs.
///
/// Unlike [`Session`](crate::Session) it needs nothing from the store, so it also works for a session that is in a store which
/// is down. The session's record goes if the store answers; if not, the cookie is expired all the same, and the event
/// [`RecordLeft`](crate::Event::RecordLeft) says that a record stays until it expires.
///
/// ```
/// use sealed_session::EndSession;
///
/// # #[derive(Default, serde::Serialize, serde::Deserialize)]
/// # struct Visit { count: u32 }
/// async fn sign_out(session: EndSession<Visit>) -> &'static str {
///     session.end();
///     "signed out"
/// }
/// ```
pub struct EndSession<T = Values> {
    slot: Arc<Slot<T>>,
    opening: Opening,
}

impl<T> EndSession<T> {
    /// For a request that has passed through the layer for `T`.
    ///
    /// # Errors
    /// [`ErrorKind::MissingLayer`](crate::ErrorKind::MissingLayer) when it has not.
    pub fn from_request<B>(request: &Request<B>) -> Result<Self, Error>
    where
        T: SessionData,
    {
        let slot = request.extensions().get::<Arc<Slot<T>>>().ok_or_else(missing_layer::<T>)?;
        let opening = slot.open(request.method(), request.headers(), request.extensions());
        Ok(Self { opening, slot: Arc::clone(slot) })
    }

    /// As [`EndSession::from_request`], for the head of a request alone.
    ///
    /// # Errors
    /// As for [`EndSession::from_request`].
    pub fn from_parts(parts: &Parts) -> Result<Self, Error>
    where
        T: SessionData,
    {
        let slot = parts.extensions.get::<Arc<Slot<T>>>().ok_or_else(missing_layer::<T>)?;
        let opening = slot.open(&parts.method, &parts.headers, &parts.extensions);
        Ok(Self { opening, slot: Arc::clone(slot) })
    }

    /// Ends the session, as [`Session::destroy`](crate::Session::destroy) does.
    pub fn end(self)
    where
        T: SessionData,
    {
        self.slot.end(self.opening);
    }
}

impl<T> fmt::Debug for EndSession<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndSession").finish_non_exhaustive()
    }
}
