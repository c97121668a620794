//! Values to refuse: sessions in a store.

mod broken;

use super::refusals::{RefusalCase, put, refusal};
use super::*;
use crate::store::RecordKey;

/// The session of all these cases, after the third write of its record.
fn head() -> Head {
    Head { generation: 3, ..contents(b"").head }
}

/// Flags, id at 1, times at 17, generation at 23.
fn reference() -> Vec<u8> {
    unpadded(&Plaintext::Reference(head()))
}

/// Flags, id at 1, times at 17, generation at 23, until at 24, schema at 29, payload at 33.
fn record(retired: bool) -> Vec<u8> {
    let contents = Contents { head: head(), schema: Schema::from_bytes(seed("schema")), payload: b"hello" };
    unpadded(&Plaintext::Record(contents, RecordState { ends: NOW.plus(60), retired }))
}

/// Flags, id at 1, times at 17, generation at 23, until at 24.
fn ended() -> Vec<u8> {
    unpadded(&Plaintext::Ended(head(), NOW.plus(60)))
}

fn cookie(plaintext: &[u8]) -> String {
    value(&raw(plaintext))
}

fn sealed(plaintext: &[u8]) -> Vec<u8> {
    raw_under("vector key 1", Purpose::Record, plaintext)
}

fn record_key() -> String {
    RecordKey::of(head().id).to_string()
}

fn spoiled(mut plaintext: Vec<u8>, spoil: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    spoil(&mut plaintext);
    plaintext
}

/// A good reference, and these bytes as its record.
fn stored(name: &'static str, reason: &'static str, record: Vec<u8>) -> RefusalCase {
    let store = Some(vec![(record_key(), record)]);
    RefusalCase { store, ..refusal(name, reason, cookie(&reference())) }
}

pub(super) fn refusals() -> Vec<RefusalCase> {
    [references(), replays(), stores(), orders(), broken::refusals()].into_iter().flatten().collect()
}

/// What is wrong with a reference itself, so that no store is asked.
fn references() -> Vec<RefusalCase> {
    let malformed = |name, spoil: fn(&mut Vec<u8>)| {
        let good = Some(vec![(record_key(), sealed(&record(false)))]);
        RefusalCase { store: good, ..refusal(name, "malformed", cookie(&spoiled(reference(), spoil))) }
    };
    let timed = |created: u64, issued: u64, own: Option<(u64, u64)>| {
        let own_limits = own.map(|(lifetime, idle)| OwnLimits { lifetime, idle });
        let (created, issued) = (Timestamp::from_unix(created), Timestamp::from_unix(issued));
        cookie(&unpadded(&Plaintext::Reference(Head { created, issued, own_limits, ..head() })))
    };
    let now = NOW.as_unix();
    vec![
        malformed("a reference without a generation", |p| {
            p[0] = 1;
            p.truncate(23);
        }),
        malformed("a reference of generation 0", |p| p[23] = 0),
        malformed("a generation that is longer than it needs to be, of a reference", |p| put(p, 23..24, NOT_SHORTEST)),
        malformed("a generation of more than 64 bits, of a reference", |p| put(p, 23..24, ABOVE_64_BITS)),
        malformed("a reference that ends within its generation", |p| p[23] = 0x80),
        malformed("a reference that ends before its generation", |p| p.truncate(23)),
        malformed("a reference with an until", |p| {
            p[0] |= 0x40;
            push_varints(p, &[NOW.as_unix() + 60]);
        }),
        malformed("a reference with an until in place of its generation", |p| {
            p[0] = 0x41;
            put(p, 23..24, &[]);
            push_varints(p, &[NOW.as_unix() + 60]);
        }),
        malformed("one zero byte behind a reference", |p| p.push(0)),
        malformed("a schema behind a reference", |p| p.extend_from_slice(&seed::<4>("schema"))),
        malformed("a schema and a payload behind a reference", |p| {
            p.extend_from_slice(&seed::<4>("schema"));
            p.extend_from_slice(b"hello");
        }),
        malformed("a schema behind a reference, padded", |p| {
            p[0] |= 0x10;
            p.extend_from_slice(&seed::<4>("schema"));
            p.extend_from_slice(&[0x80, 0, 0]);
        }),
        malformed("two paddings behind a reference", |p| {
            p[0] |= 0x10;
            p.extend_from_slice(&[0x80, 0, 0x80, 0]);
        }),
        malformed("padding that is not announced behind a reference", |p| p.extend_from_slice(&[0x80, 0, 0])),
        malformed("padding is announced but missing behind a reference", |p| p[0] |= 0x10),
        malformed("padding of zeros alone behind a reference", |p| {
            p[0] |= 0x10;
            p.extend_from_slice(&[0; 9]);
        }),
        refusal("unknown flag 80 on a reference", "unknown_format", cookie(&spoiled(reference(), |p| p[0] |= 0x80))),
        refusal("a reference issued 61 seconds ahead", "not_yet_valid", timed(now, now + 61, None)),
        refusal("a reference at the end of its lifetime", "expired_lifetime", timed(now - 60, now, Some((60, 60)))),
        refusal("a reference at the end of its idle timeout", "expired_idle", timed(now - 86400, now - 86400, None)),
    ]
}

/// A cookie in place of a record, a record in place of a cookie, one record in place of another.
fn replays() -> Vec<RefusalCase> {
    let inline = || unpadded(&Plaintext::Inline(Contents { head: head(), ..contents(b"hello") }, Some(NOW.plus(60))));
    let of_another = |id: u8| spoiled(record(false), |p| p[1..17].fill(id));
    vec![
        refusal("a record as a cookie", "tampered", value(&sealed(&record(false)))),
        refusal("a retired record as a cookie", "tampered", value(&sealed(&record(true)))),
        refusal("word that a session was ended as a cookie", "tampered", value(&sealed(&ended()))),
        refusal("a record sealed as a cookie", "malformed", cookie(&record(false))),
        refusal("a retired record sealed as a cookie", "malformed", cookie(&record(true))),
        refusal("word that a session was ended sealed as a cookie", "malformed", cookie(&ended())),
        stored("a cookie as a record", "tampered", raw(&inline())),
        stored("a reference as a record", "tampered", raw(&reference())),
        stored("an inline session sealed as a record", "malformed", sealed(&inline())),
        stored("a reference sealed as a record", "malformed", sealed(&reference())),
        stored("a record of another session", "tampered", sealed(&of_another(8))),
        stored("a record of a session without an id", "tampered", sealed(&of_another(0))),
    ]
}

/// What the store has.
fn stores() -> Vec<RefusalCase> {
    let good = sealed(&record(false));
    let ending = |end: u64, retired| sealed(&spoiled(record(retired), |p| put_varint(p, 24..29, end)));
    let at = |key: String| RefusalCase {
        store: Some(vec![(key, good.clone())]),
        ..refusal("a record under another key only", "record_missing", cookie(&reference()))
    };
    let now = NOW.as_unix();
    vec![
        refusal("a reference without a store", "no_store", cookie(&reference())),
        RefusalCase {
            store: Some(Vec::new()),
            ..refusal("a reference without a record", "record_missing", cookie(&reference()))
        },
        at(RecordKey::of(SessionId::from_bytes([8; 16])).to_string()),
        stored("a record at its end", "record_missing", ending(now, false)),
        stored("a retired record at its end", "record_missing", ending(now, true)),
        stored("a record that ended at the beginning of time", "record_missing", ending(0, false)),
        RefusalCase {
            now: now + 60,
            ..stored("a record at its end while its session goes on", "record_missing", good.clone())
        },
        stored("a record of the write before", "rolled_back", sealed(&spoiled(record(false), |p| p[23] = 2))),
        stored("a retired record of the first write", "rolled_back", sealed(&spoiled(record(true), |p| p[23] = 1))),
        stored("a record with a schema that is not known", "foreign_schema", {
            sealed(&spoiled(record(false), |p| p[29] ^= 1))
        }),
    ]
}

/// Two things are wrong: which of them a reader finds first.
fn orders() -> Vec<RefusalCase> {
    let stale = Head { created: Timestamp::from_unix(0), ..head() };
    let ended = |spoil: fn(&mut Vec<u8>)| {
        let ended = spoiled(record(false), |p| put_varint(p, 24..29, NOW.as_unix()));
        sealed(&spoiled(ended, spoil))
    };
    vec![
        refusal(
            "an expired reference without a store",
            "expired_lifetime",
            cookie(&unpadded(&Plaintext::Reference(stale))),
        ),
        stored("a record of another session at its end", "tampered", ended(|p| p[1..17].fill(8))),
        stored("a record of the write before at its end", "record_missing", ended(|p| p[23] = 2)),
        stored("a record of the write before with a schema that is not known", "rolled_back", {
            sealed(&spoiled(record(false), |p| (p[23], p[29]) = (2, 0)))
        }),
        stored("a record of another session of the write before", "tampered", {
            sealed(&spoiled(record(false), |p| (p[1], p[23]) = (8, 2)))
        }),
    ]
}

fn put_varint(bytes: &mut Vec<u8>, place: std::ops::Range<usize>, number: u64) {
    let mut varint = Vec::new();
    push_varints(&mut varint, &[number]);
    put(bytes, place, &varint);
}
