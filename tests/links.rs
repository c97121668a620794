//! Links between the documents: each leads to a file, and to a heading of it, in the repository and in rustdoc.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All Markdown of the repository that people read.
fn documents() -> Vec<PathBuf> {
    let folders = ["", "docs", "benches/peers", "fuzz", "tests/vectors", "tests/testkit"];
    let files = folders.iter().flat_map(|folder| fs::read_dir(root().join(folder)).into_iter().flatten());
    let mut all: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    all.sort();
    all
}

/// The text without blocks of code and code spans.
fn prose(text: &str) -> String {
    let outside: String = text.split("```").step_by(2).collect();
    outside.split('`').step_by(2).collect::<Vec<_>>().join("code")
}

/// What is linked to in line: `[text](target)`.
fn inline(prose: &str) -> Vec<&str> {
    prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

/// What is defined for links by name: `[name]: target`.
fn definitions(text: &str) -> Vec<(&str, &str)> {
    let lines = text.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: "));
    lines.filter(|(name, _)| !name.contains(']')).collect()
}

/// The names that are linked by: `[text][name]`.
fn named(prose: &str) -> Vec<&str> {
    prose.split("][").skip(1).filter_map(|rest| rest.split(']').next()).collect()
}

/// What a heading is called in a link.
fn anchors(text: &str) -> BTreeSet<String> {
    let outside: String = text.split("```").step_by(2).collect();
    let headings = outside
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim().to_lowercase());
    let slug = |heading: String| {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(slug).collect()
}

fn is_elsewhere(target: &str) -> bool {
    ["https://", "http://", "mailto:"].iter().any(|scheme| target.starts_with(scheme))
}

#[test]
fn every_link_leads_to_a_file_and_a_heading() {
    let mut found = 0;
    for document in documents() {
        let text = read(&document);
        let prose = prose(&text);
        let defined = definitions(&text);
        let names: BTreeSet<_> = defined.iter().map(|(name, _)| *name).collect();
        for name in named(&prose) {
            assert!(names.contains(name), "{} has no definition of [{name}]", document.display());
        }
        let targets = inline(&prose).into_iter().chain(defined.into_iter().map(|(_, target)| target));
        for target in targets.filter(|target| !is_elsewhere(target)) {
            found += 1;
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path = if file.is_empty() { document.clone() } else { document.parent().unwrap().join(file) };
            assert!(path.exists(), "{} links to {target}", document.display());
            let there = anchor.is_empty() || anchors(&read(&path)).contains(anchor);
            assert!(there, "{} links to {target}, where no such heading is", document.display());
        }
    }
    assert!(found >= 60, "only {found} were found");
}

/// The pages that rustdoc shows stand elsewhere there, so they link by names, and `src/guide/links.md`, which rustdoc reads
/// first, says where the names lead in it.
#[test]
fn the_pages_of_the_guide_link_by_names_that_rustdoc_knows() {
    let guide = read(&root().join("src/guide.rs"));
    let links = read(&root().join("src/guide/links.md"));
    let known: BTreeSet<_> = definitions(&links).into_iter().map(|(name, _)| name).collect();
    let pages: Vec<_> = guide.split("include_str!(\"../").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(pages.len() >= 8, "{pages:?}");
    let mut used = BTreeSet::new();
    for page in &pages {
        let text = read(&root().join(page));
        for target in inline(&prose(&text)) {
            let local = is_elsewhere(target) || target.starts_with('#');
            assert!(
                local || target.starts_with("images/"),
                "{page} links to {target} in line: rustdoc does not find it there"
            );
        }
        for (name, _) in definitions(&text) {
            assert!(known.contains(name), "src/guide/links.md does not say where [{name}] of {page} leads in rustdoc");
            used.insert(name.to_owned());
        }
    }
    for name in known {
        assert!(used.contains(name), "no page links to [{name}], which src/guide/links.md has");
    }
    assert_eq!(
        guide.matches("include_str!(\"guide/links.md\")").count(),
        pages.len(),
        "each page needs the links before it"
    );
}
