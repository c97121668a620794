//! The file of tables: each run replaces its own section and leaves the others.

use std::path::PathBuf;
use std::{fs, io};

const HEAD: &str = "# Speed: sealed-session and its peers

Measured by `benches/peers`. `performance.md` has the method and says what follows from it.
";

/// A path within the project's `docs`.
#[must_use]
pub fn docs(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(file)
}

/// Puts `text` into `docs/speed-tables.md`, in place of what the section of this name had.
///
/// # Errors
/// When the file cannot be read or written.
pub fn replace(name: &str, text: &str) -> io::Result<()> {
    let path = docs("speed-tables.md");
    let old = match fs::read_to_string(&path) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => HEAD.to_owned(),
        Err(error) => return Err(error),
    };
    fs::write(path, replaced(&old, name, text))
}

fn replaced(old: &str, name: &str, text: &str) -> String {
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let section = format!("{start}\n{}\n\n{end}", text.trim());
    let parts = old.split_once(&start).and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
    match parts {
        Some((before, after)) => format!("{before}{section}{after}"),
        None => format!("{}\n\n{section}", old.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn a_section_is_appended_once_and_then_replaced() {
        let first = replaced("head\n", "plain", "one");
        assert_eq!(first, "head\n\n<!-- plain -->\n\none\n\n<!-- end of plain -->\n");
        let both = replaced(&first, "lto", "two");
        let changed = replaced(&both, "plain", "three");
        assert_eq!(changed, both.replace("one", "three"));
    }
}
