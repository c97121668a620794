//! Versions, as this package's lock file has them.

const LOCK: &str = include_str!("../Cargo.lock");

/// The version of a package; the newest, if another peer brings an older one along.
#[must_use]
pub fn version(package: &str) -> Option<&'static str> {
    let (_, rest) = LOCK.rsplit_once(&format!("name = \"{package}\"\nversion = \""))?;
    rest.split('"').next()
}
