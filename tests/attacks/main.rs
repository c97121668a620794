//! Rows of the attack catalogue, `docs/attacks.md`, that are about the layer as a whole and stand in no other file.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic, unreachable_pub)]

#[path = "../support/mod.rs"]
mod support;

mod names;
mod payloads;
mod published;
mod table;
mod times;
mod values;

use http::header::COOKIE;
use http::{HeaderValue, Request, Response};
use sealed_session::Session;
use serde::{Deserialize, Serialize};

use support::{Answer, Browser, Site, ready};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Data {
    user: Option<String>,
}

fn signed_in() -> (Site<Data>, Browser) {
    let (site, mut browser) = (Site::<Data>::new(), Browser::default());
    browser.visit(&site, |session| session.update(|data| data.user = Some("ann".into())));
    (site, browser)
}

/// Who the site takes a request with this `Cookie` field for, and what came of the cookie.
fn asks(site: &Site<Data>, field: &[u8]) -> (Option<String>, String) {
    let (user, outcome, _) = answers(site, field);
    (user, outcome)
}

/// The same, and the response.
fn answers(site: &Site<Data>, field: &[u8]) -> (Option<String>, String, Answer) {
    let mut seen = (None, String::new());
    let mut request = Request::new(());
    request.headers_mut().insert(COOKIE, HeaderValue::from_bytes(field).unwrap());
    let answer = site.call(request, |request| {
        let session = ready(Session::<Data>::from_request(request)).unwrap();
        seen = (session.read(|data| data.user.clone()), session.outcome().to_string());
        assert_eq!(session.is_new(), seen.1 != "opened");
        Response::new(String::new())
    });
    (seen.0, seen.1, answer)
}

/// Sends a value under our name; there must be no session, and the cookie must be treated as the reason demands, which is
/// returned.
#[track_caller]
fn refused(site: &Site<Data>, value: &[u8]) -> String {
    let (user, outcome, answer) = answers(site, &[b"__Host-session=", value].concat());
    let shown = String::from_utf8_lossy(value);
    assert!(user.is_none() && outcome != "opened" && outcome != "absent", "{outcome}: {shown}");
    let kept = ["unknown_key", "unknown_format", "foreign_schema", "not_yet_valid", "ended_key"].contains(&&*outcome);
    assert_eq!(answer.expires(), !kept, "{outcome}: {shown}");
    assert_eq!(answer.status(), 200);
    // Counted, once.
    assert_eq!(site.events.take()[0], outcome);
    outcome
}
