//! axum: the session as an extractor, errors as responses.

use axum_core::body::Body;
use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use http::request::Parts;

use crate::cache::AllowSharedCaching;
use crate::codec::SessionData;
use crate::commit::{failure, failure_text};
use crate::error::Error;
use crate::flash::{Flash, FlashData};
use crate::session::{EndSession, Session};

impl<S, T> FromRequestParts<S> for Session<T>
where
    S: Sync,
    T: SessionData,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        Self::from_parts(parts).await
    }
}

impl<S, T> FromRequestParts<S> for EndSession<T>
where
    S: Sync,
    T: SessionData,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        Self::from_parts(parts)
    }
}

impl<S, T> FromRequestParts<S> for Flash<T>
where
    S: Sync,
    T: FlashData,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        Self::from_parts(parts).await
    }
}

impl IntoResponse for Error {
    /// A 409, 500 or 503 that tells the client nothing; what went wrong is logged.
    fn into_response(self) -> Response {
        tracing::error!(target: "sealed_session", event = "error_response", reason = self.kind().as_str(), error = %self, "session error");
        let text = failure_text(&self);
        failure(&self, Body::from(text))
    }
}

impl IntoResponseParts for AllowSharedCaching {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}
