//! The published vectors of format 1. They are written by this test when `WRITE_VECTORS` is set, and compared otherwise.
//! That they hold is for `src/vectors/format_1.rs` to say.

use serde_json::{Value, json};

use super::cases::{IDLE, Kind, LIFETIME, RefusalCase, TokenCase, refusals, seed, tokens};
use super::*;
use crate::kdf::hkdf_sha256;
use crate::store::RecordKey;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/format-1.json");

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
    if std::env::var_os("WRITE_VECTORS").is_some() {
        std::fs::write(FILE, format!("{}\n", serde_json::to_string_pretty(&made).unwrap())).unwrap();
    }
    // Values, and not text: the order of fields is a matter of serde_json's features, which other crates turn on.
    let published: Value = serde_json::from_str(&std::fs::read_to_string(FILE).unwrap()).unwrap();
    assert!(published == made, "the code no longer makes the tokens that {FILE} publishes");
    assert!(tokens().len() >= 40 && refusals().len() >= 150, "{} and {}", tokens().len(), refusals().len());
}

fn token_json(case: &TokenCase) -> Value {
    let (secret, sealer, plaintext) = (seed::<32>(case.key), case.sealer(), case.plaintext());
    let ring = sealer.keyring.load();
    let entry = ring.sealing(NOW).unwrap();
    let nonce: [u8; NONCE_LEN] = seed(&format!("nonce of {}", case.name));
    let token = sealer.seal_under(case.purpose(), entry, nonce, &plaintext).unwrap();
    let mut one_time_key = [0; 32];
    entry.cipher.message_key(nonce.first_chunk().unwrap(), &mut one_time_key);
    let is_cookie = matches!(case.purpose(), Purpose::Cookie);
    let value = is_cookie.then(|| encoding::encode(&token));

    let mut written = Vec::new();
    plaintext.write(&mut written, case.padding);
    let seal_key = hkdf_sha256::<32>(&[], &secret, b"sealed-session/1 seal");
    let has_data = !matches!(case.kind, Kind::Reference | Kind::Ended);
    json!({
        "name": case.name,
        "purpose": if is_cookie { "cookie" } else { "record" },
        "kind": case.kind as u8,
        "secret": hex(&secret),
        "seal_key": hex(&*seal_key),
        "key_id": hex(&entry.id.to_bytes()),
        "cookie_name": case.cookie_name,
        "context": case.context,
        "aad": hex(sealer.aad(case.purpose(), entry.id).as_ref()),
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
        "one_time_key": hex(&one_time_key),
        "ciphertext": hex(&token[29..token.len() - 16]),
        "tag": hex(&token[token.len() - 16..]),
        "token": hex(&token),
        "value": value,
        "record_key": (case.generation > 0).then(|| RecordKey::of(case.head().id).to_string()),
        "record": case.record,
        "opens_at": case.opens_at,
    })
}

fn refusal_json(case: &RefusalCase) -> Value {
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
