//! Puts what it reads into a section of `docs/speed-tables.md`: `section NAME < table`.

use std::io::read_to_string;

use peers::peers::Refused;
use peers::section::replace;

fn main() -> Result<(), Refused> {
    let name = std::env::args().nth(1).ok_or("which section?")?;
    let text = read_to_string(std::io::stdin())?;
    if text.trim().is_empty() {
        return Err("nothing to write".into());
    }
    Ok(replace(&name, &text)?)
}
