//! The response body: the handler's, or the layer's own few words.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The body of a response that went through a [`SessionLayer`](crate::SessionLayer): the inner service's body, or a short
    /// text in place of it when the session could not be saved.
    #[derive(Debug)]
    pub struct SessionBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[project = KindProj]
    #[derive(Debug)]
    enum Kind<B> {
        Inner { #[pin] body: B },
        Text { text: Option<&'static str> },
    }
}

impl<B> SessionBody<B> {
    pub(crate) fn inner(body: B) -> Self {
        Self { kind: Kind::Inner { body } }
    }

    pub(crate) fn text(text: &'static str) -> Self {
        Self { kind: Kind::Text { text: Some(text) } }
    }
}

impl<B> Default for SessionBody<B> {
    /// An empty body.
    fn default() -> Self {
        Self { kind: Kind::Text { text: None } }
    }
}

impl<B> Body for SessionBody<B>
where
    B: Body,
    B::Data: From<Bytes>,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Poll::Ready(match self.project().kind.project() {
            KindProj::Inner { body } => ready!(body.poll_frame(cx)),
            KindProj::Text { text } => {
                text.take().map(|text| Ok(Frame::data(Bytes::from_static(text.as_bytes()).into())))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Inner { body } => body.is_end_stream(),
            Kind::Text { text } => text.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Inner { body } => body.size_hint(),
            Kind::Text { text } => SizeHint::with_exact(text.map_or(0, |text| text.len() as u64)),
        }
    }
}
