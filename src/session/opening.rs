//! From a request's head to its session.

use std::sync::Arc;

use http::{Extensions, HeaderMap, Method};

use super::Active;
use super::state::{Received, State};
use crate::codec::SessionData;
use crate::config::{Config, Shared};
use crate::cookie;
use crate::error::Error;
use crate::event::Event;
use crate::fetch::Fetch;
use crate::https::NotHttps;
use crate::outcome::Refusal;
use crate::policy;
use crate::record::Record;
use crate::token::Opened;

/// What the headers say. The store was not asked yet.
pub(crate) struct Opening<T> {
    fetch: Fetch,
    /// Why no cookie may be sent, if so. Boxed, because it is rare and handlers' futures have room for it.
    not_https: Option<Box<NotHttps>>,
    cookie: Result<Option<Candidate<T>>, Refusal>,
}

/// A cookie that was opened; with its data, unless they are in a record.
type Candidate<T> = (Opened, Option<T>);

impl<T: SessionData> Opening<T> {
    pub(crate) fn new(config: &Config<T>, method: &Method, headers: &HeaderMap, extensions: &Extensions) -> Self {
        let candidates = cookie::find(headers, config.template.name()).map(|value| open(config, value));
        let rank = |(opened, _): &Candidate<T>| (opened.head.id, (opened.head.generation, opened.head.issued));
        let fetch = Fetch::new(method, headers, config.same_site);
        let not_https = config.https.as_ref().and_then(|https| https.check(extensions, headers).err());
        Self { fetch, not_https, cookie: policy::choose(candidates, rank) }
    }

    /// Whether the data are in a store.
    pub(super) fn is_stored(&self) -> bool {
        matches!(&self.cookie, Ok(Some((_, None))))
    }

    /// The session, with its data.
    ///
    /// # Errors
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) and [`ErrorKind::RolledBack`](crate::ErrorKind::RolledBack) when it is in a
    /// store and could not be loaded.
    pub(super) async fn load(self, config: &Shared<T>) -> Result<Arc<Active<T>>, Error> {
        let state = match self.cookie {
            Ok(Some((cookie, None))) => match load(config, &cookie).await? {
                Ok((record, value)) => State::new(value, Received::Stored(cookie, Box::new(record))),
                Err(refusal) => State::new(T::default(), Received::Refused(refusal)),
            },
            cookie => without_store(cookie),
        };
        Ok(Active::new(config, self.fetch, self.not_https, state))
    }

    /// The session; without its data if those are in a store, which is good for ending it.
    pub(super) fn without_store(self, config: &Shared<T>) -> Arc<Active<T>> {
        Active::new(config, self.fetch, self.not_https, without_store(self.cookie))
    }
}

fn open<T: SessionData>(config: &Config<T>, value: &[u8]) -> Result<Candidate<T>, Refusal> {
    let now = config.now();
    let opened = config.sealer.open(value, now)?;
    config.limits.check(&opened.head, now)?;
    match opened.schema() {
        Some(schema) => config.codec.decode(schema, opened.payload()).map(|value| (opened, Some(value))),
        None if config.records.is_some() => Ok((opened, None)),
        None => Err(Refusal::NoStore),
    }
}

fn without_store<T: SessionData>(cookie: Result<Option<Candidate<T>>, Refusal>) -> State<T> {
    match cookie {
        Ok(Some((cookie, Some(value)))) => State::new(value, Received::Inline(cookie)),
        Ok(Some((cookie, None))) => State::new(T::default(), Received::Unloaded(cookie)),
        Ok(None) => State::new(T::default(), Received::Nothing),
        Err(refusal) => State::new(T::default(), Received::Refused(refusal)),
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
    let value = match record.opened.schema() {
        Some(schema) => config.codec.decode(schema, record.opened.payload()),
        None => Err(Refusal::Malformed),
    };
    Ok(value.map(|value| (record, value)))
}
