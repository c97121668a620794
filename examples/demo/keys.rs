//! The keys panel: rotate and revoke on the running process, as an operator would by config.
//!
//! None of this touches the visitor's session: their next page finds it sealed under the old key, and seals it again.

use axum::extract::State;
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Json, Router};
use sealed_session::{Error, Key, KeyReport, KeyState, ScheduledKey, Timestamp};
use serde_json::{Value, json};

use crate::shop::Shop;

/// More keys than this are of no use in a demo.
const MAX_KEYS: usize = 12;

pub(crate) fn routes() -> Router<Shop> {
    Router::new()
        .route("/keys.json", get(report))
        .route("/keys/rotate", post(rotate))
        .route("/keys/revoke", post(revoke))
}

/// Adds a key that seals from now on. Nobody is signed out: the others still open.
async fn rotate(State(shop): State<Shop>) -> Result<Redirect, Error> {
    let report = shop.sessions.key_report();
    if report.len() < MAX_KEYS {
        let label = format!("key {}", report.len() + 1);
        shop.ring.add(ScheduledKey::new(Key::generate()?).label(&label).seal_from(Timestamp::now()))?;
    }
    Ok(Redirect::to("/"))
}

/// Revokes all keys but the one that seals. Cookies that were not sealed again since are cleared.
async fn revoke(State(shop): State<Shop>) -> Redirect {
    for key in shop.sessions.key_report() {
        if key.state == KeyState::Opening {
            shop.ring.revoke(key.id);
        }
    }
    Redirect::to("/")
}

/// The report for scripts.
async fn report(State(shop): State<Shop>) -> Json<Vec<Value>> {
    Json(shop.sessions.key_report().iter().map(key_json).collect())
}

fn key_json(key: &KeyReport) -> Value {
    json!({
        "label": key.label,
        "id": key.id.to_string(),
        "state": key.state.to_string(),
        "seals": key.seals,
        "opens": key.opens,
        "last_open": key.last_open.map(Timestamp::as_unix),
        "safe_to_drop": key.safe_to_drop.map(Timestamp::as_unix),
    })
}
