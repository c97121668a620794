//! Where Redis is, from a URL.

use std::time::Duration;

use ::redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use ::redis::{Client, IntoConnectionInfo, ProtocolVersion};

use crate::error::Error;
use crate::store::url::{Location, refuse};

/// Connections that carry nothing are checked after so long.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// A connection whose other side confirms nothing for so long is given up.
#[cfg(target_os = "linux")]
const UNCONFIRMED: Duration = Duration::from_secs(5);

/// The client for what is left of the URL when our settings are taken out.
pub(super) fn client(location: &Location, protocol: ProtocolVersion) -> Result<Client, Error> {
    let url = location.rest();
    match url.scheme() {
        "redis" | "valkey" => {}
        "rediss" | "valkeys" if cfg!(feature = "tls") => {}
        "rediss" | "valkeys" => {
            return Err(refuse(
                "an encrypted connection to Redis needs a feature of `sealed-session` that is off: turn on `tls` in Cargo.toml",
            ));
        }
        _ => return Err(refuse("the URL of a Redis store begins with redis://, rediss://, valkey:// or valkeys://")),
    }
    if url.fragment().is_some() {
        return Err(refuse("the URL of a Redis store has no `#` part: certificates are always checked"));
    }
    let info = url.into_connection_info().map_err(|error| refuse(format!("the URL of the Redis store: {error}")))?;
    let redis = info.redis_settings().clone().set_protocol(protocol);
    let info = info.set_redis_settings(redis).set_tcp_settings(tcp());
    Client::open(info).map_err(|error| refuse(format!("the URL of the Redis store: {error}")))
}

fn tcp() -> TcpSettings {
    let settings = TcpSettings::default().set_nodelay(true).set_keepalive(TcpKeepalive::new().with_time(KEEPALIVE));
    #[cfg(target_os = "linux")]
    let settings = settings.set_user_timeout(UNCONFIRMED);
    settings
}
