//! Any tower service. Requests and responses have axum's body.

use std::convert::Infallible;
use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::sync::LazyLock;

use axum::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, SET_COOKIE, VARY};
use http::{HeaderValue, Request, Response, StatusCode};
use tower::{Service, service_fn};

use super::Driver;
use crate::peers::{COOKIE_NAME, Refused};
use crate::touch::{HTML, Touch, now};

/// Calls a tower service.
pub(super) struct Tower<S>(pub(super) S);

impl<S, B> Driver for Tower<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Debug> + 'static,
{
    type Request = Request<Body>;
    type Response = Result<Response<B>, S::Error>;

    fn request(&self, cookie: Option<&str>) -> Result<Self::Request, Refused> {
        let mut request = Request::new(Body::empty());
        if let Some(cookie) = cookie {
            request.headers_mut().insert(COOKIE, cookie.parse()?);
        }
        Ok(request)
    }

    fn call(&mut self, request: Self::Request) -> Self::Response {
        now(async {
            poll_fn(|context| self.0.poll_ready(context)).await?;
            self.0.call(request).await
        })
    }

    fn status(response: &Self::Response) -> u16 {
        response.as_ref().map_or(0, |response| response.status().as_u16())
    }

    fn set_cookie(response: &Self::Response) -> Option<String> {
        let field = response.as_ref().ok()?.headers().get(SET_COOKIE)?;
        Some(field.to_str().ok()?.to_owned())
    }
}

/// A handler as a service.
pub(super) fn service<F>(
    touch: Touch,
    handler: fn(Request<Body>, Touch) -> F,
) -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
+ Clone
+ Send
+ 'static
where
    F: Future<Output = Response<Body>> + Send + 'static,
{
    service_fn(move |request| {
        let response = handler(request, touch);
        async move { Ok(response.await) }
    })
}

/// A response with a header, as all but the plainest have one.
pub(crate) fn respond(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(HTML));
    response
}

/// Without a layer.
pub(super) fn bare() -> impl Driver {
    Tower(service(Touch::Untouched, handle))
}

/// A handler that knows no session.
pub(crate) async fn handle(_: Request<Body>, _: Touch) -> Response<Body> {
    respond(StatusCode::OK)
}

/// As [`handle`], with the headers that a modified session of ours has: what it takes to send them, over HTTP.
pub(crate) async fn handle_with_headers(_: Request<Body>, _: Touch) -> Response<Body> {
    static FIELD: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
        let value = "A".repeat(258);
        format!("{COOKIE_NAME}={value}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=86400").try_into().ok()
    });
    let mut response = respond(StatusCode::OK);
    let headers = response.headers_mut();
    headers.extend(FIELD.clone().map(|field| (SET_COOKIE, field)));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
    headers.insert(VARY, HeaderValue::from_static("cookie"));
    response
}
