//! The peers as axum apps, for measurements over HTTP: `/fill` starts a session, `/hit` reads and modifies it.

#[cfg(feature = "redis")]
mod redis;

use std::future::Future;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{Request, Response};
use sealed_session::{Keyring, SessionLayer};
use seshcookie::{SessionConfig, SessionKeys};
use tower_cookies::CookieManagerLayer;
use tower_sessions::{MemoryStore, SessionManagerLayer};
use tower_sessions_cookie_store::{CookieSessionManagerLayer, Key};

use crate::lanes::{self, axum_extra, cookie_store, sealed, tower};
use crate::peers::{Refused, random};
use crate::session::{Sample, Shop};
use crate::touch::Touch;

/// What [`router`] knows. The last one needs the feature `redis`, and its URL.
pub const LAYERS: [&str; 9] = [
    "bare",
    "same-headers",
    "sealed-session",
    "axum-extra",
    "tower-cookies",
    "seshcookie",
    "tower-sessions-memory",
    "tower-sessions-cookie-store",
    "tower-sessions-redis",
];

/// The app with this layer.
///
/// # Errors
/// When the layer is unknown or cannot be set up.
pub async fn router(layer: &str, redis: Option<&str>) -> Result<Router, Refused> {
    let [_, typical, _] = Sample::all();
    let shop: &'static Shop = Box::leak(Box::new(typical.shop.as_deref().ok_or("no data")?.clone()));
    Ok(match layer {
        "bare" => routes(tower::handle, shop),
        "same-headers" => routes(tower::handle_with_headers, shop),
        "sealed-session" => routes(sealed::handle, shop).layer(SessionLayer::<Shop>::new(Keyring::generate()?)?),
        "axum-extra" => routes(axum_extra::handle, shop),
        "tower-cookies" => routes(lanes::tower_cookies::handle, shop).layer(CookieManagerLayer::new()),
        "seshcookie" => {
            let keys = SessionKeys::new(&random::<32>()?)?;
            routes(lanes::seshcookie::handle, shop)
                .layer(seshcookie::SessionLayer::<Shop>::new(keys, SessionConfig::default())?)
        }
        "tower-sessions-memory" => {
            routes(lanes::tower_sessions::handle, shop).layer(SessionManagerLayer::new(MemoryStore::default()))
        }
        "tower-sessions-cookie-store" => {
            routes(cookie_store::handle, shop).layer(CookieSessionManagerLayer::private(Key::generate()))
        }
        "tower-sessions-redis" => with_redis(shop, redis).await?,
        _ => return Err(format!("{layer}: known are {}", LAYERS.join(", ")).into()),
    })
}

#[cfg(feature = "redis")]
async fn with_redis(shop: &'static Shop, url: Option<&str>) -> Result<Router, Refused> {
    redis::router(shop, url.ok_or("where is Redis?")?).await
}

#[cfg(not(feature = "redis"))]
async fn with_redis(_: &'static Shop, _: Option<&str>) -> Result<Router, Refused> {
    Err("built without the feature `redis`".into())
}

fn routes<F>(handler: fn(Request<Body>, Touch) -> F, shop: &'static Shop) -> Router
where
    F: Future<Output = Response<Body>> + Send + 'static,
{
    Router::new()
        .route("/fill", get(move |request| handler(request, Touch::Fill(shop))))
        .route("/hit", get(move |request| handler(request, Touch::Modify)))
}
