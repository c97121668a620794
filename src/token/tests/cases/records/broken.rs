//! Values to refuse: good references to records that are broken.

use super::*;

pub(super) fn refusals() -> Vec<RefusalCase> {
    [envelopes(), plaintexts(), ended_sessions(), numbers()].into_iter().flatten().collect()
}

/// What is wrong around the plaintext of a record.
fn envelopes() -> Vec<RefusalCase> {
    let changed = |change: fn(&mut Vec<u8>)| spoiled(sealed(&record(false)), change);
    let under = |key_name| raw_under(key_name, Purpose::Record, &record(false));
    let bound = |cookie_name: &str, context: &str| {
        let sealer = Sealer::new(Keyring::new([key("vector key 1")]).unwrap(), cookie_name, context).unwrap();
        let ring = sealer.keyring.load();
        let contents = Contents { head: head(), schema: Schema::from_bytes(seed("schema")), payload: b"hello" };
        let plaintext = Plaintext::Record(contents, RecordState { ends: NOW.plus(60), retired: false });
        sealer.seal_under(Purpose::Record, ring.sealing(NOW).unwrap(), seed("raw"), &plaintext).unwrap()
    };
    // The cookie is under the other key.
    let reference = || value(&raw_under("vector key 2", Purpose::Cookie, &reference()));
    vec![
        stored("an empty record", "malformed", Vec::new()),
        stored("a record of format 00", "unknown_format", changed(|t| t[0] = 0)),
        stored("a record of format 02", "unknown_format", changed(|t| t[0] = 2)),
        stored("a record in base64url", "unknown_format", value(&changed(|_| {})).into_bytes()),
        stored("a record without room for a tag", "malformed", changed(|t| t.truncate(44))),
        stored("a record under a key that we do not have", "unknown_key", under("vector key 3")),
        RefusalCase {
            revoked: true,
            value: reference(),
            ..stored("a record under a revoked key", "revoked_key", changed(|_| {}))
        },
        RefusalCase {
            open_until: Some(NOW.as_unix()),
            value: reference(),
            ..stored("a record under a key at its end", "ended_key", changed(|_| {}))
        },
        stored("a record, one bit of the nonce", "tampered", changed(|t| t[5] ^= 0x80)),
        stored("a record, one bit of the ciphertext", "tampered", changed(|t| t[29] ^= 0x80)),
        stored("a record, one bit of the tag", "tampered", changed(|t| *t.last_mut().unwrap() ^= 1)),
        stored("a record, one byte short", "tampered", changed(|t| t.truncate(t.len() - 1))),
        stored("a record, one byte too many", "tampered", changed(|t| t.push(0))),
        stored("a record made for another name", "tampered", bound("__Host-other", "")),
        stored("a record made for another context", "tampered", bound("__Host-session", "admin")),
    ]
}

/// What is wrong with the plaintext of a record.
fn plaintexts() -> Vec<RefusalCase> {
    let malformed =
        |name, retired, spoil: fn(&mut Vec<u8>)| stored(name, "malformed", sealed(&spoiled(record(retired), spoil)));
    let unknown =
        |name, spoil: fn(&mut Vec<u8>)| stored(name, "unknown_format", sealed(&spoiled(record(false), spoil)));
    let lacking = |name, flags, place: std::ops::Range<usize>| {
        let lacking = spoiled(record(false), |p| {
            p[0] = flags;
            put(p, place, &[]);
        });
        stored(name, "malformed", sealed(&lacking))
    };
    vec![
        stored("a record of an empty plaintext", "malformed", sealed(&[])),
        malformed("a record of kind 4 with its data", false, |p| p[0] = 0x64),
        unknown("a record of kind 5", |p| p[0] = 0x65),
        unknown("a record of kind 6", |p| p[0] = 0x66),
        unknown("a record of kind 7", |p| p[0] = 0x67),
        unknown("unknown flag 80 on a record", |p| p[0] |= 0x80),
        lacking("a record without a generation", 0x42, 23..24),
        lacking("a retired record without a generation", 0x43, 23..24),
        lacking("a record without an until", 0x22, 24..29),
        lacking("a retired record without an until", 0x23, 24..29),
        lacking("a record with neither", 2, 23..29),
        malformed("a record that ends within the id", false, |p| p.truncate(16)),
        malformed("a record that ends before its generation", false, |p| p.truncate(23)),
        malformed("a record that ends before its until", false, |p| p.truncate(24)),
        malformed("a record that ends within its until", false, |p| p.truncate(28)),
        malformed("a record that ends before its schema", false, |p| p.truncate(29)),
        malformed("a record that ends within its schema", false, |p| p.truncate(32)),
        malformed("a retired record that ends within its schema", true, |p| p.truncate(32)),
        malformed("own limits of a record are announced but missing", false, |p| {
            p[0] |= 8;
            p.truncate(23);
        }),
        malformed("padding of a record is announced but missing", false, |p| p[0] |= 0x10),
        malformed("padding of a record that is not zero", false, |p| {
            p[0] |= 0x10;
            p.extend_from_slice(&[0x80, 0, 1]);
        }),
    ]
}

/// Words that a session was ended, as they should be and otherwise.
fn ended_sessions() -> Vec<RefusalCase> {
    let missing = |name, spoil: fn(&mut Vec<u8>)| stored(name, "record_missing", sealed(&spoiled(ended(), spoil)));
    let malformed = |name, spoil: fn(&mut Vec<u8>)| stored(name, "malformed", sealed(&spoiled(ended(), spoil)));
    vec![
        missing("a session that was ended", |_| {}),
        missing("a session that was ended by a request that knew less", |p| p[23] = 1),
        missing("a session that was ended long ago", |p| put_varint(p, 24..29, 0)),
        missing("a session that was ended, padded", |p| {
            p[0] |= 0x10;
            p.extend_from_slice(&[0x80, 0, 0]);
        }),
        stored("word that another session was ended", "tampered", sealed(&spoiled(ended(), |p| p[1..17].fill(8)))),
        malformed("an ended session without a generation", |p| {
            p[0] = 0x44;
            put(p, 23..24, &[]);
        }),
        malformed("an ended session without an until", |p| {
            p[0] = 0x24;
            p.truncate(24);
        }),
        malformed("an ended session of generation 0", |p| p[23] = 0),
        malformed("an ended session that ends within its until", |p| p.truncate(28)),
        malformed("one zero byte behind an ended session", |p| p.push(0)),
        malformed("a schema behind an ended session, padded", |p| {
            p[0] |= 0x10;
            p.extend_from_slice(&seed::<4>("schema"));
            p.extend_from_slice(&[0x80, 0, 0]);
        }),
        malformed("padding is announced but missing behind an ended session", |p| p[0] |= 0x10),
        stored("unknown flag 80 on an ended session", "unknown_format", sealed(&spoiled(ended(), |p| p[0] |= 0x80))),
    ]
}

fn numbers() -> Vec<RefusalCase> {
    let malformed = |name, retired, place, bytes: &[u8]| {
        stored(name, "malformed", sealed(&spoiled(record(retired), |p| put(p, place, bytes))))
    };
    let (generation, until) = (23..24, 24..29);
    vec![
        malformed("a record of generation 0", false, generation.clone(), &[0]),
        malformed("a retired record of generation 0", true, generation.clone(), &[0]),
        malformed("a generation of a record that is longer than it needs to be", false, generation.clone(), &[0x83, 0]),
        malformed("a generation of a record of more than 64 bits", false, generation.clone(), ABOVE_64_BITS),
        malformed("a generation of a record that never ends", false, generation, NEVER_ENDS),
        malformed("an until of a record that is longer than it needs to be", false, until.clone(), &{
            let mut longer = Vec::new();
            push_varints(&mut longer, &[NOW.as_unix() + 60]);
            *longer.last_mut().unwrap() |= 0x80;
            longer.push(0);
            longer
        }),
        malformed("an until of a record of more than 64 bits", false, until.clone(), ABOVE_64_BITS),
        malformed("an until of a record that never ends", false, until, NEVER_ENDS),
    ]
}
