//! What the compiler says to somebody who gets it wrong. Each case in tests/kindness/cases names in its lines `//~` what the
//! message must hold, the remedy above all; the file `.stderr` beside it is the whole message.
//!
//! Not here, because nothing that a library can say gets into Rust's message: an `await` in the closure of `read` or `update`,
//! a reference that is to leave it, a service below the layer that takes no `http::Request`, and a `Result` used as a layer.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The compiler that wrote the files `.stderr`. Others word things in their own way, and must hold what is wanted.
const RECORDED_WITH: &str = "rustc 1.95.";

const PACKAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kindness");

/// To record what the compiler says now: `TRYBUILD=overwrite cargo test --all-features --test kindness`.
#[test]
fn the_compiler_names_the_remedy() {
    if env::var_os("CARGO_MANIFEST_DIR").is_some_and(|dir| dir == PACKAGE) {
        trybuild::TestCases::new().compile_fail(env::var("KINDNESS_CASES").unwrap());
        return;
    }
    // `trybuild` takes its dependencies from the package that this variable names; the crate's own would be built once more.
    let mut trybuild = Command::new(env::current_exe().unwrap());
    trybuild.args(["--exact", "the_compiler_names_the_remedy", "--nocapture"]).env("CARGO_MANIFEST_DIR", PACKAGE);
    let mut cases = Path::new(PACKAGE).join("cases");
    if !compiler().starts_with(RECORDED_WITH) {
        cases = copy_of(&cases);
        trybuild.env("TRYBUILD", "overwrite");
    }
    let status = trybuild.env("KINDNESS_CASES", cases.join("*.rs")).status().unwrap();
    assert!(status.success(), "to record it anew: TRYBUILD=overwrite cargo test --all-features --test kindness");
    assert!(names_the_remedy(&cases) >= 13);
}

fn compiler() -> String {
    let output = Command::new(env::var_os("RUSTC").unwrap_or("rustc".into())).arg("--version").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Checks every message in `folder`; says how many there are.
fn names_the_remedy(folder: &Path) -> usize {
    let cases = sources(folder);
    for case in &cases {
        let source = fs::read_to_string(case).unwrap();
        let message = fs::read_to_string(case.with_extension("stderr")).unwrap();
        let wanted: Vec<_> = source.lines().filter_map(|line| line.strip_prefix("//~ ")).collect();
        assert!(!wanted.is_empty(), "{}: no line `//~`", case.display());
        for line in wanted {
            assert!(message.contains(line), "{}: `{line}` is not in the message:\n{message}", case.display());
        }
    }
    cases.len()
}

/// The cases alone, without what another compiler said.
fn copy_of(cases: &Path) -> PathBuf {
    let copies = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kindness");
    let _ = fs::remove_dir_all(&copies);
    fs::create_dir_all(&copies).unwrap();
    for case in sources(cases) {
        fs::copy(&case, copies.join(case.file_name().unwrap())).unwrap();
    }
    copies
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}
