//! What the URL of a memcached store says.

use url::Url;

use crate::error::Error;
use crate::store::envelope;
use crate::store::url::{Location, refuse};

const DEFAULT_PORT: u16 = 11211;
const DEFAULT_PREFIX: &str = "sealed:";
const DEFAULT_CONNECTIONS: usize = 32;
/// The largest item, as memcached counts, unless its `-I` says otherwise.
const DEFAULT_MAX_ITEM: usize = 1024 * 1024;
/// The digits of a record's key.
const DIGITS: usize = 32;
/// What may come before them: memcached takes keys of 250 bytes.
const MAX_PREFIX: usize = 250 - DIGITS;
/// What memcached stores besides key and value, and some more: 1.6.18 takes 59 bytes.
const ITEM: usize = 128;
const FORM: &str = "the URL of a memcached store is memcached://host[:port][,host[:port]…][?settings]";

pub(super) struct Settings {
    pub(super) addresses: Vec<String>,
    /// The most connections to each of them.
    pub(super) connections: usize,
    pub(super) prefix: String,
    /// The most bytes that a record may have.
    pub(super) max_record: usize,
}

impl Settings {
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let (addresses, mut location) = split(url)?;
        let prefix = location.text("prefix").unwrap_or_else(|| DEFAULT_PREFIX.to_owned());
        let max_item = location.size("max_item")?.unwrap_or(DEFAULT_MAX_ITEM);
        let connections = location.text("connections");
        location.done(&["prefix", "max_item", "connections"])?;
        if prefix.len() > MAX_PREFIX || prefix.bytes().any(|byte| byte <= b' ' || byte == 127) {
            return Err(refuse(format!(
                "`prefix` in the URL of the store: at most {MAX_PREFIX} bytes, without spaces"
            )));
        }
        let connections = match connections.map_or(Ok(DEFAULT_CONNECTIONS), |text| text.parse()) {
            Ok(number @ 1..=10_000) => number,
            _ => return Err(refuse("`connections` in the URL of the store is a number from 1 to 10000")),
        };
        let overhead = prefix.len() + DIGITS + ITEM + envelope::HEAD;
        let max_record = max_item.checked_sub(overhead).filter(|it| *it > 0).ok_or_else(|| {
            refuse(format!("`max_item` in the URL of the store is too small: {overhead} bytes of it are no data"))
        })?;
        Ok(Self { addresses, connections, prefix, max_record })
    }
}

/// The addresses of the servers, and the settings.
fn split(url: &str) -> Result<(Vec<String>, Location), Error> {
    let (scheme, rest) = url.split_once("://").ok_or_else(|| refuse(FORM))?;
    if !matches!(scheme, "memcached" | "memcache") {
        return Err(refuse(FORM));
    }
    let (hosts, query) = rest.split_once('?').unwrap_or((rest, ""));
    let hosts = hosts.strip_suffix('/').unwrap_or(hosts);
    let addresses = hosts.split(',').map(address).collect::<Result<Vec<_>, _>>()?;
    Ok((addresses, Location::parse(&format!("memcached://hosts?{query}"))?))
}

fn address(host: &str) -> Result<String, Error> {
    // It may hold a password, so it is not quoted.
    let url = Url::parse(&format!("memcached://{host}")).map_err(|error| refuse(format!("{FORM}: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("memcached stores know no passwords: let memcached listen where only the app can reach it"));
    }
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(refuse(FORM));
    }
    let name = url.host_str().filter(|name| !name.is_empty()).ok_or_else(|| refuse(FORM))?;
    Ok(format!("{name}:{}", url.port().unwrap_or(DEFAULT_PORT)))
}
