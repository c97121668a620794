//! Times and durations, as they are typed and shown.

use std::time::Duration;

use sealed_session::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads an RFC 3339 time, or seconds since 1970.
pub(crate) fn parse(text: &str) -> Result<Timestamp, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(Timestamp::from_unix(seconds));
    }
    let wrong = || "give a time such as 2026-11-20T00:00:00Z".to_owned();
    let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| wrong())?;
    u64::try_from(time.unix_timestamp()).map(Timestamp::from_unix).map_err(|_| wrong())
}

/// As RFC 3339, in UTC. What lies after the year 9999 shows as its last second.
pub(crate) fn show(time: Timestamp) -> String {
    OffsetDateTime::from(time).format(&Rfc3339).unwrap_or_default()
}

/// The day alone, as labels have it: `2026-11-20`.
pub(crate) fn day(time: Timestamp) -> String {
    OffsetDateTime::from(time).date().to_string()
}

pub(crate) fn plus(time: Timestamp, duration: Duration) -> Timestamp {
    Timestamp::from_unix(time.as_unix().saturating_add(duration.as_secs()))
}

/// The distance from `now`: `in 23h 59m`, `now`, `2days 3h ago`.
pub(crate) fn relative(time: Timestamp, now: Timestamp) -> String {
    match time.as_unix().checked_sub(now.as_unix()) {
        Some(0) => "now".to_owned(),
        Some(ahead) => format!("in {}", duration(ahead)),
        None => format!("{} ago", duration(now.as_unix().saturating_sub(time.as_unix()))),
    }
}

/// A duration, in its two largest units.
pub(crate) fn duration(seconds: u64) -> String {
    let text = humantime::format_duration(Duration::from_secs(seconds)).to_string();
    text.split(' ').take(2).collect::<Vec<_>>().join(" ")
}
