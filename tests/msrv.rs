//! The oldest Rust that Cargo.toml promises is enough for what each feature depends on, as far as its packages say.
//!
//! `clippy::incompatible_msrv`, denied in Cargo.toml, looks at the crate's own use of the standard library; `./test oldest`
//! compiles it with that very Rust, where it is installed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::HashMap;
use std::fs;
use std::process::Command;

use serde_json::Value;

/// Features that need a newer Rust, and say so in the table of src/lib.rs.
const NEWER: [(&str, Rust); 2] = [("mysql", Rust(1, 94)), ("postgres", Rust(1, 94))];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rust(u32, u32);

#[test]
fn every_feature_keeps_the_promised_rust() {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--format-version=1", "--all-features"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let needed: HashMap<_, _> = packages.iter().filter_map(needed_by).collect();
    let own = packages.iter().find(|package| package["name"] == "sealed-session").unwrap();
    let promised = rust(own["rust_version"].as_str().unwrap());
    let features = own["features"].as_object().unwrap();
    assert!(features.len() > 10);
    // Some bring more together than each alone: `redis` and `tls`.
    let rest: Vec<_> =
        features.keys().map(String::as_str).filter(|name| NEWER.iter().all(|(newer, _)| newer != name)).collect();
    let together = rest.join(",");
    let mut broken = String::new();
    for feature in features.keys().chain([&together]) {
        let listed = NEWER.iter().find(|(name, _)| name == feature).map(|(_, rust)| *rust);
        let tree = cargo(&[
            "tree",
            "-e=no-dev",
            "--target=all",
            "--prefix=none",
            "--no-default-features",
            "-F",
            feature,
            "-f={p}",
        ]);
        // A line: `name v1.2.3`, and what kind of package it is.
        let packages: Vec<_> = tree.lines().map(|line| line.split(" (").next().unwrap_or(line)).collect();
        let newest = packages.iter().filter_map(|package| Some((needed.get(*package)?, *package))).max();
        let (&Rust(major, minor), package) = newest.unwrap();
        let needs = Rust(major, minor);
        if needs > listed.unwrap_or(promised) {
            broken += &format!("feature `{feature}`: {package} needs Rust {major}.{minor}\n");
        }
        if listed.is_some_and(|listed| needs < listed) {
            broken += &format!(
                "feature `{feature}` needs no more than Rust {major}.{minor}: say so here and in src/lib.rs\n"
            );
        }
    }
    assert!(
        broken.is_empty(),
        "{broken}Cargo.toml promises {promised:?}: `cargo update --precise` an older version, or say more"
    );
}

#[test]
fn what_needs_a_newer_one_says_so() {
    let documentation = fs::read_to_string("src/lib.rs").unwrap();
    for (feature, Rust(major, minor)) in NEWER {
        let row =
            documentation.lines().find(|line| line.starts_with("//! |") && line.contains(&format!("`{feature}`")));
        assert!(row.unwrap().contains(&format!("need Rust {major}.{minor}")), "{feature}");
    }
}

/// A package as `cargo tree` writes it, and the Rust that it says it needs. One in four says nothing, and is not seen here.
fn needed_by(package: &Value) -> Option<(String, Rust)> {
    let name = format!("{} v{}", package["name"].as_str()?, package["version"].as_str()?);
    Some((name, rust(package["rust_version"].as_str()?)))
}

fn rust(version: &str) -> Rust {
    let mut parts = version.split('.').map(|part| part.parse().unwrap());
    Rust(parts.next().unwrap(), parts.next().unwrap())
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).arg("--locked").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
