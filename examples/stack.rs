//! Among other layers, in a `ServiceBuilder`: `cargo run --example stack`, then reload <http://localhost:3000>.
//!
//! The session goes inside of what may cut a response short (a time limit) or count it (a trace), and outside of whatever
//! asks for the session. Compression may be on either side: it does not touch `Set-Cookie`.

use std::time::Duration;

use axum::Router;
use axum::http::{Request, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use sealed_session::{Keyring, Session, SessionLayer};
use serde::{Deserialize, Serialize};
use tower::ServiceBuilder;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

#[derive(Default, Serialize, Deserialize)]
struct Visit {
    count: u32,
}

/// A layer of the app's own, inside of the session: it has the session as handlers do.
async fn count(session: Session<Visit>, request: Request<axum::body::Body>, next: Next) -> Response {
    session.update(|visit| visit.count += 1);
    next.run(request).await
}

async fn hit(session: Session<Visit>) -> String {
    format!("visit {}\n", session.read(|visit| visit.count))
}

pub(crate) fn app() -> Result<Router, sealed_session::Error> {
    let session = SessionLayer::<Visit>::builder(Keyring::generate()?).insecure_for_http().build()?;
    let stack = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(10)))
        .layer(CompressionLayer::new())
        .layer(session)
        .layer(from_fn(count));
    Ok(Router::new().route("/", get(hit)).layer(stack))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).init();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app()?).await?;
    Ok(())
}
