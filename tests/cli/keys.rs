//! The commands `keys …`, one by one.

use std::time::Duration;

use sealed_session::{Contents, Head, Key, KeyState, Keyring, Refusal, Schema, Sealer, SessionId, Timestamp};
use serde_json::{Value, json};

use crate::tool::{DAY, Folder, HOUR, NOW, Run, secret, tool};

/// Labels and states of the keys in the file, newest first.
fn states(folder: &Folder, now: u64) -> Vec<(String, KeyState)> {
    let ring = Keyring::from_file(folder.path("keys.toml")).unwrap();
    let report = ring.report(Timestamp::from_unix(now), Duration::ZERO);
    report.into_iter().map(|key| (key.label.unwrap(), key.state)).collect()
}

fn named<const N: usize>(states: [(&str, KeyState); N]) -> Vec<(String, KeyState)> {
    states.map(|(label, state)| (label.to_owned(), state)).to_vec()
}

#[test]
fn new_prints_a_key_that_is_never_the_same() {
    let run = || Run::of(tool().args(["keys", "new"]), "").ends(0);
    let (a, b) = (run(), run());
    assert_ne!(a.out, b.out);
    assert_eq!(a.err, "");
    let key = Key::from_base64(a.out.strip_suffix('\n').unwrap()).unwrap();
    assert_eq!(key.expose_base64().len(), a.out.len() - 1);

    let told = Run::of(tool().args(["keys", "new", "--json"]), "").ends(0).json();
    let key = Key::from_base64(told["secret"].as_str().unwrap()).unwrap();
    assert_eq!(told["id"], key.id().to_string());
}

#[test]
#[cfg(target_os = "linux")]
fn new_keeps_a_secret_from_a_terminal() {
    use std::process::Command;

    let on_a_terminal = |line: &str| {
        let line = format!("{} {line}", env!("CARGO_BIN_EXE_sealed-session"));
        Run::of(Command::new("script").args(["--quiet", "--return", "--command", &line, "/dev/null"]), "")
    };
    let refused = on_a_terminal("keys new").ends(1);
    assert!(refused.out.starts_with("error: a secret is not printed to a terminal"), "{refused:?}");
    let shown = on_a_terminal("keys new --show").ends(0);
    Key::from_base64(shown.out.trim()).unwrap();
}

#[test]
fn add_makes_the_file_and_every_further_key_outranks_the_others() {
    let folder = Folder::new();
    let told = folder.run("keys add --file keys.toml --label a --json").ends(0).json();
    assert_eq!(told["file"], "keys.toml");
    assert_eq!(told["added"]["label"], "a");
    assert_eq!(told["added"]["seal_from"], "2026-11-20T12:00:00Z");
    assert_eq!((&told["ending"], &told["revoked"], &told["notes"]), (&json!([]), &json!([]), &json!([])));

    // In the same second as the first.
    folder.run("keys add --file keys.toml --label b").ends(0);
    folder.run("keys add --file keys.toml --label c").ends(0);
    let before = folder.keys();
    assert_eq!(before.matches("[[keys]]").count(), 3);
    assert!(!before.contains("open_until"), "{before}");
    let expected = [("c", KeyState::Sealing), ("b", KeyState::Opening), ("a", KeyState::Opening)];
    assert_eq!(states(&folder, NOW + 2), named(expected));

    for (line, why) in [
        ("keys add --file keys.toml --label b", "there is a key with the label \"b\""),
        ("keys add --file keys.toml --label ", "a label has 1 to 64 bytes"),
    ] {
        let run = folder.run(line).ends(1);
        assert!(run.err.contains(why), "{run:?}");
        assert_eq!(folder.keys(), before);
    }
}

#[test]
fn add_heals_a_file_whose_keys_have_all_ended() {
    let text = format!("[[keys]]\nlabel = \"a\"\nsecret = \"{}\"\nopen_until = 2020-01-01T00:00:00Z\n", secret("a"));
    let folder = Folder::with(&text);
    folder.run("keys rotate --file keys.toml --after 1h --keep 14d").ends(1);
    folder.run("keys list --file keys.toml").ends(1);
    folder.run("keys add --file keys.toml --label b").ends(0);
    assert_eq!(states(&folder, NOW), named([("b", KeyState::Sealing), ("a", KeyState::Ended)]));
}

#[test]
fn rotate_hands_over_and_nobody_is_logged_out() {
    let folder = Folder::with(&format!("[[keys]]\nlabel = \"a\"\nsecret = \"{}\"\n", secret("a")));
    let at = Timestamp::from_unix;
    let sealer = || Sealer::new(Keyring::from_file(folder.path("keys.toml")).unwrap(), "__Host-session", "").unwrap();
    let head =
        Head { id: SessionId::from_bytes([7; 16]), created: at(NOW), issued: at(NOW), own_limits: None, generation: 0 };
    let contents = Contents { head, schema: Schema::from_label("test"), payload: b"hello" };
    let old = sealer().seal(&contents, at(NOW)).unwrap();

    let told = folder.run("keys rotate --file keys.toml --after 1h --keep 14d --json").ends(0).json();
    assert_eq!(told["added"]["label"], "2026-11-20");
    assert_eq!(told["added"]["seal_from"], "2026-11-20T13:00:00Z");
    assert_eq!(told["ending"], json!([{ "label": "a", "open_until": "2026-12-04T13:00:00Z" }]));

    let end = NOW + HOUR + 14 * DAY;
    assert_eq!(states(&folder, NOW), named([("2026-11-20", KeyState::Pending), ("a", KeyState::Sealing)]));
    assert_eq!(states(&folder, NOW + HOUR), named([("2026-11-20", KeyState::Sealing), ("a", KeyState::Opening)]));
    assert_eq!(states(&folder, end), named([("2026-11-20", KeyState::Sealing), ("a", KeyState::Ended)]));
    let opened = sealer().open(old.as_bytes(), at(end - 1)).unwrap();
    assert_eq!((opened.payload(), opened.key_is_older), (&b"hello"[..], true));
    assert!(matches!(sealer().open(old.as_bytes(), at(end)), Err(Refusal::EndedKey(_))));
    let new = sealer().seal(&contents, at(NOW + HOUR)).unwrap();
    assert_eq!(sealer().open(new.as_bytes(), at(end)).unwrap().key.to_string(), told["added"]["id"]);

    // Again on the same day.
    let told = folder.run_at(NOW + HOUR, "keys rotate --file keys.toml --after 1h --keep 14d --json").ends(0).json();
    assert_eq!(told["added"]["label"], "2026-11-20-2");
    assert_eq!(told["ending"], json!([{ "label": "2026-11-20", "open_until": "2026-12-04T14:00:00Z" }]));
}

#[test]
fn list_says_what_each_key_does() {
    let text = format!(
        "[[keys]]\nlabel = \"next\"\nsecret = \"{}\"\nseal_from = 2026-11-20T13:00:00Z\n\n\
         [[keys]]\nlabel = \"now\"\nsecret = \"{}\"\nseal_from = 2026-11-01T00:00:00Z\n\n\
         [[keys]]\nlabel = \"before\"\nsecret = \"{}\"\nopen_until = 2026-12-01T00:00:00Z\n\n\
         [[keys]]\nlabel = \"long before\"\nsecret = \"{}\"\nopen_until = 2026-11-20T12:00:00Z\n\n\
         [[keys]]\nlabel = \"stolen\"\nsecret = \"{}\"\nrevoked = true\n\n\
         [[keys]]\nlabel = \"stolen and lost\\u001b[2J\"\nsecret_file = \"gone\"\nrevoked = true\n",
        secret("a"),
        secret("b"),
        secret("c"),
        secret("d"),
        secret("e"),
    );
    let folder = Folder::with(&text);
    let run = folder.run("keys list --file keys.toml").ends(0);
    let id = |name: &str| Key::from_base64(&secret(name)).unwrap().id();
    let expected = format!(
        "\
LABEL                     ID        STATE    SEAL FROM             OPEN UNTIL
next                      {}  pending  2026-11-20T13:00:00Z  -
now                       {}  sealing  2026-11-01T00:00:00Z  -
before                    {}  opening  -                     2026-12-01T00:00:00Z
long before               {}  ended    -                     2026-11-20T12:00:00Z
stolen                    {}  revoked  -                     -
stolen and lost\\u{{1b}}[2J  -         revoked  -                     -
",
        id("a"),
        id("b"),
        id("c"),
        id("d"),
        id("e"),
    );
    assert_eq!(run.out, expected);

    let told = folder.run("keys list --file keys.toml --json").ends(0).json();
    let states: Vec<_> = told["keys"].as_array().unwrap().iter().map(|key| key["state"].clone()).collect();
    assert_eq!(states, ["pending", "sealing", "opening", "ended", "revoked", "revoked"]);
    assert_eq!(told["keys"][5]["id"], Value::Null);
    assert_eq!(told["keys"][2]["open_until"], "2026-12-01T00:00:00Z");
}

#[test]
fn json_files_are_read_and_not_edited() {
    let folder = Folder::new();
    let text = json!({ "keys": [{ "label": "a", "secret": secret("a") }] }).to_string();
    folder.write("keys.json", &text);
    let told = folder.run("keys list --file keys.json --json").ends(0).json();
    assert_eq!((&told["keys"][0]["label"], &told["keys"][0]["state"]), (&json!("a"), &json!("sealing")));
    for line in ["add --label b", "rotate --after 1h --keep 1d", "revoke a"] {
        let run = folder.run(&format!("keys {line} --file keys.json")).ends(1);
        assert!(run.err.contains("convert it to TOML"), "{run:?}");
        assert_eq!(std::fs::read_to_string(folder.path("keys.json")).unwrap(), text);
    }
}

#[test]
fn help_and_usage() {
    let run = |line: &str| Run::of(tool().args(line.split(' ')), "");
    assert_eq!(run("--version").ends(0).out, format!("sealed-session {}\n", env!("CARGO_PKG_VERSION")));
    let help = run("--help").ends(0).out;
    assert!(help.contains("Exit codes:") && help.contains("--json") && !help.contains("--now"), "{help}");
    for command in ["keys new", "keys add", "keys rotate", "keys list", "keys revoke", "keys check", "open"] {
        let help = run(&format!("{command} --help")).ends(0).out;
        assert!(help.contains("Example") && help.contains("JSON: {"), "{help}");
        assert!(help.contains(&format!("  sealed-session {command}")) || help.contains("| sealed-session open"));
        assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
    }
    for line in
        ["keys", "keys burn", "keys add --label a", "keys rotate --file f --after soon --keep 1d", "open --idle x"]
    {
        run(line).ends(2);
    }
}
