//! What the documents name is there: files, and the tests that are said to hold a promise.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages for people.
fn documents() -> Vec<PathBuf> {
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let above = ["README.md", "SECURITY.md", "CHANGELOG.md"].map(|name| root().join(name));
    docs.chain(above).filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// What stands between backticks in running text.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.split("```").step_by(2).flat_map(|prose| prose.split('`').skip(1).step_by(2))
}

/// All Rust files of the package, as one text.
fn sources() -> String {
    fn visit(folder: &Path, all: &mut String) {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                visit(&path, all);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                all.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut all = String::new();
    ["src", "tests"].iter().for_each(|folder| visit(&root().join(folder), &mut all));
    all
}

#[test]
fn every_file_that_a_document_names_is_there() {
    let mut found = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for span in spans(&text) {
            let ours = ["src/", "tests/", "benches/", "docs/", "examples/", "fuzz/"];
            let is_path = ours.iter().any(|folder| span.starts_with(folder)) && !span.contains([' ', '*', '<', ':']);
            if is_path {
                found += 1;
                assert!(root().join(span).exists(), "{} names {span}", document.display());
            }
        }
    }
    assert!(found >= 20, "only {found} were found");
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let sources = sources();
    let mut found = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for span in spans(&text).filter(|span| span.starts_with("row_") || span.starts_with("rows_")) {
            found += 1;
            let (name, open) = span.strip_suffix('…').map_or((span, false), |name| (name, true));
            let function = format!("fn {name}{}", if open { "" } else { "(" });
            assert!(sources.contains(&function), "{} names {span}", document.display());
        }
    }
    assert!(found >= 40, "only {found} were found");
}
