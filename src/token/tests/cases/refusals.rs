//! Values to refuse: what a reader of cookies sees. Those that need a store are in `records.rs`.

use super::*;

/// A value to refuse, and what its reader knows.
pub(in super::super) struct RefusalCase {
    pub(in super::super) name: &'static str,
    pub(in super::super) value: String,
    pub(in super::super) reason: &'static str,
    pub(in super::super) cookie_name: &'static str,
    pub(in super::super) context: &'static str,
    pub(in super::super) now: u64,
    /// End and revocation of the key `vector key 1`.
    pub(in super::super) open_until: Option<u64>,
    pub(in super::super) revoked: bool,
    /// The records of the reader's store, if it has one: under which key, and the bytes.
    pub(in super::super) store: Option<Vec<(String, Vec<u8>)>>,
}

pub(super) fn refusal(name: &'static str, reason: &'static str, value: String) -> RefusalCase {
    RefusalCase {
        name,
        value,
        reason,
        cookie_name: "__Host-session",
        context: "",
        now: NOW.as_unix(),
        open_until: None,
        revoked: false,
        store: None,
    }
}

/// Other bytes in this place.
pub(super) fn put(bytes: &mut Vec<u8>, place: std::ops::Range<usize>, others: &[u8]) {
    bytes.splice(place, others.iter().copied());
}

fn hello() -> Contents<'static> {
    Contents { schema: Schema::from_bytes(seed("schema")), ..contents(b"hello") }
}

/// A plaintext that was opened, spoiled.
fn spoiled(spoil: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut plaintext = unpadded(&Plaintext::Inline(hello(), None));
    spoil(&mut plaintext);
    value(&raw(&plaintext))
}

/// A good token, changed as bytes.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut token = raw(&unpadded(&Plaintext::Inline(hello(), None)));
    change(&mut token);
    value(&token)
}

fn timed(created: u64, issued: u64, own_limits: Option<(u64, u64)>) -> String {
    let mut contents = hello();
    contents.head.created = Timestamp::from_unix(created);
    contents.head.issued = Timestamp::from_unix(issued);
    contents.head.own_limits = own_limits.map(|(lifetime, idle)| OwnLimits { lifetime, idle });
    value(&raw(&unpadded(&Plaintext::Inline(contents, None))))
}

pub(in super::super) fn refusals() -> Vec<RefusalCase> {
    [spellings(), envelopes(), plaintexts(), numbers(), lives(), records::refusals()].into_iter().flatten().collect()
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
        value(&sealer.seal_under(Purpose::Cookie, ring.sealing(NOW).unwrap(), seed("other"), &token).unwrap())
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
        tampered("no ciphertext", changed(|t| put(t, 29..last - 15, &[]))),
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
    let unknown = |name, value| refusal(name, "unknown_format", value);
    let overflow = |p: &mut Vec<u8>| {
        p.truncate(17);
        push_varints(p, &[u64::MAX, 1]);
        p.extend_from_slice(&seed::<4>("schema"));
    };
    vec![
        malformed("an empty plaintext", value(&raw(&[]))),
        malformed("kind 1 in place of kind 0", spoiled(|p| p[0] = 1)),
        unknown("kind 5", spoiled(|p| p[0] = 5)),
        unknown("kind 6", spoiled(|p| p[0] = 6)),
        unknown("kind 7", spoiled(|p| p[0] = 7)),
        unknown("unknown flag 80", spoiled(|p| p[0] = 0x80)),
        malformed("ends within the id", spoiled(|p| p.truncate(16))),
        malformed("ends before the times", spoiled(|p| p.truncate(17))),
        malformed("ends within the times", spoiled(|p| p.truncate(20))),
        malformed("ends within the schema", spoiled(|p| p.truncate(26))),
        malformed("own limits are announced but missing", spoiled(|p| (p[0], _) = (8, p.truncate(23)))),
        malformed("a time of eleven bytes", spoiled(|p| put(p, 17..22, &[0xff; 10]))),
        malformed("a time of more than 64 bits", spoiled(|p| put(p, 17..22, ABOVE_64_BITS))),
        malformed("a time that is longer than it needs to be", spoiled(|p| put(p, 17..22, NOT_SHORTEST))),
        malformed("a time of zeros that never ends", spoiled(|p| put(p, 17..22, NEVER_ENDS))),
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

/// The numbers that only sessions with a record have.
fn numbers() -> Vec<RefusalCase> {
    /// An inline session with this flag, and these bytes behind its times.
    fn with(flag: u8, number: &[u8]) -> String {
        spoiled(|p| {
            p[0] = flag;
            put(p, 23..23, number);
        })
    }
    /// One that ends there.
    fn ending(flag: u8, number: &[u8]) -> String {
        spoiled(|p| {
            p[0] = flag;
            p.truncate(23);
            p.extend_from_slice(number);
        })
    }
    let malformed = |name, value| refusal(name, "malformed", value);
    vec![
        malformed("generation 0", with(0x20, &[0])),
        malformed("a generation that is longer than it needs to be", with(0x20, NOT_SHORTEST)),
        malformed("a generation of more than 64 bits", with(0x20, ABOVE_64_BITS)),
        malformed("a generation that never ends", with(0x20, NEVER_ENDS)),
        malformed("a generation is announced but missing", ending(0x20, &[])),
        malformed("ends within the generation", ending(0x20, &[0x80])),
        malformed("ends behind the generation", ending(0x20, &[1])),
        malformed("an until that is longer than it needs to be", with(0x40, NOT_SHORTEST)),
        malformed("an until of more than 64 bits", with(0x40, ABOVE_64_BITS)),
        malformed("an until that never ends", with(0x40, NEVER_ENDS)),
        malformed("an until is announced but missing", ending(0x40, &[])),
        malformed("ends within until", ending(0x40, &[0x80])),
        malformed("ends behind until", ending(0x40, &[1])),
        malformed("generation 0 before an until", with(0x60, &[0, 1])),
        malformed("an until is announced but missing behind a generation", ending(0x60, &[1])),
    ]
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
