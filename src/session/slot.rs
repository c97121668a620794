//! Where a request keeps its session: empty until somebody asks for it.

use std::sync::{Arc, OnceLock};

use http::{HeaderMap, Method};

use super::state::{Received, State};
use super::{Active, Session};
use crate::codec::SessionData;
use crate::config::Config;
use crate::cookie;
use crate::event::Event;
use crate::fetch::Fetch;
use crate::policy;
use crate::token::Opened;

/// The session of one request, opened by the first who asks. A request whose handler does not use the session costs no
/// cryptography.
pub(crate) struct Slot<T> {
    config: Arc<Config<T>>,
    active: OnceLock<Arc<Active<T>>>,
}

impl<T> Slot<T> {
    pub(crate) fn new(config: Arc<Config<T>>) -> Self {
        Self { config, active: OnceLock::new() }
    }

    pub(crate) fn config(&self) -> &Config<T> {
        &self.config
    }

    /// The session, if anybody asked for it.
    pub(crate) fn active(&self) -> Option<&Active<T>> {
        self.active.get().map(|active| &**active)
    }
}

impl<T: SessionData> Slot<T> {
    /// The session; opened from these headers unless it is open already.
    pub(crate) fn session(&self, method: &Method, headers: &HeaderMap) -> Session<T> {
        let active = self.active.get_or_init(|| Arc::new(open(&self.config, method, headers)));
        Session(Arc::clone(active))
    }
}

fn open<T: SessionData>(config: &Arc<Config<T>>, method: &Method, headers: &HeaderMap) -> Active<T> {
    let now = config.now();
    let candidates = cookie::find(headers, config.template.name()).map(|value| {
        let opened = config.sealer.open(value, now)?;
        config.limits.check(&opened.head, now)?;
        let value = config.codec.decode(opened.schema, opened.payload())?;
        Ok((opened, value))
    });
    let chosen = policy::choose(candidates, |(opened, _): &(Opened, T)| (opened.head.id, opened.head.issued));
    let key = match &chosen {
        Ok(chosen) => chosen.as_ref().map(|(opened, _)| opened.key),
        Err(refusal) => refusal.key_id(),
    };
    let state = match chosen {
        Ok(Some((opened, value))) => State::new(value, Received::Session(opened)),
        Ok(None) => State::new(T::default(), Received::Nothing),
        Err(refusal) => State::new(T::default(), Received::Refused(refusal)),
    };
    let outcome = state.received.outcome();
    config.report(&Event::Outcome { outcome, key });
    Active::new(Arc::clone(config), Fetch::new(method, headers, config.same_site), outcome, key, state)
}
