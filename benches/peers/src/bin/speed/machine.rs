//! What it was measured on.

use std::fs;
use std::process::Command;

use peers::race::Race;

use crate::{AWS_LC, PROFILE};

pub(crate) fn describe(race: Race) -> String {
    let profile = match PROFILE {
        "plain" => "plain: Cargo's default `release`",
        "lto" => "lto: fat LTO, one codegen unit",
        other => other,
    };
    let cipher = if AWS_LC { ". Ours with the feature `aws-lc-rs`" } else { "" };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "## Profile {profile}{cipher}\n\nNanoseconds: medians of {} interleaved rounds of {} µs per peer. In brackets: how many \
         times sealed-session's. {}, {cores} cores, {}.",
        race.rounds,
        race.batch.as_micros(),
        processor(),
        compiler()
    )
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(": "));
    model.map_or("an unknown processor", |(_, model)| model).to_owned()
}

fn compiler() -> String {
    let version = Command::new("rustc").arg("--version").output();
    let text = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}
