//! How often a request allocates. A budget, so that no allocation comes back unseen: what the layer adds to a request is
//! counted against the same service without it.
//!
//! Growing a vector counts as an allocation, too. The budgets are exact: who needs fewer lowers them.
//!
//! Not with the feature `metrics`, whose labels allocate; `./test` runs it without.
#![cfg(not(feature = "metrics"))]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{Extensions, HeaderValue, Request, Response};
use sealed_session::{Keyring, Session, SessionLayer, Timestamp};
use serde::{Deserialize, Serialize};
use tower::{Layer, Service, service_fn};

/// Reading, besides decoding the data: the token, and the session that all handles share.
const READ: u64 = 2;
/// Reading and changing, besides decoding the data.
const MODIFY: u64 = 4;

const NAME: &str = "__Host-session";

/// Decoding it allocates once for the vector and once for each name.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Known {
    count: u32,
    names: Vec<String>,
}

fn known() -> Known {
    let names = ["margarethe.lindqvist@example.com", "9f86d081884c7d659a2feaa0c55ad015", "de-AT"];
    Known { count: 1, names: names.map(str::to_owned).to_vec() }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Nothing,
    Read,
    Modify,
}

/// Its responses have a header, as all but the plainest do: without one, the first header of the layer's own has to make
/// the map.
fn handler(
    what: Use,
) -> impl Service<Request<()>, Response = Response<()>, Error = Infallible, Future: Future + Send> + Clone {
    service_fn(move |request: Request<()>| async move {
        if what != Use::Nothing {
            let session = Session::<Known>::from_request(&request).await.unwrap();
            assert_eq!(session.read(|known| known.names.len()), 3);
            if what == Use::Modify {
                session.update(|known| known.count ^= 1);
            }
        }
        let mut response = Response::new(());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
        Ok(response)
    })
}

fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future is not ready"),
    }
}

fn layer() -> SessionLayer<Known> {
    // A clock that stands still, so that no refresh is due.
    SessionLayer::builder(Keyring::generate().unwrap()).clock(|| Timestamp::from_unix(1_795_000_000)).build().unwrap()
}

/// The `Cookie` field of a visitor with a session.
fn cookie(layer: &SessionLayer<Known>) -> HeaderValue {
    let mut service = layer.layer(service_fn(|request: Request<()>| async move {
        Session::<Known>::from_request(&request).await.unwrap().replace(known());
        Ok::<_, Infallible>(Response::new(()))
    }));
    let response = ready(service.call(Request::new(()))).unwrap();
    let field = response.headers()[SET_COOKIE].to_str().unwrap();
    assert!(field.starts_with(NAME), "{field}");
    field.split(';').next().unwrap().parse().unwrap()
}

/// As a server makes it: with extensions of its own.
fn request(cookie: Option<&HeaderValue>) -> Request<()> {
    let mut request = Request::new(());
    if let Some(cookie) = cookie {
        request.headers_mut().insert(COOKIE, cookie.clone());
    }
    request.extensions_mut().insert("from the server");
    request
}

/// What a call allocates, the drop of its response included. The second one counts: the first fills caches.
fn calls<S>(mut service: S, cookie: Option<&HeaderValue>) -> u64
where
    S: Service<Request<()>, Error = Infallible>,
{
    let mut count = || {
        let request = request(cookie);
        allocation_counter::measure(|| drop(ready(service.call(request)))).count_total
    };
    count();
    count()
}

/// What the layer adds to a call.
fn added(what: Use, with_cookie: bool) -> u64 {
    let layer = layer();
    let cookie = cookie(&layer);
    let cookie = with_cookie.then_some(&cookie);
    calls(layer.layer(handler(what)), cookie) - calls(handler(Use::Nothing), cookie)
}

/// What inserting an extension allocates that is shared.
fn extension() -> u64 {
    let mut extensions = Extensions::new();
    extensions.insert("from the server");
    allocation_counter::measure(|| drop(extensions.insert(Arc::new(1_u64)))).count_total
}

/// What reading the data allocates whoever does it.
fn decoding() -> u64 {
    let bytes = postcard::to_allocvec(&known()).unwrap();
    allocation_counter::measure(|| drop(postcard::from_bytes::<Known>(&bytes).unwrap())).count_total
}

#[test]
fn what_the_counts_are_based_on() {
    assert_eq!(extension(), 2, "the extension and its box");
    assert_eq!(decoding(), 4, "a vector and three names");
}

#[test]
fn untouched_is_one_extension() {
    assert_eq!(added(Use::Nothing, true), extension());
    assert_eq!(added(Use::Nothing, false), extension());
}

#[test]
fn reading_is_the_token_and_the_session() {
    assert_eq!(added(Use::Read, true) - extension(), READ + decoding());
}

#[test]
fn modifying_keeps_to_its_budget() {
    assert_eq!(added(Use::Modify, true) - extension(), MODIFY + decoding());
}
