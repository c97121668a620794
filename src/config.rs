//! What a layer was built with, shared by its requests.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use http::HeaderValue;

use crate::clock::{Clock, Timestamp};
use crate::codec::Codec;
use crate::cookie::{Expiry, SameSite, Template};
use crate::event::{Event, Hook};
use crate::policy::Limits;
use crate::random::Random;
use crate::record::Records;
use crate::token::{Head, Plaintext, Sealer};

/// Everything is checked and rendered; requests only read it.
pub(crate) struct Config<T> {
    pub(crate) sealer: Sealer,
    pub(crate) codec: Codec<T>,
    pub(crate) template: Template,
    /// Removes the cookies that former attributes left behind.
    pub(crate) former: Vec<HeaderValue>,
    pub(crate) same_site: SameSite,
    pub(crate) limits: Limits,
    /// Where sessions go that outgrow the cookie.
    pub(crate) records: Option<Records>,
    /// Sessions without limits of their own end with the browser.
    pub(crate) until_browser_closes: bool,
    /// Data is committed although the response is a 5xx.
    pub(crate) commit_on_error: bool,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) hook: Hook,
}

/// The settings as a service and its requests hold them. Each service counts its own requests' handles: were there one count
/// for all services, threads would write to it in turns, and each would wait for the others.
#[expect(clippy::redundant_allocation, reason = "the outer count is the service's own")]
pub(crate) struct Shared<T>(Arc<Arc<Config<T>>>);

impl<T> Shared<T> {
    pub(crate) fn new(config: &Arc<Config<T>>) -> Self {
        Self(Arc::new(Arc::clone(config)))
    }

    /// For another service.
    pub(crate) fn for_another(&self) -> Self {
        Self::new(&self.0)
    }
}

impl<T> Clone for Shared<T> {
    /// For a request of the same service.
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = Config<T>;

    fn deref(&self) -> &Config<T> {
        &self.0
    }
}

impl<T> Config<T> {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn report(&self, event: &Event<'_>) {
        self.hook.report(self.template.name(), event);
    }

    /// Length of the `Set-Cookie` field that a plaintext under this head makes.
    pub(crate) fn field_len(&self, plaintext: &Plaintext<'_>, head: &Head, now: Timestamp) -> usize {
        self.template.len(self.expiry(head, now), self.sealer.value_len(plaintext))
    }

    /// How long the browser keeps the cookie of this session.
    pub(crate) fn expiry(&self, head: &Head, now: Timestamp) -> Expiry {
        if self.until_browser_closes && head.own_limits.is_none() {
            Expiry::WithBrowser
        } else {
            Expiry::Seconds(self.limits.end(head).since(now))
        }
    }
}

impl<T> fmt::Debug for Config<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("sealer", &self.sealer)
            .field("codec", &self.codec)
            .field("template", &self.template)
            .field("limits", &self.limits)
            .field("records", &self.records)
            .finish_non_exhaustive()
    }
}
