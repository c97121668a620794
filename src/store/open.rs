//! A store by its URL.

use std::sync::Arc;

use super::Store;
use crate::error::{Error, ErrorKind};

/// The store that `url` names, as in the [table](crate::store). Nothing is connected yet, so a server that is down does not keep
/// the app from starting.
///
/// Call it within a tokio runtime; the drivers need one.
///
/// ```
/// # #[cfg(feature = "memory")] fn main() -> Result<(), sealed_session::Error> {
/// let store = sealed_session::store::open("memory://?max=64MiB")?;
/// # Ok(()) }
/// # #[cfg(not(feature = "memory"))] fn main() {}
/// ```
///
/// # Errors
/// [`ErrorKind::Setting`] when the URL is not one of a store, when its parts are wrong, or when the feature for it is
/// off; the text names the feature. It never quotes the URL, which may hold a password.
pub fn open(url: &str) -> Result<Arc<dyn Store>, Error> {
    let (scheme, _) =
        url.split_once("://").ok_or_else(|| refuse("a store is named by a URL such as `sqlite://sessions.db`"))?;
    match scheme {
        "memory" => memory(url),
        "sqlite" => sqlite(url),
        "postgres" | "postgresql" => postgres(url),
        "mysql" | "mariadb" => mysql(url),
        "redis" | "rediss" | "valkey" | "valkeys" => redis(url),
        "memcached" | "memcache" => memcached(url),
        "mongodb" | "mongodb+srv" => mongodb(url),
        _ => Err(refuse(
            "no store has a URL of this scheme: use memory, sqlite, postgres, mysql, redis, memcached or mongodb",
        )),
    }
}

/// A function that opens one kind of store, or names the feature that is missing.
macro_rules! opener {
    ($name:ident, $feature:literal, $store:path) => {
        #[cfg(feature = $feature)]
        fn $name(url: &str) -> Result<Arc<dyn Store>, Error> {
            Ok(Arc::new(<$store>::from_url(url)?))
        }

        #[cfg(not(feature = $feature))]
        fn $name(_: &str) -> Result<Arc<dyn Store>, Error> {
            Err(refuse(concat!(
                "this store needs a feature of `sealed-session` that is off: turn on `",
                $feature,
                "` in Cargo.toml"
            )))
        }
    };
}

opener!(memory, "memory", super::memory::MemoryStore);
opener!(sqlite, "sqlite", super::sqlite::SqliteStore);
opener!(postgres, "postgres", super::postgres::PostgresStore);
opener!(mysql, "mysql", super::mysql::MySqlStore);
opener!(redis, "redis", super::redis::RedisStore);
opener!(memcached, "memcached", super::memcached::MemcachedStore);
opener!(mongodb, "mongodb", super::mongodb::MongoStore);

fn refuse(why: &'static str) -> Error {
    Error::new(ErrorKind::Setting, why)
}
