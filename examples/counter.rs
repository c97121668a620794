//! The shortest app with a session: `cargo run --example counter`, then reload <http://localhost:3000>.

use axum::{Router, routing::get};
use sealed_session::{Keyring, Session, SessionLayer};
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct Visit {
    count: u32,
}

async fn hit(session: Session<Visit>) -> String {
    let count = session.update(|visit| {
        visit.count += 1;
        visit.count
    });
    format!("visit {count}\n")
}

pub(crate) fn app() -> Result<Router, sealed_session::Error> {
    // For development: a fresh key for each run, and plain http. In production, `Keyring::from_env("SESSION_KEYS")?`
    // and `SessionLayer::<Visit>::new(keyring)?`.
    let layer = SessionLayer::<Visit>::builder(Keyring::generate()?).insecure_for_http().build()?;
    Ok(Router::new().route("/", get(hit)).layer(layer))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app()?).await?;
    Ok(())
}
