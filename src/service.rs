//! The service: gives each request a place for its session, and opens nothing.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::Service;

use crate::body::SessionBody;
use crate::codec::SessionData;
use crate::config::Shared;
use crate::future::SessionFuture;
use crate::session::Slot;
use crate::values::Values;

/// A service with sessions; made by [`SessionLayer`](crate::SessionLayer).
pub struct SessionService<S, T = Values> {
    inner: S,
    config: Shared<T>,
}

impl<S, T> SessionService<S, T> {
    pub(crate) fn new(inner: S, config: Shared<T>) -> Self {
        Self { inner, config }
    }
}

impl<S, T, Q, P> Service<Request<Q>> for SessionService<S, T>
where
    S: Service<Request<Q>, Response = Response<P>>,
    T: SessionData,
{
    type Response = Response<SessionBody<P>>;
    type Error = S::Error;
    type Future = SessionFuture<S::Future, P, T>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, mut request: Request<Q>) -> Self::Future {
        let slot = Arc::new(Slot::new(self.config.clone()));
        request.extensions_mut().insert(Arc::clone(&slot));
        SessionFuture::new(self.inner.call(request), slot)
    }
}

impl<S: Clone, T> Clone for SessionService<S, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), config: self.config.for_another() }
    }
}

impl<S: fmt::Debug, T> fmt::Debug for SessionService<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService").field("inner", &self.inner).finish_non_exhaustive()
    }
}
