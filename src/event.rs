//! What an operator can count: every event goes to `tracing` and to the layer's hook.

use std::fmt;
use std::sync::Arc;

use tracing::{debug, error, info, warn};

use crate::error::Error;
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
        trace(cookie, event);
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

fn trace(cookie: &str, event: &Event<'_>) {
    match event {
        Event::Outcome { outcome, key } => trace_outcome(cookie, *outcome, *key),
        Event::Sealed { cause, bytes } => debug!(cookie, ?cause, bytes, "session sealed"),
        Event::Expired => debug!(cookie, "session cookie expired"),
        Event::Replaced { refusal } => info!(cookie, refusal = refusal.as_str(), "set-aside session replaced"),
        Event::Withheld => info!(cookie, "no new session for a cross-site request without our cookie"),
        Event::Moved { to } => debug!(cookie, ?to, "session moved"),
        Event::NotLoaded { error } => error!(cookie, %error, "session not loaded"),
        Event::NotRefreshed { error } => warn!(cookie, %error, "session not refreshed"),
        Event::Superseded => info!(cookie, "change not saved: the session has ended or gone on elsewhere"),
        Event::RecordLeft { error } => warn!(cookie, %error, "session ended, but its record stays until it expires"),
        Event::Failed { error } => error!(cookie, %error, "session not saved"),
        Event::LateChange => error!(cookie, "session changed after the response head had gone: the change is lost"),
        Event::CacheOverridden => warn!(cookie, "response with session data was marked for shared caches: now private"),
        Event::CookieOverridden => warn!(cookie, "the handler set a cookie of the session's name: removed"),
    }
}

fn trace_outcome(cookie: &str, outcome: Outcome, key: Option<KeyId>) {
    let key = key.map(tracing::field::display);
    match outcome {
        Outcome::Absent | Outcome::Opened | Outcome::Refreshed => {
            debug!(cookie, outcome = outcome.as_str(), key, "session");
        }
        Outcome::Refused(_) => info!(cookie, outcome = outcome.as_str(), key, "session refused"),
    }
}
