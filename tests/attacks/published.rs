//! The refusals that are published for other implementations, `tests/vectors/format-1.json`, through the layer.

use http::Request;
use http::header::COOKIE;
use sealed_session::{Key, Keyring, ScheduledKey, Session, Timestamp};
use serde_json::Value;

use super::Data;
use super::support::shelf::Shelf;
use super::support::{Clock, Site, ready, response};

fn bytes(hex: &Value) -> Vec<u8> {
    let digits = hex.as_str().unwrap().as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn ring(keys: &Value) -> Keyring {
    let keys = keys.as_array().unwrap().iter().map(|key| {
        let secret = Key::from_bytes(bytes(&key["secret"]).try_into().unwrap()).unwrap();
        let mut scheduled = ScheduledKey::new(secret);
        if let Some(until) = key["open_until"].as_u64() {
            scheduled = scheduled.open_until(Timestamp::from_unix(until));
        }
        if key["revoked"].as_bool().unwrap() { scheduled.revoked() } else { scheduled }
    });
    Keyring::new(keys).unwrap()
}

/// What the layer says of the cookie, and whether its response expires it.
fn outcome(case: &Value) -> (String, bool) {
    let text = |field: &str| case[field].as_str().unwrap();
    let now = Timestamp::from_unix(case["now"].as_u64().unwrap());
    let mut site = Site::<Data>::machine(&ring(&case["keys"]), &Clock::new(), |builder| {
        let builder = builder.name(text("cookie_name")).context(text("context")).clock(move || now);
        match case["store"].as_object() {
            None => builder,
            Some(records) => {
                let records = records.iter().map(|(key, record)| (key.clone(), bytes(record)));
                builder.overflow(Shelf(records.collect()))
            }
        }
    });
    site.name = text("cookie_name").to_owned();
    let field = [site.name.as_bytes(), b"=", text("value").as_bytes()].concat();
    let request = Request::get("/").header(COOKIE, field).body(()).unwrap();
    let mut outcome = String::new();
    let answer = site.call(request, |request| match ready(Session::<Data>::from_request(request)) {
        Ok(session) => {
            assert!(session.is_new() && session.get() == Data::default());
            outcome = session.outcome().to_string();
            response(200)
        }
        Err(error) => {
            outcome = format!("{:?}", error.kind());
            response(error.status().as_u16())
        }
    });
    (outcome, answer.expires())
}

/// Row 38: lengths, padding and kinds that no version of ours writes, sealed with a real key. With them every other way in
/// which the format can be wrong, of cookies and of records.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn row_38_what_is_published_as_refused_is_no_session() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/format-1.json")).unwrap();
    let refusals = vectors["refusals"].as_array().unwrap();
    let mut tried = 0;
    for case in refusals {
        let (name, reason) = (&case["name"], case["reason"].as_str().unwrap());
        // These two would end the value in a header.
        if http::HeaderValue::from_str(case["value"].as_str().unwrap()).is_err() {
            assert!(name.as_str().unwrap().contains("line feed"), "{name}");
            continue;
        }
        let (outcome, expires) = outcome(case);
        match reason {
            "rolled_back" => assert_eq!((outcome.as_str(), expires), ("RolledBack", false), "{name}"),
            _ => assert_eq!(outcome, reason, "{name}"),
        }
        let kept = [
            "unknown_key",
            "unknown_format",
            "foreign_schema",
            "not_yet_valid",
            "ended_key",
            "no_store",
            "rolled_back",
        ];
        assert_eq!(expires, !kept.contains(&reason), "{name}: {reason}");
        tried += 1;
    }
    assert!(tried >= 175 && tried + 5 >= refusals.len(), "{tried}");
}
