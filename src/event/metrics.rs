//! Events as numbers, through the `metrics` facade.

use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};

use crate::event::Event;
use crate::key::KeyId;
use crate::keyring::Keyring;
use crate::store::metrics::{CALLS, SWEPT};

const OPENS: &str = "sealed_session_opens_total";
const SEALS: &str = "sealed_session_seals_total";
const BYTES: &str = "sealed_session_cookie_bytes";
const EVENTS: &str = "sealed_session_events_total";

/// Gives the recorder that is installed a description and a unit for each of our metrics. Call it once, after the recorder
/// was installed; without it everything is counted all the same.
///
/// | metric | what | labels |
/// |---|---|---|
/// | `sealed_session_opens_total` | sessions that were asked for | `cookie`, `outcome`, `key` |
/// | `sealed_session_seals_total` | responses that carry a session | `cookie`, `cause` |
/// | `sealed_session_cookie_bytes` | histogram: whole `Set-Cookie` fields, in bytes | `cookie` |
/// | `sealed_session_events_total` | everything else, by [`Event::name`] and [`Event::reason`] | `cookie`, `event`, `reason` |
/// | `sealed_session_store_seconds` | histogram: calls of a store, in seconds | `store`, `call`, `result` |
/// | `sealed_session_swept_total` | expired records that were removed | `store` |
///
/// `key` is a key's label, or its id if it has none; `unknown` for keys that the ring does not have, so that nobody can
/// make up label values by making up cookies; `none` where a cookie names no key.
pub fn describe_metrics() {
    describe_counter!(OPENS, Unit::Count, "sessions that were asked for, by what came of their cookie");
    describe_counter!(SEALS, Unit::Count, "responses that carry a sealed session, by cause");
    describe_histogram!(BYTES, Unit::Bytes, "size of the whole Set-Cookie field");
    describe_counter!(EVENTS, Unit::Count, "everything else that happened to sessions");
    describe_histogram!(CALLS, Unit::Seconds, "how long calls of the store took");
    describe_counter!(SWEPT, Unit::Count, "expired records that were removed from the store");
}

/// Counts `event` of the layer with this cookie and these keys.
pub(crate) fn count(cookie: &str, keyring: &Keyring, event: &Event<'_>) {
    let cookie = cookie.to_owned();
    match event {
        Event::Outcome { outcome, key } => {
            let key = key.map_or_else(|| "none".to_owned(), |id| label(keyring, id));
            counter!(OPENS, "cookie" => cookie, "outcome" => outcome.as_str(), "key" => key).increment(1);
        }
        Event::Sealed { cause, bytes } => {
            histogram!(BYTES, "cookie" => cookie.clone()).record(u32::try_from(*bytes).unwrap_or(u32::MAX));
            counter!(SEALS, "cookie" => cookie, "cause" => cause.as_str()).increment(1);
        }
        other => {
            let reason = other.reason().unwrap_or("none");
            counter!(EVENTS, "cookie" => cookie, "event" => other.name(), "reason" => reason).increment(1);
        }
    }
}

fn label(keyring: &Keyring, id: KeyId) -> String {
    keyring.name_of(id).unwrap_or_else(|| "unknown".to_owned())
}
