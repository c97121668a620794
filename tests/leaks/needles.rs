//! The spellings in which a secret could be shown, and where one of them is.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Parts of a cookie value of this length are looked for: what is shown of one may be cut off.
const PART: usize = 24;
const START: usize = 8;

/// What must not be shown.
#[derive(Default)]
pub(crate) struct Needles {
    /// By their first bytes: what is shown is looked through once, however many there are.
    spelled: HashMap<[u8; START], Vec<(String, Vec<u8>)>>,
    parts: HashSet<Vec<u8>>,
}

impl Needles {
    /// Some bytes: as they are, as `Debug` shows bytes, in hexadecimal and base64.
    pub(crate) fn bytes(&mut self, name: &str, bytes: &[u8]) {
        assert!(bytes.len() >= 12, "too short to be told from chance");
        self.raw(name, bytes);
        self.encoded(name, bytes);
    }

    pub(crate) fn raw(&mut self, name: &str, bytes: &[u8]) {
        self.add(format!("{name}, raw"), bytes.to_vec());
    }

    fn add(&mut self, name: String, spelled: Vec<u8>) {
        let alike = self.spelled.entry(*spelled.first_chunk().unwrap()).or_default();
        if alike.iter().all(|(_, other)| *other != spelled) {
            alike.push((name, spelled));
        }
    }

    /// As [`Needles::bytes`], but not as they are.
    pub(crate) fn encoded(&mut self, name: &str, bytes: &[u8]) {
        let decimal = format!("{bytes:?}");
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut add = |how: &str, text: String| self.add(format!("{name}, {how}"), text.into_bytes());
        add("as a list", decimal[1..decimal.len() - 1].to_owned());
        add("in hexadecimal", hex.to_uppercase());
        add("in hexadecimal", hex);
        // Within other bytes, the same ones have three spellings; what depends on the neighbours is left out.
        for shift in 0..3 {
            for (how, engine) in [("in base64", STANDARD_NO_PAD), ("in base64url", URL_SAFE_NO_PAD)] {
                let text = engine.encode([&[0; 2][..shift], bytes].concat());
                let whole = (shift + bytes.len()) / 3 * 4;
                add(how, text[[0, 2, 3][shift]..whole].to_owned());
            }
        }
    }

    pub(crate) fn cookie(&mut self, value: &str) {
        self.parts.extend(value.as_bytes().windows(PART).map(<[u8]>::to_vec));
    }

    /// The secrets that `shown` holds.
    pub(crate) fn within(&self, shown: &[u8]) -> Vec<&str> {
        self.within_but(shown, "")
    }

    /// The same, but for parts of this cookie value.
    pub(crate) fn within_but(&self, shown: &[u8], but: &str) -> Vec<&str> {
        let starts =
            shown.windows(START).enumerate().filter_map(|(start, first)| Some((start, self.spelled.get(first)?)));
        let spelled = starts.flat_map(|(start, alike)| {
            let here = alike.iter().filter(move |(_, needle)| shown[start..].starts_with(needle));
            here.map(|(name, _)| name.as_str())
        });
        let cookie = self.has_part(shown, but).then_some("a cookie value");
        spelled.chain(cookie).collect()
    }

    #[track_caller]
    pub(crate) fn are_not_in(&self, what: &str, shown: &[u8]) {
        let found = self.within(shown);
        assert!(found.is_empty(), "{what} shows {found:?}: {}", String::from_utf8_lossy(shown));
    }

    fn has_part(&self, shown: &[u8], but: &str) -> bool {
        let symbol = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_';
        let runs = shown.split(|byte| !symbol(byte)).filter(|run| run.len() >= PART);
        let mut parts = runs.flat_map(|run| run.windows(PART));
        parts.any(|part| self.parts.contains(part) && but.as_bytes().windows(PART).all(|other| other != part))
    }
}

#[test]
fn a_secret_is_found_in_each_spelling() {
    let secret: Vec<u8> = (0..32).map(|index: u8| index.wrapping_mul(73) ^ 0xc5).collect();
    let cookie = URL_SAFE_NO_PAD.encode([&secret[..], &secret[..], &secret[..]].concat());
    let mut needles = Needles::default();
    needles.bytes("the secret", &secret);
    needles.cookie(&cookie);
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut shown = vec![
        ("raw", secret.clone()),
        ("hexadecimal", hex.clone().into_bytes()),
        ("hexadecimal", hex.to_uppercase().into_bytes()),
        ("as a list", format!("{secret:?}").into_bytes()),
        ("a cookie value", cookie.clone().into_bytes()),
        ("a cookie value", cookie.as_bytes()[30..54].to_vec()),
    ];
    for before in 0..6 {
        for after in 0..4 {
            let all = [&vec![b'x'; before], &secret[..], &vec![b'y'; after]].concat();
            for engine in [base64::engine::general_purpose::STANDARD, base64::engine::general_purpose::URL_SAFE] {
                shown.push(("base64", engine.encode(&all).into_bytes()));
            }
        }
    }
    for (how, text) in shown {
        let planted = [b"GET / HTTP/1.1 ... ", &text[..], b" 200 OK"].concat();
        assert!(needles.within(&planted).iter().any(|name| name.contains(how)), "{how}");
        let cut = &text[..text.len().min(PART) - 1];
        assert!(needles.within(cut).is_empty(), "{how}, cut off");
    }
    needles.are_not_in("a page", b"GET / HTTP/1.1, 200 OK, nothing to see");
}
