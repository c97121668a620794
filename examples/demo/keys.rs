//! The keys panel: rotate and revoke on the running process, as an operator would by config.
//!
//! None of this touches the visitor's session: their next page finds it sealed under the old key, and seals it again.

use axum::extract::State;
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Json, Router};
use sealed_session::{Error, Key, KeyReport, KeyState, Keyring, ScheduledKey, SessionLayer, Timestamp};
use serde_json::{Value, json};

use crate::visitor::Visitor;

/// More keys than this are of no use in a demo.
const MAX_KEYS: usize = 12;

/// What the panel works with.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) ring: Keyring,
    pub(crate) sessions: SessionLayer<Visitor>,
}

pub(crate) fn routes(keys: Keys) -> Router {
    Router::new()
        .route("/keys.json", get(report))
        .route("/keys/rotate", post(rotate))
        .route("/keys/revoke", post(revoke))
        .with_state(keys)
}

/// Adds a key that seals from now on. Nobody is signed out: the others still open.
async fn rotate(State(keys): State<Keys>) -> Result<Redirect, Error> {
    let report = keys.sessions.key_report();
    if report.len() < MAX_KEYS {
        let label = format!("key {}", report.len() + 1);
        keys.ring.add(ScheduledKey::new(Key::generate()?).label(&label).seal_from(Timestamp::now()))?;
    }
    Ok(Redirect::to("/"))
}

/// Revokes all keys but the one that seals. Cookies that were not sealed again since are cleared.
async fn revoke(State(keys): State<Keys>) -> Redirect {
    for key in keys.sessions.key_report() {
        if key.state == KeyState::Opening {
            keys.ring.revoke(key.id);
        }
    }
    Redirect::to("/")
}

/// The report for scripts.
async fn report(State(keys): State<Keys>) -> Json<Vec<Value>> {
    Json(keys.sessions.key_report().iter().map(key_json).collect())
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
