//! The command `open`, by the published vectors and by hand.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sealed_session::{Contents, Head, Keyring, Schema, Sealer, SessionId, Timestamp, Values};
use serde_json::{Value, json};

use crate::tool::{DAY, Folder, HOUR, NOW, Run, secret, tool};

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/format-1.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// One key of a key file, from what a vector says of it.
fn key(position: usize, key: &Value) -> String {
    let until = key["open_until"].as_i64().map(|seconds| {
        let time = time::OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        format!("open_until = {}\n", time.format(&time::format_description::well_known::Rfc3339).unwrap())
    });
    format!(
        "[[keys]]\nlabel = \"key {position}\"\nsecret = \"{}\"\nrevoked = {}\n{}",
        STANDARD.encode(bytes(&key["secret"])),
        key["revoked"] == true,
        until.unwrap_or_default()
    )
}

/// Opens the cookie of a vector among others, at `now`.
fn open(keys: &[Value], vector: &Value, now: &Value) -> Run {
    let text: String = keys.iter().enumerate().map(|(position, value)| key(position, value)).collect();
    let folder = Folder::with(&text);
    let mut command = tool();
    let (name, context) = (vector["cookie_name"].as_str().unwrap(), vector["context"].as_str().unwrap());
    command.current_dir(folder.0.path()).args(["open", "--file", "keys.toml", "--json", "--show-payload"]);
    command.args(["--now", &now.to_string(), "--name", name, "--context", context]);
    Run::of(&mut command, &format!("Cookie: a=1; {name}={}; b=2\n", vector["value"].as_str().unwrap()))
}

#[test]
fn every_published_token_opens() {
    for vector in vectors()["tokens"].as_array().unwrap() {
        // Records are no cookies; no app sends one.
        if vector["purpose"] == "record" {
            continue;
        }
        for now in vector["opens_at"].as_array().unwrap() {
            let told = open(&[json!({ "secret": vector["secret"] })], vector, now).ends(0).json();
            let name = &vector["name"];
            assert_eq!(told["outcome"], "opened", "{name}");
            for (field, published) in [("key_id", "key_id"), ("schema", "schema"), ("payload", "payload")] {
                assert_eq!(told[field], vector[published], "{name}");
            }
            assert_eq!(told["own_limits"], !vector["own_limits"].is_null(), "{name}");
            let in_store = vector["payload"].is_null();
            let len = if in_store { Value::Null } else { json!(bytes(&vector["payload"]).len()) };
            assert_eq!((&told["payload_len"], &told["in_store"]), (&len, &json!(in_store)), "{name}");
            assert_eq!(told["generation"], vector["generation"].as_u64().unwrap_or(0), "{name}");
            let id = SessionId::from_bytes(bytes(&vector["session_id"]).try_into().unwrap());
            assert_eq!(told["session"], id.to_string(), "{name}");
        }
    }
}

#[test]
fn every_published_refusal_has_its_reason() {
    for vector in vectors()["refusals"].as_array().unwrap() {
        let (name, reason) = (vector["name"].as_str().unwrap(), vector["reason"].as_str().unwrap());
        let expected = match name {
            // A line of text cannot hold one.
            "a line feed after" => continue,
            // The tool knows no shapes, so it shows the schema.
            "a schema that is not known" => "opened",
            // Nor does it ask a store.
            _ if is_about_the_record(vector) => "opened",
            _ => reason,
        };
        let run = open(vector["keys"].as_array().unwrap(), vector, &vector["now"]);
        assert_eq!(run.json()["outcome"], expected, "{name}");
        assert_eq!(run.code, i32::from(expected != "opened"), "{name}");
    }
}

/// Whether the cookie of a refusal is a good reference, so that the reason lies in the store.
fn is_about_the_record(vector: &Value) -> bool {
    let late = ["not_yet_valid", "expired_lifetime", "expired_idle"].contains(&vector["reason"].as_str().unwrap());
    let mut keys = vector["keys"].as_array().unwrap().iter();
    keys.any(|key| {
        let key = sealed_session::Key::from_bytes(bytes(&key["secret"]).try_into().unwrap()).unwrap();
        let (name, context) = (vector["cookie_name"].as_str().unwrap(), vector["context"].as_str().unwrap());
        let sealer = Sealer::new(Keyring::new([key]).unwrap(), name, context).unwrap();
        let opened = sealer.open(vector["value"].as_str().unwrap().as_bytes(), at(0));
        !late && opened.is_ok_and(|opened| opened.schema().is_none())
    })
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix(seconds)
}

/// A folder with one key, and what seals under it.
fn sealer() -> (Folder, Sealer) {
    let folder = Folder::with(&format!("[[keys]]\nlabel = \"a\"\nsecret = \"{}\"\n", secret("a")));
    let ring = Keyring::from_file(folder.path("keys.toml")).unwrap();
    (folder, Sealer::new(ring, "__Host-session", "").unwrap())
}

fn seal(sealer: &Sealer, id: u8, issued: u64, schema: Schema, payload: &[u8]) -> String {
    let head = Head {
        id: SessionId::from_bytes([id; 16]),
        created: at(NOW),
        issued: at(issued),
        own_limits: None,
        generation: 0,
    };
    sealer.seal(&Contents { head, schema, payload }, at(issued)).unwrap()
}

#[test]
fn what_people_see() {
    let (folder, sealer) = sealer();
    let value = seal(&sealer, 7, NOW, Schema::from_bytes([0xab; 4]), b"hello");
    let run = folder.run_in(NOW + HOUR, "open --file keys.toml", &value).ends(0);
    let (key, session) = (sealed_session::Key::from_base64(&secret("a")).unwrap().id(), SessionId::from_bytes([7; 16]));
    let expected = format!(
        "\
outcome   opened
format    1
key       {key}  a
session   {session} (hashed, as in logs)
created   2026-11-20T12:00:00Z
issued    2026-11-20T12:00:00Z
expires   2026-11-21T12:00:00Z (in 23h)
limits    14days, idle 1day (the app's)
schema    abababab
payload   5 bytes (--show-payload shows them)
"
    );
    assert_eq!(run.out, expected);
    assert!(!run.out.contains("hello") && !run.out.contains("68656c6c6f"));

    let run = folder.run_in(NOW + HOUR, "open --file keys.toml --show-payload", &value).ends(0);
    assert!(run.out.ends_with("payload   5 bytes\n          68656c6c6f\n"), "{run:?}");

    let run = folder.run_in(NOW + DAY, "open --file keys.toml", &value).ends(1);
    assert!(run.out.starts_with("outcome   expired_idle\nformat    1\n"), "{run:?}");
    assert!(run.out.contains("expires   2026-11-21T12:00:00Z (now)\n"), "{run:?}");
    folder.run_in(NOW + DAY, "open --file keys.toml --idle 25h", &value).ends(0);
    let run = folder.run_in(NOW + DAY, "open --file keys.toml --lifetime 2h", &value).ends(1);
    assert!(run.out.starts_with("outcome   expired_lifetime\n"), "{run:?}");
}

#[test]
fn stdin_may_hold_what_people_paste() {
    let (folder, sealer) = sealer();
    let schema = Schema::from_label("test");
    let value = seal(&sealer, 7, NOW, schema, b"");
    let (later, other) = (seal(&sealer, 7, NOW + 9, schema, b""), seal(&sealer, 8, NOW, schema, b""));
    let cases = [
        (value.clone(), "opened", 1),
        (format!("  {value}\r\n\n"), "opened", 1),
        (format!("__Host-session={value}\n"), "opened", 1),
        (format!("a=b;__Host-session={value}; c=d"), "opened", 1),
        (format!("cookie: a=b; __Host-session={value}"), "opened", 1),
        (format!("Set-Cookie: __Host-session={value}; Path=/; Secure; HttpOnly"), "opened", 1),
        (
            format!(
                "HTTP/1.1 200 OK\ndate: x\nset-cookie: a=b\n< set-cookie: __Host-session={value}; Path=/\n\n<html>"
            ),
            "opened",
            1,
        ),
        (format!("__Host-session={value}; __Host-session=old"), "opened", 2),
        (format!("__Host-session={value}; __Host-session={later}"), "opened", 2),
        (format!("__Host-session={value}; __Host-session={other}"), "duplicate", 2),
        ("__Host-session=old; __Host-session=AgAA".into(), "unknown_format", 2),
        (format!("{value}=="), "malformed", 1),
        ("__Host-session=".into(), "malformed", 1),
        ("a=b; c=d".into(), "absent", 0),
        (String::new(), "absent", 0),
    ];
    for (input, outcome, cookies) in cases {
        let run = folder.run_in(NOW + 9, "open --file keys.toml --json", &input).ends(i32::from(outcome != "opened"));
        let told = run.json();
        assert_eq!((&told["outcome"], &told["cookies"]), (&json!(outcome), &json!(cookies)), "{input}");
        if input.contains(&later) {
            assert_eq!(told["issued"], "2026-11-20T12:00:09Z");
        }
    }
}

#[test]
fn a_key_value_session_shows_its_entries() {
    let (folder, sealer) = sealer();
    let mut values = Values::default();
    values.insert("user", &json!({ "id": 7, "name": "Ann" })).unwrap();
    values.insert("note", "\u{1b}[2J").unwrap();
    values.insert("raw", serde_bytes::Bytes::new(&[1, 2])).unwrap();
    let payload = postcard::to_allocvec(&values).unwrap();
    let schema = Schema::of::<Values>().unwrap();
    let value = seal(&sealer, 7, NOW, schema, &payload);

    let told = folder.run_in(NOW, "open --file keys.toml --json --show-payload", &value).ends(0).json();
    let raw = json!("0xc4020102");
    assert_eq!(told["values"], json!({ "user": { "id": 7, "name": "Ann" }, "note": "\u{1b}[2J", "raw": raw }));
    let run = folder.run_in(NOW, "open --file keys.toml --show-payload", &value).ends(0);
    let entries = "\n  note: \"\\u001b[2J\"\n  raw: \"0xc4020102\"\n  user: {\"id\":7,\"name\":\"Ann\"}\n";
    assert!(run.out.ends_with(entries), "{run:?}");
    let told = folder.run_in(NOW, "open --file keys.toml --json", &value).ends(0).json();
    assert!(told.get("values").is_none() && told.get("payload").is_none(), "{told}");

    let value = seal(&sealer, 7, NOW, schema, &[payload.as_slice(), &[0]].concat());
    let told = folder.run_in(NOW, "open --file keys.toml --json --show-payload", &value).ends(1).json();
    assert_eq!((&told["outcome"], told.get("values")), (&json!("malformed"), None));
}

#[test]
fn keys_may_come_from_the_environment() {
    let (_folder, sealer) = sealer();
    let value = seal(&sealer, 7, NOW, Schema::from_label("test"), b"");
    let run = |variable: &str, arguments: &[&str]| {
        let mut command = tool();
        command.env_remove("SESSION_KEYS").env(variable, secret("a"));
        Run::of(command.args(["--now", &NOW.to_string(), "open", "--json"]).args(arguments), &value)
    };
    assert_eq!(run("SESSION_KEYS", &[]).ends(0).json()["key_label"], Value::Null);
    run("OTHER_KEYS", &["--env", "OTHER_KEYS"]).ends(0);
    let missing = run("OTHER_KEYS", &[]).ends(1);
    assert!(missing.err.contains("SESSION_KEYS is not set"), "{missing:?}");
    run("SESSION_KEYS", &["--file", "keys.toml", "--env", "SESSION_KEYS"]).ends(2);
}
