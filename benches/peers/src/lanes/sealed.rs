//! This crate's layer.

use ::tower::Layer;
use axum::body::Body;
use http::{Request, Response, StatusCode};
use sealed_session::{Keyring, Session, SessionLayer, Values};

use super::tower::{Tower, respond, service};
use super::{Answer, Base, Lane, lane, racer};
use crate::peers::{COOKIE_NAME, Refused};
use crate::race::Racer;
use crate::session::Shop;
use crate::touch::{SHOP, Touch, modify, status};

const PACKAGE: &str = "sealed-session";

/// The session is a type of the app.
pub(super) fn typed(shop: &'static Shop) -> Result<Lane, Refused> {
    let layer = SessionLayer::<Shop>::new(Keyring::generate()?)?;
    lane(("sealed-session", PACKAGE, Base::Tower), shop, |touch| Ok(Tower(layer.layer(service(touch, handle)))))
}

pub(crate) async fn handle(request: Request<Body>, touch: Touch) -> Response<Body> {
    if matches!(touch, Touch::Untouched) {
        return respond(StatusCode::OK);
    }
    let Ok(session) = Session::<Shop>::from_request(&request).await else {
        return respond(StatusCode::INTERNAL_SERVER_ERROR);
    };
    respond(match touch {
        Touch::Fill(shop) => {
            session.replace(shop.clone());
            StatusCode::OK
        }
        Touch::Modify => session.update(|shop| {
            modify(shop);
            status(Some(shop))
        }),
        _ => session.read(|shop| status(Some(shop))),
    })
}

/// The session is a map.
pub(super) fn key_value(shop: &'static Shop) -> Result<Lane, Refused> {
    let layer = SessionLayer::<Values>::new(Keyring::generate()?)?;
    lane(("sealed-session, key-value", PACKAGE, Base::Tower), shop, |touch| {
        Ok(Tower(layer.layer(service(touch, handle_values))))
    })
}

async fn handle_values(request: Request<Body>, touch: Touch) -> Response<Body> {
    respond(match touch {
        Touch::Untouched => StatusCode::OK,
        _ => values(request, touch).await.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    })
}

async fn values(request: Request<Body>, touch: Touch) -> Result<StatusCode, sealed_session::Error> {
    let session = Session::<Values>::from_request(&request).await?;
    if let Touch::Fill(shop) = touch {
        session.insert(SHOP, shop)?;
        return Ok(StatusCode::OK);
    }
    let mut shop = session.get::<Shop>(SHOP)?;
    if let (Touch::Modify, Some(shop)) = (touch, &mut shop) {
        modify(shop);
        session.insert(SHOP, shop)?;
    }
    Ok(status(shop.as_ref()))
}

/// A handler that reads, given no cookie, and cookies that are refused.
///
/// # Errors
/// When the layer cannot be set up.
pub fn refused(shop: &'static Shop) -> Result<Vec<(&'static str, Racer)>, Refused> {
    let layer = SessionLayer::<Shop>::new(Keyring::generate()?)?;
    let ours = lane((PACKAGE, PACKAGE, Base::Tower), shop, |touch| Ok(Tower(layer.layer(service(touch, handle)))))?;
    let unknown = typed(shop)?.cookie;
    let tampered = tampered(&ours.cookie);
    let stub = format!("{COOKIE_NAME}=AAAAAAAA");
    let long = format!("{COOKIE_NAME}={}", "A".repeat(5000));
    let impossible = ours.cookie[..ours.cookie.len() - ours.value_len() % 4].to_owned() + "A";
    let reader = |cookie: Option<&str>| racer(Tower(layer.layer(service(Touch::Read, handle))), cookie, Answer::Absent);
    let [_, read, _] = ours.racers;
    Ok(vec![
        ("accepted", read),
        ("no cookie", reader(None)?),
        ("unknown key", reader(Some(&unknown))?),
        ("wrong length: not one of base64", reader(Some(&impossible))?),
        ("wrong length: too short for a token", reader(Some(&stub))?),
        ("wrong length: longer than any cookie", reader(Some(&long))?),
        ("a wrong tag", reader(Some(&tampered))?),
    ])
}

/// With another character near the end: all of it is decrypted for nothing.
#[must_use]
pub fn tampered(text: &str) -> String {
    let (start, end) = text.split_at(text.len() - 8);
    let other = if end.starts_with('A') { 'B' } else { 'A' };
    format!("{start}{other}{}", &end[1..])
}
