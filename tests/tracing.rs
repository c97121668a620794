//! What stands in the log: outcomes by name, and no secret.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod support;

use sealed_session::Session;
use serde::{Deserialize, Serialize};
use support::log::Log;
use support::{Browser, DAY, HOUR, Site};

/// What docs/operations.md promises: a target, a name, the cookie.
#[test]
fn lines_have_stable_names_and_fields() {
    let log = Log::of(|log| {
        let site = Site::<Data>::new();
        let mut browser = Browser::default();
        browser.visit(&site, |session| session.update(|data| data.name = "ada".into()));
        browser.visit(&site, |session| session.update(|data| data.name = "ada ".repeat(1500)));
        site.clock.advance(2 * DAY);
        browser.visit(&site, |_| ());
        log.clone()
    });
    let text = String::from_utf8(log.take()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let expected = [
        r#"DEBUG sealed_session: session event="outcome" cookie="__Host-session" reason="absent""#,
        r#"DEBUG sealed_session: session sealed event="sealed" cookie="__Host-session" reason="created" bytes="#,
        r#"DEBUG sealed_session: session event="outcome" cookie="__Host-session" reason="opened" key="#,
        r#"ERROR sealed_session: session not saved event="failed" cookie="__Host-session" reason="too_large" error="#,
        r#"INFO sealed_session: session refused event="outcome" cookie="__Host-session" reason="expired_idle""#,
        r#"DEBUG sealed_session: session cookie expired event="expired" cookie="__Host-session""#,
    ];
    assert_eq!(lines.len(), expected.len(), "{text}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.contains(expected), "{line}\n{expected}");
    }
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Data {
    name: String,
}

#[test]
fn row_31_a_trace_log_names_outcomes_and_no_secret() {
    let mut secrets = vec![support::key("a").expose_base64().to_string(), "name-in-the-session".to_owned()];
    let log = Log::of(|log| {
        let site = Site::<Data>::new();
        for round in 0..250 {
            let mut browser = Browser::default();
            browser.visit(&site, |session| session.update(|data| data.name = format!("name-in-the-session {round}")));
            secrets.push(browser.cookie.clone().unwrap());
            site.clock.advance(3 * HOUR);
            browser.visit(&site, |session| session.read(|data| assert!(!data.name.is_empty())));
            secrets.push(browser.cookie.clone().unwrap());
            browser.visit(&site, |session| session.update(|data| data.name = "name-in-the-session ".repeat(300)));
            site.clock.advance(DAY);
            browser.visit(&site, Session::destroy);
        }
        log.clone()
    });
    let text = String::from_utf8(log.take()).unwrap();
    for expected in [
        "absent",
        "opened",
        "refreshed",
        "expired_idle",
        "session sealed",
        "session not saved",
        "session cookie expired",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
    assert!(text.contains("cookie=\"__Host-session\"") && text.contains(&format!("key={}", support::key("a").id())));
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret}");
    }
}
