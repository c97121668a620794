//! Key-value sessions: bytes as their payload, then reads of several types, and writes.
//!
//! First byte: even, the payload itself; odd, entries of one.

use std::collections::{BTreeMap, HashMap};

use arbitrary::{Arbitrary, Unstructured};
use sealed_session::{Schema, Session, Values};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::data::Rich;
use crate::format::{self, Format, Plain, Purpose};
use crate::site::{self, NOW, Site};

thread_local! {
    static TOOLS: Tools = Tools {
        site: Site::new(|builder| builder),
        format: site::format(),
        schema: Schema::of::<Values>().expect("a shape").to_bytes(),
    };
}

struct Tools {
    site: Site<Values>,
    format: Format,
    schema: [u8; 4],
}

/// What a session says when it is asked for every type.
type Reads = BTreeMap<String, Vec<bool>>;

pub fn values(data: &[u8]) {
    let Some((mode, rest)) = data.split_first() else { return };
    let payload = match mode % 2 {
        0 => rest.to_vec(),
        _ => match <Vec<(String, Vec<u8>)>>::arbitrary_take_rest(Unstructured::new(rest)) {
            Ok(entries) => payload(&entries),
            Err(_) => return,
        },
    };
    TOOLS.with(|tools| tools.check(payload));
}

/// As section 7 says.
fn payload(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    let length = |out: &mut Vec<u8>, mut len: usize| {
        while len >= 0x80 {
            out.push(len as u8 | 0x80);
            len >>= 7;
        }
        out.push(len as u8);
    };
    length(&mut out, entries.len());
    for (key, value) in entries {
        for part in [key.as_bytes(), value] {
            length(&mut out, part.len());
            out.extend(part);
        }
    }
    out
}

impl Tools {
    fn check(&self, payload: Vec<u8>) {
        let plain = Plain {
            kind: 0,
            id: [7; 16],
            created: NOW,
            age: 0,
            own_limits: None,
            generation: None,
            until: None,
            zeros: None,
            schema: Some(self.schema),
            payload,
        };
        let value = format::encode(&self.format.seal(Purpose::Cookie, &plain.write()));
        if value.len() > 3500 {
            return;
        }
        let first = self.site.call(&[site::cookie(&value)], change);
        let Some(cookie) = first.cookie() else {
            assert_eq!(first.outcome(), "malformed", "not saved: {first:?}");
            return;
        };
        let second = self.site.call(&[cookie], reads);
        assert_eq!(second.outcome(), "opened");
        assert_eq!(second.handled.map(|(reads, _)| reads), first.handled.map(|(reads, _)| reads));
    }
}

/// Reads all, changes something, and says what should then be there.
fn change(session: &Session<Values>) -> Reads {
    let before = reads(session);
    session.insert("new", &Rich::default().choices).expect("a value");
    session.insert("count", &(7_u8, -7_i64, 0.5_f32)).expect("a value");
    assert_eq!(session.get("count").expect("our value"), Some((7_u8, -7_i64, 0.5_f32)));
    if let Some(key) = before.keys().find(|key| *key != "new" && *key != "count") {
        assert!(session.update(|values| values.remove(key)));
        assert!(!session.read(|values| values.contains(key)));
        assert!(session.get::<IgnoredAny>(key).expect("nothing to read").is_none());
    }
    reads(session)
}

fn reads(session: &Session<Values>) -> Reads {
    let keys: Vec<String> = session.read(|values| values.keys().map(str::to_owned).collect());
    assert!(keys.is_sorted(), "{keys:?}");
    let of = |key: &String| {
        vec![
            read::<u8>(session, key),
            read::<i64>(session, key),
            read::<f64>(session, key),
            read::<String>(session, key),
            read::<bool>(session, key),
            read::<()>(session, key),
            read::<Option<Vec<u8>>>(session, key),
            read::<Vec<Vec<String>>>(session, key),
            read::<HashMap<String, i32>>(session, key),
            read::<(u8, i64, f32)>(session, key),
            read::<Rich>(session, key),
            read::<serde_json::Value>(session, key),
        ]
    };
    keys.into_iter().map(|key| (key.clone(), of(&key))).collect()
}

/// Whether the value is a `V`. What is one can be put back, and is one again.
fn read<V: DeserializeOwned + Serialize>(session: &Session<Values>, key: &str) -> bool {
    match session.get::<V>(key) {
        Ok(value) => {
            let mut copy = Values::default();
            if copy.insert(key, &value).is_ok() {
                assert!(copy.get::<V>(key).is_ok(), "{key:?} is no {} any more", std::any::type_name::<V>());
            }
            true
        }
        Err(error) => {
            assert!(error.to_string().contains(&format!("{key:?}")), "{error}");
            false
        }
    }
}
