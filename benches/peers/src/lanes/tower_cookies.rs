//! tower-cookies with its private jar, JSON inside.

use std::sync::OnceLock;

use ::tower::Layer;
use axum::body::Body;
use http::{Request, Response, StatusCode};
use tower_cookies::cookie::SameSite;
use tower_cookies::cookie::time::Duration;
use tower_cookies::{Cookie, CookieManagerLayer, Cookies, Key};

use super::tower::{Tower, respond, service};
use super::{Base, Lane};
use crate::peers::{COOKIE_NAME, Refused};
use crate::session::Shop;
use crate::touch::{Touch, modify, status};

static KEY: OnceLock<Key> = OnceLock::new();

pub(super) fn lane(shop: &'static Shop) -> Result<Lane, Refused> {
    super::lane(("tower-cookies, private + JSON", "tower-cookies", Base::Tower), shop, |touch| {
        Ok(Tower(CookieManagerLayer::new().layer(service(touch, handle))))
    })
}

pub(crate) async fn handle(request: Request<Body>, touch: Touch) -> Response<Body> {
    respond(match touch {
        Touch::Untouched => StatusCode::OK,
        _ => answer(&request, touch).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    })
}

fn answer(request: &Request<Body>, touch: Touch) -> Result<StatusCode, Refused> {
    let cookies = request.extensions().get::<Cookies>().ok_or("no layer")?;
    let jar = cookies.private(KEY.get_or_init(Key::generate));
    if let Touch::Fill(shop) = touch {
        jar.add(cookie(shop)?);
        return Ok(StatusCode::OK);
    }
    let mut shop: Option<Shop> = match jar.get(COOKIE_NAME) {
        Some(cookie) => Some(serde_json::from_str(cookie.value())?),
        None => None,
    };
    if let (Touch::Modify, Some(shop)) = (touch, &mut shop) {
        modify(shop);
        jar.add(cookie(shop)?);
    }
    Ok(status(shop.as_ref()))
}

/// With the attributes that sealed-session sends by default.
fn cookie(shop: &Shop) -> serde_json::Result<Cookie<'static>> {
    let cookie = Cookie::build((COOKIE_NAME, serde_json::to_string(shop)?)).http_only(true).secure(true);
    Ok(cookie.same_site(SameSite::Lax).path("/").max_age(Duration::days(1)).build())
}
