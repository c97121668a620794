//! axum-extra's private jar, JSON inside. It has no layer: "untouched" is a handler that names the jar and does not look
//! into it.

use std::sync::OnceLock;

use axum::body::Body;
use axum::response::IntoResponse;
use axum_extra::extract::PrivateCookieJar;
use axum_extra::extract::cookie::{Cookie, Key, SameSite};
use cookie::time::Duration;
use http::{Request, Response, StatusCode};

use super::tower::{Tower, respond, service};
use super::{Base, Lane};
use crate::peers::{COOKIE_NAME, Refused};
use crate::session::Shop;
use crate::touch::{Touch, modify, status};

static KEY: OnceLock<Key> = OnceLock::new();

pub(super) fn lane(shop: &'static Shop) -> Result<Lane, Refused> {
    super::lane(("axum-extra, `PrivateCookieJar` + JSON", "axum-extra", Base::Tower), shop, |touch| {
        Ok(Tower(service(touch, handle)))
    })
}

pub(crate) async fn handle(request: Request<Body>, touch: Touch) -> Response<Body> {
    let jar = PrivateCookieJar::from_headers(request.headers(), KEY.get_or_init(Key::generate).clone());
    match answer(jar, touch) {
        Ok((status, jar)) => (jar, respond(status)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn answer(jar: PrivateCookieJar, touch: Touch) -> Result<(StatusCode, PrivateCookieJar), Refused> {
    match touch {
        Touch::Untouched => return Ok((StatusCode::OK, jar)),
        Touch::Fill(shop) => return Ok((StatusCode::OK, jar.add(cookie(shop)?))),
        Touch::Read | Touch::Modify => {}
    }
    let mut shop: Option<Shop> = match jar.get(COOKIE_NAME) {
        Some(cookie) => Some(serde_json::from_str(cookie.value())?),
        None => None,
    };
    let jar = match (touch, &mut shop) {
        (Touch::Modify, Some(shop)) => {
            modify(shop);
            jar.add(cookie(shop)?)
        }
        _ => jar,
    };
    Ok((status(shop.as_ref()), jar))
}

/// With the attributes that sealed-session sends by default.
fn cookie(shop: &Shop) -> serde_json::Result<Cookie<'static>> {
    let cookie = Cookie::build((COOKIE_NAME, serde_json::to_string(shop)?)).http_only(true).secure(true);
    Ok(cookie.same_site(SameSite::Lax).path("/").max_age(Duration::days(1)).build())
}
