//! What is left of a key in memory once it is dropped: nothing. Linux shows a process its own memory without `unsafe`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[cfg(feature = "config")]
mod configs;
mod scan;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use sealed_session::{Contents, Head, Key, Keyring, ScheduledKey, Schema, Sealer, SessionId, Timestamp};

use scan::{Found, Needle, Scanner};

/// A key of `tests/vectors/format-1.json`. Constants are in memory that nobody writes to, which is not looked through.
const SECRET: [u8; 32] = *b"\xef\xca\x76\x7f\x47\x99\x09\x43\x60\xa8\x67\x3b\xda\xb2\xa3\x7e\
                            \x6c\x6f\x89\x66\x2a\xe4\x47\xb5\x1e\x47\xd2\x59\x3f\xac\xc1\x12";
const SECRET_HEX: &str = "efca767f4799094360a8673bdab2a37e6c6f89662ae447b51e47d2593facc112";
const SECRET_BASE64: &str = "78p2f0eZCUNgqGc72rKjfmxviWYq5Ee1HkfSWT+swRI=";
/// What is derived from it: the seal key, which is also what AES begins its round keys with, and HKDF's key on the way.
const SEAL_KEY_HEX: &str = "6f18fc6c191c319a137be85b16c8d4c596838d92ba27393e02a3538f74a846a9";
const EXTRACTED_HEX: &str = "90195919c7349776a702f3b00b4846d82056facbbfd6d1af18c870d2fd920ada";
/// Its first token, and the key of the messages whose nonce begins as its does.
const TOKEN: &str = "Aapz1jFhN64RqGnO7euFju8LCpzKVOHlmaJ3AsnlC2d45kfCQbMJUbaGjAJH0PI3QvQ73Xb9fCPwXGMSgOL0UNOZJsadKkFO";
const MESSAGE_KEY_HEX: &str = "a83fdd70b6bf5c7837ceaab6856b49e29f154810146926be948dc68d19c60115";
const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

fn needles() -> Vec<Needle> {
    let extracted = Needle::hex("the extracted key", EXTRACTED_HEX);
    vec![
        Needle::hex("the secret", SECRET_HEX),
        Needle::bytes("the secret in base64", SECRET_BASE64.as_bytes()),
        Needle::hex("the seal key", SEAL_KEY_HEX),
        extracted.map("the extracted key in HMAC's inner block", 0x36),
        extracted.map("the extracted key in HMAC's outer block", 0x5c),
        extracted,
    ]
}

/// All that is looked for, and who looks: another thread, so that what this one has left on its stack stays as it is.
struct Memory {
    needles: Vec<Needle>,
    ask: Sender<Vec<Needle>>,
    answers: Receiver<Vec<Found>>,
    /// What was found where nothing should be.
    left: Vec<String>,
}

impl Memory {
    fn new(needles: Vec<Needle>) -> Self {
        let (ask, asked) = channel::<Vec<Needle>>();
        let (answer, answers) = channel();
        thread::spawn(move || {
            let mut scanner = Scanner::new();
            for needles in asked {
                answer.send(scanner.find(&needles)).unwrap();
            }
        });
        Self { needles, ask, answers, left: Vec::new() }
    }

    fn find(&self) -> Vec<Found> {
        self.ask.send(self.needles.clone()).unwrap();
        self.answers.recv().unwrap()
    }

    fn holds_none(&mut self, after: &str) {
        let found = self.find().into_iter();
        self.left.extend(found.map(|found| format!("after {after}: {}, {}", found.name, found.place)));
    }

    #[track_caller]
    fn holds(&self, name: &str, during: &str) {
        let found = self.find();
        assert!(found.iter().any(|found| found.name == name), "{during}: {name} was not found, {found:#?}");
    }
}

fn contents() -> Contents<'static> {
    let head = Head { id: SessionId::from_bytes([7; 16]), created: NOW, issued: NOW, own_limits: None, generation: 0 };
    Contents { head, schema: Schema::from_label("demo"), payload: b"hello" }
}

/// Whether AES's round keys are as the standard has them, in hardware, and not spread out over bits.
fn aes_is_hardware() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("aes");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

#[test]
fn what_is_left_of_keys() {
    let mut memory = Memory::new(needles());
    let memory = &mut memory;
    memory.holds_none("nothing");
    for step in [plain_keys, generated_keys, rings, replaced_rings, seals] {
        step(memory);
    }
    #[cfg(feature = "config")]
    configs::all(memory);
    assert!(memory.left.is_empty(), "{:#?}", memory.left);
}

fn plain_keys(memory: &mut Memory) {
    let key = Key::from_bytes(SECRET).unwrap();
    memory.holds("the secret", "a key from bytes");
    drop(key);
    memory.holds_none("a key from bytes");

    let key = Key::from_base64(SECRET_BASE64).unwrap();
    memory.holds("the secret", "a key from base64");
    let copy = key.clone();
    let text = key.expose_base64();
    memory.holds("the secret in base64", "a key that was exposed");
    drop((key, copy, text));
    memory.holds_none("a key from base64");

    let id = Key::from_base64(SECRET_BASE64).unwrap().id();
    memory.holds_none(&format!("the id {id} of a key"));
}

fn generated_keys(memory: &mut Memory) {
    let key = Key::generate().unwrap();
    // Nobody knew it before.
    let known = memory.needles.len();
    memory.needles.push(Needle::base64("a generated key", &key.expose_base64()));
    memory.holds("a generated key", "a generated key");
    let ring = Keyring::new([key]).unwrap();
    memory.holds_none("a ring of a generated key");
    drop(ring);
    memory.holds_none("a generated key");
    memory.needles.truncate(known);
}

fn rings(memory: &mut Memory) {
    let ring = Keyring::new([Key::from_base64(SECRET_BASE64).unwrap()]).unwrap();
    if aes_is_hardware() {
        memory.holds("the seal key", "a ring");
    }
    drop(ring);
    memory.holds_none("a ring");
}

fn replaced_rings(memory: &mut Memory) {
    let key = || ScheduledKey::new(Key::from_base64(SECRET_BASE64).unwrap());
    let ring = Keyring::new([key()]).unwrap();
    let clone = ring.clone();
    for _ in 0..30 {
        ring.add(Key::generate().unwrap()).unwrap();
    }
    ring.replace(&Keyring::generate().unwrap());
    memory.holds_none("a ring that was replaced");
    clone.add(key()).unwrap();
    if aes_is_hardware() {
        memory.holds("the seal key", "a ring that was added to");
    }
    clone.revoke(key_id());
    drop((ring, clone));
    memory.holds_none("a ring that was added to");
}

fn key_id() -> sealed_session::KeyId {
    Key::from_base64(SECRET_BASE64).unwrap().id()
}

fn seals(memory: &mut Memory) {
    memory.needles.push(Needle::hex("the key of some messages", MESSAGE_KEY_HEX));
    let sealer = Sealer::new(Keyring::new([Key::from_base64(SECRET_BASE64).unwrap()]).unwrap(), "__Host-session", "");
    let sealer = sealer.unwrap();
    for _ in 0..10 {
        let value = sealer.seal(&contents(), NOW).unwrap();
        sealer.open(value.as_bytes(), NOW).unwrap();
        sealer.open(TOKEN.as_bytes(), NOW).unwrap();
    }
    drop(sealer);
    memory.holds_none("sealing and opening");
}
