//! The published tokens and refusals of format 1. They are written by `src/token/tests/vectors.rs`.

mod refusal;
mod shelf;
mod token;

use std::collections::HashMap;

use serde::Deserialize;

use super::Extent;
use super::file::Unreadable;
use super::hex::Hex;
use super::report::Tally;
use crate::key::Key;
use crate::keyring::{Keyring, ScheduledKey};
use crate::policy::Limits;
use crate::token::Sealer;
use refusal::RefusalVector;
use token::TokenVector;

#[derive(Deserialize)]
struct Published {
    format: u8,
    lifetime: u64,
    idle: u64,
    tokens: Vec<TokenVector>,
    refusals: Vec<RefusalVector>,
}

pub(super) fn published(text: &str, _: Extent, tally: &mut Tally) -> Result<(), Unreadable> {
    let Published { format, lifetime, idle, tokens, refusals } = serde_json::from_str(text)?;
    if format != crate::token::FORMAT {
        return Err(format!("these are the vectors of format {format}").into());
    }
    let limits = Limits { lifetime, idle, remember: idle };
    let by_name: HashMap<&str, &TokenVector> = tokens.iter().map(|token| (token.name.as_str(), token)).collect();
    for token in &tokens {
        let differs = token.check(&by_name, limits)?;
        tally.check(format_args!("{}: {differs:?}", token.name), differs.is_none());
    }
    for refusal in &refusals {
        let found = refusal.found(limits)?;
        tally.check(format_args!("{}: {found}", refusal.name), found == refusal.reason);
    }
    Ok(())
}

fn key(secret: &Hex) -> Result<Key, Unreadable> {
    Ok(Key::from_bytes(secret.array()?)?)
}

fn sealer(
    keys: impl IntoIterator<Item = impl Into<ScheduledKey>>,
    name: &str,
    context: &str,
) -> Result<Sealer, Unreadable> {
    Ok(Sealer::new(Keyring::new(keys)?, name, context)?)
}
