//! What the published vectors are made of.

use super::*;

/// A token to publish.
pub(super) struct TokenCase {
    pub(super) name: &'static str,
    pub(super) key: &'static str,
    pub(super) cookie_name: String,
    pub(super) context: String,
    pub(super) created: u64,
    pub(super) issued: u64,
    pub(super) own_limits: Option<(u64, u64)>,
    pub(super) payload: Vec<u8>,
    pub(super) padding: usize,
    /// Times at which the token opens.
    pub(super) opens_at: Vec<u64>,
}

impl TokenCase {
    fn new(name: &'static str, change: impl FnOnce(&mut Self)) -> Self {
        let mut case = Self {
            name,
            key: "vector key 1",
            cookie_name: "__Host-session".into(),
            context: String::new(),
            created: NOW.as_unix(),
            issued: NOW.as_unix(),
            own_limits: None,
            payload: b"hello".to_vec(),
            padding: 1,
            opens_at: Vec::new(),
        };
        change(&mut case);
        if case.opens_at.is_empty() {
            case.opens_at.push(case.issued);
        }
        case
    }

    pub(super) fn sealer(&self) -> Sealer {
        let ring = Keyring::new([key(self.key)]).unwrap();
        Sealer::new(ring, &self.cookie_name, &self.context).unwrap().pad_to(self.padding).unwrap()
    }

    pub(super) fn contents(&self) -> Contents<'_> {
        let head = Head {
            id: SessionId::from_bytes(seed(self.name)),
            created: Timestamp::from_unix(self.created),
            issued: Timestamp::from_unix(self.issued),
            own_limits: self.own_limits.map(|(lifetime, idle)| OwnLimits { lifetime, idle }),
            generation: 0,
        };
        Contents { head, schema: Schema::from_bytes(seed("schema")), payload: &self.payload }
    }
}

/// Bytes that depend on a text alone.
pub(super) fn seed<const N: usize>(text: &str) -> [u8; N] {
    use sha2::{Digest, Sha256};
    std::array::from_fn(|i| Sha256::digest(text)[i])
}

pub(super) fn tokens() -> Vec<TokenCase> {
    fn case(name: &'static str, change: impl FnOnce(&mut TokenCase)) -> TokenCase {
        TokenCase::new(name, change)
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

/// A value to refuse, and what its reader knows.
pub(super) struct RefusalCase {
    pub(super) name: &'static str,
    pub(super) value: String,
    pub(super) reason: &'static str,
    pub(super) cookie_name: &'static str,
    pub(super) context: &'static str,
    pub(super) now: u64,
    /// End and revocation of the key `vector key 1`.
    pub(super) open_until: Option<u64>,
    pub(super) revoked: bool,
}

pub(super) const LIFETIME: u64 = 14 * 86400;
pub(super) const IDLE: u64 = 86400;

fn refusal(name: &'static str, reason: &'static str, value: String) -> RefusalCase {
    RefusalCase {
        name,
        value,
        reason,
        cookie_name: "__Host-session",
        context: "",
        now: NOW.as_unix(),
        open_until: None,
        revoked: false,
    }
}

/// A token with any plaintext, under `vector key 1`.
fn raw(plaintext: &[u8]) -> Vec<u8> {
    let sealer = sealer(key("vector key 1"));
    let ring = sealer.keyring.load();
    let entry = ring.sealing(NOW).unwrap();
    let nonce: [u8; NONCE_LEN] = seed("raw");
    let mut ciphertext = plaintext.to_vec();
    let aad = sealer.cookie.aad(FORMAT, entry.id);
    let tag = entry.cipher.encrypt_inout_detached(&nonce.into(), aad.as_ref(), ciphertext.as_mut_slice().into());
    [&[FORMAT][..], &entry.id.to_bytes(), &nonce, &ciphertext, &tag.unwrap()].concat()
}

fn value(token: &[u8]) -> String {
    let mut value = String::new();
    encoding::encode_onto(token, &mut value);
    value
}

/// A plaintext that was opened, to be spoiled.
fn plaintext(payload: &[u8]) -> Vec<u8> {
    let mut plaintext = Vec::new();
    let contents = Contents { schema: Schema::from_bytes(seed("schema")), ..contents(payload) };
    Plaintext::Inline(contents, None).write(&mut plaintext, 1);
    plaintext
}

fn spoiled(spoil: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut plaintext = plaintext(b"hello");
    spoil(&mut plaintext);
    value(&raw(&plaintext))
}

/// A good token, changed as bytes.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut token = raw(&plaintext(b"hello"));
    change(&mut token);
    value(&token)
}

fn timed(created: u64, issued: u64, own_limits: Option<(u64, u64)>) -> String {
    let mut contents = contents(b"hello");
    contents.schema = Schema::from_bytes(seed("schema"));
    contents.head.created = Timestamp::from_unix(created);
    contents.head.issued = Timestamp::from_unix(issued);
    contents.head.own_limits = own_limits.map(|(lifetime, idle)| OwnLimits { lifetime, idle });
    let mut plaintext = Vec::new();
    Plaintext::Inline(contents, None).write(&mut plaintext, 1);
    value(&raw(&plaintext))
}

pub(super) fn refusals() -> Vec<RefusalCase> {
    [spellings(), envelopes(), plaintexts(), lives()].into_iter().flatten().collect()
}

fn spellings() -> Vec<RefusalCase> {
    let good = changed(|_| {});
    assert_eq!(good.len() % 4, 3, "the last character of the good value has unused bits");
    let mut trailing_bits = good.clone();
    let last = trailing_bits.pop().unwrap();
    trailing_bits.push(char::from(last as u8 + 1));
    let malformed = |name, value| refusal(name, "malformed", value);
    vec![
        refusal("4097 characters", "too_large", "A".repeat(4097)),
        malformed("empty", String::new()),
        malformed("padding", format!("{good}=")),
        malformed("percent-encoded padding", format!("{good}%3D")),
        malformed("a space before", format!(" {good}")),
        malformed("a space after", format!("{good} ")),
        malformed("a line feed after", format!("{good}\n")),
        malformed("in quotes", format!("\"{good}\"")),
        malformed("the standard alphabet", format!("{}+/", &good[..good.len() - 2])),
        malformed("unused bits that are not zero", trailing_bits),
        malformed("an impossible length", good[..good.len() - 2].to_string()),
        malformed("a dot, as in a JWT", format!("{}.{}", &good[..20], &good[20..])),
    ]
}

fn envelopes() -> Vec<RefusalCase> {
    let tampered = |name, value| refusal(name, "tampered", value);
    let last = changed(|_| {}).len() * 3 / 4 - 1;
    let good = || changed(|_| {});
    let other_key = {
        let (ring, token) = (Keyring::new([key("vector key 3")]).unwrap(), inline(b"hello"));
        let sealer = Sealer::new(ring, "__Host-session", "").unwrap();
        let ring = sealer.keyring.load();
        value(&sealer.seal_under(&sealer.cookie, ring.sealing(NOW).unwrap(), seed("other"), &token).unwrap())
    };
    vec![
        refusal("format 00", "unknown_format", changed(|t| t[0] = 0)),
        refusal("format 02", "unknown_format", changed(|t| t[0] = 2)),
        refusal("format ff", "unknown_format", changed(|t| t[0] = 0xff)),
        refusal("only a format byte", "malformed", changed(|t| t.truncate(1))),
        refusal("no room for a tag", "malformed", changed(|t| t.truncate(44))),
        refusal("a key that we do not have", "unknown_key", other_key),
        RefusalCase { revoked: true, ..refusal("a revoked key", "revoked_key", good()) },
        RefusalCase { open_until: Some(NOW.as_unix()), ..refusal("a key at its end", "ended_key", good()) },
        tampered(
            "the key id of another key we have",
            changed(|t| t[1..5].copy_from_slice(&key("vector key 2").id().to_bytes())),
        ),
        tampered("first bit of the nonce", changed(|t| t[5] ^= 0x80)),
        tampered("last bit of the nonce", changed(|t| t[28] ^= 1)),
        tampered("first bit of the ciphertext", changed(|t| t[29] ^= 0x80)),
        tampered("last bit of the ciphertext", changed(|t| t[last - 16] ^= 1)),
        tampered("first bit of the tag", changed(|t| t[last - 15] ^= 0x80)),
        tampered("last bit of the tag", changed(|t| t[last] ^= 1)),
        tampered("one byte short", changed(|t| t.truncate(last))),
        tampered("one byte too many", changed(|t| t.push(0))),
        tampered("no ciphertext", changed(|t| drop(t.drain(29..last - 15)))),
        RefusalCase { cookie_name: "__Host-other", ..tampered("under another name", good()) },
        RefusalCase {
            cookie_name: "__Host-sessio",
            context: "n",
            ..tampered("parts that join to the same text", good())
        },
        RefusalCase { context: "admin", ..tampered("in another context", good()) },
    ]
}

fn plaintexts() -> Vec<RefusalCase> {
    let malformed = |name, value| refusal(name, "malformed", value);
    let overflow = |p: &mut Vec<u8>| {
        p.truncate(17);
        push_varints(p, &[u64::MAX, 1]);
        p.extend_from_slice(&seed::<4>("schema"));
    };
    vec![
        malformed("an empty plaintext", value(&raw(&[]))),
        malformed("kind 1", spoiled(|p| p[0] = 1)),
        malformed("kind 7", spoiled(|p| p[0] = 7)),
        malformed("unknown flag 20", spoiled(|p| p[0] = 0x20)),
        malformed("unknown flag 40", spoiled(|p| p[0] = 0x40)),
        malformed("unknown flag 80", spoiled(|p| p[0] = 0x80)),
        malformed("ends within the id", spoiled(|p| p.truncate(16))),
        malformed("ends before the times", spoiled(|p| p.truncate(17))),
        malformed("ends within the times", spoiled(|p| p.truncate(20))),
        malformed("ends within the schema", spoiled(|p| p.truncate(26))),
        malformed("own limits are announced but missing", spoiled(|p| (p[0], _) = (8, p.truncate(23)))),
        malformed("a time of eleven bytes", spoiled(|p| drop(p.splice(17..22, [0xff; 10])))),
        malformed(
            "a time of more than 64 bits",
            spoiled(|p| {
                p.splice(17..22, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]);
            }),
        ),
        malformed("a time that is longer than it needs to be", spoiled(|p| drop(p.splice(17..22, [0x81, 0])))),
        malformed(
            "a time of zeros that never ends",
            spoiled(|p| {
                p.splice(17..22, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]);
            }),
        ),
        malformed("times that add up to more than 64 bits", spoiled(overflow)),
        malformed("padding is announced but missing", spoiled(|p| p[0] = 0x10)),
        malformed(
            "padding of zeros alone",
            spoiled(|p| {
                p[0] = 0x10;
                p.truncate(27);
                p.extend_from_slice(&[0; 9]);
            }),
        ),
        malformed(
            "padding that is not zero",
            spoiled(|p| {
                p[0] = 0x10;
                p.extend_from_slice(&[0x80, 0, 1]);
            }),
        ),
    ]
}

fn push_varints(out: &mut Vec<u8>, numbers: &[u64]) {
    numbers.iter().for_each(|number| out.extend(postcard::to_allocvec(number).unwrap()));
}

fn lives() -> Vec<RefusalCase> {
    let now = NOW.as_unix();
    vec![
        refusal("issued 61 seconds ahead", "not_yet_valid", timed(now, now + 61, None)),
        refusal("created and issued far ahead", "not_yet_valid", timed(now + 86400, now + 86400, None)),
        refusal("at the end of its lifetime", "expired_lifetime", timed(now - LIFETIME, now, None)),
        refusal("at the end of its idle timeout", "expired_idle", timed(now - IDLE, now - IDLE, None)),
        refusal("at the end of its own lifetime", "expired_lifetime", timed(now - 60, now, Some((60, 60)))),
        refusal("at the end of its own idle timeout", "expired_idle", timed(now - 60, now - 60, Some((3600, 60)))),
        refusal(
            "an own lifetime above 400 days counts as 400 days",
            "expired_lifetime",
            timed(now - 400 * 86400, now, Some((u64::MAX, u64::MAX))),
        ),
        RefusalCase {
            now: u64::MAX,
            ..refusal(
                "the last second of time",
                "expired_lifetime",
                timed(u64::MAX - 1, u64::MAX, Some((u64::MAX, u64::MAX))),
            )
        },
        refusal("a schema that is not known", "foreign_schema", spoiled(|p| p[23] ^= 1)),
    ]
}
