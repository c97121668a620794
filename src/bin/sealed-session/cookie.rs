//! Cookie values in what people paste.

use std::io::{IsTerminal, Read};

use crate::failure::Failure;

/// Nobody pastes more than this, in bytes.
const MAX_INPUT: u64 = 1 << 20;
/// An app looks at no more cookies of one name.
const MAX_CANDIDATES: usize = 4;

/// All of standard input.
pub(crate) fn read_input() -> Result<String, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Paste a cookie, then end with Ctrl-D:");
    }
    let mut input = Vec::new();
    stdin
        .take(MAX_INPUT)
        .read_to_end(&mut input)
        .map_err(|error| Failure::Io(format!("standard input cannot be read: {error}")))?;
    Ok(String::from_utf8_lossy(&input).into_owned())
}

/// The values of the cookies called `name`: from its pairs on any line, be it a `Cookie` or `Set-Cookie` field or not. Text
/// without any pair is a value itself.
pub(crate) fn values<'a>(input: &'a str, name: &str) -> Vec<&'a str> {
    let pairs = input.lines().flat_map(|line| without_field_name(line).split(';'));
    let values: Vec<_> = pairs.filter_map(|pair| value_of(pair, name)).take(MAX_CANDIDATES).collect();
    let bare = input.trim();
    if values.is_empty() && !bare.is_empty() && !is_pair(bare) { vec![bare] } else { values }
}

/// The line without `Cookie:`, and without what `curl -v` puts before it.
fn without_field_name(line: &str) -> &str {
    let line = line.trim().trim_start_matches(['<', '>']).trim_start();
    match line.split_once(':') {
        Some((field, rest)) if ["cookie", "set-cookie"].iter().any(|name| field.eq_ignore_ascii_case(name)) => {
            rest.trim()
        }
        _ => line,
    }
}

fn value_of<'a>(pair: &'a str, name: &str) -> Option<&'a str> {
    pair.trim_start_matches([' ', '\t']).strip_prefix(name)?.strip_prefix('=')
}

/// Whether this is made of names and values. An `=` at the end is padding, which a value must not have but may.
fn is_pair(text: &str) -> bool {
    text.trim_end_matches('=').contains('=')
}
