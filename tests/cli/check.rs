//! The findings of `keys check`.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::tool::{Folder, secret};

fn private(text: &str) -> Folder {
    let folder = Folder::with(text);
    fs::set_permissions(folder.path("keys.toml"), Permissions::from_mode(0o600)).unwrap();
    folder
}

fn key(label: &str, rest: &str) -> String {
    format!("[[keys]]\nlabel = \"{label}\"\nsecret = \"{}\"\n{rest}\n", secret(label))
}

#[test]
fn a_good_file_has_no_findings() {
    let folder = private(&key("a", ""));
    let run = folder.run("keys check --file keys.toml --strict").ends(0);
    assert_eq!(run.out, "keys.toml: nothing is wrong\n");
    let told = folder.run("keys check --file keys.toml --json").ends(0).json();
    assert_eq!(told, serde_json::json!({ "file": "keys.toml", "findings": [] }));
}

#[test]
fn warnings_are_problems_only_if_strict() {
    let cases = [
        (key("b", "open_until = 2026-11-13T12:00:00Z"), "b", "it ended 7days ago", "delete it"),
        (
            key("b", "seal_from = 2026-11-20T15:00:00Z"),
            "b",
            "it takes over in 3h, at 2026-11-20T15:00:00Z",
            "every machine",
        ),
        (
            "[[keys]]\nlabel = \"b\"\nrevoked = true\n".into(),
            "b",
            "it is revoked, and its secret cannot be read",
            "give its secret",
        ),
    ];
    for (more, label, message, remedy) in cases {
        let folder = private(&(key("a", "") + &more));
        let told = folder.run("keys check --file keys.toml --json").ends(0).json();
        let finding = &told["findings"][0];
        assert_eq!(told["findings"].as_array().unwrap().len(), 1, "{told}");
        assert_eq!((&finding["severity"], &finding["label"]), (&"warning".into(), &label.into()));
        assert!(finding["message"].as_str().unwrap().starts_with(message), "{told}");
        assert!(finding["remedy"].as_str().unwrap().contains(remedy), "{told}");
        let run = folder.run("keys check --file keys.toml --strict").ends(1);
        assert!(run.out.starts_with(&format!("warning: key {label:?}: {message}")), "{run:?}");
    }
}

#[test]
fn warnings_about_the_whole_file() {
    let folder = private(&key("a", "open_until = 2027-11-20T12:00:00Z"));
    let run = folder.run("keys check --file keys.toml").ends(0);
    assert!(
        run.out.starts_with("warning: every key ends: none seals from 2027-11-20T12:00:00Z on (in 11months"),
        "{run:?}"
    );

    let folder = private(&key("a", "seal_from = 2027-11-20T12:00:00Z"));
    let run = folder.run("keys check --file keys.toml").ends(0);
    assert!(run.out.starts_with("warning: key \"a\": it seals before its time"), "{run:?}");

    let folder = private(&key("a", ""));
    fs::set_permissions(folder.path("keys.toml"), Permissions::from_mode(0o644)).unwrap();
    let run = folder.run("keys check --file keys.toml").ends(0);
    assert_eq!(run.out, "warning: others have access to the file (mode 0644): chmod 600 keys.toml\n");
}

#[test]
fn errors_name_the_key_and_never_the_secret() {
    let (a, b) = (key("a", ""), secret("b"));
    let cases = [
        (String::new(), "missing field `keys`"),
        (format!("{a}{a}"), "are the same key: remove one"),
        (format!("{a}[[keys]]\nlabel = \"a\"\nsecret = \"{b}\"\n"), "have the same label: rename one"),
        (format!("{a}[[keys]]\nlabel = \"b\"\nsecret = \"{}\"\n", &b[..30]), "key \"b\": "),
        (format!("{a}[[keys]]\nlabel = \"b\"\n"), "key \"b\": it has no secret"),
        (
            format!("{a}[[keys]]\nlabel = \"b\"\nsecret_file = \"none\"\n"),
            "key \"b\": its secret_file none cannot be read",
        ),
        (format!("{a}[[keys]]\nlabel = \"b\"\nsecret = \"{b}\"\nrevoked = \"{b}\"\n"), "invalid type"),
        (format!("{a}[[keys]]\nlabel = \"b\"\nsecret = \"{b}\"\nseal_from = \"{b}\"\n"), "expected a date and time"),
        (format!("{a}[[keys]]\nlabel = \"b\"\nsecret = \"{b}\n"), "line 7"),
        (key("a", "revoked = true"), "no key seals"),
    ];
    for (text, expected) in cases {
        let folder = private(&text);
        let run = folder.run("keys check --file keys.toml").ends(1);
        assert!(run.out.starts_with("error: ") && run.out.contains(expected), "{run:?}");
        assert!(!run.out.contains(&b[..30]) && run.err.is_empty(), "{run:?}");
        let told = folder.run("keys check --file keys.toml --json").ends(1).json();
        assert_eq!(told["findings"][0]["severity"], "error");
    }
}
