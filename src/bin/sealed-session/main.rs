//! `sealed-session`: makes, rotates and checks keys, and shows what is in a cookie.

mod args;
mod change;
mod check;
mod cookie;
mod document;
mod edit;
mod failure;
mod file;
mod keys;
mod limits;
mod list;
mod moment;
mod open;
mod output;
mod owner;
mod report;
mod vectors;

use std::process::ExitCode;

use clap::Parser;
use sealed_session::Timestamp;

use crate::args::{Args, Command};
use crate::failure::Failure;
use crate::output::Answer;

fn main() -> ExitCode {
    let args = Args::parse();
    let json = args.json;
    match run(args).and_then(|answer| answer.print(json)) {
        Ok(exit) => exit.into(),
        Err(failure) => failure.print(json).into(),
    }
}

fn run(args: Args) -> Result<Answer, Failure> {
    let now = args.now.unwrap_or_else(Timestamp::now);
    match args.command {
        Command::Keys(command) => keys::run(command, now),
        Command::Open(wanted) => open::run(&wanted, now),
        Command::Vectors { all } => vectors::run(all),
    }
}
