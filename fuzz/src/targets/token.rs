//! A cookie value, opened by a sealer that has the key.
//!
//! First byte: 0 the value itself; 1 a token, to be encoded; 2 what stands behind a known key id; 3 base64url of 1 with changes to
//! the text that a careless decoder forgives.

use std::sync::LazyLock;

use sealed_session::{Refusal, Sealer};

use crate::format::{self, Format, OVERHEAD, Plain, Purpose, Reading};
use crate::site::{NAME, SECRETS, keyring, now};

static SEALER: LazyLock<Sealer> = LazyLock::new(|| Sealer::new(keyring(), NAME, "").expect("a valid name"));
static FORMATS: LazyLock<[Format; 2]> = LazyLock::new(|| SECRETS.map(|secret| Format::new(&secret, NAME, "")));

pub fn token(data: &[u8]) {
    let Some((mode, rest)) = data.split_first() else { return check(&[]) };
    match mode % 4 {
        0 => check(rest),
        1 => check(format::encode(rest).as_bytes()),
        2 => check(format::encode(&[&[1], FORMATS[0].key_id().as_slice(), rest].concat()).as_bytes()),
        _ => {
            let value = format::encode(rest);
            for changed in [format!("{value}="), format!("{value} "), format!("{value}\n"), next_letter(&value)] {
                check(changed.as_bytes());
            }
        }
    }
}

/// With the last letter's lowest bit set, which may mean nothing.
fn next_letter(value: &str) -> String {
    let next = |last: char| char::from_u32(last as u32 + 1).unwrap_or(last);
    let mut letters: Vec<char> = value.chars().collect();
    if let Some(last) = letters.last_mut() {
        *last = next(*last);
    }
    letters.into_iter().collect()
}

/// The library and the independent reader agree, and what is accepted has one spelling.
fn check(value: &[u8]) {
    let result = SEALER.open(value, now());
    let decoded = format::decode_carelessly(value);
    let strict = decoded.as_ref().filter(|token| format::encode(token).as_bytes() == value);
    let expected = match strict {
        _ if value.len() > 4096 => "too_large",
        None => "malformed",
        Some(token) => match token.first() {
            None => "malformed",
            Some(1) if token.len() < OVERHEAD => "malformed",
            Some(1) => expected_of(token, result.as_ref().err()),
            Some(_) => "unknown_format",
        },
    };
    match result {
        Ok(opened) => {
            assert_eq!(expected, "ok", "opened {value:02x?}");
            assert!(opened.payload().len() <= value.len());
        }
        Err(refusal) => assert_eq!(expected, refusal.as_str(), "{value:02x?}"),
    }
}

fn expected_of(token: &[u8], refusal: Option<&Refusal>) -> &'static str {
    let Some(format) = FORMATS.iter().find(|format| token[1..5] == format.key_id()) else {
        return "unknown_key";
    };
    if let Some(key) = refusal.and_then(Refusal::key_id) {
        assert_eq!(key.to_bytes(), format.key_id());
    }
    match format.open(Purpose::Cookie, token).map(|plaintext| Plain::read(&plaintext, Purpose::Cookie)) {
        None => "tampered",
        Some(Reading::Unknown) => "unknown_format",
        Some(Reading::Malformed) => "malformed",
        Some(Reading::Plain(_)) => "ok",
    }
}
