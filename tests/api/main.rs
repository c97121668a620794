//! The public API is what tests/api/public.txt lists, so that no change of it goes unseen in a review.
//!
//!     UPDATE_API=1 cargo test --all-features --test api
//!
//! writes the list anew, as `./test api --update` does.

// A script stands in for rustdoc.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod features;
mod listing;
mod release;

use std::collections::HashSet;
use std::{env, fs};

use listing::compiler_of;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/public.txt");

#[test]
fn the_public_api_is_as_listed() {
    let now = listing::of_this_crate();
    if env::var_os("UPDATE_API").is_some() {
        fs::write(PATH, now).unwrap();
        return;
    }
    let listed = fs::read_to_string(PATH).unwrap();
    let difference = difference(&listed, &now);
    assert!(
        difference.is_empty(),
        "the public API is not what tests/api/public.txt lists:\n\n{difference}\nIf that is meant, write the list anew with \
         `./test api --update`, commit it, and say so in CHANGELOG.md. It was written with {}; this is {}.",
        compiler_of(&listed),
        compiler_of(&now),
    );
}

/// Looks at the list as it is committed; the test above compares that with the code.
#[test]
fn the_version_says_if_something_breaks() {
    let Some((version, listed)) = release::last() else {
        eprintln!("no release to compare with: no tag v0.1.0 or the like that has tests/api/public.txt");
        return;
    };
    let own = env!("CARGO_PKG_VERSION");
    let broken = release::broken(&listed, &fs::read_to_string(PATH).unwrap()).join("\n");
    eprintln!("since {version}:\n{broken}");
    assert!(
        broken.is_empty() || !release::is_compatible(&version, own),
        "what compiled with {version} does not with {own}, which cargo takes in place of it; raise the version, or put back:\n{broken}"
    );
}

/// The lines that are in one alone; both are sorted, and have no line twice. The compiler's name is no part of the API.
fn difference(listed: &str, now: &str) -> String {
    let only = |sign: &str, these: &str, others: &str| {
        let others: HashSet<_> = others.lines().collect();
        let only = these.lines().filter(|line| !line.starts_with("# ") && !others.contains(line));
        only.map(|line| format!("{sign} {line}\n")).collect::<String>()
    };
    only("-", listed, now) + &only("+", now, listed)
}
