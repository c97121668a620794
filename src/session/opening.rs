//! From a request's head to its session.

use std::sync::Arc;

use http::{Extensions, HeaderMap, Method};

use super::Active;
use super::received::Received;
use super::state::State;
use crate::codec::SessionData;
use crate::config::{Config, Shared};
use crate::cookie::{self, Candidates};
use crate::error::Error;
use crate::event::Event;
use crate::fetch::Fetch;
use crate::https::NotHttps;
use crate::outcome::Refusal;
use crate::policy;
use crate::record::Record;
use crate::token::Opened;

/// What the headers say. The store was not asked yet.
pub(crate) struct Opening {
    fetch: Fetch,
    /// Why no cookie may be sent, if so. Boxed, because it is rare and handlers' futures have room for it.
    not_https: Option<Box<NotHttps>>,
    /// Its data are not decoded yet: what is large is moved as seldom as can be.
    cookie: Result<Option<Opened>, Refusal>,
}

impl Opening {
    pub(crate) fn new<T: SessionData>(
        config: &Config<T>,
        method: &Method,
        headers: &HeaderMap,
        extensions: &Extensions,
    ) -> Self {
        let cookie = choose(config, cookie::find(headers, config.template.name()));
        let fetch = Fetch::new(method, headers, config.same_site, matches!(cookie, Ok(Some(_))));
        let not_https = config.https.as_ref().and_then(|https| https.check(extensions, headers).err());
        Self { fetch, not_https, cookie }
    }

    /// Whether the data are in a store.
    pub(super) fn is_stored(&self) -> bool {
        matches!(&self.cookie, Ok(Some(cookie)) if cookie.schema().is_none())
    }

    /// The session, with its data.
    ///
    /// # Errors
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) and [`ErrorKind::RolledBack`](crate::ErrorKind::RolledBack) when it is in a
    /// store and could not be loaded.
    pub(super) async fn load<T: SessionData>(self, config: &Shared<T>) -> Result<Arc<Active<T>>, Error> {
        let state = match self.cookie {
            Ok(Some(cookie)) if cookie.schema().is_none() => match load(config, &cookie).await? {
                Ok((record, value)) => State::new(value, Received::Stored(cookie, Box::new(record))),
                Err(refusal) => State::new(T::default(), Received::Refused(refusal)),
            },
            cookie => without_store(config, cookie),
        };
        Ok(Active::new(config, self.fetch, self.not_https, state))
    }

    /// The session; without its data if those are in a store, which is good for ending it.
    pub(super) fn without_store<T: SessionData>(self, config: &Shared<T>) -> Arc<Active<T>> {
        Active::new(config, self.fetch, self.not_https, without_store(config, self.cookie))
    }
}

/// The cookie that counts.
fn choose<T: SessionData>(config: &Config<T>, values: Candidates<'_>) -> Result<Option<Opened>, Refusal> {
    let [_, second, ..] = values;
    // Among several, one whose data cannot be decoded must not stand in the way of one whose data can.
    let open = |value| match open(config, value) {
        Ok(opened) if second.is_some() => decode(config, &opened).map(|_| opened),
        result => result,
    };
    let rank = |opened: &Opened| (opened.head.id, (opened.head.generation, opened.head.issued));
    policy::choose(values.into_iter().flatten().map(open), rank)
}

/// A cookie whose data can be decoded, as far as their schema tells.
fn open<T: SessionData>(config: &Config<T>, value: &[u8]) -> Result<Opened, Refusal> {
    let now = config.now();
    let opened = config.sealer.open(value, now)?;
    config.limits.check(&opened.head, now)?;
    match opened.schema() {
        Some(schema) if config.codec.reads(schema) => Ok(opened),
        Some(_) => Err(Refusal::ForeignSchema),
        None if config.records.is_some() => Ok(opened),
        None => Err(Refusal::NoStore),
    }
}

/// The data in a cookie or a record; `None` for a cookie whose data are in a record.
fn decode<T: SessionData>(config: &Config<T>, opened: &Opened) -> Result<Option<T>, Refusal> {
    opened.schema().map(|schema| config.codec.decode(schema, opened.payload())).transpose()
}

fn without_store<T: SessionData>(config: &Config<T>, cookie: Result<Option<Opened>, Refusal>) -> State<T> {
    let refused = |refusal| State::new(T::default(), Received::Refused(refusal));
    match cookie {
        Ok(Some(cookie)) => match decode(config, &cookie) {
            Ok(Some(value)) => State::new(value, Received::Inline(cookie)),
            Ok(None) => State::new(T::default(), Received::Unloaded(cookie)),
            Err(refusal) => refused(refusal),
        },
        Ok(None) => State::new(T::default(), Received::Nothing),
        Err(refusal) => refused(refusal),
    }
}

/// The record that a cookie refers to, and the data in it.
async fn load<T: SessionData>(config: &Config<T>, cookie: &Opened) -> Result<Result<(Record, T), Refusal>, Error> {
    let Some(records) = &config.records else {
        return Ok(Err(Refusal::NoStore));
    };
    let loaded = records.load(&config.sealer, &cookie.head, config.now()).await;
    let record = match loaded.inspect_err(|error| config.report(&Event::NotLoaded { error }))? {
        Ok(record) => record,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let value = decode(config, &record.opened).and_then(|value| value.ok_or(Refusal::Malformed));
    Ok(value.map(|value| (record, value)))
}
