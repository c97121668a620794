//! tower-sessions on a Redis server. Its store has not followed the latest tower-sessions, so this is the version before:
//! the one that the cookie store is for too.

use axum::Router;
use tower_sessions_0_14::SessionManagerLayer;
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike, Config, Pool};

use super::routes;
use crate::lanes::cookie_store::handle;
use crate::peers::Refused;
use crate::session::Shop;

/// Connections, as in the store's own example.
const CONNECTIONS: usize = 6;

pub(super) async fn router(shop: &'static Shop, url: &str) -> Result<Router, Refused> {
    let pool = Pool::new(Config::from_url(url)?, None, None, None, CONNECTIONS)?;
    pool.connect();
    pool.wait_for_connect().await?;
    Ok(routes(handle, shop).layer(SessionManagerLayer::new(RedisStore::new(pool))))
}
