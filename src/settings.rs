//! A whole layer by config.

mod period;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cookie::SameSite;
use crate::document;
use crate::error::{Error, ErrorKind};
use crate::https::TrustedProxies;
use crate::keyring::{KeyConfig, Keyring, KeyringConfig, SecretText};
use crate::record::OnConflict;

pub use period::Period;

/// Everything about a layer that an operator may want to set, for an app's own serde config or a file of its own.
/// What is absent has the layer's default. `examples/settings.toml` has every field, with a comment.
///
/// ```
/// # #[derive(Default, serde::Serialize, serde::Deserialize)]
/// # struct Visit { count: u32 }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sealed_session::{SessionLayer, Settings};
///
/// let settings = Settings::from_file("examples/settings.toml")?;
/// let layer = SessionLayer::<Visit>::from_settings(&settings)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The keys, as in a [`KeyringConfig`].
    pub keys: Vec<KeyConfig>,
    /// A file of keys instead, so that it can be watched and rotated on its own. Relative to the folder of the settings file.
    pub keys_file: Option<PathBuf>,
    /// The cookie's name and attributes.
    pub cookie: CookieSettings,
    /// How long a session lives at most: `"14d"`.
    pub lifetime: Option<Period>,
    /// How long a session lives that is not used: `"24h"`.
    pub idle_timeout: Option<Period>,
    /// The longest "remember me" that is granted: `"400d"`.
    pub longest_remember: Option<Period>,
    /// Separates apps that share a keyring.
    pub context: Option<String>,
    /// Pads what is sealed to a multiple of so many bytes.
    pub pad_to: Option<usize>,
    /// Commits changes of data although the response is a 5xx.
    pub commit_on_server_error: bool,
    /// The URL of the store for sessions that outgrow the cookie: `"sqlite://sessions.db"`. See [`store`](crate::store).
    pub store: Option<SecretText>,
    /// How that store is used.
    pub overflow: OverflowSettings,
}

/// How the store is used.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OverflowSettings {
    /// The largest `Set-Cookie` field, in bytes, that still carries its session: `3072`.
    pub at: Option<usize>,
    /// The largest record, in bytes: `65536`.
    pub max_record: Option<usize>,
    /// How long a record stays that its session has left, for requests under way: `"60s"`.
    pub grace: Option<Period>,
    /// How long a call of the store may take: `"2s"`.
    pub timeout: Option<Period>,
    /// `"last_write_wins"` or `"fail"`.
    pub on_conflict: Option<OnConflict>,
    /// Uses records that are older than what the browser has seen.
    pub accept_older_records: bool,
}

/// The cookie's name and attributes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CookieSettings {
    /// Its name: `"__Host-session"`.
    pub name: Option<String>,
    /// The path below which browsers send it: `"/"`.
    pub path: Option<String>,
    /// The domain to whose subdomains browsers send it too; absent: this host alone.
    pub domain: Option<String>,
    /// `"strict"`, `"lax"` or `"none"`.
    pub same_site: Option<SameSite>,
    /// Over https alone: `true`.
    pub secure: Option<bool>,
    /// Sent only on responses to requests that came over https, as these proxies say: `["127.0.0.1", "10.0.0.0/8"]`. The app
    /// has to say where the address of a request's peer is, by
    /// [`peer_address`](crate::SessionLayerBuilder::peer_address).
    pub secure_auto: Option<TrustedProxies>,
    /// Apart for each top-level site that embeds us: `false`.
    pub partitioned: Option<bool>,
    /// Browsers drop it when they close.
    pub until_browser_closes: bool,
    /// For development over plain http: no `Secure`, no `__Host-`.
    pub insecure_for_http: bool,
    /// Attributes of earlier releases, to be expired alongside.
    pub former: Vec<FormerAttributes>,
}

/// Attributes that the cookie had in an earlier release.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerAttributes {
    /// Its path then.
    pub path: String,
    /// Its domain then, if it had one.
    pub domain: Option<String>,
}

impl Settings {
    /// Reads settings from a file: TOML, or JSON if its name ends in `.json`.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when it cannot be read, has an unknown field, or a value of the wrong kind. The text names the
    /// file and the line.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let mut settings: Self = document::read(path)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        for key in &mut settings.keys {
            key.secret_file = key.secret_file.as_ref().map(|file| folder.join(file));
        }
        settings.keys_file = settings.keys_file.map(|file| folder.join(file));
        Ok(settings)
    }

    /// The keyring of these settings.
    ///
    /// # Errors
    /// As for [`Keyring::from_config`] and [`Keyring::from_file`]; [`ErrorKind::Setting`] when both or neither of `keys` and
    /// `keys_file` are given.
    pub fn keyring(&self) -> Result<Keyring, Error> {
        match (&self.keys_file, self.keys.is_empty()) {
            (Some(file), true) => Keyring::from_file(file),
            (None, false) => Keyring::from_config(&KeyringConfig { keys: self.keys.clone() }),
            (Some(_), false) => Err(refuse("there are `keys` and a `keys_file`: give one of them")),
            (None, true) => Err(refuse("there are no keys: give `[[keys]]` or a `keys_file`")),
        }
    }
}

fn refuse(why: &'static str) -> Error {
    Error::new(ErrorKind::Setting, why)
}
