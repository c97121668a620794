//! Over real HTTP, 1.1 and 2: axum and bare hyper, through tower-http's usual layers. Tests that are rows of the attack
//! catalogue, `docs/attacks.md`, name their number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod answers;
mod client;
mod cookies;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use http::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use sealed_session::{AllowSharedCaching, Error, Keyring, Session, SessionLayer, Values};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::{ServiceBuilder, service_fn};
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Visit {
    count: u32,
}

async fn hit(session: Session<Visit>) -> String {
    session.update(|visit| {
        visit.count += 1;
        format!("visit {}", visit.count)
    })
}

fn layer<T: sealed_session::SessionData>() -> SessionLayer<T> {
    SessionLayer::new(Keyring::generate().unwrap()).unwrap()
}

async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// Sends one request as raw bytes; the response as text, head in lower case.
async fn send(address: SocketAddr, target: &str, head: &[u8]) -> (String, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let start = format!("{target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
    stream.write_all(&[start.as_bytes(), head, b"\r\n"].concat()).await.unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.unwrap();
    let response = String::from_utf8_lossy(&response).into_owned();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// The value of the only `Set-Cookie`.
fn cookie(head: &str) -> Option<&str> {
    let mut values = head.lines().filter_map(|line| line.strip_prefix("set-cookie: __Host-session="));
    let value = values.next().map(|field| field.split(';').next().unwrap());
    assert!(values.next().is_none(), "{head}");
    value
}

#[tokio::test]
async fn a_counter_in_axum() {
    let address = serve(Router::new().route("/", get(hit)).layer(layer::<Visit>())).await;
    let mut field = String::new();
    for count in 1..=3 {
        let (head, body) = send(address, "GET /", field.as_bytes()).await;
        assert_eq!(body, format!("visit {count}"));
        assert!(head.contains("cache-control: private") && head.contains("vary: cookie"), "{head}");
        field = format!("Cookie: __Host-session={}\r\n", cookie(&head).unwrap());
    }
}

#[tokio::test]
async fn a_missing_layer_is_a_clear_500() {
    let address = serve(Router::new().route("/", get(hit))).await;
    let (head, body) = send(address, "GET /", b"").await;
    assert!(head.starts_with("HTTP/1.1 500") && body.contains("no SessionLayer"), "{head} {body}");
}

#[tokio::test]
async fn among_the_layers_of_tower_http() {
    let stack = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(5)))
        .layer(layer::<Visit>())
        .layer(RequestBodyLimitLayer::new(1024))
        .layer(TraceLayer::new_for_http());
    let address = serve(Router::new().route("/", post(hit)).layer(stack)).await;
    let (head, body) = send(address, "POST /", b"Content-Length: 0\r\n").await;
    assert_eq!(body, "visit 1");
    assert!(cookie(&head).is_some());
}

#[tokio::test]
async fn a_handler_may_return_our_errors() {
    async fn wrong(session: Session) -> Result<String, Error> {
        session.insert("name", "ada")?;
        Ok(session.get::<u32>("name")?.unwrap_or_default().to_string())
    }
    let address = serve(Router::new().route("/", get(wrong)).layer(layer::<Values>())).await;
    let (head, body) = send(address, "GET /", b"").await;
    assert!(head.starts_with("HTTP/1.1 500") && cookie(&head).is_none());
    assert_eq!(body, "The session could not be saved.\n");
}

#[tokio::test]
async fn a_response_may_opt_out_of_being_private() {
    async fn logo(session: Session<Visit>) -> (AllowSharedCaching, [(&'static str, &'static str); 1], &'static str) {
        session.read(|visit| visit.count);
        (AllowSharedCaching, [("cache-control", "public, max-age=60")], "<svg/>")
    }
    let app = Router::new().route("/", get(hit)).route("/logo", get(logo)).layer(layer::<Visit>());
    let address = serve(app).await;
    let (head, _) = send(address, "GET /", b"").await;
    let field = format!("Cookie: __Host-session={}\r\n", cookie(&head).unwrap());
    let (head, _) = send(address, "GET /logo", field.as_bytes()).await;
    assert!(head.contains("cache-control: public, max-age=60") && cookie(&head).is_none(), "{head}");
}

#[tokio::test]
async fn a_streamed_body_that_writes_reports_it() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    let late = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&late);
    let layer = SessionLayer::<Visit>::builder(Keyring::generate().unwrap())
        .on_event(move |event| {
            seen.fetch_or(matches!(event, sealed_session::Event::LateChange), Ordering::Relaxed);
        })
        .build()
        .unwrap();
    async fn stream(session: Session<Visit>) -> axum::body::Body {
        axum::body::Body::new(LateBody(Some(session)))
    }
    let address = serve(Router::new().route("/", get(stream)).layer(layer)).await;
    let (head, body) = send(address, "GET /", b"").await;
    assert!(body.contains("late") && cookie(&head).is_none(), "{head} {body}");
    assert!(late.load(Ordering::Relaxed));
}

/// Changes its session while it is being sent.
struct LateBody(Option<Session<Visit>>);

impl http_body::Body for LateBody {
    type Data = bytes::Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, Infallible>>> {
        std::task::Poll::Ready(self.0.take().map(|session| {
            session.update(|visit| visit.count = 9);
            Ok(http_body::Frame::data(bytes::Bytes::from_static(b"late")))
        }))
    }
}

#[tokio::test]
async fn bare_hyper() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = ServiceBuilder::new().layer(layer::<Visit>()).service(service_fn(
        |request: Request<hyper::body::Incoming>| async move {
            let session = Session::<Visit>::from_request(&request).await.unwrap();
            let count = session.update(|visit| {
                visit.count += 1;
                visit.count
            });
            Ok::<_, Infallible>(Response::new(http_body_util::Full::new(bytes::Bytes::from(format!("visit {count}")))))
        },
    ));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = TowerToHyperService::new(service.clone());
            tokio::spawn(async move {
                auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await.unwrap();
            });
        }
    });
    let (head, _) = send(address, "GET /", b"").await;
    let field = format!("Cookie: __Host-session={}\r\n", cookie(&head).unwrap());
    assert!(send(address, "GET /", field.as_bytes()).await.1.contains("visit 2"));
}
