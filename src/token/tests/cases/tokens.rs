//! Tokens to publish.

use super::*;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Inline,
    Reference,
    Record,
    Retired,
    Ended,
}

/// A token to publish.
pub(in super::super) struct TokenCase {
    pub(in super::super) name: &'static str,
    pub(in super::super) kind: Kind,
    pub(in super::super) key: &'static str,
    pub(in super::super) cookie_name: String,
    pub(in super::super) context: String,
    /// The session id is made from this.
    pub(in super::super) session: &'static str,
    pub(in super::super) created: u64,
    pub(in super::super) issued: u64,
    pub(in super::super) own_limits: Option<(u64, u64)>,
    /// 0 for none.
    pub(in super::super) generation: u64,
    pub(in super::super) until: Option<u64>,
    pub(in super::super) payload: Vec<u8>,
    pub(in super::super) padding: usize,
    /// The name of the record's case, for a reference.
    pub(in super::super) record: Option<&'static str>,
    /// Times at which the token opens.
    pub(in super::super) opens_at: Vec<u64>,
}

impl TokenCase {
    fn new(name: &'static str, kind: Kind, change: impl FnOnce(&mut Self)) -> Self {
        let (now, has_data) = (NOW.as_unix(), !matches!(kind, Kind::Reference | Kind::Ended));
        let mut case = Self {
            name,
            kind,
            key: "vector key 1",
            cookie_name: "__Host-session".into(),
            context: String::new(),
            session: name,
            created: now,
            issued: now,
            own_limits: None,
            generation: u64::from(kind != Kind::Inline),
            until: match kind {
                Kind::Inline | Kind::Reference => None,
                Kind::Record => Some(now + LIFETIME),
                Kind::Retired | Kind::Ended => Some(now + 60),
            },
            payload: if has_data { b"hello".to_vec() } else { Vec::new() },
            padding: 1,
            record: None,
            opens_at: Vec::new(),
        };
        change(&mut case);
        // The word that a session was ended opens nothing.
        if case.opens_at.is_empty() && kind != Kind::Ended {
            case.opens_at.push(case.issued);
        }
        case
    }

    pub(in super::super) fn sealer(&self) -> Sealer {
        self.sealer_with([key(self.key)])
    }

    pub(in super::super) fn sealer_with<const N: usize>(&self, keys: [Key; N]) -> Sealer {
        let ring = Keyring::new(keys).unwrap();
        Sealer::new(ring, &self.cookie_name, &self.context).unwrap().pad_to(self.padding).unwrap()
    }

    pub(in super::super) fn purpose(&self) -> Purpose {
        match self.kind {
            Kind::Inline | Kind::Reference => Purpose::Cookie,
            Kind::Record | Kind::Retired | Kind::Ended => Purpose::Record,
        }
    }

    pub(in super::super) fn head(&self) -> Head {
        Head {
            id: SessionId::from_bytes(seed(self.session)),
            created: Timestamp::from_unix(self.created),
            issued: Timestamp::from_unix(self.issued),
            own_limits: self.own_limits.map(|(lifetime, idle)| OwnLimits { lifetime, idle }),
            generation: self.generation,
        }
    }

    pub(in super::super) fn plaintext(&self) -> Plaintext<'_> {
        let contents =
            Contents { head: self.head(), schema: Schema::from_bytes(seed("schema")), payload: &self.payload };
        let until = self.until.map(Timestamp::from_unix);
        let record = |retired| Plaintext::Record(contents, RecordState { ends: until.unwrap(), retired });
        match self.kind {
            Kind::Inline => Plaintext::Inline(contents, until),
            Kind::Reference => Plaintext::Reference(contents.head),
            Kind::Record => record(false),
            Kind::Retired => record(true),
            Kind::Ended => Plaintext::Ended(contents.head, until.unwrap()),
        }
    }
}

pub(in super::super) fn tokens() -> Vec<TokenCase> {
    [inline(), inline_beside_a_record(), references(), records(), left_behind()].into_iter().flatten().collect()
}

fn inline() -> Vec<TokenCase> {
    fn case(name: &'static str, change: impl FnOnce(&mut TokenCase)) -> TokenCase {
        TokenCase::new(name, Kind::Inline, change)
    }
    vec![
        case("empty payload", |c| c.payload.clear()),
        case("short payload", |_| {}),
        case("one zero byte", |c| c.payload = vec![0]),
        case("every byte value", |c| c.payload = (0..=255).collect()),
        case("a large payload", |c| c.payload = (0..2800u32).map(|i| (i * i) as u8).collect()),
        case("an hour after it began", |c| c.issued += 3600),
        case("nearly fourteen days after it began", |c| c.issued += 14 * 86400 - 1),
        case("own limits of thirty days", |c| c.own_limits = Some((30 * 86400, 30 * 86400))),
        case("own limits, padded, later", |c| {
            (c.own_limits, c.padding) = (Some((86400, 3600)), 32);
            c.issued += 1800;
        }),
        case("padded to 64", |c| c.padding = 64),
        case("padded from an exact multiple", |c| (c.padding, c.payload) = (32, vec![0x2a; 5])),
        case("padded, payload ends in zeros", |c| (c.padding, c.payload) = (64, vec![1, 0, 0])),
        case("padded, payload ends like padding", |c| (c.padding, c.payload) = (64, vec![1, 0x80, 0, 0])),
        case("a key whose L begins with a 1", |c| c.key = "vector key 4"),
        case("the longest value", |c| c.payload = vec![0x5a; 3000]),
        case("a context", |c| c.context = "shop/admin".into()),
        case("a context in UTF-8", |c| c.context = "B\u{fc}ro \u{2713}".into()),
        case("another cookie name", |c| c.cookie_name = "s".into()),
        case("the longest name and context", |c| {
            (c.cookie_name, c.context) = ("n".repeat(96), "c".repeat(120));
        }),
        case("the first and the last second of a day", |c| c.opens_at = vec![c.issued - 60, c.issued + IDLE - 1]),
        case("the last second of the lifetime", |c| {
            c.issued += LIFETIME - 1;
            c.opens_at = vec![c.created + LIFETIME - 1];
        }),
        case("the last second of 400 days", |c| {
            c.own_limits = Some((u64::MAX, u64::MAX));
            c.opens_at = vec![c.created + 400 * 86400 - 1];
        }),
        case("the beginning of time", |c| (c.created, c.issued) = (0, 0)),
        case("the end of time", |c| {
            (c.created, c.issued) = (u64::MAX - 1, u64::MAX);
            c.opens_at = vec![u64::MAX - 1];
        }),
    ]
}

fn inline_beside_a_record() -> Vec<TokenCase> {
    fn case(name: &'static str, change: impl FnOnce(&mut TokenCase)) -> TokenCase {
        TokenCase::new(name, Kind::Inline, change)
    }
    vec![
        case("a generation", |c| c.generation = 3),
        case("a generation of two bytes", |c| c.generation = 128),
        case("the largest generation", |c| c.generation = u64::MAX),
        case("back from its record", |c| (c.generation, c.until) = (4, Some(c.issued + 60))),
        // The end of a former record does not matter to a reader.
        case("back from a record that has ended", |c| (c.generation, c.until) = (4, Some(c.issued - 1))),
        case("until without a generation", |c| c.until = Some(0)),
        case("own limits, generation, until, padded", |c| {
            (c.own_limits, c.padding) = (Some((30 * 86400, 30 * 86400)), 64);
            c.issued += 1800;
            (c.generation, c.until) = (300, Some(c.issued + 60));
        }),
    ]
}

fn references() -> Vec<TokenCase> {
    fn case(name: &'static str, record: &'static str, change: impl FnOnce(&mut TokenCase)) -> TokenCase {
        TokenCase::new(name, Kind::Reference, |c| {
            (c.session, c.record) = (record, Some(record));
            change(c);
        })
    }
    vec![
        case("a reference", "a record", |_| {}),
        case("a padded reference", "a padded record", |c| c.padding = 64),
        case("a reference, padded from an exact multiple", "a record", |c| c.padding = 8),
        case("a reference with own limits, in a context", "a record with own limits, in a context", |c| {
            (c.own_limits, c.context) = (Some((30 * 86400, 30 * 86400)), "shop/admin".into());
            c.issued += 20 * 86400;
            c.opens_at = vec![c.issued, c.created + 30 * 86400 - 1];
        }),
        // The times of the record do not matter, nor that it was written again since.
        case("a reference, days after the record was written", "a record", |c| {
            c.issued += 5 * 86400;
            c.opens_at = vec![c.issued - 60, c.issued + IDLE - 1];
        }),
        case("a reference from before the last writes", "a record of the tenth write", |c| c.generation = 7),
        case("a reference to a record under another key", "a record under another key", |_| {}),
        case("a reference to a retired record", "a retired record", |c| c.opens_at = vec![c.issued, c.issued + 59]),
        case("a reference to the longest generation", "a record of the largest generation", |c| {
            c.generation = u64::MAX;
        }),
    ]
}

fn records() -> Vec<TokenCase> {
    fn case(name: &'static str, change: impl FnOnce(&mut TokenCase)) -> TokenCase {
        TokenCase::new(name, Kind::Record, change)
    }
    vec![
        case("a record", |c| c.opens_at = vec![c.issued, c.created + LIFETIME - 1]),
        case("a padded record", |c| c.padding = 64),
        case("a record with an empty payload", |c| c.payload.clear()),
        case("a record that no cookie could hold", |c| c.payload = (0..5000u32).map(|i| (i * i) as u8).collect()),
        case("a record with own limits, in a context", |c| {
            (c.own_limits, c.context) = (Some((30 * 86400, 30 * 86400)), "shop/admin".into());
            c.until = Some(c.created + 30 * 86400);
        }),
        case("a record of the tenth write", |c| {
            c.generation = 10;
            c.issued += 1000;
        }),
        case("a record of the largest generation", |c| c.generation = u64::MAX),
        case("a record under another key", |c| c.key = "vector key 2"),
        case("a record that ends at the end of time", |c| {
            c.until = Some(u64::MAX);
            c.opens_at = vec![0, u64::MAX - 1];
        }),
    ]
}

/// What stays in the store for requests under way.
fn left_behind() -> Vec<TokenCase> {
    vec![
        TokenCase::new("a retired record", Kind::Retired, |c| {
            c.generation = 2;
            c.opens_at = vec![c.issued, c.issued + 59];
        }),
        TokenCase::new("a retired record, padded", Kind::Retired, |c| {
            (c.generation, c.until, c.padding) = (1000, Some(c.issued + 3600), 32);
        }),
        TokenCase::new("word that a session was ended", Kind::Ended, |c| c.generation = 2),
        TokenCase::new("word that a session was ended, own limits, padded", Kind::Ended, |c| {
            (c.generation, c.own_limits, c.padding) = (300, Some((30 * 86400, 30 * 86400)), 64);
            c.issued += 1800;
        }),
    ]
}
