//! Times, clocks, and cookies that are sent again.

use http::Request;
use sealed_session::{Contents, Head, OwnLimits, Schema, SessionId, Timestamp};
use sealed_session::{Sealer, Session};

use super::support::{Browser, Clock, DAY, HOUR, MINUTE, SECOND, Site, key, keyring, response};
use super::{Data, asks, signed_in};

#[test]
fn row_37_a_client_that_edits_max_age_gains_nothing() {
    let (site, browser) = signed_in();
    // It keeps the cookie as long as it likes; the times are inside.
    let field = format!("__Host-session={}", browser.cookie.unwrap());
    site.clock.advance(DAY - HOUR);
    assert_eq!(asks(&site, field.as_bytes()).1, "opened");
    site.clock.advance(HOUR);
    assert_eq!(asks(&site, field.as_bytes()), (None, "expired_idle".into()));
}

#[test]
fn rows_58_and_59_replay_of_a_cookie_works_until_its_timeout_and_the_docs_say_so() {
    let (site, mut browser) = signed_in();
    let copied = format!("__Host-session={}", browser.cookie.clone().unwrap());
    browser.visit(&site, |session| session.update(|data| data.user = Some("bob".into())));
    assert_eq!(asks(&site, copied.as_bytes()).0.as_deref(), Some("ann"), "an older state");
    assert!(browser.visit(&site, Session::destroy).expires());
    assert_eq!(asks(&site, copied.as_bytes()).0.as_deref(), Some("ann"), "after the session was ended");
    site.clock.advance(DAY);
    assert_eq!(asks(&site, copied.as_bytes()), (None, "expired_idle".into()));
    let security = include_str!("../../SECURITY.md");
    assert!(security.contains("**Replay after sign-out.**") && security.contains("**Rollback.**"));
}

/// What a site whose clock shows `now` makes of a session with these times.
fn opened(created: u64, issued: u64, own: Option<(u64, u64)>, now: Timestamp) -> (String, Option<u64>) {
    let ring = keyring(&["a"]);
    let site = Site::<()>::machine(&ring, &Clock::new(), |builder| builder.schema("nothing").clock(move || now));
    let head = Head {
        id: SessionId::from_bytes([7; 16]),
        created: Timestamp::from_unix(created),
        issued: Timestamp::from_unix(issued),
        own_limits: own.map(|(lifetime, idle)| OwnLimits { lifetime, idle }),
        generation: 0,
    };
    let contents = Contents { head, schema: Schema::from_label("nothing"), payload: &[] };
    let value = Sealer::new(ring, "__Host-session", "").unwrap().seal(&contents, now).unwrap();
    let mut browser = Browser { cookie: Some(value) };
    let mut outcome = String::new();
    // A renewal seals whatever opened, so that the times are written again.
    let answer = browser.visit(&site, |session| {
        outcome = session.outcome().to_string();
        session.renew();
    });
    (outcome, answer.max_age())
}

#[test]
fn row_36_times_at_the_ends_of_their_range() {
    const MAX: u64 = u64::MAX;
    let (now, most) = (1_795_000_000, 400 * DAY.as_secs());
    let at = Timestamp::from_unix;
    let cases = [
        ("time 0", (0, 0, None), at(now), ("expired_lifetime", Some(0))),
        ("time 0 without end", (0, 0, Some((MAX, MAX))), at(now), ("expired_lifetime", Some(0))),
        ("the maximum", (MAX, MAX, None), at(now), ("not_yet_valid", None)),
        ("the maximum without end", (MAX, MAX, Some((MAX, MAX))), at(now), ("not_yet_valid", None)),
        ("begun at 0, issued at the maximum", (0, MAX, None), at(now), ("not_yet_valid", None)),
        ("limits without end", (now, now, Some((MAX, MAX))), at(now), ("opened", Some(most))),
        ("limits of 401 days", (now, now, Some((most + 86400, most + 86400))), at(now), ("opened", Some(most))),
        ("limits of nothing", (now, now, Some((0, 0))), at(now), ("expired_lifetime", Some(0))),
        ("401 days old", (now - most - 86400, now, Some((MAX, MAX))), at(now), ("expired_lifetime", Some(0))),
        ("now is the maximum", (MAX, MAX, Some((MAX, MAX))), Timestamp::MAX, ("expired_lifetime", Some(0))),
        ("now is 0", (0, 0, None), at(0), ("opened", Some(DAY.as_secs()))),
        ("now is 0, the session is not", (61, 61, None), at(0), ("not_yet_valid", None)),
    ];
    for (name, (created, issued, own), now, (outcome, max_age)) in cases {
        assert_eq!(opened(created, issued, own, now), (outcome.to_owned(), max_age), "{name}");
    }
}

#[test]
fn row_35_a_clock_that_jumps_extends_nothing() {
    let (site, browser) = signed_in();
    let field = format!("__Host-session={}", browser.cookie.clone().unwrap());
    let begun = site.clock.now();
    // Back by what clocks may differ: it opens, and what is sealed then ends no later than before.
    site.clock.go_back(MINUTE);
    let mut back = browser.clone();
    back.visit(&site, |session| {
        assert_eq!(session.created_at(), time::OffsetDateTime::from(begun));
        session.update(|data| data.user = Some("eve".into()));
    });
    site.clock.go_back(HOUR);
    assert_eq!(asks(&site, field.as_bytes()), (None, "not_yet_valid".into()));
    site.clock.advance(HOUR + MINUTE);
    let late = format!("__Host-session={}", back.cookie.unwrap());
    site.clock.advance(DAY - SECOND);
    assert_eq!(asks(&site, field.as_bytes()).1, "opened");
    site.clock.advance(SECOND);
    for field in [&field, &late] {
        assert_eq!(asks(&site, field.as_bytes()), (None, "expired_idle".into()));
    }
    // Ten years ahead, and back again: what was sealed in between is not valid yet.
    let (site, browser) = signed_in();
    site.clock.advance(3652 * DAY);
    let mut ahead = browser.clone();
    let answer =
        ahead.send(&site, Request::get("/"), |session: &Session<Data>| assert!(session.is_new()), response(200));
    assert!(answer.expires());
    ahead.visit(&site, |session| session.update(|data| data.user = Some("eve".into())));
    site.clock.go_back(3652 * DAY);
    let field = format!("__Host-session={}", ahead.cookie.unwrap());
    assert_eq!(asks(&site, field.as_bytes()), (None, "not_yet_valid".into()));
    assert_eq!(site.layer.key_report()[0].id, key("a").id());
}
