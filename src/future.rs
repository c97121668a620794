//! The future of a response: waits for the inner service, then for the session to be saved. Boxed only while the store is
//! asked.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::Response;
use pin_project_lite::pin_project;

use crate::body::SessionBody;
use crate::codec::SessionData;
use crate::commit::{commit, facts};
use crate::session::{Settled, Settlement, Slot};
use crate::values::Values;

pin_project! {
    /// The response future of [`SessionService`](crate::SessionService).
    pub struct SessionFuture<F, B, T = Values> {
        #[pin]
        inner: F,
        slot: Arc<Slot<T>>,
        // Boxed, so that a request that needs no store carries no room for it.
        saving: Option<Box<Saving<B>>>,
    }
}

/// A response that waits until its session is saved.
struct Saving<B> {
    response: Option<Response<B>>,
    settled: Pin<Box<dyn Future<Output = Settled> + Send>>,
}

impl<F, B, T> SessionFuture<F, B, T> {
    pub(crate) fn new(inner: F, slot: Arc<Slot<T>>) -> Self {
        Self { inner, slot, saving: None }
    }
}

impl<F, T, B, E> Future for SessionFuture<F, B, T>
where
    F: Future<Output = Result<Response<B>, E>>,
    T: SessionData,
{
    type Output = Result<Response<SessionBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if this.saving.is_none() {
            let response = ready!(this.inner.poll(cx))?;
            let Some(active) = this.slot.active() else {
                return Poll::Ready(Ok(response.map(SessionBody::inner)));
            };
            match active.settle(facts(&response)) {
                Settlement::Done(settled) => return Poll::Ready(Ok(commit(this.slot.config(), settled, response))),
                Settlement::Pending(job, fallback) => {
                    let active = Arc::clone(active);
                    let settled = Box::pin(async move { active.finish(job, fallback).await });
                    *this.saving = Some(Box::new(Saving { response: Some(response), settled }));
                }
            }
        }
        let Some(saving) = this.saving else {
            return Poll::Pending;
        };
        let settled = ready!(saving.settled.as_mut().poll(cx));
        match saving.response.take() {
            Some(response) => Poll::Ready(Ok(commit(this.slot.config(), settled, response))),
            // Polled again after it was ready, which no caller may do.
            None => Poll::Pending,
        }
    }
}

impl<F, B, T> fmt::Debug for SessionFuture<F, B, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionFuture").finish_non_exhaustive()
    }
}
