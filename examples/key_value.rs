//! Key-value data, for what is known by name only: `cargo run --example key_value`, then
//!
//! ```sh
//! curl -c jar -b jar -X POST localhost:3000/cart/tea
//! curl -c jar -b jar localhost:3000/
//! ```

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use sealed_session::{Error, Keyring, Session, SessionLayer, Values};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Cart {
    items: Vec<String>,
}

async fn add(session: Session, Path(item): Path<String>) -> Result<String, Error> {
    let mut cart: Cart = session.get("cart")?.unwrap_or_default();
    cart.items.push(item);
    session.insert("cart", &cart)?;
    Ok(format!("{} bytes left\n", session.remaining()?))
}

async fn show(session: Session) -> Result<String, Error> {
    let cart: Option<Cart> = session.get("cart")?;
    Ok(format!("{cart:?}\n"))
}

pub(crate) fn app() -> Result<Router, Error> {
    let layer = SessionLayer::<Values>::builder(Keyring::generate()?).insecure_for_http().build()?;
    Ok(Router::new().route("/", get(show)).route("/cart/{item}", post(add)).layer(layer))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app()?).await?;
    Ok(())
}
