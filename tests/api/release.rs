//! What has changed since the last release, and whether the version says so. Nothing sees all that can break an app; this sees
//! what left the list or stands there in another form, and variants that a `match` must now have.

use std::collections::HashSet;
use std::process::Command;

/// The version of the last release, from its tag, and what it listed.
pub(crate) fn last() -> Option<(String, String)> {
    let tag = git(&["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"])?;
    let tag = tag.trim();
    let listed = git(&["show", &format!("{tag}:tests/api/public.txt")])?;
    Some((tag.trim_start_matches('v').to_owned(), listed))
}

/// What an app that compiled with `old` may not find in `new`.
pub(crate) fn broken(old: &str, new: &str) -> Vec<String> {
    let is = |lines: &HashSet<&str>, line: &str| line.starts_with("# ") || lines.contains(line);
    let (before, after): (HashSet<_>, HashSet<_>) = (old.lines().collect(), new.lines().collect());
    let gone = old.lines().filter(|line| !is(&after, line)).map(|line| format!("- {line}"));
    let added = new.lines().filter(|line| !is(&before, line) && is_variant_of_old(&before, line));
    gone.chain(added.map(|line| format!("+ {line}"))).collect()
}

/// Whether a line is a variant of an enum that was there, and that promises to have no others.
fn is_variant_of_old(before: &HashSet<&str>, line: &str) -> bool {
    let Some((parent, _)) = line.split(['(', ' ']).nth(1).and_then(|path| path.rsplit_once("::")) else { return false };
    let feature = line.rsplit_once("  [").map_or(String::new(), |(_, feature)| format!("  [{feature}"));
    before.contains(format!("pub enum {parent}{feature}").as_str())
}

/// Whether cargo takes `new` in place of `old` by itself.
pub(crate) fn is_compatible(old: &str, new: &str) -> bool {
    let series = |version: &str| {
        let parts: Vec<_> = version.split('.').map(str::to_owned).collect();
        let fixed = if parts[0] == "0" { 2 } else { 1 };
        parts[..fixed].to_vec()
    };
    series(old) == series(new)
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

#[test]
fn what_breaks_is_told_from_what_does_not() {
    let old = "# by one\npub enum a::Open\npub a::Open::A\n#[non_exhaustive] pub enum a::More\npub fn a::f(u8)\n";
    let added = "# by two\npub enum a::Open\npub a::Open::A\n#[non_exhaustive] pub enum a::More\npub fn a::f(u8)\npub a::More::B\npub fn a::g()\n";
    assert!(broken(old, added).is_empty());
    let variant = format!("{old}pub a::Open::B(u8)\n");
    assert_eq!(broken(old, &variant), ["+ pub a::Open::B(u8)"]);
    assert_eq!(broken(old, &old.replace("u8", "u16")), ["- pub fn a::f(u8)"]);
    assert_eq!(broken(old, &old.replace("pub enum a::Open\n", "")), ["- pub enum a::Open"]);
    assert_eq!(broken("pub enum a::E  [x]\n", "pub enum a::E  [x]\npub a::E::V  [x]\n"), ["+ pub a::E::V  [x]"]);
}

#[test]
fn versions_say_what_is_compatible() {
    assert!(is_compatible("0.1.0", "0.1.7") && is_compatible("1.2.0", "1.3.0"));
    assert!(!is_compatible("0.1.9", "0.2.0") && !is_compatible("1.9.0", "2.0.0"));
}
