//! seshcookie: ChaCha20-Poly1305 of ring, JSON, typed. Its handle is an axum extractor.

use ::tower::Layer;
use axum::body::Body;
use axum::extract::FromRequestParts;
use http::{Request, Response, StatusCode};
use seshcookie::{Session, SessionConfig, SessionKeys, SessionLayer};

use super::tower::{Tower, respond, service};
use super::{Base, Lane};
use crate::peers::{Refused, random};
use crate::session::Shop;
use crate::touch::{Touch, modify, status};

pub(super) fn lane(shop: &'static Shop) -> Result<Lane, Refused> {
    let layer = SessionLayer::<Shop>::new(SessionKeys::new(&random::<32>()?)?, SessionConfig::default())?;
    super::lane(("seshcookie", "seshcookie", Base::Tower), shop, |touch| Ok(Tower(layer.layer(service(touch, handle)))))
}

pub(crate) async fn handle(request: Request<Body>, touch: Touch) -> Response<Body> {
    if matches!(touch, Touch::Untouched) {
        return respond(StatusCode::OK);
    }
    let (mut parts, _) = request.into_parts();
    let Ok(session) = <Session<Shop> as FromRequestParts<()>>::from_request_parts(&mut parts, &()).await else {
        return respond(StatusCode::INTERNAL_SERVER_ERROR);
    };
    respond(match touch {
        Touch::Fill(shop) => {
            session.insert(shop.clone()).await;
            StatusCode::OK
        }
        Touch::Modify => {
            let change = |shop: &mut Option<Shop>| {
                shop.as_mut().map(modify);
                status(shop.as_ref())
            };
            session.modify(change).await
        }
        _ => status(session.get().await.as_ref()),
    })
}
