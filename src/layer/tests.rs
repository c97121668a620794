#![allow(clippy::unwrap_used, clippy::panic, clippy::type_complexity)]

use std::convert::Infallible;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use tower::{Service, service_fn};

use super::*;
use crate::random::Random;
use crate::{ErrorKind, Keyring, SameSite, Session};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Data {
    count: u32,
}

type Builder = SessionLayerBuilder<Data>;

fn builder() -> Builder {
    SessionLayer::builder(Keyring::generate().unwrap())
}

#[test]
fn row_68_without_randomness_the_client_gets_a_503() {
    let layer = builder().random(Random::Broken).build().unwrap();
    let mut service = layer.layer(service_fn(|request: Request<()>| async move {
        let session = Session::<Data>::from_request(&request).await.unwrap();
        session.update(|data| data.count += 1);
        assert_eq!(*session.id().unwrap_err().kind(), ErrorKind::Random);
        Ok::<_, Infallible>(Response::new(String::from("page")))
    }));
    let future = pin!(service.call(Request::new(())));
    let Poll::Ready(Ok(response)) = future.poll(&mut Context::from_waker(Waker::noop())) else { panic!("not ready") };
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(!response.headers().contains_key("set-cookie"));
}

/// What the layer answers to a request with this `Cookie` field, whose handler is `handle`.
fn answer(layer: &SessionLayer<Data>, cookie: &str, handle: fn(&Session<Data>)) -> (StatusCode, Option<String>) {
    let mut service = layer.layer(service_fn(move |request: Request<()>| async move {
        handle(&Session::<Data>::from_request(&request).await.unwrap());
        Ok::<_, Infallible>(Response::new(String::from("page")))
    }));
    let request = Request::builder().header("cookie", cookie).body(()).unwrap();
    let future = pin!(service.call(request));
    let Poll::Ready(Ok(response)) = future.poll(&mut Context::from_waker(Waker::noop())) else { panic!("not ready") };
    let field = response.headers().get("set-cookie").map(|field| field.to_str().unwrap().to_owned());
    (response.status(), field)
}

#[test]
fn row_68_without_randomness_a_session_is_neither_changed_nor_renewed() {
    let ring = Keyring::generate().unwrap();
    let (whole, broken) =
        (SessionLayer::new(ring.clone()).unwrap(), SessionLayer::builder(ring).random(Random::Broken));
    let broken = broken.build().unwrap();
    let (_, field) = answer(&whole, "", |session| session.update(|data| data.count = 1));
    let field = field.unwrap();
    let cookie = field.split(';').next().unwrap();
    let handlers: [fn(&Session<Data>); 4] = [
        Session::renew,
        |session| session.update(|data| data.count = 2),
        |session| session.remember_for(Duration::from_secs(9)),
        |session| {
            session.renew();
            session.update(|data| data.count = 3);
        },
    ];
    for handle in handlers {
        assert_eq!(answer(&broken, cookie, handle), (StatusCode::SERVICE_UNAVAILABLE, None));
    }
    // To read it, and to end it, takes no randomness.
    let read = answer(&broken, cookie, |session| assert_eq!(session.read(|data| data.count), 1));
    assert_eq!(read, (StatusCode::OK, None));
    let (status, field) = answer(&broken, cookie, Session::destroy);
    assert!(status == StatusCode::OK && field.unwrap().contains("; Max-Age=0"));
}

#[test]
fn settings_that_cannot_work_are_refused_when_built() {
    const DAY: Duration = Duration::from_secs(86400);
    let cases: [(&str, fn(Builder) -> Builder); 12] = [
        ("lifetime", |builder| builder.lifetime(Duration::ZERO)),
        ("lifetime", |builder| builder.lifetime(401 * DAY)),
        ("lifetime", |builder| builder.lifetime(Duration::from_millis(999))),
        ("idle timeout", |builder| builder.idle_timeout(Duration::ZERO)),
        ("idle timeout", |builder| builder.idle_timeout(Duration::MAX)),
        ("__Host-session", |builder| builder.domain("example.com")),
        ("SameSite=None", |builder| builder.insecure_for_http().same_site(SameSite::None)),
        ("pad_to", |builder| builder.pad_to(0)),
        ("context", |builder| builder.context(&"x".repeat(121))),
        ("cookie name", |builder| builder.name(&"x".repeat(97))),
        ("former", |builder| builder.former_attributes("/", None)),
        ("path", |builder| builder.name("s").former_attributes("no slash", None)),
    ];
    for (expected, change) in cases {
        let error = change(builder()).build().unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Setting);
        assert!(error.to_string().contains(expected), "{error}");
    }
    builder().lifetime(400 * DAY).idle_timeout(Duration::from_secs(1)).pad_to(1024).build().unwrap();
}

#[test]
fn plain_http_drops_the_prefix_and_secure() {
    for (name, expected) in [("__Host-shop", "shop"), ("__Secure-shop", "shop"), ("shop", "shop")] {
        let layer = builder().name(name).insecure_for_http().build().unwrap();
        assert_eq!(layer.0.template.name(), expected);
        assert!(!layer.0.template.removal().to_str().unwrap().contains("Secure"));
    }
}
