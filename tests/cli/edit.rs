//! What an edit leaves in the file: only what it was asked to change differs.

use sealed_session::{KeyState, Keyring, Timestamp};
use serde_json::json;

use crate::tool::{Folder, NOW, masked, secret};

const ROTATE: &str = "keys rotate --file keys.toml --after 1h --keep 14d";

/// The file after `line`, fresh secrets masked.
#[track_caller]
fn after(line: &str, before: &str) -> String {
    let folder = Folder::with(before);
    folder.run(line).ends(0);
    Keyring::from_file(folder.path("keys.toml")).unwrap();
    masked(&folder.keys(), &["a", "b", "c"])
}

/// Writes out the secrets `{a}`, `{b}` and `{c}`.
fn text(template: &str) -> String {
    ["a", "b", "c"].iter().fold(template.to_owned(), |text, name| text.replace(&format!("{{{name}}}"), &secret(name)))
}

#[test]
fn rotate_on_a_commented_file() {
    let before = r#"# Session keys of the shop.
# Owner: ops

# From before the move.
[[keys]]
label      = "2026-06"   # by Ann
secret     = '{a}'
open_until = 2027-03-01T00:00:00Z # for the audit

  # ends by itself
[[keys]]
secret = "{b}"
label = "2026-09"
open_until = "2026-11-25T00:00:00+00:00"
[[keys]]
revoked = false # never so far
label = "2026-10"
secret = "{c}"
# open_until = 2027-01-01T00:00:00Z

# Add new keys here.
"#;
    let expected = r#"# Session keys of the shop.
# Owner: ops

# From before the move.
[[keys]]
label      = "2026-06"   # by Ann
secret     = '{a}'
open_until = 2026-12-04T13:00:00Z # for the audit

  # ends by itself
[[keys]]
secret = "{b}"
label = "2026-09"
open_until = "2026-11-25T00:00:00+00:00"
[[keys]]
revoked = false # never so far
label = "2026-10"
secret = "{c}"
open_until = 2026-12-04T13:00:00Z
# open_until = 2027-01-01T00:00:00Z

# Add new keys here.

[[keys]]
label = "2026-11-20"
secret = "FRESH"
seal_from = 2026-11-20T13:00:00Z
"#;
    assert_eq!(after(ROTATE, &text(before)), text(expected));
}

#[test]
fn the_new_key_stands_behind_a_blank_line() {
    let key = "[[keys]]\nlabel = \"n\"\nsecret = \"FRESH\"\nseal_from = 2026-11-20T12:00:00Z\n";
    let header = "# The keys that seal sessions. Whoever reads this file can forge every session.\n\n";
    let old = text("[[keys]]\nlabel = \"a\"\nsecret = \"{a}\"");
    let cases = [
        (String::new(), format!("{header}{key}")),
        ("\n".into(), format!("{header}{key}")),
        ("# ours\n".into(), format!("# ours\n\n{key}")),
        ("# ours".into(), format!("# ours\n\n{key}")),
        (old.clone(), format!("{old}\n\n{key}")),
        (format!("{old}\n"), format!("{old}\n\n{key}")),
        (format!("{old}\n\n"), format!("{old}\n\n{key}")),
        (format!("{old} # first\n# last\n"), format!("{old} # first\n# last\n\n{key}")),
        (format!("{old}\n# last\n\n"), format!("{old}\n# last\n\n{key}")),
        (format!("{old}\n\n").replace('\n', "\r\n"), format!("{old}\n\n{key}").replace('\n', "\r\n")),
    ];
    for (before, expected) in cases {
        assert_eq!(after("keys add --file keys.toml --label n", &before), expected, "{before:?}");
    }
}

#[test]
fn keys_in_one_array_are_edited_too() {
    let before = text(
        "# ours\nkeys = [\n    { label = \"a\", secret = \"{a}\" }, # first\n    { label = \"b\", secret = \"{b}\" }, # second\n]\n",
    );
    let rotated = text(
        "# ours\nkeys = [\n    \
         { label = \"a\", secret = \"{a}\", open_until = 2026-12-04T13:00:00Z }, # first\n    \
         { label = \"b\", secret = \"{b}\", open_until = 2026-12-04T13:00:00Z }, # second\n    \
         { label = \"2026-11-20\", secret = \"FRESH\", seal_from = 2026-11-20T13:00:00Z },\n]\n",
    );
    assert_eq!(after(ROTATE, &before), rotated);

    let revoked = before.replace(&text("\"{b}\" }"), &text("\"{b}\", revoked = true }"));
    assert_eq!(after("keys revoke --file keys.toml b", &before), revoked);

    let line = text("keys = [{ label = \"a\", secret = \"{a}\" }]\n");
    let added = line.replace("}]", "}, { label = \"n\", secret = \"FRESH\", seal_from = 2026-11-20T12:00:00Z }]");
    assert_eq!(after("keys add --file keys.toml --label n", &line), added);
}

#[test]
fn rotate_leaves_what_comes_later_alone() {
    let pending = |from: &str| {
        text("[[keys]]\nlabel = \"a\"\nsecret = \"{a}\"\n\n[[keys]]\nlabel = \"b\"\nsecret = \"{b}\"\nseal_from = ")
            + from
            + "\n"
    };
    let folder = Folder::with(&pending("2027-01-01T00:00:00Z"));
    let told = folder.run(&format!("{ROTATE} --label n --json")).ends(0).json();
    assert_eq!(told["ending"], json!([{ "label": "a", "open_until": "2026-12-04T13:00:00Z" }]));
    let note = "b seals from 2027-01-01T00:00:00Z, after the new key: it stays as it is";
    assert!(told["notes"].as_array().unwrap().contains(&json!(note)), "{told}");

    // A key that takes over at the same second would win, because it is first in the file.
    let folder = Folder::with(&pending("2026-11-20T13:00:00Z"));
    let told = folder.run(&format!("{ROTATE} --label n --json")).ends(0).json();
    assert_eq!(told["added"]["seal_from"], "2026-11-20T13:00:01Z");
    assert_eq!(told["ending"].as_array().unwrap().len(), 2);
}

#[test]
fn revoke_marks_the_key_and_keeps_its_comment() {
    let before = text(
        "[[keys]]\nlabel = \"a\"\nsecret = \"{a}\"\nrevoked = false # so far\n\n[[keys]]\nlabel = \"b\"\nsecret = \"{b}\"\n",
    );
    let expected = before.replace("revoked = false", "revoked = true");
    assert_eq!(after("keys revoke --file keys.toml a", &before), expected);

    let folder = Folder::with(&expected);
    let told = folder.run("keys revoke --file keys.toml a --json").ends(0).json();
    assert_eq!((&told["revoked"], &told["notes"]), (&json!([]), &json!(["a is revoked already"])));
    assert_eq!(folder.keys(), expected);

    let run = folder.run("keys revoke --file keys.toml c").ends(1);
    assert!(run.err.contains("no key has the label \"c\": there are a, b"), "{run:?}");
}

#[test]
fn revoking_the_only_key_adds_one() {
    let ended = text("\n[[keys]]\nlabel = \"b\"\nsecret = \"{b}\"\nopen_until = 2026-11-01T00:00:00Z\n");
    let before = text("[[keys]]\nlabel = \"a\"\nsecret = \"{a}\"\n") + &ended;
    let folder = Folder::with(&before);
    let told = folder.run("keys revoke --file keys.toml a --json").ends(0).json();
    assert_eq!((&told["revoked"], &told["added"]["label"]), (&json!(["a"]), &json!("2026-11-20")));
    let expected = text("[[keys]]\nlabel = \"a\"\nsecret = \"{a}\"\nrevoked = true\n")
        + &ended
        + "\n[[keys]]\nlabel = \"2026-11-20\"\nsecret = \"FRESH\"\nseal_from = 2026-11-20T12:00:00Z\n";
    assert_eq!(masked(&folder.keys(), &["a", "b"]), expected);
    let ring = Keyring::from_file(folder.path("keys.toml")).unwrap();
    let report = ring.report(Timestamp::from_unix(NOW), std::time::Duration::ZERO);
    assert_eq!(report[0].state, KeyState::Sealing);
}

#[test]
fn a_pending_key_is_enough_after_a_revocation() {
    let before = text(
        "[[keys]]\nlabel = \"a\"\nsecret = \"{a}\"\n\n[[keys]]\nlabel = \"b\"\nsecret = \"{b}\"\nseal_from = 2027-01-01T00:00:00Z\n",
    );
    let told = Folder::with(&before).run("keys revoke --file keys.toml a --json").ends(0).json();
    assert_eq!(told["added"], json!(null));
}

#[test]
fn a_broken_file_is_not_edited_but_its_keys_can_be_revoked() {
    let good = text("[[keys]]\nlabel = \"a\"\nsecret = \"{a}\"\n\n");
    // Broken, and whether a revocation of "a" adds a key.
    let cases = [
        (text("[[keys]]\nlabel = \"b\"\nsecret = \"hunter2\"\n"), false),
        (text("[[keys]]\nlabel = \"b\"\n"), false),
        ("[[keys]]\nlabel = \"b\"\nsecret_env = \"NOT_SET_HERE\"\n".into(), false),
        ("[[keys]]\nlabel = \"b\"\nsecret = \"hunter2\"\nopen_until = 2026-11-20T12:00:00Z\n".into(), true),
        ("[other]\nvalue = 1\n".into(), true),
    ];
    for (bad, adds) in cases {
        let before = good.clone() + &bad;
        let folder = Folder::with(&before);
        for line in [ROTATE, "keys add --file keys.toml --label n"] {
            folder.run(line).ends(1);
            assert_eq!(folder.keys(), before);
        }
        let told = folder.run("keys revoke --file keys.toml a --json").ends(1).json();
        assert_eq!((&told["revoked"], told["added"].is_object()), (&json!(["a"]), adds), "{told}");
        assert!(told["notes"].to_string().contains("does not load here"), "{told}");
        assert!(folder.keys().starts_with(&text("[[keys]]\nlabel = \"a\"\nsecret = \"{a}\"\nrevoked = true\n")));
    }

    let folder = Folder::with("[[keys]]\nlabel = \"a\nsecret = \"hunter2\"\n");
    let run = folder.run("keys revoke --file keys.toml a").ends(1);
    assert!(run.err.starts_with("error: keys.toml: line 2: this is not TOML"), "{run:?}");
}
