//! Bytes as `Cookie` fields of a request to a layer.
//!
//! First byte: where a valid cookie of ours stands beside them, and what the handler does. Lines are fields.

use http::HeaderValue;

use crate::data::Visit;
use crate::format::{self, Format, Purpose};
use crate::site::{NAME, SECRETS, Site};

thread_local! {
    static SITE: (Site<Visit>, HeaderValue) = {
        let site = Site::new(|builder| builder);
        let written = site.call(&[], |session| session.replace(Visit { count: 1, name: "Ada".into() }));
        let cookie = written.cookie().expect("a cookie");
        (site, cookie)
    };
}

const OUTCOMES: [&str; 12] = [
    "absent",
    "opened",
    "expired_idle",
    "expired_lifetime",
    "not_yet_valid",
    "unknown_key",
    "unknown_format",
    "tampered",
    "malformed",
    "foreign_schema",
    "too_large",
    "duplicate",
];

pub fn cookie_header(data: &[u8]) {
    let Some((mode, rest)) = data.split_first() else { return };
    SITE.with(|(site, cookie)| {
        let theirs = fields(rest);
        let named = theirs.iter().any(|field| field.windows(NAME.len()).any(|bytes| bytes == NAME.as_bytes()));
        let harmless = values(&theirs).count() <= if mode % 6 == 5 { 1 } else { 3 } && !values(&theirs).any(opens);
        let fields = with_ours(theirs, cookie, mode % 6);
        let answer = site.call(&fields, |session| {
            let before = session.get();
            match mode / 6 % 4 {
                0 => {}
                1 => session.update(|visit| visit.count = visit.count.wrapping_add(1)),
                2 => session.renew(),
                _ => session.destroy(),
            }
            before
        });
        assert_eq!(answer.status, 200);
        assert!(answer.set_cookies.len() <= 1, "{answer:?}");
        let outcome = answer.outcome();
        // A reference to a record can come only from a corpus that has one.
        assert!(OUTCOMES.contains(&outcome) || (named && outcome == "no_store"), "{outcome}");
        let (visit, _) = answer.handled.as_ref().expect("no store, no failure");
        match mode % 6 {
            0 if !named => assert_eq!(outcome, "absent"),
            0 => {}
            _ if harmless => assert_eq!((outcome, visit.name.as_str()), ("opened", "Ada")),
            _ => assert!(named, "{answer:?}"),
        }
        if outcome != "opened" {
            assert_eq!(*visit, Visit::default());
        }
        if mode / 6 % 4 == 0 && (outcome == "opened" || outcome == "absent") {
            let of_an_old_one = named && outcome == "opened";
            assert!(of_an_old_one || answer.set_cookies.is_empty(), "a read alone sets nothing: {answer:?}");
        }
    });
}

/// The values of cookies of our name among theirs. Four are looked at, and ours is one.
fn values(fields: &[Vec<u8>]) -> impl Iterator<Item = &[u8]> {
    let pairs = fields.iter().flat_map(|field| field.split(|byte| *byte == b';'));
    let start = |pair: &[u8]| pair.iter().take_while(|byte| **byte == b' ' || **byte == b'\t').count();
    pairs.filter_map(move |pair| pair[start(pair)..].strip_prefix(NAME.as_bytes())?.strip_prefix(b"="))
}

/// Whether a value is sealed under a key of ours: it may then go before our cookie.
fn opens(value: &[u8]) -> bool {
    let token = format::decode_carelessly(value).unwrap_or_default();
    SECRETS.iter().any(|secret| Format::new(secret, NAME, "").open(Purpose::Cookie, &token).is_some())
}

/// One field a line, without the bytes that no HTTP library lets through.
fn fields(bytes: &[u8]) -> Vec<Vec<u8>> {
    let allowed = |byte: &&u8| matches!(byte, b'\t' | 0x20..=0x7e | 0x80..);
    bytes.split(|byte| *byte == b'\n').map(|line| line.iter().filter(allowed).copied().collect()).collect()
}

/// Puts our cookie nowhere, into a field of its own before or behind, or into the first field.
fn with_ours(mut fields: Vec<Vec<u8>>, cookie: &HeaderValue, place: u8) -> Vec<HeaderValue> {
    let ours = cookie.as_bytes().to_vec();
    match place {
        0 => {}
        1 => fields.insert(0, ours),
        2 => fields.push(ours),
        3 => fields[0] = [ours.as_slice(), b"; ", &fields[0]].concat(),
        4 => fields[0] = [fields[0].as_slice(), b"; ", &ours].concat(),
        _ => fields[0] = [fields[0].as_slice(), b";", &ours, b";", &fields[0]].concat(),
    }
    fields.iter().map(|field| HeaderValue::from_bytes(field).expect("filtered")).collect()
}
