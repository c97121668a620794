//! Measures what the server keeps in memory for live sessions, and prints a Markdown table.
//!
//!     cargo run --release --manifest-path benches/peers/Cargo.toml --bin memory
//!
//! Linux only. The largest process takes some GiB.
//!
//! `--quick`: a hundredth of the sessions, to see that it runs. `--write`: also writes the table into
//! `docs/speed-tables.md` (the section `memory`) and the chart `docs/images/memory.svg`.

mod chart;
mod growth;
mod keepers;

use std::fs;
use std::process::{Command, Stdio};

use peers::peers::Refused;
use peers::section::{docs, replace};
use peers::svg::thousands;
use peers::version::version;

use keepers::Make;

/// How many sessions, at each look.
const COUNTS: [u64; 4] = [100_000, 250_000, 500_000, 1_000_000];
const MIB: f64 = 1024.0 * 1024.0;

/// What keeps sessions.
struct Kind {
    /// The package whose version counts; also its name on the command line.
    package: &'static str,
    /// Where the sessions are.
    place: &'static str,
    make: Make,
}

/// sealed-session first.
const KINDS: [Kind; 3] = [
    Kind { package: "sealed-session", place: "in cookies", make: keepers::sealed },
    Kind { package: "tower-sessions", place: "`MemoryStore`", make: keepers::tower_sessions },
    Kind { package: "poem", place: "`MemoryStorage`", make: keepers::poem },
];

/// What was measured of one kind.
struct Row {
    kind: &'static Kind,
    /// By the order of [`COUNTS`].
    points: Vec<Point>,
}

/// One look.
struct Point {
    sessions: f64,
    bytes: f64,
}

fn main() -> Result<(), Refused> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["--keep", package, count] => keep(package, count.parse()?),
        [] => show(COUNTS, false),
        ["--write"] => show(COUNTS, true),
        ["--quick"] => show(COUNTS.map(|count| count / 100), false),
        _ => Err("known are --write and, without it, --quick".into()),
    }
}

/// In a process of its own, so that no allocator's state leaks from one look to the next.
fn keep(package: &str, count: u64) -> Result<(), Refused> {
    let kind = KINDS.iter().find(|kind| kind.package == package).ok_or("kept by whom?")?;
    println!("{}", growth::measure(kind.make, count)?);
    Ok(())
}

fn show(counts: [u64; 4], write: bool) -> Result<(), Refused> {
    let rows = KINDS.iter().map(|kind| row(kind, counts)).collect::<Result<Vec<_>, _>>()?;
    let text = [HEAD, &table(&rows), NOTE].join("\n\n");
    println!("{text}");
    if write {
        replace("memory", &text)?;
        fs::create_dir_all(docs("images"))?;
        fs::write(docs("images/memory.svg"), chart::svg(&rows))?;
    }
    Ok(())
}

fn row(kind: &'static Kind, counts: [u64; 4]) -> Result<Row, Refused> {
    let points = counts.into_iter().map(|count| {
        let mut process = Command::new(std::env::current_exe()?);
        let output = process.args(["--keep", kind.package, &count.to_string()]).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("{}, {count} sessions: {}", kind.package, output.status).into());
        }
        Ok(Point { sessions: count as f64, bytes: String::from_utf8(output.stdout)?.trim().parse()? })
    });
    Ok(Row { kind, points: points.collect::<Result<_, Refused>>()? })
}

const HEAD: &str = "## Memory that the server keeps for live sessions

What a process gained (`VmRSS`) while so many typical sessions began, each by a request of its own through the layer, \
with default settings and the system's allocator. A process for each line of the table.";

const NOTE: &str = "Each response was seen to set a cookie, and 16 sessions of each process, evenly spread, were read back. \
Before, each process began 10,000 sessions and dropped their store; what that left free is used again and not counted, \
in favour of the peers. Their stores keep `serde_json` values, here with its feature `preserve_order`, which biscuit \
turns on for all of this package.";

fn table(rows: &[Row]) -> String {
    let mut table = "| kept by | sessions | MiB | bytes a session |\n|---|--:|--:|--:|".to_owned();
    for (row, point) in rows.iter().flat_map(|row| row.points.iter().map(move |point| (row, point))) {
        let Point { sessions, bytes } = point;
        let (name, count) = (row.kind.name(), thousands(*sessions));
        table += &format!("\n| {name} | {count} | {:.1} | {} |", bytes / MIB, thousands(bytes / sessions));
    }
    table
}

impl Kind {
    fn name(&self) -> String {
        format!("{}, {}", self.versioned(), self.place)
    }

    fn versioned(&self) -> String {
        format!("{} {}", self.package, version(self.package).unwrap_or_default())
    }
}
