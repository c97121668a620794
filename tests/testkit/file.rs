//! A file of the testkit, and the request that it stands for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use http::header::COOKIE;
use http::{HeaderValue, Request};
use sealed_session::{ErrorKind, Key, Keyring, ScheduledKey, Session, Timestamp};
use serde::{Deserialize, Serialize};

use crate::support::shelf::Shelf;
use crate::support::{self, Answer, Clock, Site, ready};

/// What the sessions of the testkit hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kit {
    pub(crate) user: Option<String>,
    pub(crate) admin: bool,
    pub(crate) initial: char,
    pub(crate) role: Role,
    pub(crate) tags: Vec<String>,
    pub(crate) marks: Vec<()>,
    pub(crate) notes: BTreeMap<String, u8>,
    pub(crate) level: i16,
    pub(crate) blob: serde_bytes::ByteBuf,
    pub(crate) tree: Option<Box<Node>>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) enum Role {
    #[default]
    Guest,
    Member(u32),
    Owner {
        since: u64,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Node {
    pub(crate) next: Option<Box<Node>>,
}

/// What a store has, and the largest record that the layer takes from it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Records {
    max_record: usize,
    records: BTreeMap<String, String>,
}

impl Records {
    fn shelf(&self) -> Shelf {
        Shelf(self.records.iter().map(|(key, record)| (key.clone(), unhex(record))).collect())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) number: usize,
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) cookie_name: String,
    pub(crate) context: String,
    pub(crate) now: u64,
    pub(crate) lifetime: u64,
    pub(crate) idle: u64,
    pub(crate) keys: Vec<RingKey>,
    pub(crate) schema: String,
    pub(crate) label: String,
    pub(crate) store: Option<Records>,
    pub(crate) cookies: Vec<Cookie>,
    pub(crate) reason: String,
    pub(crate) fate: Fate,
    pub(crate) opens: Option<Opens>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RingKey {
    pub(crate) secret: String,
    pub(crate) revoked: bool,
    pub(crate) open_until: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cookie {
    pub(crate) text: Option<String>,
    pub(crate) hex: Option<String>,
    /// What opening the token alone comes to.
    pub(crate) token: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fate {
    /// The response carries no `Set-Cookie`.
    Kept,
    /// It expires the cookie.
    Cleared,
    /// It seals the session again.
    Refreshed,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Opens {
    pub(crate) user: Option<String>,
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    assert!(rest.is_empty(), "half a byte");
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.iter().map(byte).collect()
}

impl Cookie {
    pub(crate) fn value(&self) -> Vec<u8> {
        match (&self.text, &self.hex) {
            (Some(text), None) => text.clone().into_bytes(),
            (None, Some(hex)) => unhex(hex),
            _ => panic!("either text or hex"),
        }
    }
}

impl File {
    pub(crate) fn keyring(&self) -> Keyring {
        let key = |key: &RingKey| {
            let secret: [u8; 32] = unhex(&key.secret).try_into().unwrap();
            let scheduled = ScheduledKey::new(Key::from_bytes(secret).unwrap());
            let scheduled = match key.open_until {
                Some(end) => scheduled.open_until(Timestamp::from_unix(end)),
                None => scheduled,
            };
            if key.revoked { scheduled.revoked() } else { scheduled }
        };
        Keyring::new(self.keys.iter().map(key)).unwrap()
    }

    pub(crate) fn site(&self) -> Site<Kit> {
        let now = Timestamp::from_unix(self.now);
        let seconds = std::time::Duration::from_secs;
        let mut site = Site::<Kit>::machine(&self.keyring(), &Clock::new(), |builder| {
            let builder = builder.name(&self.cookie_name).context(&self.context).schema(&self.label);
            let builder = builder.lifetime(seconds(self.lifetime)).idle_timeout(seconds(self.idle));
            let builder = builder.clock(move || now);
            match &self.store {
                Some(records) => builder.max_record(records.max_record).overflow(records.shelf()),
                None => builder,
            }
        });
        site.name = self.cookie_name.clone();
        site
    }

    /// The `Cookie` field, if HTTP can carry it.
    pub(crate) fn field(&self) -> Option<HeaderValue> {
        let pairs = self.cookies.iter().map(|cookie| [self.cookie_name.as_bytes(), b"=", &cookie.value()].concat());
        HeaderValue::from_bytes(&pairs.collect::<Vec<_>>().join(&b"; "[..])).ok()
    }

    /// Reason and what the session holds, as a handler that only reads sees them, and the answer.
    pub(crate) fn request(&self, field: HeaderValue) -> (String, Option<Opens>, Answer) {
        let mut seen = None;
        let request = Request::get("/").header(COOKIE, field).header("sec-fetch-mode", "cors").body(()).unwrap();
        let answer = self.site().call(request, |request| {
            let (reason, opens, status) = match ready(Session::<Kit>::from_request(request)) {
                Ok(session) => {
                    let opens = (!session.is_new()).then(|| session.read(|kit| Opens { user: kit.user.clone() }));
                    // Who was refused begins anew, with nothing of what the cookie held.
                    assert!(opens.is_some() || session.read(|kit| *kit == Kit::default()), "{}", self.name);
                    (session.outcome().as_str().to_owned(), opens, 200)
                }
                Err(error) => {
                    let reason = match error.kind() {
                        ErrorKind::RolledBack => "rolled_back",
                        ErrorKind::Store(_) => "store",
                        kind => panic!("{}: {kind:?}", self.name),
                    };
                    (reason.to_owned(), None, 503)
                }
            };
            seen = Some((reason, opens));
            support::response(status)
        });
        let (reason, opens) = seen.expect("the handler ran");
        (reason, opens, answer)
    }
}

/// The files, with their names, in order.
pub(crate) fn files() -> Vec<(String, File)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/testkit");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(path).unwrap();
        let file = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, file)
    };
    paths.into_iter().map(read).collect()
}
