//! Events as lines of a log. The target is `sealed_session`, whatever module they come from; `docs/operations.md` lists them.

use crate::event::Event;
use crate::outcome::Outcome;

/// A line with the fields that all have.
macro_rules! line {
    ($level:ident, $cookie:expr, $event:expr, $($rest:tt)+) => {
        tracing::$level!(
            target: "sealed_session",
            event = $event.name(),
            cookie = $cookie,
            reason = $event.reason(),
            $($rest)+
        )
    };
}

/// Logs `event` of the layer whose cookie is called `cookie`.
pub(super) fn log(cookie: &str, event: &Event<'_>) {
    match event {
        Event::Outcome { outcome: Outcome::Refused(_), key } => {
            line!(info, cookie, event, key = key.map(tracing::field::display), "session refused");
        }
        Event::Outcome { key, .. } => {
            line!(debug, cookie, event, key = key.map(tracing::field::display), "session");
        }
        Event::Sealed { bytes, .. } => line!(debug, cookie, event, bytes, "session sealed"),
        Event::Expired => line!(debug, cookie, event, "session cookie expired"),
        Event::Replaced { .. } => line!(info, cookie, event, "set-aside session replaced"),
        Event::Withheld => line!(info, cookie, event, "no new session for a cross-site request without our cookie"),
        Event::NotSent { reason } => {
            line!(warn, cookie, event, "session cookie not sent, because it is for https alone: {reason}");
        }
        Event::Moved { .. } => line!(debug, cookie, event, "session moved"),
        Event::NotLoaded { error } => line!(error, cookie, event, %error, "session not loaded"),
        Event::NotRefreshed { error } => line!(warn, cookie, event, %error, "session not refreshed"),
        Event::Superseded => {
            line!(info, cookie, event, "change not saved: the session has ended or gone on elsewhere");
        }
        Event::RecordLeft { error } => {
            line!(warn, cookie, event, %error, "session ended, but its record stays until it expires");
        }
        Event::Failed { error } => line!(error, cookie, event, %error, "session not saved"),
        Event::LateChange => {
            line!(error, cookie, event, "session changed after the response head had gone: the change is lost");
        }
        Event::CacheOverridden => {
            line!(warn, cookie, event, "response with session data was marked for shared caches: now private");
        }
        Event::CookieOverridden => {
            line!(warn, cookie, event, "the handler set a cookie of the session's name: removed");
        }
    }
}
