//! How the file is written: as a whole or not at all, and for its owner alone.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::tool::{Folder, Run, secret, tool};

const ADD: &str = "keys add --file keys.toml --label n";
const NOBODY: u32 = 65_534;

fn with_a_key() -> Folder {
    Folder::with(&format!("[[keys]]\nlabel = \"a\"\nsecret = \"{}\"\n", secret("a")))
}

fn mode(folder: &Folder, name: &str) -> u32 {
    fs::metadata(folder.path(name)).unwrap().mode() & 0o7777
}

fn is_root(folder: &Folder) -> bool {
    fs::metadata(folder.0.path()).unwrap().uid() == 0
}

#[test]
fn new_files_are_private_and_leave_nothing_beside_them() {
    let folder = Folder::new();
    folder.run(ADD).ends(0);
    assert_eq!(mode(&folder, "keys.toml"), 0o600);
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 1);
}

#[test]
fn modes_stay_unless_others_could_read() {
    for (before, after) in
        [(0o600, 0o600), (0o400, 0o400), (0o700, 0o700), (0o640, 0o600), (0o604, 0o600), (0o644, 0o600)]
    {
        let folder = with_a_key();
        fs::set_permissions(folder.path("keys.toml"), Permissions::from_mode(before)).unwrap();
        let run = folder.run(ADD).ends(0);
        assert_eq!(mode(&folder, "keys.toml"), after);
        let note = format!("others could read the file (mode {before:04o}): it is for its owner alone now (0600)");
        assert_eq!(run.out.contains(&note), before != after, "{run:?}");
    }
}

#[test]
fn a_link_stays_and_its_target_is_edited() {
    let folder = with_a_key();
    fs::create_dir(folder.path("data")).unwrap();
    fs::rename(folder.path("keys.toml"), folder.path("data/real.toml")).unwrap();
    symlink("data/real.toml", folder.path("keys.toml")).unwrap();
    // Secret files are looked for beside the link, as an app does.
    folder.write("secret", &secret("b"));
    let text = folder.keys() + "\n[[keys]]\nlabel = \"b\"\nsecret_file = \"secret\"\n";
    folder.write("keys.toml", &text);
    folder.run(ADD).ends(0);
    assert!(fs::symlink_metadata(folder.path("keys.toml")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(folder.path("data/real.toml")).unwrap().matches("[[keys]]").count(), 3);

    fs::remove_file(folder.path("data/real.toml")).unwrap();
    folder.run(ADD).ends(3);
    assert!(fs::symlink_metadata(folder.path("keys.toml")).unwrap().is_symlink());
}

#[test]
fn a_folder_that_cannot_be_written_leaves_the_file_as_it_was() {
    let folder = with_a_key();
    let before = folder.keys();
    // Root writes everywhere, so it runs the tool as nobody, who may not see where it was built. It is copied by a program:
    // a child that another test starts meanwhile would inherit our handle, and what is being written cannot be run.
    let program = folder.path("tool");
    assert!(Command::new("cp").arg(tool().get_program()).arg(&program).status().unwrap().success());
    let mut command = Command::new(&program);
    if is_root(&folder) {
        chown(folder.path("keys.toml"), Some(NOBODY), Some(NOBODY)).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    fs::set_permissions(folder.0.path(), Permissions::from_mode(0o555)).unwrap();
    let run = Run::of(command.current_dir(folder.0.path()).args(ADD.split(' ')), "");
    fs::set_permissions(folder.0.path(), Permissions::from_mode(0o755)).unwrap();
    let run = run.ends(3);
    assert!(run.err.contains("keys.toml: cannot be written, and is as it was: Permission denied"), "{run:?}");
    assert_eq!(folder.keys(), before);
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 2);
}

#[test]
fn the_owner_stays() {
    let folder = with_a_key();
    if is_root(&folder) {
        chown(folder.path("keys.toml"), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let owner = |folder: &Folder| fs::metadata(folder.path("keys.toml")).map(|file| (file.uid(), file.gid())).unwrap();
    let before = owner(&folder);
    folder.run(ADD).ends(0);
    assert_eq!(owner(&folder), before);
}

#[test]
fn what_cannot_be_read_ends_with_3() {
    let folder = Folder::new();
    for line in [
        "keys list --file none.toml",
        "keys check --file none.toml",
        "keys rotate --file none.toml --after 1h --keep 1d",
        "keys revoke --file none.toml a",
        "keys add --file none/keys.toml --label a",
        "keys list --file .",
        "open --file none.toml",
    ] {
        let run = folder.run(line).ends(3);
        assert!(run.out.is_empty() && run.err.starts_with("error: "), "{run:?}");
        let told = folder.run(&format!("{line} --json")).ends(3);
        let error: serde_json::Value = serde_json::from_str(&told.err).unwrap();
        assert_eq!(error["exit_code"], 3);
        assert_eq!(format!("error: {}\n", error["error"].as_str().unwrap()), run.err);
    }
}
