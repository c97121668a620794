//! Keys by config: one shape, from TOML, JSON or an app's own serde config.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::moment::Moment;
use super::{Keyring, Ring, ScheduledKey};
use crate::error::{Error, ErrorKind};
use crate::key::Key;

/// The keys of an app, as its config has them.
///
/// ```toml
/// [[keys]]
/// label = "2026-11"
/// secret = "base64 of 32 bytes"          # or secret_file = "…" or secret_env = "…"
/// seal_from = 2026-11-20T00:00:00Z       # optional: opens at once, seals from then on
/// open_until = 2027-02-01T00:00:00Z      # optional
/// revoked = false                        # true: refused at once
/// ```
///
/// The key with the latest `seal_from` that has come seals; absent means "always"; ties go to the first. Put it into a
/// config struct of your own, or read a file of its own with [`Keyring::from_file`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyringConfig {
    /// The keys.
    pub keys: Vec<KeyConfig>,
}

/// One key, as a config has it. Exactly one of the three sources of its secret is given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyConfig {
    /// Its name for people: in logs and reports, never on the wire.
    pub label: String,
    /// The secret itself: base64 of 32 bytes.
    pub secret: Option<SecretText>,
    /// A file that holds the secret, relative to the config file.
    pub secret_file: Option<PathBuf>,
    /// An environment variable that holds the secret.
    pub secret_env: Option<String>,
    /// From when it seals; it opens at once. Absent: always.
    pub seal_from: Option<Moment>,
    /// Until when it opens.
    pub open_until: Option<Moment>,
    /// Refused at once.
    #[serde(default)]
    pub revoked: bool,
}

/// A secret in a config: wiped from memory when dropped, and not shown by `Debug`.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Serde's own error would quote what stands there instead.
        let text = String::deserialize(deserializer);
        text.map(Self::from)
            .map_err(|_| serde::de::Error::custom("a secret is text in quotes, such as base64 of 32 bytes or a URL"))
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(…)")
    }
}

impl Keyring {
    /// A ring of these keys. Secret files are looked for in the current folder.
    ///
    /// # Errors
    /// [`ErrorKind::Keyring`] and [`ErrorKind::Key`], as for [`Keyring::new`]; also for a secret from several sources or
    /// from none, or one that cannot be read. A revoked key is never a reason: whatever is wrong with it, it stays revoked.
    pub fn from_config(config: &KeyringConfig) -> Result<Self, Error> {
        config.ring(Path::new(""))
    }
}

impl KeyringConfig {
    /// The ring; secret files are relative to `folder`.
    pub(super) fn ring(&self, folder: &Path) -> Result<Keyring, Error> {
        let keys: Result<Vec<_>, _> = self.keys.iter().filter_map(|key| key.scheduled(folder).transpose()).collect();
        match keys? {
            keys if keys.is_empty() && !self.keys.is_empty() => Ok(Keyring::of(Ring::empty())),
            keys => Keyring::new(keys),
        }
    }
}

impl KeyConfig {
    /// The key. `None` for a revoked key without a secret that can be read: what it sealed is refused all the same, as
    /// sealed under an unknown key.
    fn scheduled(&self, folder: &Path) -> Result<Option<ScheduledKey>, Error> {
        // Labels are shown, so a secret that was put there by mistake must not get that far.
        if !self.revoked && Key::from_base64(&self.label).is_ok() {
            return Err(Error::new(
                ErrorKind::Keyring,
                "a key has a secret for a label, which is not shown here: replace both",
            ));
        }
        let key = self.secret(folder).and_then(|text| match self.revoked {
            true => Key::from_base64_unchecked(&text),
            false => Key::from_base64(&text),
        });
        let key = match key {
            Ok(key) => ScheduledKey::new(key).label(&self.label),
            Err(_) if self.revoked => return Ok(None),
            Err(error) => return Err(Error::new(error.kind().clone(), format!("key {:?}: {error}", self.label))),
        };
        if self.revoked {
            return Ok(Some(key.revoked()));
        }
        let key = self.seal_from.map_or(key.clone(), |Moment(time)| key.seal_from(time));
        Ok(Some(self.open_until.map_or(key.clone(), |Moment(time)| key.open_until(time))))
    }

    /// The text of the secret, from its one source.
    fn secret(&self, folder: &Path) -> Result<Zeroizing<String>, Error> {
        let refuse = |why: String| Error::new(ErrorKind::Keyring, why);
        match (&self.secret, &self.secret_file, &self.secret_env) {
            (Some(SecretText(text)), None, None) => Ok(text.clone()),
            (None, Some(file), None) => {
                std::fs::read_to_string(folder.join(file)).map(Zeroizing::new).map_err(|error| {
                    refuse(format!("its secret_file {} cannot be read: {error}", shown(folder.join(file).display())))
                })
            }
            (None, None, Some(variable)) => std::env::var(variable)
                .map(Zeroizing::new)
                .map_err(|_| refuse(format!("its secret_env {} is not set, or not text", shown(variable)))),
            (None, None, None) => Err(refuse("it has no secret: give secret, secret_file or secret_env".into())),
            _ => Err(refuse("its secret has several sources: give one of secret, secret_file and secret_env".into())),
        }
    }
}

/// The name of a source, unless it is, or ends with, the secret itself: somebody took the wrong field.
fn shown(name: impl fmt::Display) -> String {
    let name = name.to_string();
    let is_secret = |len| {
        let end = name.len().checked_sub(len).and_then(|start| name.get(start..));
        end.is_some_and(|end| Key::from_base64_unchecked(end).is_ok())
    };
    if is_secret(43) || is_secret(44) {
        "(not shown: it looks like a secret; that goes into `secret`)".into()
    } else {
        name
    }
}
