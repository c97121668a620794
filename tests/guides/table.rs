//! The tables of the guides and the tests name each other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PAGES: [&str; 6] = [
    "from-actix-session",
    "from-axum-extra",
    "from-cookie-session",
    "from-express",
    "from-express-stores",
    "from-tower-sessions",
];

/// The tests that the rows of a page name: the last cell of each row, in tables whose last column is called `test`. With
/// `page::` before it, the test belongs to another page, which makes the same claim.
///
/// # Errors
/// A table without that column, or a row that names no test.
fn named(page: &str) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    let mut in_table = false;
    for line in page.lines() {
        // A bar within a cell is written `\|`.
        let line = line.replace("\\|", "");
        let last = line.strip_prefix('|').map(|row| row.trim_end_matches('|').rsplit('|').next().unwrap().trim());
        match last {
            None => in_table = false,
            Some("test") if !in_table => in_table = true,
            Some(_) if !in_table => return Err(format!("a table without a column of tests: {line}")),
            Some(rule) if rule.starts_with("---") => {}
            Some(cell) => match cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`')) {
                Some(name) => drop(names.insert(name.to_owned())),
                None => return Err(format!("a row without a test: {line}")),
            },
        }
    }
    Ok(names)
}

/// The tests of a source file.
fn tests(source: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim_start) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if is_test && !line.starts_with("#[") {
            let name = line.split_once("fn ").unwrap().1.split('(').next().unwrap();
            assert!(names.insert(name.to_owned()), "two tests are called {name}");
            is_test = false;
        }
    }
    names
}

/// `from_express.rs` and what is in the folder of that name.
fn sources(page: &str) -> String {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guides").join(page.replace('-', "_"));
    let folder = fs::read_dir(&base).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = folder.chain([base.with_extension("rs")]).collect();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

/// What is wrong between a page and its tests. `others` are those of other pages, with the page before the name.
fn problems(page: &str, source: &str, others: &BTreeSet<String>) -> Vec<String> {
    let rows = match named(page) {
        Ok(rows) => rows,
        Err(problem) => return vec![problem],
    };
    let tests = tests(source);
    let missing = rows.iter().filter(|name| !tests.contains(*name) && !others.contains(*name));
    let missing = missing.map(|name| format!("no test is called {name}"));
    let idle = tests.difference(&rows).map(|name| format!("no row names {name}"));
    missing.chain(idle).collect()
}

#[test]
fn each_row_has_its_test_and_each_test_its_row() {
    let of_page = |page: &str| {
        let module = page.replace('-', "_");
        tests(&sources(page)).into_iter().map(move |name| format!("{module}::{name}"))
    };
    let all: BTreeSet<_> = PAGES.iter().flat_map(|page| of_page(page)).collect();
    for page in PAGES {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page).with_extension("md");
        let text = fs::read_to_string(file).unwrap();
        assert_eq!(problems(&text, &sources(page), &all), [""; 0], "{page}");
        assert!(named(&text).unwrap().len() > 5, "{page}");
    }
}

#[test]
fn each_page_is_checked() {
    let docs = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")).unwrap();
    let names = docs.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
    let guides: BTreeSet<_> = names.filter(|name| name.starts_with("from-")).collect();
    assert_eq!(guides, PAGES.map(str::to_owned).into());
}

#[test]
fn what_does_not_fit_together_is_seen() {
    let page = "| there | here | test |\n|---|---|---|\n| `a\\|b` | c | `one` |\n| d | e | `two` |\n";
    let source = "#[test]\nfn one() {}\n#[tokio::test(flavor = \"x\")]\n#[cfg(y)]\nasync fn three() {}\nfn helper() {}";
    let others = BTreeSet::from(["there::two".to_owned()]);
    let problems = |page: &str| problems(page, source, &others);
    assert_eq!(problems(page), ["no test is called two", "no row names three"]);
    assert_eq!(problems(&page.replace("`two`", "")).len(), 1);
    assert_eq!(problems(&page.replace("test", "notes")).len(), 1);
    assert_eq!(problems(&page.replace("two", "three")), [""; 0]);
    assert_eq!(problems(&page.replace("two", "there::two")), ["no row names three"]);
    assert_eq!(problems(&page.replace("two", "there::one")).len(), 2);
}
