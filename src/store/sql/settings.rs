//! What the URL of a SQL database says to us; the rest is for the driver.

use std::time::Duration;

use url::Url;

use super::table::Table;
use crate::error::Error;
use crate::store::url::{Location, refuse};

const OURS: &str = "table, pool, timeout, sweep_every";
/// Connections unless the URL says otherwise.
const DEFAULT_POOL: usize = 8;
/// The most that may be asked for.
const MAX_POOL: usize = 1000;
/// The server ends a statement after this. As long as a layer waits for a store unless told otherwise: nobody wants the answer
/// any more.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(2);
/// What a URL says.
pub(in crate::store) struct Settings {
    pub(in crate::store) table: Table,
    /// The most connections.
    pub(in crate::store) pool: usize,
    /// After how long the server ends a statement; `None`: never.
    pub(in crate::store) timeout: Option<Duration>,
    pub(in crate::store) sweep_every: Option<Duration>,
    /// The URL for the driver.
    pub(in crate::store) rest: Url,
}

impl Settings {
    /// Between two sweeps, unless the URL says otherwise.
    pub(in crate::store) const SWEEP_EVERY: Duration = Duration::from_secs(60);

    /// Reads `url`. Parameters that are not ours have to be among those of the driver, `known`.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) that names what is wrong, and quotes no value.
    pub(in crate::store) fn read(url: &str, known: &[&str]) -> Result<Self, Error> {
        let mut location = Location::parse(url)?;
        let table = location.text("table").map_or_else(|| Ok(Table::default()), |name| Table::parse(&name))?;
        let pool = location.text("pool").map_or(Ok(DEFAULT_POOL), |text| parse_pool(&text))?;
        let timeout = location.period("timeout")?.unwrap_or(DEFAULT_TIMEOUT);
        let sweep_every = location.period("sweep_every")?.unwrap_or(Self::SWEEP_EVERY);
        let rest = location.rest();
        check_known(&rest, known)?;
        let some = |period: Duration| Some(period).filter(|period| !period.is_zero());
        Ok(Self { table, pool, timeout: some(timeout), sweep_every: some(sweep_every), rest })
    }

    /// Whether the URL has one of these parameters of the driver.
    pub(in crate::store) fn says(&self, names: &[&str]) -> bool {
        self.rest.query_pairs().any(|(name, _)| names.contains(&&*name))
    }
}

fn parse_pool(text: &str) -> Result<usize, Error> {
    text.parse().ok().filter(|pool| (1..=MAX_POOL).contains(pool)).ok_or_else(|| {
        refuse(format!(
            "`pool` in the URL of the store is a number of connections, 1 to {MAX_POOL}: give 8, for example"
        ))
    })
}

/// The driver skips parameters that it does not know; and a misspelled one of ours would be skipped in silence.
fn check_known(rest: &Url, known: &[&str]) -> Result<(), Error> {
    let is_known = |name: &str| known.contains(&name) || known.contains(&"options[") && name.starts_with("options[");
    match rest.query_pairs().find(|(name, _)| !is_known(name)) {
        None => Ok(()),
        Some((name, _)) => Err(refuse(format!(
            "`{name}` in the URL of the store is unknown: what there is: {OURS}, and of the driver: {}",
            known.join(", ")
        ))),
    }
}
