//! A server that speaks HTTP/1.1 and HTTP/2, and a client for the latter.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::any;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use sealed_session::{Event, Keyring, Session, SessionLayer};
use tokio::net::{TcpListener, TcpStream};

use super::{Visit, hit};

/// What the operator of a server has seen.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub(crate) fn layer(&self) -> SessionLayer<Visit> {
        let seen = self.clone();
        let builder = SessionLayer::builder(Keyring::generate().unwrap()).on_event(move |event| {
            let text = match event {
                Event::Outcome { outcome, .. } => outcome.to_string(),
                other => format!("{other:?}").split(' ').next().unwrap().to_owned(),
            };
            seen.0.lock().unwrap().push(text);
        });
        builder.build().unwrap()
    }

    /// The events since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// `/` counts visits, `/look` only tells the number.
pub(crate) fn counter() -> Router {
    let look = |session: Session<Visit>| async move { format!("visit {}", session.read(|visit| visit.count)) };
    Router::new().route("/", any(hit)).route("/look", any(look)).route("/page", any(|| async { "page" }))
}

/// Serves both versions of HTTP, by what the client begins with.
pub(crate) async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = TowerToHyperService::new(app.clone());
            tokio::spawn(async move {
                let mut builder = auto::Builder::new(TokioExecutor::new());
                builder.http2().max_header_list_size(1 << 20);
                let _ = builder.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}

/// Sends one request over HTTP/2, with each of these as a `Cookie` field of its own; the response with its body.
pub(crate) async fn send_2(address: SocketAddr, path: &str, cookies: &[&[u8]]) -> Response<String> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut client, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let mut request = Request::get(format!("http://localhost{path}"));
    for cookie in cookies {
        request = request.header("cookie", *cookie);
    }
    let response = client.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
    assert_eq!(response.version(), http::Version::HTTP_2);
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Response::from_parts(parts, String::from_utf8(body.to_vec()).unwrap())
}
