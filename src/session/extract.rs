//! How a request gets its session.

use std::sync::Arc;

use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Request};

use super::{Session, Slot};
use crate::codec::SessionData;
use crate::error::{Error, ErrorKind};

impl<T: SessionData> Session<T> {
    /// The session of a request that has passed through the layer for `T`. Opens it, unless that was done before. The future
    /// waits only for a session that is in a store.
    ///
    /// # Errors
    /// [`ErrorKind::MissingLayer`] when the request has not passed through a [`SessionLayer<T>`](crate::SessionLayer);
    /// [`ErrorKind::Store`] and [`ErrorKind::RolledBack`] when the session is in a store and could not be loaded: answer with
    /// 503, and the session goes on once the store is back.
    pub fn from_request<B>(request: &Request<B>) -> impl Future<Output = Result<Self, Error>> + Send + use<T, B> {
        Self::from_extensions(request.extensions(), request.method(), request.headers())
    }

    /// As [`Session::from_request`], for the head of a request alone.
    ///
    /// # Errors
    /// As for [`Session::from_request`].
    pub fn from_parts(parts: &Parts) -> impl Future<Output = Result<Self, Error>> + Send + use<T> {
        Self::from_extensions(&parts.extensions, &parts.method, &parts.headers)
    }

    /// As [`Session::from_request`], where a framework has taken the request apart. With tonic:
    /// `Session::<T>::from_extensions(request.extensions(), &Method::POST, request.metadata().as_ref())`.
    ///
    /// # Errors
    /// As for [`Session::from_request`].
    pub fn from_extensions(
        extensions: &Extensions,
        method: &Method,
        headers: &HeaderMap,
    ) -> impl Future<Output = Result<Self, Error>> + Send + use<T> {
        let slot = extensions.get::<Arc<Slot<T>>>().ok_or_else(missing_layer::<T>);
        let start = slot.map(|slot| slot.start(method, headers, extensions));
        async move { start?.finish().await }
    }
}

pub(super) fn missing_layer<T>() -> Error {
    let data = std::any::type_name::<T>();
    let message = format!(
        "no session of type `{data}` here: add `SessionLayer::<{data}>` around this service, outside of whatever asks for \
         the session"
    );
    Error::new(ErrorKind::MissingLayer, message)
}
