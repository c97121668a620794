//! What a layer was built with, shared by its requests.

mod shared;

use std::fmt;

use http::HeaderValue;

use crate::clock::{Clock, Timestamp};
use crate::codec::Codec;
use crate::cookie::{Expiry, SameSite, Template};
use crate::event::{Event, Hook};
use crate::https::HttpsCheck;
use crate::policy::Limits;
use crate::random::Random;
use crate::record::Records;
use crate::token::{Head, Plaintext, Sealer};

pub(crate) use shared::Shared;

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
    /// The cookie is sent only where this knows that the request came over https.
    pub(crate) https: Option<HttpsCheck>,
    /// Sessions without limits of their own end with the browser.
    pub(crate) until_browser_closes: bool,
    /// Data is committed although the response is a 5xx.
    pub(crate) commit_on_error: bool,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) hook: Hook,
}

impl<T> Config<T> {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn report(&self, event: &Event<'_>) {
        #[cfg(feature = "metrics")]
        crate::event::metrics::count(self.template.name(), self.sealer.keyring(), event);
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
