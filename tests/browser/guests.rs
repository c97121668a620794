//! A small app: it knows who a guest is, and what he noted.

use axum::Router;
use axum::extract::Query;
use axum::response::{Html, Redirect};
use axum::routing::any;
use sealed_session::{Keyring, Session, SessionLayer, SessionLayerBuilder};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Guest {
    pub(crate) name: Option<String>,
    pub(crate) notes: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Text {
    pub(crate) text: String,
}

/// A layer with a key of its own.
pub(crate) fn layer(
    settings: impl FnOnce(SessionLayerBuilder<Guest>) -> SessionLayerBuilder<Guest>,
) -> SessionLayer<Guest> {
    settings(SessionLayer::builder(Keyring::generate().unwrap())).build().unwrap()
}

/// `/` tells what the session holds; `/sign-in`, `/note` and `/sign-out` change it, by any method, and tell it then.
pub(crate) fn app(layer: SessionLayer<Guest>) -> Router {
    routes().layer(layer)
}

/// Without a layer.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/", any(|session| async move { tell(&session) }))
        .route("/sign-in", any(sign_in))
        .route("/note", any(note))
        .route("/sign-out", any(sign_out))
        .route("/sign-out-and-go", any(sign_out_and_go))
}

async fn sign_in(session: Session<Guest>, Query(Text { text }): Query<Text>) -> Html<String> {
    session.renew();
    session.update(|guest| guest.name = Some(text));
    tell(&session)
}

async fn note(session: Session<Guest>, Query(Text { text }): Query<Text>) -> Html<String> {
    session.update(|guest| guest.notes.push(text));
    tell(&session)
}

async fn sign_out(session: Session<Guest>) -> Html<String> {
    session.destroy();
    tell(&session)
}

async fn sign_out_and_go(session: Session<Guest>) -> Redirect {
    session.destroy();
    Redirect::to("/")
}

/// Who it is, what he noted, and what came of the cookie: `ada [a, b] opened`.
pub(crate) fn tell(session: &Session<Guest>) -> Html<String> {
    let Guest { name, notes } = session.get();
    let name = name.as_deref().unwrap_or("nobody");
    Html(format!("<!doctype html><title>Guests</title><p>{name} [{}] {}</p>", notes.join(", "), session.outcome()))
}
