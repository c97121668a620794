//! The command line.

use std::time::Duration;

use peers::peers::Refused;
use peers::race::Race;

/// What was asked for.
pub(crate) struct Options {
    pub(crate) race: Race,
    pub(crate) write: bool,
}

impl Options {
    pub(crate) fn from_args(mut args: impl Iterator<Item = String>) -> Result<Self, Refused> {
        let mut options = Self { race: Race { rounds: 400, batch: Duration::from_micros(50) }, write: false };
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--quick" => options.race.rounds = 9,
                "--write" => options.write = true,
                "--batch" => {
                    let micros = args.next().ok_or("--batch: how many microseconds?")?.parse()?;
                    options.race.batch = Duration::from_micros(micros);
                }
                "--rounds" => options.race.rounds = args.next().ok_or("--rounds: how many?")?.parse()?,
                _ => return Err(format!("{arg}: known are --quick, --rounds N, --batch MICROSECONDS, --write").into()),
            }
        }
        Ok(options)
    }
}
