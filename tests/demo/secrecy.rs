//! What somebody learns who reads the store's file: that there are records.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sealed_session::store::RecordKey;
use sealed_session::{Sealer, SessionId, Timestamp};

use crate::browser::Browser;
use crate::shop::COOKIE;
use crate::site::{ring, sqlite};

/// Everything on disk: the file, and the log and the index beside it.
fn on_disk(folder: &Path) -> Vec<u8> {
    fs::read_dir(folder).unwrap().flat_map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
}

fn contains(disk: &[u8], part: &[u8]) -> bool {
    disk.windows(part.len()).any(|window| window == part)
}

/// The true id of the session in a cookie, which takes the key.
fn id(cookie: &str) -> SessionId {
    let (_, value) = cookie.split_once('=').unwrap();
    let sealer = Sealer::new(ring(), COOKIE, "").unwrap();
    sealer.open(value.as_bytes(), Timestamp::now()).unwrap().head.id
}

/// The spellings in which `bytes` could be on a disk.
fn spellings(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let texts = [hex.to_uppercase(), hex, STANDARD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)];
    texts.into_iter().map(String::into_bytes).chain([bytes.to_vec()]).collect()
}

#[test]
fn the_file_holds_no_plaintext_and_no_session_id() {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::new(&sqlite(&folder.path().join("sessions.db")));
    browser.post("/items", "name=Blackmail&note=forty+letters");
    browser.post("/outgrow", "");
    browser.post("/visit", "");
    let mut ids = vec![id(browser.cookie.as_ref().unwrap())];
    // A new id, so a new record, and one that is retired.
    browser.post("/login", "user=Lovelace");
    ids.push(id(browser.cookie.as_ref().unwrap()));
    assert_eq!(browser.session()["where"], "store");
    let cookie = browser.cookie.clone().unwrap();

    let disk = on_disk(folder.path());
    for id in &ids {
        assert!(contains(&disk, &RecordKey::of(*id).to_bytes()), "the record of {id} is there");
        for spelling in spellings(&id.to_bytes()) {
            assert!(!contains(&disk, &spelling), "the id itself is there: {spelling:?}");
        }
        assert!(!contains(&disk, id.to_string().as_bytes()), "what logs show of the id is there");
    }
    for text in ["Blackmail", "forty letters", "Lovelace", "Envelope", "laid paper", "plum lining"] {
        assert!(!contains(&disk, text.as_bytes()), "{text}");
    }
    let (_, value) = cookie.split_once('=').unwrap();
    assert!(!contains(&disk, value.as_bytes()) && !contains(&disk, &URL_SAFE_NO_PAD.decode(value).unwrap()));
}
