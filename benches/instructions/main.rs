//! Instructions per operation on the hot paths: `benches/instructions/run`. Needs valgrind.
//!
//! Time depends on the machine's mood, this does not: callgrind counts the instructions of a path done N times and 2 N times,
//! and the difference divided by N is one operation, without start and set-up. `--check` compares with `baseline.txt` and
//! fails if a path differs by more than 3 %, `--write` renews it.
//!
//! What the kernel does is not counted, random bytes for example; nor the clock, which stands still.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic, missing_docs)]

mod baseline;
mod callgrind;
mod paths;
#[path = "../support/payload.rs"]
mod payload;
#[path = "../support/mod.rs"]
mod support;

use std::process::ExitCode;

use baseline::Baseline;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        // What callgrind runs.
        ["--run", path, count] => {
            paths::find(path).unwrap()(count.parse().unwrap());
            ExitCode::SUCCESS
        }
        ["--features"] => {
            println!("{}", callgrind::features());
            ExitCode::SUCCESS
        }
        _ if !support::is_bench() => {
            paths::ALL.iter().for_each(|path| (path.run)(3));
            ExitCode::SUCCESS
        }
        ["--write"] => Baseline::measure().write(),
        ["--check"] => Baseline::measure().compare(&Baseline::read()),
        [] => {
            Baseline::measure().compare(&Baseline::read());
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("benches/instructions/run [--check | --write]");
            ExitCode::from(2)
        }
    }
}
