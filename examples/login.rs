//! Sign in, sign out, remember me: `cargo run --example login`, then
//!
//! ```sh
//! curl -c jar -b jar -d 'name=ada&remember=yes' localhost:3000/sign-in
//! curl -c jar -b jar localhost:3000/
//! curl -c jar -b jar -X POST localhost:3000/sign-out
//! ```

use std::time::Duration;

use axum::Router;
use axum::extract::{Form, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use sealed_session::{Keyring, Session, SessionLayer};
use serde::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
struct SignedIn {
    user: Option<String>,
}

/// Somebody who is signed in; a handler that takes one answers 401 to everybody else.
struct User(String);

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let session = Session::<SignedIn>::from_parts(parts).await.map_err(IntoResponse::into_response)?;
        let user = session.read(|data| data.user.clone());
        user.map(Self).ok_or_else(|| (StatusCode::UNAUTHORIZED, "please sign in\n").into_response())
    }
}

#[derive(Deserialize)]
struct SignIn {
    name: String,
    remember: Option<String>,
}

async fn sign_in(session: Session<SignedIn>, Form(form): Form<SignIn>) -> Redirect {
    // Check the password here. Then: a new id, so that whatever was planted before is worth nothing.
    session.renew();
    session.update(|data| data.user = Some(form.name));
    if form.remember.is_some() {
        session.remember_for(Duration::from_secs(30 * 24 * 60 * 60));
    }
    Redirect::to("/")
}

async fn sign_out(session: Session<SignedIn>) -> Redirect {
    session.destroy();
    Redirect::to("/")
}

async fn home(User(name): User, session: Session<SignedIn>) -> String {
    format!("hello {name}, until {}\n", session.expires_at())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let layer = SessionLayer::<SignedIn>::builder(Keyring::generate()?).insecure_for_http().build()?;
    let app = Router::new()
        .route("/", get(home))
        .route("/sign-in", post(sign_in))
        .route("/sign-out", post(sign_out))
        .layer(layer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
