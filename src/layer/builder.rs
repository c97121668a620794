//! The settings of a layer, checked when it is built.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::https::Https;
use super::overflow::Overflow;
use crate::clock::{Clock, Timestamp};
use crate::codec::{Codec, SessionData};
use crate::cookie::{Attributes, SameSite};
use crate::error::Error;
use crate::event::{Event, Hook};
use crate::keyring::Keyring;
use crate::policy::MAX_LIFETIME;
use crate::random::Random;

const DAY: u64 = 24 * 60 * 60;

/// Builds a [`SessionLayer`](super::SessionLayer). What a browser would refuse, [`build`](Self::build) refuses.
#[must_use]
pub struct SessionLayerBuilder<T> {
    pub(super) keyring: Keyring,
    pub(super) attributes: Attributes,
    pub(super) former: Vec<(String, Option<String>)>,
    pub(super) context: String,
    pub(super) padding: usize,
    pub(super) lifetime: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) longest_remember: Duration,
    pub(super) until_browser_closes: bool,
    pub(super) commit_on_error: bool,
    pub(super) schema: Option<String>,
    pub(super) also_reads: Vec<AlsoReads<T>>,
    pub(super) overflow: Overflow,
    pub(super) https: Https,
    pub(super) clock: Clock,
    pub(super) random: Random,
    pub(super) hook: Hook,
}

/// Teaches a codec one more shape.
type AlsoReads<T> = Box<dyn FnOnce(&mut Codec<T>) -> Result<(), Error> + Send>;

impl<T: SessionData> SessionLayerBuilder<T> {
    pub(super) fn new(keyring: Keyring) -> Self {
        Self {
            keyring,
            attributes: Attributes::default(),
            former: Vec::new(),
            context: String::new(),
            padding: 1,
            lifetime: Duration::from_secs(14 * DAY),
            idle_timeout: Duration::from_secs(DAY),
            longest_remember: Duration::from_secs(MAX_LIFETIME),
            until_browser_closes: false,
            commit_on_error: false,
            schema: None,
            also_reads: Vec::new(),
            overflow: Overflow::default(),
            https: Https::default(),
            clock: Clock::System,
            random: Random::System,
            hook: Hook::default(),
        }
    }

    /// The cookie's name; `__Host-session` by default. The prefix `__Host-` makes browsers refuse a cookie of that name that
    /// a subdomain or plain http tries to plant.
    pub fn name(mut self, name: &str) -> Self {
        self.attributes.name = name.into();
        self
    }

    /// The path below which browsers send the cookie; `/` by default. Other paths need a name without `__Host-`.
    pub fn path(mut self, path: &str) -> Self {
        self.attributes.path = path.into();
        self
    }

    /// The domain to whose subdomains browsers send the cookie too; none by default, which means: to this host alone. Needs a
    /// name without `__Host-`.
    pub fn domain(mut self, domain: &str) -> Self {
        self.attributes.domain = Some(domain.into());
        self
    }

    /// When browsers send the cookie on requests that another site caused; [`SameSite::Lax`] by default.
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.attributes.same_site = same_site;
        self
    }

    /// Whether browsers send the cookie over https alone; true by default. For development over plain http there is
    /// [`insecure_for_http`](Self::insecure_for_http); behind a proxy that ends TLS, see [`secure_auto`](Self::secure_auto).
    pub fn secure(mut self, secure: bool) -> Self {
        self.attributes.secure = secure;
        self
    }

    /// Whether browsers keep the cookie apart for each top-level site that embeds us
    /// ([CHIPS](https://developer.mozilla.org/docs/Web/Privacy/Guides/Privacy_sandbox/Partitioned_cookies)); false by default.
    pub fn partitioned(mut self, partitioned: bool) -> Self {
        self.attributes.partitioned = partitioned;
        self
    }

    /// The one step down, for development over plain http: no `Secure`, and therefore no `__Host-` or `__Secure-` before
    /// the name. Call it after [`name`](Self::name).
    pub fn insecure_for_http(mut self) -> Self {
        self.attributes.secure = false;
        for prefix in ["__Host-", "__Secure-"] {
            if let Some(name) = self.attributes.name.strip_prefix(prefix) {
                self.attributes.name = name.into();
            }
        }
        self
    }

    /// Attributes that the cookie had in an earlier release. Browsers keep such a cookie beside the new one; whenever a
    /// response sets or expires ours, it expires that one too. Repeatable.
    pub fn former_attributes(mut self, path: &str, domain: Option<&str>) -> Self {
        self.former.push((path.into(), domain.map(Into::into)));
        self
    }

    /// How long a session lives at most, however much it is used; 14 days by default, at most 400.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// How long a session lives that is not used; 24 hours by default, at most 400 days.
    pub fn idle_timeout(mut self, idle_timeout: Duration) -> Self {
        self.idle_timeout = idle_timeout;
        self
    }

    /// The longest [`remember_for`](crate::Session::remember_for) that is granted; 400 days by default, as long as browsers keep
    /// cookies. A key is safe to drop no sooner than this after its last use, so lower it if you grant less.
    pub fn longest_remember(mut self, longest: Duration) -> Self {
        self.longest_remember = longest;
        self
    }

    /// Browsers drop the cookie when they close, unless the session is one with
    /// [`remember_for`](crate::Session::remember_for). The timeouts hold all the same. Note that browsers which restore
    /// tabs restore such cookies.
    pub fn until_browser_closes(mut self) -> Self {
        self.until_browser_closes = true;
        self
    }

    /// Separates apps, or parts of one, that share a keyring and a cookie name: sessions of one context do not open in
    /// another. Empty by default.
    pub fn context(mut self, context: &str) -> Self {
        self.context = context.into();
        self
    }

    /// Pads what is sealed to a multiple of `block` bytes (1 to 1024), so that the cookie's length tells less about its
    /// content.
    pub fn pad_to(mut self, block: usize) -> Self {
        self.padding = block;
        self
    }

    /// Commits changes of data although the response is a 5xx. By default they are dropped, because the handler failed
    /// halfway.
    pub fn commit_on_server_error(mut self) -> Self {
        self.commit_on_error = true;
        self
    }

    /// Names the shape of `T` instead of computing its fingerprint: for types that resist it. Change the label whenever the
    /// shape changes, or old sessions are misread; what is written is read back before it is sealed.
    pub fn schema(mut self, label: &str) -> Self {
        self.schema = Some(label.into());
        self
    }

    /// Also reads sessions of another shape, older or newer, so that a deploy logs nobody out. Repeatable.
    ///
    /// ```
    /// # use serde::{Serialize, Deserialize};
    /// # use sealed_session::{Keyring, SessionLayer};
    /// # fn main() -> Result<(), sealed_session::Error> {
    /// #[derive(Serialize, Deserialize)]
    /// struct Old { user: String }
    ///
    /// #[derive(Default, Serialize, Deserialize)]
    /// struct New { user: String, theme: Option<String> }
    ///
    /// impl From<Old> for New {
    ///     fn from(old: Old) -> Self {
    ///         Self { user: old.user, theme: None }
    ///     }
    /// }
    ///
    /// let layer = SessionLayer::<New>::builder(Keyring::generate()?).also_reads::<Old>().build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn also_reads<Other>(mut self) -> Self
    where
        Other: Serialize + DeserializeOwned + 'static,
        T: From<Other>,
    {
        self.also_reads.push(Box::new(|codec| codec.also_reads::<Other>(None)));
        self
    }

    /// As [`also_reads`](Self::also_reads), for a shape that was named with [`schema`](Self::schema).
    pub fn also_reads_labelled<Other>(mut self, label: &str) -> Self
    where
        Other: Serialize + DeserializeOwned + 'static,
        T: From<Other>,
    {
        let label = label.to_owned();
        self.also_reads.push(Box::new(move |codec| codec.also_reads::<Other>(Some(&label))));
        self
    }

    /// Calls `hook` with every [`Event`], besides the `tracing` event. It runs on the request path: count, and return.
    pub fn on_event(mut self, hook: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.hook = Hook::new(hook);
        self
    }

    /// Takes the time from `clock` instead of the system: for tests of timeouts.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Clock::Custom(Arc::new(clock));
        self
    }

    #[cfg(test)]
    pub(crate) fn random(mut self, random: Random) -> Self {
        self.random = random;
        self
    }
}

impl<T> fmt::Debug for SessionLayerBuilder<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLayerBuilder").field("attributes", &self.attributes).finish_non_exhaustive()
    }
}
