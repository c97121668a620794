//! What an operator can count: every event goes to `tracing` and to the layer's hook.

#[cfg(feature = "metrics")]
pub(crate) mod metrics;
mod trace;

use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::https::NotHttps;
use crate::key::KeyId;
use crate::outcome::{Outcome, Refusal};
use crate::policy::{Cause, Place};

/// Something that happened to a session. Holds no secret, no cookie value and no session data.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The handler touched the session, and this came of the request's cookie.
    /// [`Outcome::Refreshed`] follows on [`Outcome::Opened`] when the response carries the session sealed again.
    Outcome {
        /// What came of it.
        outcome: Outcome,
        /// The key that the cookie named, where it got that far.
        key: Option<KeyId>,
    },
    /// The response carries a sealed session.
    Sealed {
        /// Why.
        cause: Cause,
        /// Size of the whole `Set-Cookie` field value, in bytes.
        bytes: usize,
    },
    /// The response expires the cookie.
    Expired,
    /// The handler wrote, and the new session replaces a cookie that had been set aside.
    Replaced {
        /// Why it had been set aside.
        refusal: Refusal,
    },
    /// The handler wrote during a cross-site request without our cookie. Nothing was sent, because the browser may have a
    /// session that it kept back.
    Withheld,
    /// The response would have set, extended or expired the cookie, and did not: the layer sends it over https alone
    /// ([`secure_auto`](crate::SessionLayerBuilder::secure_auto)), and the request is not known to have come that way.
    NotSent {
        /// Why.
        reason: NotHttps,
    },
    /// A session moved: it outgrew its cookie and is in the store now, or it is back in its cookie.
    Moved {
        /// Where it is now.
        to: Place,
    },
    /// A session that is in the store could not be loaded. The client got a 503, and its cookie was left alone.
    NotLoaded {
        /// Why.
        error: &'a Error,
    },
    /// A session that is in the store was due for an extension, and the store failed. It goes on as it was.
    NotRefreshed {
        /// Why.
        error: &'a Error,
    },
    /// A change was not saved, because another request ended the session meanwhile, gave it a new id, or brought it back
    /// into its cookie. No cookie was sent that could undo that.
    Superseded,
    /// A session was ended while the store failed: the cookie is expired, but its record stays until it expires.
    RecordLeft {
        /// Why.
        error: &'a Error,
    },
    /// The session could not be saved; the response was replaced.
    Failed {
        /// Why.
        error: &'a Error,
    },
    /// The session was changed after the response head had gone: the change is lost.
    LateChange,
    /// The app had marked a response with session data as cacheable by shared caches; that was overridden.
    CacheOverridden,
    /// The handler had set a cookie of our name itself; it was removed.
    CookieOverridden,
}

impl Event<'_> {
    /// A stable name for logs and counters, in snake case.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Outcome { .. } => "outcome",
            Self::Sealed { .. } => "sealed",
            Self::Expired => "expired",
            Self::Replaced { .. } => "replaced",
            Self::Withheld => "withheld",
            Self::NotSent { .. } => "not_sent",
            Self::Moved { .. } => "moved",
            Self::NotLoaded { .. } => "not_loaded",
            Self::NotRefreshed { .. } => "not_refreshed",
            Self::Superseded => "superseded",
            Self::RecordLeft { .. } => "record_left",
            Self::Failed { .. } => "failed",
            Self::LateChange => "late_change",
            Self::CacheOverridden => "cache_overridden",
            Self::CookieOverridden => "cookie_overridden",
        }
    }

    /// More of it, where there is more: an outcome, a cause, a refusal, a place, or the kind of an error. A stable name, in
    /// snake case.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Outcome { outcome, .. } => Some(outcome.as_str()),
            Self::Sealed { cause, .. } => Some(cause.as_str()),
            Self::Replaced { refusal } => Some(refusal.as_str()),
            Self::NotSent { reason } => Some(reason.as_str()),
            Self::Moved { to } => Some(to.as_str()),
            Self::NotLoaded { error }
            | Self::NotRefreshed { error }
            | Self::RecordLeft { error }
            | Self::Failed { error } => Some(error.kind().as_str()),
            Self::Expired
            | Self::Withheld
            | Self::Superseded
            | Self::LateChange
            | Self::CacheOverridden
            | Self::CookieOverridden => None,
        }
    }
}

/// Where a layer's events go, besides `tracing`.
#[derive(Clone, Default)]
pub(crate) struct Hook(Option<Arc<Listener>>);

type Listener = dyn Fn(&Event<'_>) + Send + Sync;

impl Hook {
    pub(crate) fn new(hook: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(hook)))
    }

    /// Reports `event` of the layer whose cookie is called `cookie`.
    pub(crate) fn report(&self, cookie: &str, event: &Event<'_>) {
        trace::log(cookie, event);
        if let Some(hook) = &self.0 {
            hook(event);
        }
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Hook(set)" } else { "Hook(none)" })
    }
}
