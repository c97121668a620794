//! What a server received and answered.

use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, Version};

/// One request and its answer.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) version: Version,
    request: HeaderMap,
    answer: HeaderMap,
}

impl Exchange {
    /// The cookies that came, in their order; several fields, as HTTP/2 has them, are one.
    pub(crate) fn cookies(&self) -> Vec<&str> {
        let fields = self.request.get_all("cookie").iter();
        fields.flat_map(|field| str::from_utf8(field.as_bytes()).unwrap().split("; ")).collect()
    }

    /// What the browser said of the request, by this name; nothing if it did not say.
    pub(crate) fn asked(&self, name: &str) -> &str {
        self.request.get(name).map_or("", |field| field.to_str().unwrap())
    }

    /// What the answer said by this name; nothing if it did not say.
    pub(crate) fn answered(&self, name: &str) -> &str {
        self.answer.get(name).map_or("", |field| field.to_str().unwrap())
    }

    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        self.answer.get_all("set-cookie").iter().map(|field| field.to_str().unwrap()).collect()
    }
}

/// All of them, in the order of the answers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exchanges(Arc<Mutex<Vec<Exchange>>>);

impl Exchanges {
    /// Those for `path` since they were last taken.
    pub(crate) fn take(&self, path: &str) -> Vec<Exchange> {
        self.0.lock().unwrap().extract_if(.., |exchange| exchange.path == path).collect()
    }
}

/// Keeps what goes through the app.
pub(crate) async fn record(State(all): State<Exchanges>, request: Request, next: Next) -> Response {
    let mut exchange = Exchange {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        version: request.version(),
        request: request.headers().clone(),
        answer: HeaderMap::new(),
    };
    let response = next.run(request).await;
    exchange.answer = response.headers().clone();
    all.0.lock().unwrap().push(exchange);
    response
}
