//! The list: one line for each item that an app can name, with the feature that it needs.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

use crate::features::Features;

/// What the compiler says of every type, and nobody relies on.
const NOT_LISTED: [&str; 2] = ["core::marker::Freeze for", "core::marker::UnsafeUnpin for"];

/// The public API with all features.
pub(crate) fn of_this_crate() -> String {
    let json = documented();
    let index: Value = serde_json::from_str(&fs::read_to_string(&json).unwrap()).unwrap();
    let features = Features::new(&index);
    let api = public_api::Builder::from_rustdoc_json(&json).omit_blanket_impls(true).build();
    // What cannot be read is of another rustdoc: `cargo update public-api`.
    let api = api.unwrap();
    let mut list = format!("# The public API, with all features. Written with {}", command("rustc", &["--version"]));
    let mut seen = HashSet::new();
    for item in api.items() {
        let line = item.to_string();
        // An `impl` of a trait of this crate comes twice: with the type, and with the trait.
        if NOT_LISTED.iter().any(|not| line.contains(not)) || !seen.insert(item.id().0) {
            continue;
        }
        match features.of(item.id().0, item.parent_id().map(|id| id.0)) {
            Some(feature) => writeln!(list, "{line}  [{feature}]").unwrap(),
            None => writeln!(list, "{line}").unwrap(),
        }
    }
    list
}

/// The compiler that wrote this list.
pub(crate) fn compiler_of(list: &str) -> &str {
    list.lines().next().and_then(|line| line.split("with ").last()).unwrap_or("an unknown compiler")
}

/// What rustdoc knows of the crate. Its output in JSON is not stable, so stable compilers are told that they are not.
fn documented() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    // For rustdoc alone: what cargo compiles before it, the dependencies, is then the same as with `cargo check`.
    let rustdoc = folder.join("rustdoc");
    let real = env::var("RUSTDOC").unwrap_or("rustdoc".into());
    fs::write(&rustdoc, format!("#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec '{real}' \"$@\"\n")).unwrap();
    fs::set_permissions(&rustdoc, fs::Permissions::from_mode(0o755)).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    // What cargo tells tests. Build scripts that look at it, `ring`'s for one, would run again, now and with the next build.
    for (name, _) in env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            cargo.env_remove(name);
        }
    }
    let status = cargo
        .args(["rustdoc", "--locked", "--quiet", "--lib", "--all-features", "--target-dir"])
        .arg(folder.parent().unwrap())
        .args(["--", "-Zunstable-options", "--output-format=json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("RUSTDOC", rustdoc)
        .env_remove("RUSTDOCFLAGS")
        .status()
        .unwrap();
    assert!(status.success(), "rustdoc failed");
    folder.with_file_name("doc").join("sealed_session.json")
}

fn command(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
