//! Text as a config of keys, and of a whole layer: TOML, or JSON if it starts with a brace.
//!
//! `\x01` in it stands for a secret key, `\x02` for the password of a store: no error may show them, wherever they stood.

use std::error::Error as _;
use std::path::PathBuf;

use sealed_session::{Error, KeyConfig, Keyring, KeyringConfig, SessionLayer, Settings};

use crate::data::Visit;

const SECRET: &str = "V2hvIHJlYWRzIHRoaXM/IE5vYm9keSwgSSBob3BlLiA=";
const PASSWORD: &str = "tr0ub4dor-and-3-hens";
/// So much of a secret is too much.
const SHOWN: usize = 10;

thread_local! {
    static RUNTIME: tokio::runtime::Runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    static FOLDER: PathBuf = folder();
}

pub fn key_config(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let text = text.replace('\x01', SECRET).replace('\x02', PASSWORD);
    let json = text.trim_start().starts_with('{');
    let name = if json { "config.json" } else { "config.toml" };
    keys(&text, name, json);
    RUNTIME.with(|runtime| {
        let _guard = runtime.enter();
        settings(&text, name);
    });
}

fn keys(text: &str, name: &str, json: bool) {
    let parsed = if json { serde_json::from_str(text).ok() } else { toml::from_str(text).ok() };
    let Some(config): Option<KeyringConfig> = parsed else {
        let error = Keyring::from_file_text(name, text).expect_err("another parser took it");
        return hushed(&error);
    };
    // Files are the operator's business: `/dev/zero` is one.
    let config = KeyringConfig { keys: config.keys.into_iter().map(without_files).collect() };
    if told(&config.keys) {
        return;
    }
    assert!(misnamed(&config.keys) || !reveals(&format!("{config:?}")), "{config:?}");
    match Keyring::from_config(&config) {
        Ok(keyring) => assert!(!reveals(&format!("{keyring:?}")), "{keyring:?}"),
        Err(error) => hushed(&error),
    }
}

fn settings(text: &str, name: &str) {
    let path = FOLDER.with(|folder| folder.join(name));
    std::fs::write(&path, text).expect("a file");
    let settings = match Settings::from_file(&path) {
        Ok(settings) => settings,
        Err(error) => return hushed(&error),
    };
    let keys: Vec<_> = settings.keys.into_iter().map(without_files).collect();
    let settings = Settings { keys, keys_file: None, ..settings };
    if told(&settings.keys) || reveals(&format!("{:?}{:?}", settings.cookie, settings.context)) {
        return;
    }
    assert!(misnamed(&settings.keys) || !reveals(&format!("{settings:?}")), "{settings:?}");
    match SessionLayer::<Visit>::from_settings(&settings) {
        Ok(layer) => assert!(!reveals(&format!("{layer:?}"))),
        Err(error) => hushed(&error),
    }
}

fn without_files(key: KeyConfig) -> KeyConfig {
    KeyConfig { secret_file: None, ..key }
}

/// A secret stands where names stand, which are shown.
fn told(keys: &[KeyConfig]) -> bool {
    keys.iter().any(|key| reveals(&key.label))
}

/// A secret stands in place of the name of its variable. Errors hide it even then; what was configured shows it.
fn misnamed(keys: &[KeyConfig]) -> bool {
    keys.iter().any(|key| key.secret_env.as_deref().is_some_and(reveals))
}

/// The error, and what is behind it, show nothing.
fn hushed(error: &Error) {
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    assert!(!reveals(&text), "{text}");
}

fn reveals(text: &str) -> bool {
    let parts = |secret: &'static str| (0..=secret.len() - SHOWN).map(|start| &secret[start..start + SHOWN]);
    parts(SECRET).chain(parts(PASSWORD)).any(|part| text.contains(part))
}

/// A folder of this process.
fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("sealed-session-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}
