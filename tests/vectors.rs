//! The security test vectors, as `./test vectors` shows them: every file under `tests/vectors` is run.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::{env, fs};

use sealed_session::vectors::{self, Extent};

#[test]
fn the_security_test_vectors_hold() {
    let full = env::var_os("ALL_VECTORS").is_some();
    let report = vectors::run(if full { Extent::Full } else { Extent::Usual });
    println!("{report}");
    assert!(report.holds());
    assert!(report.passed() >= 1500, "{} cases", report.passed());
    let left_out: usize = report.sources().iter().flat_map(vectors::Source::skipped).map(|(_, count)| count).sum();
    let all: usize = report.sources().iter().map(vectors::Source::cases).sum();
    assert_eq!(report.passed() + left_out, all);
}

/// What lies in the folder is run, and where it comes from is said.
#[test]
fn every_file_is_run_and_has_its_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let sources = fs::read_to_string(folder.join("SOURCES.md")).unwrap();
    let report = vectors::run(Extent::Usual);
    let mut run: Vec<_> = report.sources().iter().map(|source| source.path().to_owned()).collect();
    // This one is not about cryptography: tests/attacks runs it.
    run.push("cookies/http-state-parser.json".into());
    run.sort();
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        let files = if entry.is_dir() {
            fs::read_dir(&entry).unwrap().map(|file| file.unwrap().path()).collect()
        } else {
            vec![entry]
        };
        found.extend(files.iter().map(|file| file.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned()));
    }
    found.retain(|file| !file.ends_with("SOURCES.md") && !file.ends_with("LICENSE"));
    found.sort();
    assert_eq!(found, run);
    for file in found {
        assert!(sources.contains(&format!("`{file}`")), "SOURCES.md says nothing of {file}");
    }
}
