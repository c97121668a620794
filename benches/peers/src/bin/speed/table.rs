//! Cells of Markdown tables.

use peers::version::version;

/// Rows of cells, the numbers to the right.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let head_cells: Vec<_> = head.iter().map(|&cell| cell.to_owned()).collect();
    let rule = format!("|---|{}", "--:|".repeat(head.len() - 1));
    let rows = rows.into_iter().map(|row| line(&row));
    [line(&head_cells), rule].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

/// A peer's name with its version.
pub(crate) fn peer(name: &str, package: &str) -> String {
    format!("{name} {}", version(package).unwrap_or_default())
}

/// Nanoseconds, and how many times ours that is.
pub(crate) fn against(value: f64, ours: f64) -> String {
    format!("{value:.0} ({:.2})", value / ours)
}
