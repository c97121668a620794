//! The files of `tests/testkit`: each is a request with a malformed or hostile cookie, or a control, and says what becomes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../support/mod.rs"]
mod support;

mod file;

use std::collections::BTreeSet;

use sealed_session::{KeyId, Refusal, Schema, Sealer, Timestamp};

use file::{Fate, files, unhex};
use support::Answer;

fn fate(answer: &Answer) -> Fate {
    match answer.set_cookie() {
        None => Fate::Kept,
        Some(_) if answer.expires() => Fate::Cleared,
        Some(_) => Fate::Refreshed,
    }
}

#[test]
fn each_file_comes_to_what_it_says_through_the_whole_layer() {
    // A load from a store is polled within a runtime; nothing in it waits.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    let mut sent = 0;
    for (name, file) in files() {
        let unsendable = |byte: &u8| (*byte < b' ' && *byte != b'\t') || *byte == 0x7f;
        let sendable = !file.cookies.iter().any(|cookie| cookie.value().iter().any(unsendable));
        let Some(field) = file.field() else {
            assert!(!sendable, "{name}");
            continue;
        };
        sent += 1;
        let (reason, opens, answer) = file.request(field);
        assert_eq!((reason, opens, fate(&answer)), (file.reason, file.opens, file.fate), "{name}: {}", file.what);
    }
    assert!(sent >= 500, "only {sent} files were sent");
}

#[test]
fn each_token_alone_comes_to_what_its_file_says() {
    let mut tokens = 0;
    for (name, file) in files() {
        let sealer = Sealer::new(file.keyring(), &file.cookie_name, &file.context).unwrap();
        for cookie in &file.cookies {
            let found = sealer.open(&cookie.value(), Timestamp::from_unix(file.now));
            assert_eq!(found.map_or_else(|refusal| refusal.as_str(), |_| "opened"), cookie.token, "{name}");
            tokens += 1;
        }
    }
    assert!(tokens >= 600, "only {tokens} tokens");
}

#[test]
fn there_are_enough_files_and_they_are_named_by_their_number() {
    let files = files();
    assert!(files.len() >= 120, "only {} files", files.len());
    let mut names = BTreeSet::new();
    for (position, (name, file)) in files.iter().enumerate() {
        assert_eq!(file.number, position + 1, "{name}");
        assert_eq!(*name, format!("{:03}-{}.json", file.number, file.name));
        assert!(names.insert(&file.name), "{name}: the name is there twice");
        assert!(file.what.ends_with('.') && !file.cookies.is_empty(), "{name}");
        assert_eq!(unhex(&file.schema), Schema::from_label(&file.label).to_bytes(), "{name}");
        assert_eq!(file.opens.is_some(), file.reason == "opened", "{name}");
    }
}

#[test]
fn there_is_a_file_for_every_reason_and_controls_that_open() {
    let files = files();
    let count = |reason: &str| files.iter().filter(|(_, file)| file.reason == reason).count();
    let key = KeyId::from_bytes([0; 4]);
    let all = [
        Refusal::ExpiredIdle,
        Refusal::ExpiredLifetime,
        Refusal::NotYetValid,
        Refusal::UnknownKey(key),
        Refusal::EndedKey(key),
        Refusal::RevokedKey(key),
        Refusal::UnknownFormat(2),
        Refusal::Tampered(key),
        Refusal::Malformed,
        Refusal::ForeignSchema,
        Refusal::TooLarge,
        Refusal::Duplicate,
        Refusal::RecordMissing,
        Refusal::NoStore,
    ];
    // A reason that is new in docs/behaviour.md is missing here.
    let behaviour = include_str!("../../docs/behaviour.md");
    let (_, table) = behaviour.split_once("| reason | what it means | the cookie |\n").unwrap();
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let words = rows.flat_map(|row| row.split('|').nth(1).unwrap().split(','));
    let documented: BTreeSet<_> = words.map(|word| word.trim().trim_matches('`')).collect();
    assert_eq!(documented, all.iter().map(Refusal::as_str).collect());
    for reason in all.iter().map(Refusal::as_str).chain(["rolled_back", "store"]) {
        assert!(count(reason) > 0, "no file for {reason}");
    }
    assert!(count("opened") >= 8, "only {} controls", count("opened"));
}
