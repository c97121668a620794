//! A ring from an environment variable.

use zeroize::Zeroizing;

use super::ScheduledKey;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::key::Key;

/// Marks a key that opens but does not seal yet. A colon is no base64 character.
const NEXT: &str = "next:";

/// Reads and parses `variable`.
///
/// # Errors
/// As documented on [`Keyring::from_env`](super::Keyring::from_env).
pub(super) fn read(variable: &str) -> Result<Vec<ScheduledKey>, Error> {
    let problem = |what: &str| {
        Error::new(
            ErrorKind::Keyring,
            format!("{variable} {what}: set it to a key from `openssl rand -base64 32` (several: \"new,old\")"),
        )
    };
    match std::env::var(variable) {
        Ok(list) if list.trim().is_empty() => Err(problem("is empty")),
        Ok(list) => parse(variable, &Zeroizing::new(list)),
        Err(std::env::VarError::NotPresent) => Err(problem("is not set")),
        Err(std::env::VarError::NotUnicode(_)) => Err(problem("is not text")),
    }
}

fn parse(variable: &str, list: &str) -> Result<Vec<ScheduledKey>, Error> {
    let total = list.split(',').count();
    let keys = list.split(',').enumerate().map(|(position, item)| {
        entry(item.trim_ascii()).map_err(|error| {
            Error::new(error.kind().clone(), format!("{variable}, key {} of {total}: {error}", position + 1))
        })
    });
    keys.collect()
}

fn entry(item: &str) -> Result<ScheduledKey, Error> {
    match item.strip_prefix(NEXT) {
        Some(next) => Ok(ScheduledKey::new(Key::from_base64(next)?).seal_from(Timestamp::MAX)),
        None => Ok(ScheduledKey::new(Key::from_base64(item)?)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_list_is_read_in_order_and_errors_name_the_place() {
        let (a, b) = (Key::generate().unwrap(), Key::generate().unwrap());
        let list = format!("next:{}, {}", &*a.expose_base64(), &*b.expose_base64());
        let keys = parse("KEYS", &list).unwrap();
        assert_eq!(keys.iter().map(|key| key.key.id()).collect::<Vec<_>>(), [a.id(), b.id()]);
        assert_eq!(keys.iter().map(|key| key.seal_from).collect::<Vec<_>>(), [Some(Timestamp::MAX), None]);

        for bad in [format!("{},", &*a.expose_base64()), format!("{},hunter2", &*a.expose_base64())] {
            let error = parse("KEYS", &bad).unwrap_err().to_string();
            assert!(error.starts_with("KEYS, key 2 of 2: "), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
