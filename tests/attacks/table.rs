//! `docs/attacks.md`, which says which tests are about which row, tells the truth.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A test by its file and its name.
type Test = (String, String);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rows of the table, each with what it says and the tests it names.
fn rows() -> Vec<(usize, [String; 2], Vec<Test>)> {
    let text = fs::read_to_string(root().join("docs/attacks.md")).unwrap();
    let lines = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| #"));
    lines
        .map(|line| {
            // A bar within a cell is written `\|`.
            let line = line.replace("\\|", "\u{1}");
            let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [number, what, expected, tests] = cells[..] else { panic!("not four cells: {line}") };
            (number.parse().unwrap(), [what.into(), expected.into()], named(tests))
        })
        .collect()
}

/// `` `file`: `name`, `name`; `file`: `name` ``
fn named(cell: &str) -> Vec<Test> {
    let code = |text: &str| text.trim().strip_prefix('`').and_then(|text| text.strip_suffix('`')).unwrap().to_owned();
    let mut tests = Vec::new();
    for part in cell.split("; ") {
        match part.split_once(": ") {
            Some((file, names)) => tests.extend(names.split(", ").map(|name| (code(file), code(name)))),
            // What is measured, and is no test.
            None => assert_eq!(code(part), "benches/timing"),
        }
    }
    tests
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

/// The names of the functions in a source file.
fn functions(text: &str) -> impl Iterator<Item = &str> {
    let declared = text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    let names = declared.filter_map(|line| line.split_once("fn ").filter(|(before, _)| !before.contains('"')));
    names.filter_map(|(_, rest)| rest.split(['(', '<']).next())
}

/// The rows that a test's name begins with: `row_7_…`, `rows_1_to_3_…`, `rows_9_10_and_71_…`. Nothing for other names.
fn rows_of(name: &str) -> Vec<usize> {
    let (one, rest) = match (name.strip_prefix("row_"), name.strip_prefix("rows_")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return Vec::new(),
    };
    let mut rows: Vec<usize> = Vec::new();
    let mut words = rest.split('_').peekable();
    while let Some(word) = words.next() {
        match (word, word.parse()) {
            ("and", _) => {}
            ("to", _) => {
                let last = words.next().unwrap().parse().unwrap();
                rows.extend(rows[rows.len() - 1] + 1..=last);
            }
            (_, Ok(row)) => rows.push(row),
            _ => break,
        }
        if one {
            break;
        }
    }
    rows
}

#[test]
fn the_table_has_each_row_once() {
    let rows = rows();
    assert_eq!(rows.iter().map(|(number, ..)| *number).collect::<Vec<_>>(), (1..=80).collect::<Vec<_>>());
    for (number, texts, tests) in &rows {
        assert!(texts.iter().all(|text| !text.is_empty()) && !tests.is_empty(), "row {number}");
    }
}

#[test]
fn each_test_of_the_table_exists() {
    for (number, _, tests) in rows() {
        for (file, name) in tests {
            let text =
                fs::read_to_string(root().join(&file)).unwrap_or_else(|error| panic!("row {number}, {file}: {error}"));
            assert!(functions(&text).any(|function| function == name), "row {number}: no `fn {name}` in {file}");
        }
    }
}

#[test]
fn each_test_that_is_named_after_rows_is_in_those_rows() {
    let mut tabled: BTreeMap<Test, BTreeSet<usize>> = BTreeMap::new();
    for (number, _, tests) in rows() {
        for test in tests {
            assert!(tabled.entry(test.clone()).or_default().insert(number), "row {number} names {test:?} twice");
        }
    }
    let mut seen = 0;
    for path in ["src", "tests"].iter().flat_map(|folder| sources(&root().join(folder))) {
        let text = fs::read_to_string(&path).unwrap();
        let file = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        for name in functions(&text) {
            let by_name: BTreeSet<_> = rows_of(name).into_iter().collect();
            if !by_name.is_empty() {
                seen += 1;
                let in_table = tabled.get(&(file.clone(), name.to_owned()));
                assert_eq!(in_table, Some(&by_name), "{file}: {name}");
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn rows_are_read_from_names() {
    for (name, rows) in [
        ("row_7_a_value_of_64_kib", vec![7]),
        ("row_14_500_copies", vec![14]),
        ("row_43_nesting_60_000_deep", vec![43]),
        ("rows_1_to_3_no_mutation", vec![1, 2, 3]),
        ("rows_9_10_and_71_names", vec![9, 10, 71]),
        ("rows_8_and_13_other_bytes", vec![8, 13]),
        ("row_56", vec![56]),
        ("rows", vec![]),
        ("row_of_ducks", vec![]),
    ] {
        assert_eq!(rows_of(name), rows, "{name}");
    }
}
