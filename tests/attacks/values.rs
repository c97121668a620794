//! Values that are not what we sealed.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderValue;
use sealed_session::{Refusal, Sealer};

use super::support::{Browser, Clock, Site, key, keyring};
use super::{Data, answers, asks, refused, signed_in};

const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A site, and a cookie of it that opens.
fn sealed() -> (Site<Data>, String) {
    let (site, browser) = signed_in();
    site.events.take();
    (site, browser.cookie.unwrap())
}

#[test]
fn rows_1_to_3_no_mutation_of_a_cookie_is_a_session() {
    let (site, value) = sealed();
    let mut reasons = HashMap::new();
    let mut refuse = |bytes: &[u8]| *reasons.entry(refused(&site, bytes)).or_insert(0) += 1;
    let mut flips = 0;
    for position in 0..value.len() {
        for bit in 0..8 {
            let mut flipped = value.clone().into_bytes();
            flipped[position] ^= 1 << bit;
            // Some of them end the value, or cannot stand in a header; `Sealer::open` is asked for those, below.
            if HeaderValue::from_bytes(&flipped).is_ok() && flipped[position] != b';' {
                flips += 1;
                refuse(&flipped);
            }
        }
        refuse(&value.as_bytes()[..position]);
    }
    for count in 1..=64 {
        refuse(format!("{value}{}", "A".repeat(count)).as_bytes());
        refuse(format!("{value}{}", "=".repeat(count)).as_bytes());
    }
    assert!(flips > 6 * value.len(), "only {flips} flips of {} characters were sent", value.len());
    for reason in ["tampered", "malformed", "unknown_format", "unknown_key"] {
        assert!(reasons.contains_key(reason), "{reason}: {reasons:?}");
    }
    let sealer = Sealer::new(keyring(&["a"]), "__Host-session", "").unwrap();
    let opens = |bytes: &[u8]| sealer.open(bytes, site.clock.now()).is_ok();
    assert!(opens(value.as_bytes()));
    for (position, bit) in (0..value.len()).flat_map(|position| (0..8).map(move |bit| (position, bit))) {
        let mut flipped = value.clone().into_bytes();
        flipped[position] ^= 1 << bit;
        assert!(!opens(&flipped), "bit {bit} of byte {position}");
    }
    assert_eq!(asks(&site, format!("__Host-session={value}").as_bytes()).1, "opened");
}

#[test]
fn row_4_unused_bits_of_the_last_character_are_zero() {
    let site = Site::<Data>::new();
    let mut spare = [0; 3];
    for len in 1..=6 {
        let mut browser = Browser::default();
        browser.visit(&site, |session| session.update(|data| data.user = Some("a".repeat(len))));
        site.events.take();
        let value = browser.cookie.unwrap();
        let unused = [0, 0, 4, 2][value.len() % 4];
        spare[unused / 2] += 1;
        let last = SYMBOLS.iter().position(|symbol| *symbol == value.as_bytes()[value.len() - 1]).unwrap();
        for other in (last..last + (1 << unused)).skip(1) {
            // The same bytes to a decoder that ignores what is left over.
            let value = format!("{}{}", &value[..value.len() - 1], char::from(SYMBOLS[other]));
            assert_eq!(refused(&site, value.as_bytes()), "malformed");
        }
    }
    assert_eq!(spare, [2, 2, 2], "lengths with 0, 2 and 4 unused bits");
}

#[test]
fn row_5_each_character_that_base64url_does_not_have() {
    let (site, value) = sealed();
    let middle = value.len() / 2;
    let with = |inserted: &str| format!("{}{inserted}{}", &value[..middle], &value[middle..]);
    let replaced = |other: &str| format!("{}{other}{}", &value[..middle], &value[middle + other.len()..]);
    for spoiled in [
        format!("{value}="),
        format!("{value}=="),
        format!("{value}%3D"),
        format!("\"{value}\""),
        format!("'{value}'"),
        format!("{value} "),
        format!("{value}\t"),
        format!(" {value}"),
        with("="),
        with("%3D"),
        with("+/"),
        with(" "),
        with("\""),
        with("."),
        replaced("+"),
        replaced("/"),
        replaced("="),
        replaced(" "),
        replaced("%"),
        replaced("\u{e4}"),
    ] {
        assert_eq!(refused(&site, spoiled.as_bytes()), "malformed", "{spoiled:?}");
    }
    // A line feed cannot stand in a header. Whoever asks `Sealer` directly gets the same answer.
    let sealer = Sealer::new(keyring(&["a"]), "__Host-session", "").unwrap();
    for spoiled in [with("\n"), with("\r\n"), with("\0"), format!("{value}\n"), format!("\n{value}")] {
        assert!(HeaderValue::from_str(&spoiled).is_err());
        assert_eq!(sealer.open(spoiled.as_bytes(), site.clock.now()).unwrap_err(), Refusal::Malformed);
    }
}

#[test]
fn row_6_a_name_without_a_value() {
    let (site, value) = sealed();
    for (field, outcome) in [("__Host-session=", "malformed"), ("__Host-session", "absent"), ("", "absent")] {
        let (user, seen, answer) = answers(&site, field.as_bytes());
        assert_eq!((user, seen.as_str(), answer.expires()), (None, outcome, outcome == "malformed"), "{field}");
    }
    // Neither is in the way of ours.
    for field in [format!("__Host-session=; __Host-session={value}"), format!("__Host-session; __Host-session={value}")]
    {
        assert_eq!(asks(&site, field.as_bytes()).0.as_deref(), Some("ann"));
    }
}

#[test]
fn row_7_a_value_of_64_kib_is_too_large_whatever_it_holds() {
    let (site, value) = sealed();
    // Were it decoded first, the first two would be malformed or tampered with.
    for large in ["!".repeat(65536), format!("{value}{}", "A".repeat(65536)), "A".repeat(4097)] {
        assert_eq!(refused(&site, large.as_bytes()), "too_large");
    }
    assert_eq!(refused(&site, "!".repeat(4096).as_bytes()), "malformed");
}

#[test]
fn row_14_of_500_copies_four_are_opened() {
    let ring = keyring(&["a"]);
    let site = Site::<Data>::machine(&ring, &Clock::new(), |builder| builder);
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|data| data.user = Some("ann".into())));
    let pair = format!("__Host-session={}; ", browser.cookie.unwrap());
    let opens = || site.layer.key_report()[0].opens;
    for (copies, expected) in [(1, 1), (4, 4), (5, 4), (500, 4)] {
        let before = opens();
        assert_eq!(asks(&site, pair.repeat(copies).as_bytes()).0.as_deref(), Some("ann"));
        assert_eq!(opens() - before, expected, "{copies} copies");
    }
    // One that is valid does not count from the fifth place on.
    let bad = "__Host-session=x; ".repeat(4);
    assert_eq!(asks(&site, format!("{}{pair}", &bad[..bad.len() / 4 * 3]).as_bytes()).1, "opened");
    assert_eq!(asks(&site, format!("{bad}{pair}").as_bytes()), (None, "malformed".into()));
}

#[test]
fn row_20_a_cookie_under_the_id_of_another_live_key() {
    let (_, value) = sealed();
    let site = Site::<Data>::machine(&keyring(&["b", "a"]), &Clock::new(), |builder| builder);
    let mut token = URL_SAFE_NO_PAD.decode(&value).unwrap();
    assert_eq!(token[1..5], key("a").id().to_bytes());
    token[1..5].copy_from_slice(&key("b").id().to_bytes());
    assert_eq!(refused(&site, URL_SAFE_NO_PAD.encode(token).as_bytes()), "tampered");
    assert_eq!(asks(&site, format!("__Host-session={value}").as_bytes()).1, "opened");
}

#[test]
fn row_69_whatever_fails_authentication_gets_the_same_answer() {
    let (site, value) = sealed();
    let token = URL_SAFE_NO_PAD.decode(&value).unwrap();
    let mut answers_seen = Vec::new();
    // Nonce, ciphertext and tag, from the first byte to the last.
    for position in 5..token.len() {
        let mut wrong = token.clone();
        wrong[position] ^= 0x80;
        let field = format!("__Host-session={}", URL_SAFE_NO_PAD.encode(wrong));
        let (_, outcome, answer) = answers(&site, field.as_bytes());
        answers_seen.push((outcome, format!("{:?}", answer.0)));
    }
    assert!(answers_seen.iter().all(|answer| answer == &answers_seen[0] && answer.0 == "tampered"), "{answers_seen:?}");
}

#[test]
fn row_29_values_of_other_libraries_are_refused() {
    let (site, _) = signed_in();
    let values = [
        // A JSON web token; an id of tower-sessions; a signed cookie of express-session; a Fernet token; iron-session.
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "wqh4v6mVJ0yWk0u0r1n5Mg",
        "s%3AAbCdEfGhIjKlMnOpQrStUvWxYz012345.6Yl1mHn9fXhGSKc0eDmRdp6eVxTyVbHh7hJ0mAqXn1E",
        "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==",
        "Fe26.2*1*3b1f5d0e*q8n0V2tqjv4o5m2nAbCdEg*Xw3k",
        "7f3f5a0c9d8e4b1a8c6d5e4f3a2b1c0d",
        "deleted",
    ];
    for value in values {
        let (user, outcome) = asks(&site, format!("__Host-session={value}").as_bytes());
        assert!(user.is_none() && ["malformed", "unknown_format", "unknown_key"].contains(&&*outcome), "{outcome}");
    }
}
