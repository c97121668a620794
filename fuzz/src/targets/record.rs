//! What a store gives back for a cookie that refers to a record.
//!
//! First byte: the bytes as they are; a plaintext to be sealed; the fields of one; a good record of this payload. Second byte:
//! what the handler does, and what the store answers then.

use std::sync::{Arc, Mutex};

use arbitrary::{Arbitrary, Unstructured};
use http::HeaderValue;
use sealed_session::store::{Creation, Loaded, RecordKey, Store, StoreFuture, Update, Version};
use sealed_session::{Schema, SessionId, Timestamp};

use crate::data::Visit;
use crate::format::{self, Format, OVERHEAD, Plain, Purpose, Reading};
use crate::site::{self, NOW, SECRETS, Site};

const ID: [u8; 16] = [7; 16];
/// What the cookie has seen.
const GENERATION: u64 = 3;

thread_local! {
    static TOOLS: Tools = Tools::new();
}

struct Tools {
    format: Format,
    site: Site<Visit>,
    store: Arc<Mutex<Shelf>>,
    cookie: HeaderValue,
    schema: [u8; 4],
}

/// One record, and how the store behaves.
#[derive(Debug, Default)]
struct Shelf {
    record: Option<Vec<u8>>,
    answer: u8,
    /// The last write.
    written: Option<Vec<u8>>,
}

pub fn record(data: &[u8]) {
    let [mode, then, rest @ ..] = data else { return };
    TOOLS.with(|tools| {
        let plaintext = match mode % 4 {
            0 => return tools.check(rest.to_vec(), *then),
            1 => rest.to_vec(),
            2 => {
                let mut unstructured = Unstructured::new(rest);
                let Ok(right) = u8::arbitrary(&mut unstructured) else { return };
                let Ok(mut plain) = Plain::arbitrary_take_rest(unstructured) else { return };
                plain.zeros = plain.zeros.map(|zeros| zeros % 300);
                plain.kind %= 8;
                if right % 2 == 0 {
                    plain = Plain { id: ID, schema: plain.schema.map(|_| tools.schema), ..plain };
                }
                plain.write()
            }
            _ => tools.good(rest.to_vec()).write(),
        };
        tools.check(tools.format.seal(Purpose::Record, &plaintext), *then);
    });
}

impl Tools {
    fn new() -> Self {
        let store = Arc::new(Mutex::new(Shelf::default()));
        let format = site::format();
        let reference = Plain {
            kind: 1,
            id: ID,
            created: NOW,
            age: 0,
            own_limits: None,
            generation: Some(GENERATION),
            until: None,
            zeros: None,
            schema: None,
            payload: Vec::new(),
        };
        let cookie = site::cookie(&format::encode(&format.seal(Purpose::Cookie, &reference.write())));
        let schema = Schema::of::<Visit>().expect("a shape").to_bytes();
        let site = Site::new(|builder| builder.overflow(OneRecord(Arc::clone(&store))));
        Self { format, site, store, cookie, schema }
    }

    fn good(&self, payload: Vec<u8>) -> Plain {
        Plain {
            kind: 2,
            id: ID,
            created: NOW,
            age: 0,
            own_limits: None,
            generation: Some(GENERATION),
            until: Some(NOW + 1000),
            zeros: None,
            schema: Some(self.schema),
            payload,
        }
    }

    fn check(&self, record: Vec<u8>, then: u8) {
        *self.store.lock().expect("no panic") = Shelf { record: Some(record.clone()), answer: then / 4, written: None };
        let answer = self.site.call(std::slice::from_ref(&self.cookie), |session| {
            let before = session.get();
            match then % 4 {
                0 => {}
                1 => session.update(|visit| visit.count = visit.count.wrapping_add(1)),
                2 => session.renew(),
                _ => session.destroy(),
            }
            before
        });
        let outcome = answer.outcome();
        match self.expected(&record) {
            // Whether the payload is one is for the library to say.
            "opened" => assert!(outcome == "opened" || outcome == "malformed", "{answer:?}"),
            expected => assert_eq!(outcome, expected, "{record:02x?}"),
        }
        assert!(matches!(answer.status, 200 | 503), "{answer:?}");
        assert!(answer.set_cookies.len() <= 1, "{answer:?}");
        if outcome == "not_loaded" {
            assert!(answer.set_cookies.is_empty(), "the cookie is worth keeping: {answer:?}");
        }
        if let Some(written) = &self.store.lock().expect("no panic").written {
            let plaintext = self.format.open(Purpose::Record, written).expect("our own record");
            assert!(matches!(Plain::read(&plaintext, Purpose::Record), Reading::Plain(_)), "{plaintext:02x?}");
        }
    }

    /// The table "Its record" of section 6.
    fn expected(&self, record: &[u8]) -> &'static str {
        let other = Format::new(&SECRETS[1], site::NAME, "");
        let format = [&self.format, &other].into_iter().find(|format| record.get(1..5) == Some(&format.key_id()));
        let plaintext = match (record.first(), format) {
            (Some(1), _) if record.len() < OVERHEAD => return "malformed",
            (None, _) => return "malformed",
            (Some(1), None) => return "unknown_key",
            (Some(1), Some(format)) => match format.open(Purpose::Record, record) {
                None => return "tampered",
                Some(plaintext) => plaintext,
            },
            (Some(_), _) => return "unknown_format",
        };
        match Plain::read(&plaintext, Purpose::Record) {
            Reading::Malformed => "malformed",
            Reading::Unknown => "unknown_format",
            Reading::Plain(plain) if plain.id != ID => "tampered",
            Reading::Plain(plain) if plain.kind == 4 || plain.until <= Some(NOW) => "record_missing",
            Reading::Plain(plain) if plain.generation < Some(GENERATION) => "not_loaded",
            Reading::Plain(plain) if plain.schema != Some(self.schema) => "foreign_schema",
            Reading::Plain(_) => "opened",
        }
    }
}

#[derive(Debug)]
struct OneRecord(Arc<Mutex<Shelf>>);

impl OneRecord {
    fn write(&self, data: &[u8]) -> Update {
        let mut shelf = self.0.lock().expect("no panic");
        match shelf.answer % 3 {
            0 => {
                shelf.written = Some(data.to_vec());
                shelf.record = Some(data.to_vec());
                Update::Updated(Version(2))
            }
            1 => Update::Conflict,
            _ => Update::Missing,
        }
    }
}

impl Store for OneRecord {
    fn create<'a>(&'a self, _: &'a RecordKey, data: &'a [u8], _: Timestamp, _: Timestamp) -> StoreFuture<'a, Creation> {
        let created = matches!(self.write(data), Update::Updated(_));
        Box::pin(async move { Ok(if created { Creation::Created(Version(1)) } else { Creation::Exists }) })
    }

    fn load<'a>(&'a self, key: &'a RecordKey, _: usize, now: Timestamp) -> StoreFuture<'a, Option<Loaded>> {
        let ours = *key == RecordKey::of(SessionId::from_bytes(ID));
        let data = self.0.lock().expect("no panic").record.clone().filter(|_| ours);
        let expires = Timestamp::from_unix(now.as_unix() + 1000);
        Box::pin(async move { Ok(data.map(|data| Loaded { data, expires, version: Version(1) })) })
    }

    fn update<'a>(
        &'a self,
        _: &'a RecordKey,
        data: &'a [u8],
        _: Timestamp,
        _: Version,
        _: Timestamp,
    ) -> StoreFuture<'a, Update> {
        let update = self.write(data);
        Box::pin(async move { Ok(update) })
    }

    fn touch<'a>(&'a self, _: &'a RecordKey, _: Timestamp, _: Timestamp) -> StoreFuture<'a, bool> {
        let there = self.0.lock().expect("no panic").answer.is_multiple_of(3);
        Box::pin(async move { Ok(there) })
    }

    fn remove<'a>(&'a self, _: &'a RecordKey) -> StoreFuture<'a, bool> {
        Box::pin(async { Ok(true) })
    }

    fn name(&self) -> &'static str {
        "one record"
    }
}
