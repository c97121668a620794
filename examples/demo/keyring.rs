//! The keys that the demo starts with.

use std::env;
use std::path::Path;

use sealed_session::Keyring;

const KEYS: &str = "SESSION_KEYS";
const KEYS_FILE: &str = "KEYS_FILE";

/// The keys of a file or of the environment; without any, one for this run.
pub(crate) fn keyring() -> Result<Keyring, String> {
    if let Some(file) = env::var_os(KEYS_FILE) {
        return watched(file.as_ref());
    }
    let keyring = if env::var_os(KEYS).is_some() {
        Keyring::from_env(KEYS)
    } else {
        println!("{KEYS} is not set, so this run has a key of its own: sessions end with the process.");
        Keyring::generate()
    };
    keyring.map_err(|error| error.to_string())
}

/// The keys of a file, which is watched as long as the process lives.
#[cfg(feature = "watch")]
fn watched(file: &Path) -> Result<Keyring, String> {
    let watched = Keyring::watch(file, |event| println!("  {event:?}"));
    let (keyring, watch) = watched.map_err(|error| error.to_string())?;
    println!("{} is watched: edit it, and the keys rotate.", file.display());
    std::mem::forget(watch);
    Ok(keyring)
}

#[cfg(not(feature = "watch"))]
fn watched(_: &Path) -> Result<Keyring, String> {
    Err(format!("{KEYS_FILE} needs a feature: cargo run --example demo --features watch"))
}
