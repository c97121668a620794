//! Records in Redis or Valkey.

mod address;
mod failure;
mod link;
#[cfg(feature = "tls")]
mod tls;

use std::fmt;

use ::redis::aio::ConnectionManager;
use ::redis::{Client, ProtocolVersion, Script, Value};

use self::failure::{failure, strange};
use self::link::Link;
use super::url::{Location, refuse};
use super::{Creation, Loaded, RecordKey, Store, StoreError, StoreFuture, Update, Version, envelope, version};
use crate::clock::Timestamp;
use crate::error::Error;

const DEFAULT_PREFIX: &str = "sealed:";
/// Redis removes records so many seconds after they expired, as its clock may differ from ours.
const SLACK: u64 = 60;
/// The end of the year 9999, in Unix seconds: as late as Redis is told to remove anything.
const LAST: u64 = 253_402_300_799;

/// Keeps records in Redis (6.2 or later) or Valkey, each under a key of its own. Redis removes expired ones by itself.
///
/// Each call is one Lua script, so it happens as a whole or not at all. A single server, or its primary: Cluster and
/// Sentinel are not supported. Nothing is tried twice: when the connection breaks during a call, that call fails as
/// unavailable, and the next one connects again.
///
/// Set `maxmemory-policy noeviction` and `appendonly yes`, or sessions get lost: see [`guide::stores`](crate::guide::stores).
pub struct RedisStore {
    link: Link,
    prefix: String,
    scripts: Scripts,
}

struct Scripts {
    create: Script,
    load: Script,
    update: Script,
    touch: Script,
    remove: Script,
}

impl RedisStore {
    /// On connections that `client` makes: for certificates of your own, or a Unix socket. Connects when first used, and
    /// again whenever the connection broke.
    ///
    /// With RESP3 (`?protocol=resp3`) it notices when the server closes the connection; with RESP2 only the next call does,
    /// and fails.
    ///
    /// ```no_run
    /// use sealed_session::store::RedisStore;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = redis::Client::open("redis+unix:///run/redis.sock?protocol=resp3")?;
    /// let store = RedisStore::new(client).prefix("app:session:");
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self::on(Link::new(client))
    }

    /// On a connection that the app has already. Limits on time are as the app set them.
    ///
    /// A `ConnectionManager` stays broken when the server once refused its password, until the app starts again, and keeps a
    /// connection that gives no answer; [`RedisStore::new`] does neither.
    ///
    /// ```no_run
    /// use redis::aio::{ConnectionManager, ConnectionManagerConfig};
    /// use sealed_session::store::RedisStore;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = redis::Client::open("redis://localhost/?protocol=resp3")?;
    /// let config = ConnectionManagerConfig::new().set_number_of_retries(1);
    /// let store = RedisStore::with_manager(ConnectionManager::new_lazy_with_config(client, config)?);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn with_manager(manager: ConnectionManager) -> Self {
        Self::on(Link::Manager(manager))
    }

    /// From `redis://[user][:password@]host[:6379][/0]`; `valkey://` is the same. `rediss://` and `valkeys://` encrypt, and need
    /// the feature `tls`. Connects nothing yet.
    ///
    /// | setting | what | default |
    /// |---|---|---|
    /// | `prefix` | what all keys begin with | `sealed:` |
    /// | `protocol` | `resp3`, or `resp2` for servers and proxies that lack it | `resp3` |
    ///
    /// ```
    /// use sealed_session::store::RedisStore;
    ///
    /// # fn main() -> Result<(), sealed_session::Error> {
    /// let store = RedisStore::from_url("redis://:secret@localhost/0?prefix=app:session:")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) for anything else.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        let mut location = Location::parse(url)?;
        let prefix = location.text("prefix").unwrap_or_else(|| DEFAULT_PREFIX.to_owned());
        let protocol = match location.text("protocol").as_deref() {
            None | Some("resp3") => ProtocolVersion::RESP3,
            Some("resp2") => ProtocolVersion::RESP2,
            Some(_) => return Err(refuse("`protocol` in the URL of the store is neither `resp3` nor `resp2`")),
        };
        location.done(&["prefix", "protocol"])?;
        Ok(Self::new(address::client(&location, protocol)?).prefix(prefix))
    }

    /// What all keys begin with; `sealed:` unless said otherwise.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    fn on(link: Link) -> Self {
        let scripts = Scripts {
            create: Script::new(include_str!("redis/create.lua")),
            load: Script::new(include_str!("redis/load.lua")),
            update: Script::new(include_str!("redis/update.lua")),
            touch: Script::new(include_str!("redis/touch.lua")),
            remove: Script::new(include_str!("redis/remove.lua")),
        };
        Self { link, prefix: DEFAULT_PREFIX.to_owned(), scripts }
    }

    async fn run(&self, script: &Script, key: &RecordKey, arguments: &[&[u8]]) -> Result<Value, StoreError> {
        let mut invocation = script.key(format!("{}{key}", self.prefix));
        for argument in arguments {
            invocation.arg(*argument);
        }
        self.link.run(&invocation).await.map_err(|error| failure(&error))
    }

    /// Runs a script that answers by a number. -1 says that there is something else under the key.
    async fn ask(&self, script: &Script, key: &RecordKey, arguments: &[&[u8]]) -> Result<i64, StoreError> {
        match self.run(script, key, arguments).await? {
            Value::Int(-1) => Err(envelope::foreign()),
            Value::Int(answer) => Ok(answer),
            _ => Err(strange()),
        }
    }
}

impl Store for RedisStore {
    fn create<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        now: Timestamp,
    ) -> StoreFuture<'a, Creation> {
        Box::pin(async move {
            let version = version::fresh()?;
            let record = envelope::wrap(data, expires, version);
            let arguments = [envelope::digits(now).into_bytes(), record, removal(expires)];
            match self.ask(&self.scripts.create, key, &arguments.each_ref().map(Vec::as_slice)).await? {
                1 => Ok(Creation::Created(version)),
                0 => Ok(Creation::Exists),
                _ => Err(strange()),
            }
        })
    }

    fn load<'a>(&'a self, key: &'a RecordKey, max: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        Box::pin(async move {
            let most = max.saturating_add(envelope::HEAD).to_string();
            match self.run(&self.scripts.load, key, &[envelope::digits(now).as_bytes(), most.as_bytes()]).await? {
                Value::Nil => Ok(None),
                Value::BulkString(bytes) => {
                    envelope::open(bytes).map(|loaded| Some(loaded).filter(|it| it.expires > now))
                }
                Value::Int(size) => {
                    let size = usize::try_from(size).unwrap_or(usize::MAX).saturating_sub(envelope::HEAD);
                    Err(StoreError::too_large(size, max))
                }
                _ => Err(strange()),
            }
        })
    }

    fn update<'a>(
        &'a self,
        key: &'a RecordKey,
        data: &'a [u8],
        expires: Timestamp,
        version: Version,
        now: Timestamp,
    ) -> StoreFuture<'a, Update> {
        Box::pin(async move {
            let next = version::fresh()?;
            let record = envelope::wrap(data, expires, next);
            let arguments =
                [envelope::digits(now).into_bytes(), version.0.to_be_bytes().to_vec(), record, removal(expires)];
            match self.ask(&self.scripts.update, key, &arguments.each_ref().map(Vec::as_slice)).await? {
                0 => Ok(Update::Missing),
                1 => Ok(Update::Updated(next)),
                2 => Ok(Update::Conflict),
                _ => Err(strange()),
            }
        })
    }

    fn touch<'a>(&'a self, key: &'a RecordKey, expires: Timestamp, now: Timestamp) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let arguments =
                [envelope::digits(now).into_bytes(), envelope::digits(expires).into_bytes(), removal(expires)];
            Ok(self.ask(&self.scripts.touch, key, &arguments.each_ref().map(Vec::as_slice)).await? == 1)
        })
    }

    fn remove<'a>(&'a self, key: &'a RecordKey) -> StoreFuture<'a, bool> {
        Box::pin(async move { Ok(self.ask(&self.scripts.remove, key, &[]).await? == 1) })
    }

    fn name(&self) -> &'static str {
        "redis"
    }
}

/// When Redis may remove a record, in Unix seconds.
fn removal(expires: Timestamp) -> Vec<u8> {
    expires.plus(SLACK).as_unix().min(LAST).to_string().into_bytes()
}

impl fmt::Debug for RedisStore {
    /// Without the address, which holds the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
