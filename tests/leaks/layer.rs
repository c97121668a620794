//! A thousand requests to a layer with a store: what its types, errors, events and logs show.

use std::error::Error;

use http::{Request, StatusCode};
use sealed_session::store::StoreErrorKind;
use sealed_session::{Keyring, ScheduledKey, Sealer, Session};
use serde::{Deserialize, Serialize};

use super::needles::Needles;
use super::spy::{Fault, Spy};
use super::support::log::Log;
use super::support::{Answer, Browser, Clock, DAY, HOUR, Site, key, keyring, ready, response};

const MARKER: &str = "marker-of-the-payload";

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Data {
    name: String,
    items: Vec<String>,
}

/// A handler.
type Use = fn(&Session<Data>, &mut String);

/// What they may do, and what a handler could log of it.
const HANDLERS: [Use; 9] = [
    |session, shown| *shown += &format!("{:?} {:?}", session.outcome(), session.read(|data| data.items.len())),
    |session, _| session.update(|data| data.name = format!("{MARKER} {}", data.name.len() % 7)),
    |session, _| session.update(|data| data.items = vec![MARKER.to_owned(); 10]),
    |session, _| session.update(|data| data.items = vec![MARKER.to_owned(); 300]),
    |session, shown| {
        session.update(|data| data.items = vec![MARKER.to_owned(); 4000]);
        *shown += &texts(&session.check_fit().unwrap_err());
    },
    |session, shown| match ready(session.save()) {
        Ok(()) => {}
        Err(error) => *shown += &texts(&error),
    },
    |session, _| session.renew(),
    |session, _| session.remember_for(30 * DAY),
    |session, _| session.destroy(),
];

/// An error and its sources, in both ways.
fn texts(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        text += &format!(" {error} {error:?}");
        next = error.source();
    }
    text
}

struct Run {
    site: Site<Data>,
    spy: Spy,
    needles: Needles,
    shown: String,
}

impl Run {
    fn new() -> Self {
        let (spy, ring) = (Spy::new(), keyring(&["a", "b"]));
        let site =
            Site::<Data>::machine(&ring, &Clock::new(), |builder| builder.overflow(spy.clone()).max_record(65_536));
        let mut needles = Needles::default();
        for name in ["a", "b"] {
            needles.bytes("a key", &secret(name));
        }
        needles.bytes("the payload", MARKER.as_bytes());
        Self { site, spy, needles, shown: String::new() }
    }

    fn request(&mut self, browser: &mut Browser, handler: Use) -> Answer {
        let (mut shown, mut id) = (String::new(), None);
        let request = browser
            .cookie
            .iter()
            .fold(Request::get("/"), |request, value| request.header("cookie", format!("{}={value}", self.site.name)));
        let answer =
            self.site.call(request.body(()).unwrap(), |request| match ready(Session::<Data>::from_request(request)) {
                Ok(session) => {
                    handler(&session, &mut shown);
                    id = session.id().ok();
                    shown += &format!(" {session:?} {id:?} {:?} {:?}", session.key_id(), session.place());
                    response(200)
                }
                Err(error) => {
                    shown += &texts(&error);
                    response(error.status().as_u16())
                }
            });
        browser.receive(&answer);
        // `Debug` of the whole response, its `Set-Cookie` included: that field is marked as sensitive.
        self.shown += &format!("{shown} {:?} {:?}\n", answer.0, self.site.events.take());
        browser.cookie.iter().for_each(|value| self.needles.cookie(value));
        if let Some(id) = id {
            self.needles.bytes("a session's id", &id.to_bytes());
        }
        answer
    }
}

fn secret(name: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(key(name).expose_base64().as_str()).unwrap()
}

/// Values that are refused, made from one that is not, each for another reason.
fn refused(run: &Run, value: &str) -> Vec<String> {
    let other = Site::<Data>::machine(&keyring(&["c"]), &run.site.clock, |builder| builder);
    let mut unknown = Browser::default();
    unknown.visit(&other, |session| session.update(|data| data.name = MARKER.into()));
    let flipped = if value.ends_with('A') { "Q" } else { "A" };
    vec![
        format!("{value}="),
        format!("{}{flipped}AAA", &value[..value.len() - 4]),
        format!("{value}{}", "A".repeat(5000)),
        format!("Ag{}", &value[2..]),
        value[..value.len() / 2].to_owned(),
        unknown.cookie.unwrap(),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn rows_30_and_31_a_thousand_requests_show_no_secret() {
    let (mut run, log) = Log::of(|log| {
        let mut run = Run::new();
        for round in 0..28 {
            let mut browser = Browser::default();
            for (number, handler) in HANDLERS.into_iter().enumerate() {
                for step in 0..3 {
                    match (round + number + step) % 11 {
                        9 => run.spy.down(),
                        10 => run.spy.break_calls(&["update"], Fault::Fails(StoreErrorKind::Full)),
                        _ => run.spy.up(),
                    }
                    run.request(&mut browser, handler);
                    run.site.clock.advance(if step == 2 { 3 * HOUR } else { HOUR / 60 });
                }
            }
            run.spy.up();
            run.request(&mut browser, HANDLERS[1]);
            run.request(&mut browser, HANDLERS[3]);
            for value in refused(&run, &browser.cookie.clone().unwrap()) {
                run.needles.cookie(&value[..value.len().min(4000)]);
                let mut browser = Browser { cookie: Some(value) };
                let answer = run.request(&mut browser, HANDLERS[round % 2]);
                assert_eq!(answer.status(), StatusCode::OK);
            }
            // Sign-out while the store is down.
            run.spy.down();
            run.request(&mut browser, HANDLERS[8]);
            run.spy.up();
        }
        revoked(&mut run);
        (run, log.take())
    });
    run.shown += &format!("{:?} {:?} {:?}", run.site.layer, run.site.layer.key_report(), run.spy.store());
    run.shown += &format!("{:?}", Sealer::new(keyring(&["a"]), "s", "").unwrap());
    let text = String::from_utf8(log).unwrap();
    let seen = [run.shown.as_str(), &text].concat();
    for expected in [
        "tampered",
        "malformed",
        "too_large",
        "unknown_key",
        "revoked_key",
        "session sealed",
        "TooLarge",
        "Unavailable",
    ] {
        assert!(seen.contains(expected), "{expected}");
    }
    assert!(run.shown.lines().count() >= 1000, "{}", run.shown.lines().count());
    run.needles.are_not_in("Debug, Display and events", run.shown.as_bytes());
    run.needles.are_not_in("the log", text.as_bytes());
}

/// The key of a session is revoked; none is left to seal with.
fn revoked(run: &mut Run) {
    let ring = keyring(&["a"]);
    run.site = Site::machine(&ring, &run.site.clock, |builder| builder);
    let mut browser = Browser::default();
    run.request(&mut browser, HANDLERS[1]);
    ring.replace(&Keyring::new([ScheduledKey::new(key("a")).revoked()]).unwrap());
    run.request(&mut browser, HANDLERS[0]);
    let answer = run.request(&mut browser, HANDLERS[1]);
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
}
