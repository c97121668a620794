//! Config files: TOML, or JSON by their extension.

use std::path::Path;

use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};
use crate::stack;

/// Reads the file at `path` as a `T`.
///
/// # Errors
/// [`ErrorKind::Setting`] when it cannot be read or is not of that shape; the text names the file and the line, and never
/// quotes what stands there.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Error> {
    let text = read_text(path)?;
    parse(path, &text)
}

pub(crate) fn read_text(path: &Path) -> Result<Zeroizing<String>, Error> {
    std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| Error::new(ErrorKind::Setting, format!("{}: cannot be read: {error}", path.display())))
}

/// Reads `text`, the content of the file at `path`, as a `T`.
pub(crate) fn parse<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Error> {
    stack::wiped(|| parse_text(path, text))
}

fn parse_text<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Error> {
    let problem = |what: &str, line: usize| {
        let what = unquoted(what);
        Error::new(ErrorKind::Setting, format!("{}, line {line}: {what}", path.display()))
    };
    // Neither parser's error is shown as it is: TOML's quotes the line, which may hold a secret.
    if path.extension().is_some_and(|extension| extension == "json") {
        return serde_json::from_str(text).map_err(|error| {
            let what = error.to_string();
            problem(what.split(" at line ").next().unwrap_or_default(), error.line())
        });
    }
    // Not by `from_str`: its errors about what a field holds keep a copy of the whole text, with the secrets in it.
    toml::de::DeTable::parse(text).and_then(|table| T::deserialize(toml::Deserializer::from(table))).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        problem(error.message(), before.matches('\n').count() + 1)
    })
}

/// No name of ours is as long as this.
const LONGEST_NAME: usize = 40;

/// Without the text that serde found where it expected something else: it may be a secret in the wrong place.
fn unquoted(what: &str) -> String {
    let what = unnamed(what);
    match (what.split_once('"'), what.rsplit_once('"')) {
        (Some((before, _)), Some((_, after))) => format!("{before}…{after}"),
        _ => what,
    }
}

/// Without the variant that is unknown, and without the field that is, unless it looks like one of ours, mistyped.
fn unnamed(what: &str) -> String {
    let mistyped = |name: &str| {
        let ours = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        ours && (1..LONGEST_NAME).contains(&name.len())
    };
    for (unknown, may_show) in [("unknown field `", true), ("unknown variant `", false)] {
        let Some(rest) = what.strip_prefix(unknown) else { continue };
        let (name, expected) = rest.rsplit_once("`, expected ").unwrap_or((rest, "another one"));
        if !may_show || !mistyped(name) {
            return format!("{unknown}…`, expected {expected}");
        }
    }
    what.to_owned()
}
