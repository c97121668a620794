//! The future of a response: waits for the inner service, then commits the session. Not boxed.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::Response;
use pin_project_lite::pin_project;

use crate::body::SessionBody;
use crate::codec::SessionData;
use crate::commit::commit;
use crate::session::Slot;
use crate::values::Values;

pin_project! {
    /// The response future of [`SessionService`](crate::SessionService).
    pub struct SessionFuture<F, T = Values> {
        #[pin]
        inner: F,
        slot: Arc<Slot<T>>,
    }
}

impl<F, T> SessionFuture<F, T> {
    pub(crate) fn new(inner: F, slot: Arc<Slot<T>>) -> Self {
        Self { inner, slot }
    }
}

impl<F, T, B, E> Future for SessionFuture<F, T>
where
    F: Future<Output = Result<Response<B>, E>>,
    T: SessionData,
{
    type Output = Result<Response<SessionBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.inner.poll(cx))?;
        Poll::Ready(Ok(commit(this.slot, response)))
    }
}

impl<F, T> fmt::Debug for SessionFuture<F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionFuture").finish_non_exhaustive()
    }
}
