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
    let above =
        ["README.md", "SECURITY.md", "CHANGELOG.md", "COMPARE.md", "CONTRIBUTING.md"].map(|name| root().join(name));
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

/// Whether a test is about all the rows that `rows` names: `row_58`, or `rows_26_and_27`.
fn covers(test: &str, rows: &str) -> bool {
    let numbers = |name: &str| {
        let words = name.split('_').skip(1).map(str::to_owned);
        words.take_while(|word| word == "and" || word == "to" || word.parse::<u8>().is_ok()).collect::<Vec<_>>()
    };
    test.starts_with("row") && numbers(rows).iter().all(|word| numbers(test).contains(word))
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let sources = sources();
    let functions: Vec<&str> =
        sources.split("fn ").skip(1).filter_map(|rest| rest.split_once('(')).map(|(name, _)| name).collect();
    let mut found = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for span in spans(&text).filter(|span| span.starts_with("row_") || span.starts_with("rows_")) {
            found += 1;
            let there = match span.strip_suffix("_…") {
                // Which may share its test with others: `rows_58_and_59_…`.
                Some(rows) => functions.iter().any(|name| covers(name, rows)),
                None => functions.contains(&span),
            };
            assert!(there, "{} names {span}", document.display());
        }
    }
    assert!(found >= 40, "only {found} were found");
}
