//! The commands `keys …`.

use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use sealed_session::{Key, KeyReport, KeyState, Keyring, Timestamp};

use crate::args::Keys;
use crate::change::Fresh;
use crate::check;
use crate::edit::Edit;
use crate::failure::{Exit, Failure};
use crate::file::KeyFile;
use crate::list;
use crate::moment;
use crate::output::Answer;

pub(crate) fn run(command: Keys, now: Timestamp) -> Result<Answer, Failure> {
    match command {
        Keys::New { show } => fresh(show),
        Keys::Add { file, label } => add(&file.path, label, now),
        Keys::Rotate { file, after, keep, label } => rotate(&file.path, label, now, (after, keep)),
        Keys::List { file } => list::run(&file.path, now),
        Keys::Revoke { file, label } => revoke(&file.path, &label, now),
        Keys::Check { file, strict } => check::run(&file.path, strict, now),
    }
}

fn fresh(show: bool) -> Result<Answer, Failure> {
    if std::io::stdout().is_terminal() && !show {
        return Err(Failure::Refused(
            "a secret is not printed to a terminal, which remembers it: send it elsewhere, or give --show".into(),
        ));
    }
    let key = Key::generate()?;
    Answer::new(&Fresh { id: key.id().to_string(), secret: key.expose_base64() }, Exit::Fine)
}

fn add(path: &Path, label: String, now: Timestamp) -> Result<Answer, Failure> {
    let file = KeyFile::existing_or_new(path)?;
    let mut edit = Edit::new(&file)?;
    let keys = edit.keyring().map(|ring| live(&ring, now)).unwrap_or_default();
    edit.add(Some(label), unused(now, &keys), now)?;
    // A key can be what the file lacks, so what counts is whether it is whole now.
    edit.keyring()?;
    edit.write()
}

fn rotate(
    path: &Path,
    label: Option<String>,
    now: Timestamp,
    (after, keep): (Duration, Duration),
) -> Result<Answer, Failure> {
    let file = KeyFile::existing(path)?;
    let mut edit = Edit::new(&file)?;
    let keys = live(&edit.keyring()?, now);
    let seal_from = unused(moment::plus(now, after), &keys);
    let until = moment::plus(moment::plus(now, after), keep);
    for key in &keys {
        edit.end_before(key, seal_from, until);
    }
    edit.add(label, seal_from, now)?;
    edit.keyring()?;
    edit.write()
}

fn revoke(path: &Path, label: &str, now: Timestamp) -> Result<Answer, Failure> {
    let file = KeyFile::existing(path)?;
    let mut edit = Edit::new(&file)?;
    if !edit.revoke(label)? {
        return edit.unchanged(format!("{label} is revoked already"));
    }
    let seals = match edit.keyring() {
        Ok(ring) => ring.report(now, Duration::ZERO).iter().any(|key| key.state == KeyState::Sealing),
        Err(_) => edit.may_seal(now),
    };
    if !seals {
        edit.add(None, now, now)?;
        edit.note("no other key would seal, so a fresh one does; machines without it refuse what it seals");
    }
    match edit.keyring() {
        Ok(_) => edit.write(),
        // A revocation is never refused. But an app that cannot load the file goes on with the keys that it has.
        Err(error) => edit.write_broken(&error),
    }
}

/// The keys that open, whether they seal or not.
fn live(keyring: &Keyring, now: Timestamp) -> Vec<KeyReport> {
    let mut keys = keyring.report(now, Duration::ZERO);
    keys.retain(|key| !matches!(key.state, KeyState::Ended | KeyState::Revoked));
    keys
}

/// The first moment from `wanted` on at which no key begins to seal: of two that begin together, the older one would.
fn unused(wanted: Timestamp, keys: &[KeyReport]) -> Timestamp {
    let taken = |time| keys.iter().any(|key| key.seal_from == Some(time));
    let mut time = wanted;
    while taken(time) && time < Timestamp::MAX {
        time = moment::plus(time, Duration::from_secs(1));
    }
    time
}
