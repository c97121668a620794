//! Whatever is changed about a cookie, it no longer opens.

use http::header::COOKIE;
use http::{HeaderValue, Request};
use proptest::prelude::*;
use proptest::sample::Index;
use sealed_session::{Contents, Head, Keyring, OwnLimits, Refusal, Schema, Sealer, Session, SessionId, Timestamp};

use crate::flight::Data;
use crate::round_trip::{context, key, name};
use crate::support::{Browser, Site, ready, response};

/// One change to a value.
#[derive(Debug, Clone)]
enum Mutation {
    Flip(Index, u8),
    Byte(Index, u8),
    /// Another character of the alphabet.
    Character(Index, Index),
    Delete(Index),
    Insert(Index, u8),
    Double(Index),
    Swap(Index),
    Cut(Index),
}

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = any::<Index>;
    prop_oneof![
        (place(), 0..8_u8).prop_map(|(at, bit)| Mutation::Flip(at, bit)),
        (place(), any::<u8>()).prop_map(|(at, byte)| Mutation::Byte(at, byte)),
        (place(), place()).prop_map(|(at, letter)| Mutation::Character(at, letter)),
        place().prop_map(Mutation::Delete),
        (place(), any::<u8>()).prop_map(|(at, byte)| Mutation::Insert(at, byte)),
        place().prop_map(Mutation::Double),
        place().prop_map(Mutation::Swap),
        place().prop_map(Mutation::Cut),
    ]
}

impl Mutation {
    fn apply(&self, value: &[u8]) -> Vec<u8> {
        let (mut value, len) = (value.to_vec(), value.len());
        match self {
            Self::Flip(at, bit) => value[at.index(len)] ^= 1 << bit,
            Self::Byte(at, byte) => value[at.index(len)] = *byte,
            Self::Character(at, letter) => value[at.index(len)] = ALPHABET[letter.index(64)],
            Self::Delete(at) => drop(value.remove(at.index(len))),
            Self::Insert(at, byte) => value.insert(at.index(len + 1), *byte),
            Self::Double(at) => value.insert(at.index(len), value[at.index(len)]),
            Self::Swap(at) => value.swap(at.index(len - 1), at.index(len - 1) + 1),
            Self::Cut(at) => value.truncate(at.index(len)),
        }
        value
    }
}

fn head() -> impl Strategy<Value = Head> {
    let own = proptest::option::of(any::<(u64, u64)>().prop_map(|(lifetime, idle)| OwnLimits { lifetime, idle }));
    (any::<[u8; 16]>(), any::<u64>(), any::<u64>(), own, any::<u64>()).prop_map(|(id, one, other, own, generation)| {
        let moment = Timestamp::from_unix;
        let (created, issued) = (moment(one.min(other)), moment(one.max(other)));
        Head { id: SessionId::from_bytes(id), created, issued, own_limits: own, generation }
    })
}

proptest! {
    #![proptest_config(crate::fewer(1))]

    #[test]
    fn any_token_opens_unless_it_was_changed(
        key in key(), name in name(), context in context(), head in head(), schema: [u8; 4],
        payload in prop::collection::vec(any::<u8>(), 0..300), pad in 1..100_usize, now: u64,
        mutations in prop::collection::vec(mutation(), 40),
    ) {
        let now = Timestamp::from_unix(now);
        let sealer = Sealer::new(Keyring::new([key]).unwrap(), &name, &context).unwrap().pad_to(pad).unwrap();
        let schema = Schema::from_bytes(schema);
        let value = sealer.seal(&Contents { head, schema, payload: &payload }, now).unwrap();
        let opened = sealer.open(value.as_bytes(), now).unwrap();
        prop_assert_eq!(opened.head, head);
        prop_assert_eq!(opened.schema(), Some(schema));
        prop_assert_eq!(opened.payload(), &payload[..]);
        for mutation in mutations {
            let changed = mutation.apply(value.as_bytes());
            if changed != value.as_bytes() {
                let refusal = sealer.open(&changed, now).map(|_| ()).expect_err(&format!("{mutation:?}"));
                let known = matches!(
                    refusal,
                    Refusal::Malformed | Refusal::Tampered(_) | Refusal::UnknownKey(_) | Refusal::UnknownFormat(_)
                );
                prop_assert!(known, "{:?}: {:?}", mutation, refusal);
            }
        }
    }

    #[test]
    fn any_cookie_of_the_layer_is_refused_once_it_was_changed(mutations in prop::collection::vec(mutation(), 40), len in 1..60_usize) {
        let site = Site::<Data>::new();
        let mut browser = Browser::default();
        browser.visit(&site, |session| session.update(|data| data.bulk = "x".repeat(len)));
        let value = browser.cookie.unwrap();
        for mutation in mutations {
            let changed = mutation.apply(value.as_bytes());
            let field = HeaderValue::from_bytes(&[site.name.as_bytes(), b"=", &changed].concat());
            let (Ok(field), false) = (field, changed == value.as_bytes()) else {
                continue;
            };
            // What a `;` ends may be our value unharmed, if it stands behind it.
            if changed.starts_with(value.as_bytes()) && changed.ends_with(b";") {
                continue;
            }
            let request = Request::get("/").header(COOKIE, field).body(()).unwrap();
            site.call(request, |request| {
                let session = ready(Session::<Data>::from_request(request)).unwrap();
                assert!(session.is_new() && session.get() == Data::default(), "{mutation:?}");
                assert_ne!(session.outcome().as_str(), "opened", "{mutation:?}");
                response(200)
            });
        }
    }
}

/// Every byte of a short value in every way that a single byte can be changed, lost, added or exchanged.
#[test]
fn every_single_change_to_a_cookie_is_refused() {
    let sealer = Sealer::new(crate::support::keyring(&["a"]), "session", "").unwrap();
    let now = Timestamp::from_unix(1_795_000_000);
    let head = Head { id: SessionId::from_bytes([7; 16]), created: now, issued: now, own_limits: None, generation: 0 };
    let mut tried = 0;
    // One for each number of unused bits at the end of base64.
    for payload in [&b""[..], b"a", b"ab"] {
        let value = sealer.seal(&Contents { head, schema: Schema::from_bytes([1; 4]), payload }, now).unwrap();
        let value = value.as_bytes();
        let mut refused = |changed: &[u8]| {
            if changed != value {
                tried += 1;
                assert!(sealer.open(changed, now).is_err(), "{}", String::from_utf8_lossy(changed));
            }
        };
        for at in 0..value.len() {
            for byte in 0..=255 {
                let mut changed = value.to_vec();
                changed[at] = byte;
                refused(&changed);
                let mut longer = value.to_vec();
                longer.insert(at, byte);
                refused(&longer);
            }
            refused(&[&value[..at], &value[at + 1..]].concat());
            refused(&value[..at]);
            let mut swapped = value.to_vec();
            swapped.swap(at, (at + 1) % value.len());
            refused(&swapped);
        }
        for byte in 0..=255 {
            refused(&[value, &[byte]].concat());
        }
    }
    assert!(tried > 140_000, "only {tried} changes");
}
