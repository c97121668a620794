//! All sites of a test: one server that answers to every name, over https or plain http.

use std::net::TcpListener;

use axum::Router;
use axum::extract::RawQuery;
use axum::middleware::from_fn_with_state;
use axum::response::Html;
use axum::routing::get;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use url::form_urlencoded::{byte_serialize, parse};

use crate::certificate;
use crate::exchange::{Exchange, Exchanges, record};

/// The site whose sessions are tested, its neighbour under the same domain, and a stranger.
pub(crate) const APP: &str = "app.example.test";
pub(crate) const EVIL: &str = "evil.example.test";
pub(crate) const OTHER: &str = "other.test";

/// Serves until it is dropped.
pub(crate) struct Web {
    scheme: &'static str,
    port: u16,
    exchanges: Exchanges,
    task: JoinHandle<()>,
}

impl Web {
    /// Over https.
    pub(crate) fn encrypted(app: Router) -> Self {
        Self::start("https", app)
    }

    /// Over plain http.
    pub(crate) fn plain(app: Router) -> Self {
        Self::start("http", app)
    }

    fn start(scheme: &'static str, app: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let exchanges = Exchanges::default();
        let app = app
            .route("/html", get(|query| async { Html(decoded(query)) }))
            .route("/set", get(|query| async { ([("set-cookie", decoded(query))], Html("set")) }))
            .layer(from_fn_with_state(exchanges.clone(), record));
        let acceptor = (scheme == "https").then(certificate::acceptor);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (app, acceptor) = (app.clone(), acceptor.clone());
                tokio::spawn(async move {
                    match acceptor {
                        None => serve(stream, app).await,
                        Some(acceptor) => {
                            // A browser opens connections ahead, and closes those that it does not need.
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, app).await;
                            }
                        }
                    }
                });
            }
        });
        Self { scheme, port, exchanges, task }
    }

    /// The address of a path on a host.
    pub(crate) fn url(&self, host: &str, path: &str) -> String {
        format!("{}://{host}:{}{path}", self.scheme, self.port)
    }

    /// The address of a page that consists of this HTML.
    pub(crate) fn html(&self, host: &str, html: &str) -> String {
        self.url(host, &format!("/html?={}", encoded(html)))
    }

    /// The address of a page that comes with this `Set-Cookie` field, as it stands.
    pub(crate) fn set(&self, host: &str, field: &str) -> String {
        self.url(host, &format!("/set?={}", encoded(field)))
    }

    /// The requests for `path` since they were last taken, in the order of their answers.
    pub(crate) fn take(&self, path: &str) -> Vec<Exchange> {
        self.exchanges.take(path)
    }

    /// The only request for `path` since they were last taken.
    pub(crate) fn only(&self, path: &str) -> Exchange {
        let mut all = self.take(path);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + 'static, app: Router) {
    let service = TowerToHyperService::new(app);
    // It fails when the browser goes away.
    let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn decoded(RawQuery(query): RawQuery) -> String {
    parse(query.unwrap().as_bytes()).next().unwrap().1.into_owned()
}
