//! The published vectors of format 1. They are written by this test when `WRITE_VECTORS` is set, and compared otherwise.

use serde_json::{Value, json};
use xaes_256_gcm::aes::Aes256;
use xaes_256_gcm::aes::cipher::{BlockCipherEncrypt, KeyInit};

use super::cases::{IDLE, LIFETIME, RefusalCase, TokenCase, refusals, seed, tokens};
use super::*;
use crate::kdf::hkdf_sha256;
use crate::policy::Limits;

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
    let text = format!("{}\n", serde_json::to_string_pretty(&made).unwrap());
    if std::env::var_os("WRITE_VECTORS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    let published = std::fs::read_to_string(FILE).unwrap();
    assert!(published == text, "the code no longer makes the tokens that {FILE} publishes");
    assert!(tokens().len() >= 12 && refusals().len() >= 30);
}

fn token_json(case: &TokenCase) -> Value {
    let (secret, sealer, contents) = (seed::<32>(case.key), case.sealer(), case.contents());
    let ring = sealer.keyring.load();
    let entry = ring.sealing(NOW).unwrap();
    let nonce: [u8; NONCE_LEN] = seed(&format!("nonce of {}", case.name));
    let token = sealer.seal_under(&sealer.cookie, entry, nonce, &Plaintext::Inline(contents, None)).unwrap();
    let mut value = String::new();
    encoding::encode_onto(&token, &mut value);
    let opened = sealer.open(value.as_bytes(), NOW).unwrap();
    let limits = Limits { lifetime: LIFETIME, idle: IDLE, remember: IDLE };
    for now in &case.opens_at {
        assert_eq!(limits.check(&opened.head, Timestamp::from_unix(*now)), Ok(()), "{} at {now}", case.name);
    }
    assert_eq!((opened.head, opened.payload()), (contents.head, contents.payload), "{}", case.name);

    let mut plaintext = Vec::new();
    Plaintext::Inline(contents, None).write(&mut plaintext, case.padding);
    let seal_key = hkdf_sha256::<32>(&[], &secret, b"sealed-session/1 seal");
    json!({
        "name": case.name,
        "secret": hex(&secret),
        "seal_key": hex(&*seal_key),
        "key_id": hex(&entry.id.to_bytes()),
        "cookie_name": case.cookie_name,
        "context": case.context,
        "aad": hex(sealer.cookie.aad(FORMAT, entry.id).as_ref()),
        "session_id": hex(&contents.head.id.to_bytes()),
        "created": case.created,
        "issued": case.issued,
        "own_limits": case.own_limits.map(|(lifetime, idle)| json!({ "lifetime": lifetime, "idle": idle })),
        "schema": hex(&contents.schema.to_bytes()),
        "payload": hex(&case.payload),
        "padded_to": case.padding,
        "plaintext": hex(&plaintext),
        "nonce": hex(&nonce),
        "one_time_key": hex(&one_time_key(&seal_key, &nonce)),
        "ciphertext": hex(&token[29..token.len() - 16]),
        "tag": hex(&token[token.len() - 16..]),
        "token": hex(&token),
        "value": value,
        "opens_at": case.opens_at,
    })
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
    let now = Timestamp::from_unix(case.now);
    assert_eq!(open(case, now).unwrap_err().as_str(), case.reason, "{}", case.name);
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
    })
}

/// Everything that stands before the payload in the table of section 6.
fn open(case: &RefusalCase, now: Timestamp) -> Result<(), Refusal> {
    let mut first = ScheduledKey::new(key("vector key 1"));
    if let Some(until) = case.open_until {
        first = first.open_until(Timestamp::from_unix(until));
    }
    if case.revoked {
        first = first.revoked();
    }
    let ring = Keyring::new([first, key("vector key 2").into()]).unwrap();
    let opened = Sealer::new(ring, case.cookie_name, case.context).unwrap().open(case.value.as_bytes(), now)?;
    Limits { lifetime: LIFETIME, idle: IDLE, remember: IDLE }.check(&opened.head, now)?;
    if opened.schema() == Some(Schema::from_bytes(seed("schema"))) { Ok(()) } else { Err(Refusal::ForeignSchema) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
