//! Counts, as they are measured and as they are kept.

use std::process::ExitCode;

use crate::callgrind;
use crate::paths;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions/baseline.txt");
/// A difference of more than this fails, in percent.
const TOLERANCE: f64 = 3.0;
const ABOUT: &str = "\
# Instructions per operation, by callgrind; renewed by `benches/instructions/run --write`. Those of requests through the
# layer are what it adds to the bare request; `find-in-2-kb` is what the bytes of other cookies add to a visitor's.
# They depend on the compiler, on the instruction set that valgrind offers, and on Cargo.lock. Taken with:";

/// How many instructions each path takes.
pub(crate) struct Baseline {
    /// What the counts depend on: compiler, valgrind, processor.
    circumstances: Vec<String>,
    counts: Vec<(String, u64)>,
}

impl Baseline {
    pub(crate) fn measure() -> Self {
        let whole: Vec<_> = paths::ALL.iter().map(|path| callgrind::per_operation(path.name)).collect();
        let of = |name| paths::ALL.iter().position(|path| path.name == name).map_or(0, |at| whole[at]);
        let counts = paths::ALL.iter().zip(&whole).map(|(path, count)| {
            let less = path.less.map_or(0, of);
            (path.name.to_owned(), count.saturating_sub(less))
        });
        Self { circumstances: callgrind::circumstances(), counts: counts.collect() }
    }

    /// What is kept; nothing if there is no file yet.
    pub(crate) fn read() -> Self {
        let text = std::fs::read_to_string(FILE).unwrap_or_default();
        let (comments, lines): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.starts_with('#'));
        let circumstances = comments.iter().filter_map(|line| line.strip_prefix("#   ")).map(str::to_owned).collect();
        let counts = lines.iter().filter_map(|line| {
            let (name, count) = line.split_once(char::is_whitespace)?;
            Some((name.to_owned(), count.trim().parse().ok()?))
        });
        Self { circumstances, counts: counts.collect() }
    }

    pub(crate) fn write(&self) -> ExitCode {
        let circumstances: String = self.circumstances.iter().map(|line| format!("#   {line}\n")).collect();
        let counts: String = self.counts.iter().map(|(name, count)| format!("{name:24}{count:>8}\n")).collect();
        let text = format!("{ABOUT}\n{circumstances}{counts}");
        std::fs::write(FILE, &text).unwrap();
        print!("{text}");
        ExitCode::SUCCESS
    }

    /// Prints both side by side. Fails if a path differs too much, or is in one of them alone.
    pub(crate) fn compare(&self, kept: &Self) -> ExitCode {
        println!("| path | baseline | now | difference |\n|---|---:|---:|---:|");
        let mut verdicts = Vec::new();
        for (name, now) in &self.counts {
            let before = kept.counts.iter().find(|(other, _)| other == name).map(|(_, count)| *count);
            let change = before.map(|before| percent(before, *now));
            let [before, shown] = [
                before.map_or("–".into(), |count| count.to_string()),
                change.map_or("new".into(), |change| format!("{change:+.1} %")),
            ];
            let verdict = verdict(change);
            println!("| {name} | {before} | {now} | {shown}{} |", verdict.map_or("", |_| " ←"));
            verdicts.extend(verdict);
        }
        for (name, _) in kept.counts.iter().filter(|(name, _)| !self.counts.iter().any(|(other, _)| other == name)) {
            println!("| {name} | gone | | |");
            verdicts.push("a path is gone: `--write` takes it out");
        }
        verdicts.sort_unstable();
        verdicts.dedup();
        verdicts.iter().for_each(|verdict| println!("\n{verdict}"));
        if self.circumstances != kept.circumstances && !verdicts.is_empty() {
            println!("\nThe baseline was taken with {:?}, this with {:?}.", kept.circumstances, self.circumstances);
        }
        if verdicts.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn percent(before: u64, now: u64) -> f64 {
    100.0 * (now as f64 - before as f64) / (before.max(1) as f64)
}

/// What is to be said of a change; nothing if it is small.
fn verdict(change: Option<f64>) -> Option<&'static str> {
    match change {
        None => Some("a path is new: `--write` takes it up"),
        Some(change) if change > TOLERANCE => {
            Some("slower: find out why; if it is meant to be so, `--write` renews the baseline")
        }
        Some(change) if change < -TOLERANCE => Some("faster: `--write` renews the baseline, so that it stays so"),
        Some(_) => None,
    }
}
