//! The published vectors of format 1. They are written by this test when `WRITE_VECTORS` is set, and compared otherwise.

use serde_json::{Value, json};
use xaes_256_gcm::aes::Aes256;
use xaes_256_gcm::aes::cipher::{BlockCipherEncrypt, KeyInit};

use super::cases::{IDLE, Kind, LIFETIME, RefusalCase, TokenCase, refusals, seed, tokens};
use super::shelf::{Session, Shelf, open};
use super::*;
use crate::kdf::hkdf_sha256;
use crate::policy::Limits;
use crate::store::RecordKey;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/format-1.json");
const LIMITS: Limits = Limits { lifetime: LIFETIME, idle: IDLE, remember: IDLE };

#[test]
fn the_published_vectors_hold() {
    let made = json!({
        "format": 1,
        "specification": "docs/format.md",
        "encoding": "bytes are hex; value, cookie_name and context are text",
        "lifetime": LIFETIME,
        "idle": IDLE,
        "tokens": tokens().iter().map(token_json).collect::<Vec<_>>(),
        "refusals": refusals().iter().map(refusal_json).collect::<Vec<_>>(),
    });
    let text = format!("{}\n", serde_json::to_string_pretty(&made).unwrap());
    if std::env::var_os("WRITE_VECTORS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    let published = std::fs::read_to_string(FILE).unwrap();
    assert!(published == text, "the code no longer makes the tokens that {FILE} publishes");
    assert!(tokens().len() >= 40 && refusals().len() >= 150, "{} and {}", tokens().len(), refusals().len());
}

fn token_json(case: &TokenCase) -> Value {
    let (secret, sealer, plaintext) = (seed::<32>(case.key), case.sealer(), case.plaintext());
    let ring = sealer.keyring.load();
    let entry = ring.sealing(NOW).unwrap();
    let nonce: [u8; NONCE_LEN] = seed(&format!("nonce of {}", case.name));
    let (purpose, binding) = match case.purpose() {
        Purpose::Cookie => ("cookie", &sealer.cookie),
        Purpose::Record => ("record", &sealer.record),
    };
    let token = sealer.seal_under(binding, entry, nonce, &plaintext).unwrap();
    let value = (purpose == "cookie").then(|| {
        let mut value = String::new();
        encoding::encode_onto(&token, &mut value);
        value
    });
    opens(case, &token, value.as_deref());

    let mut written = Vec::new();
    plaintext.write(&mut written, case.padding);
    let seal_key = hkdf_sha256::<32>(&[], &secret, b"sealed-session/1 seal");
    let has_data = !matches!(case.kind, Kind::Reference | Kind::Ended);
    json!({
        "name": case.name,
        "purpose": purpose,
        "kind": case.kind as u8,
        "secret": hex(&secret),
        "seal_key": hex(&*seal_key),
        "key_id": hex(&entry.id.to_bytes()),
        "cookie_name": case.cookie_name,
        "context": case.context,
        "aad": hex(binding.aad(FORMAT, entry.id).as_ref()),
        "session_id": hex(&case.head().id.to_bytes()),
        "created": case.created,
        "issued": case.issued,
        "own_limits": case.own_limits.map(|(lifetime, idle)| json!({ "lifetime": lifetime, "idle": idle })),
        "generation": (case.generation > 0).then_some(case.generation),
        "until": case.until,
        "schema": has_data.then(|| hex(&seed::<4>("schema"))),
        "payload": has_data.then(|| hex(&case.payload)),
        "padded_to": case.padding,
        "plaintext": hex(&written),
        "nonce": hex(&nonce),
        "one_time_key": hex(&one_time_key(&seal_key, &nonce)),
        "ciphertext": hex(&token[29..token.len() - 16]),
        "tag": hex(&token[token.len() - 16..]),
        "token": hex(&token),
        "value": value,
        "record_key": (case.generation > 0).then(|| RecordKey::of(case.head().id).to_string()),
        "record": case.record,
        "opens_at": case.opens_at,
    })
}

/// A token opens when it should, a reference with its record.
fn opens(case: &TokenCase, token: &[u8], value: Option<&str>) {
    let record = case.record.map(|name| tokens().into_iter().find(|record| record.name == name).unwrap());
    let holder = record.as_ref().unwrap_or(case);
    let sealer = match holder.key {
        name if name == case.key => case.sealer(),
        name => case.sealer_with([key(case.key), key(name)]),
    };
    let shelf = record.as_ref().map(|record| {
        let (sealer, nonce) = (record.sealer(), seed(&format!("nonce of {}", record.name)));
        let ring = sealer.keyring.load();
        let data = sealer.seal_under(&sealer.record, ring.sealing(NOW).unwrap(), nonce, &record.plaintext()).unwrap();
        Shelf([(RecordKey::of(record.head().id).to_string(), data)].into())
    });
    if case.kind == Kind::Ended {
        let found = sealer.open_record(token.to_vec(), case.head().id, NOW);
        assert!(matches!(found, Ok(None)), "{}", case.name);
    }
    for now in case.opens_at.iter().map(|now| Timestamp::from_unix(*now)) {
        let Some(value) = value else {
            let (opened, state) = sealer.open_record(token.to_vec(), case.head().id, now).unwrap().unwrap();
            assert!(now < state.ends, "{} at {now:?}", case.name);
            assert_eq!((state.ends.as_unix(), state.retired), (case.until.unwrap(), case.kind == Kind::Retired));
            assert_eq!((opened.head, opened.payload()), (case.head(), &*case.payload), "{}", case.name);
            continue;
        };
        let (head, schema, payload) = (case.head(), Schema::from_bytes(seed("schema")), holder.payload.clone());
        let session = open(&sealer, LIMITS, value, shelf.as_ref(), now);
        assert_eq!(session, Ok(Session { head, schema, payload }), "{} at {now:?}", case.name);
        let until = sealer.open(value.as_bytes(), now).unwrap().record_until();
        assert_eq!(until.map(Timestamp::as_unix), case.until, "{}", case.name);
    }
}

/// Section 3 of the specification, for the intermediate value that the cipher does not show.
fn one_time_key(seal_key: &[u8; 32], nonce: &[u8; NONCE_LEN]) -> Vec<u8> {
    let cipher = Aes256::new(seal_key.into());
    let encrypt = |block: [u8; 16]| {
        let mut block = block.into();
        cipher.encrypt_block(&mut block);
        <[u8; 16]>::from(block)
    };
    let l = u128::from_be_bytes(encrypt([0; 16]));
    let k1 = (l << 1) ^ if l >> 127 == 1 { 0x87 } else { 0 };
    let half = |counter: u8| {
        let mut message = [0, counter, b'X', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        message[4..].copy_from_slice(&nonce[..12]);
        encrypt((u128::from_be_bytes(message) ^ k1).to_be_bytes())
    };
    [half(1), half(2)].concat()
}

fn refusal_json(case: &RefusalCase) -> Value {
    let mut first = ScheduledKey::new(key("vector key 1"));
    if let Some(until) = case.open_until {
        first = first.open_until(Timestamp::from_unix(until));
    }
    if case.revoked {
        first = first.revoked();
    }
    let ring = Keyring::new([first, key("vector key 2").into()]).unwrap();
    let sealer = Sealer::new(ring, case.cookie_name, case.context).unwrap();
    let shelf = case.store.as_ref().map(|records| Shelf(records.iter().cloned().collect()));
    let opened = open(&sealer, LIMITS, &case.value, shelf.as_ref(), Timestamp::from_unix(case.now));
    let known = Schema::from_bytes(seed("schema"));
    let reason = match opened {
        Err(reason) => reason,
        Ok(session) if session.schema != known => Refusal::ForeignSchema.as_str(),
        Ok(_) => "none",
    };
    assert_eq!(reason, case.reason, "{}", case.name);
    json!({
        "name": case.name,
        "reason": case.reason,
        "value": case.value,
        "keys": [
            { "secret": hex(&seed::<32>("vector key 1")), "open_until": case.open_until, "revoked": case.revoked },
            { "secret": hex(&seed::<32>("vector key 2")), "open_until": null, "revoked": false },
        ],
        "cookie_name": case.cookie_name,
        "context": case.context,
        "now": case.now,
        "schemas": [hex(&seed::<4>("schema"))],
        "store": case.store.as_ref().map(|records| {
            records.iter().map(|(key, data)| (key.clone(), json!(hex(data)))).collect::<serde_json::Map<_, _>>()
        }),
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
