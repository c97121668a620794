//! tower-sessions with its memory store: no cryptography at all.

use ::tower::Layer;
use axum::body::Body;
use http::{Request, Response, StatusCode};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use super::cookie_store::handler;
use super::tower::{Tower, respond, service};
use super::{Base, Lane};
use crate::peers::Refused;
use crate::session::Shop;
use crate::touch::{SHOP, Touch, modify, status};

pub(super) fn lane(shop: &'static Shop) -> Result<Lane, Refused> {
    let layer = SessionManagerLayer::new(MemoryStore::default());
    super::lane(("tower-sessions, memory store", "tower-sessions", Base::Tower), shop, |touch| {
        Ok(Tower(layer.clone().layer(service(touch, handle))))
    })
}

handler!(Session);
