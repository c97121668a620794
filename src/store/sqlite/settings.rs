//! Where the file is, and how it is used.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::url::{Location, refuse};
use crate::error::Error;

/// Below the 2 s that the layer gives a call, so that a locked file is named as the cause.
const BUSY_TIMEOUT: Duration = Duration::from_millis(1500);
pub(super) const MAX_BUSY_TIMEOUT: Duration = Duration::from_secs(60);
/// The tables alone take a few pages; less than this helps nobody.
pub(super) const MIN_MAX: u64 = 1 << 20;
const SWEEP_EVERY: Duration = Duration::from_secs(60);
pub(super) const MIN_SWEEP_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// Absolute, so that a change of the current folder does not matter, and SQLite takes no name for something special.
    pub(super) file: PathBuf,
    pub(super) busy_timeout: Duration,
    pub(super) synchronous_full: bool,
    /// In bytes.
    pub(super) max: Option<u64>,
    pub(super) sweep_every: Duration,
}

impl Settings {
    pub(super) fn of_file(path: &Path) -> Result<Self, Error> {
        if path.as_os_str() == ":memory:" {
            return Err(in_memory());
        }
        let named = path.file_name().is_some() && !path.as_os_str().as_encoded_bytes().contains(&0);
        let file = Some(path).filter(|_| named).and_then(|path| std::path::absolute(path).ok());
        let file = file.ok_or_else(|| refuse("the path of the SQLite store is not that of a file"))?;
        Ok(Self { file, busy_timeout: BUSY_TIMEOUT, synchronous_full: false, max: None, sweep_every: SWEEP_EVERY })
    }

    pub(super) fn of_url(url: &str) -> Result<Self, Error> {
        let path = url.strip_prefix("sqlite://").ok_or_else(not_a_path)?;
        if path.starts_with(":memory:") {
            return Err(in_memory());
        }
        let mut location = Location::parse(url)?;
        let mut settings = Self::of_file(&path_of(&location.rest())?)?;
        settings.take(&mut location)?;
        location.done(&["busy_timeout", "synchronous", "max", "sweep_every"])?;
        Ok(settings)
    }

    fn take(&mut self, location: &mut Location) -> Result<(), Error> {
        if let Some(limit) = location.period("busy_timeout")? {
            if limit > MAX_BUSY_TIMEOUT {
                return Err(refuse("`busy_timeout` in the URL of the store is too long: at most 60s"));
            }
            self.busy_timeout = limit;
        }
        self.synchronous_full = match location.text("synchronous").as_deref() {
            None | Some("normal") => false,
            Some("full") => true,
            Some(_) => return Err(refuse("`synchronous` in the URL of the store is `normal` or `full`")),
        };
        self.max = location.size("max")?.map(|bytes| bytes as u64);
        if self.max.is_some_and(|bytes| bytes < MIN_MAX) {
            return Err(refuse("`max` in the URL of the store is too little: at least 1MiB"));
        }
        if let Some(period) = location.period("sweep_every")? {
            if period < MIN_SWEEP_EVERY {
                return Err(refuse("`sweep_every` in the URL of the store is too short: at least 1s"));
            }
            self.sweep_every = period;
        }
        Ok(())
    }
}

/// `sqlite://sessions.db` names a file where other URLs name a host.
fn path_of(url: &url::Url) -> Result<PathBuf, Error> {
    let plain =
        url.username().is_empty() && url.password().is_none() && url.port().is_none() && url.fragment().is_none();
    let encoded = format!("{}{}", url.host_str().unwrap_or_default(), url.path());
    let path = decode(&encoded).filter(|path| plain && !path.is_empty() && !path.ends_with('/'));
    path.map(PathBuf::from).ok_or_else(not_a_path)
}

/// Undoes percent-encoding. `None` when that gives no UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            _ => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn not_a_path() -> Error {
    refuse(
        "the URL of the SQLite store names no file: give `sqlite://sessions.db` or `sqlite:///var/lib/app/sessions.db`, with \
         special characters percent-encoded",
    )
}

fn in_memory() -> Error {
    refuse("SQLite in memory would lose its records with the process: use `memory://` for that, or name a file")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn urls_name_files() {
        let here = std::env::current_dir().unwrap();
        for (url, path) in [
            ("sqlite://sessions.db", here.join("sessions.db")),
            ("sqlite://Data/Sessions.db", here.join("Data/Sessions.db")),
            ("sqlite://./sessions.db", here.join("sessions.db")),
            ("sqlite:///var/lib/my%20app/100%25.db", "/var/lib/my app/100%.db".into()),
            ("sqlite:///var/lib/a+b/%C3%A4.db?max=1GiB", "/var/lib/a+b/ä.db".into()),
        ] {
            assert_eq!(Settings::of_url(url).unwrap().file, path, "{url}");
        }
    }

    #[test]
    fn parameters_are_read() {
        let url = "sqlite://a.db?busy_timeout=250ms&synchronous=full&max=64MiB&sweep_every=5m";
        let settings = Settings::of_url(url).unwrap();
        assert_eq!(settings.busy_timeout, Duration::from_millis(250));
        assert!(settings.synchronous_full);
        assert_eq!(settings.max, Some(64 << 20));
        assert_eq!(settings.sweep_every, Duration::from_secs(300));
    }

    #[test]
    fn what_names_no_file_is_refused() {
        let urls = [
            "",
            "sqlite:",
            "sqlite:a.db",
            "sqlite://",
            "sqlite:///",
            "sqlite://a/",
            "sqlite://?max=1GiB",
            "other://a.db",
        ]
        .into_iter()
        .chain(["sqlite://user:geheim@host/a.db", "sqlite://host:1/a.db", "sqlite://a.db#b", "sqlite://%zz.db"])
        .chain([
            "sqlite://%00.db",
            "sqlite://%ff.db",
            "sqlite://..",
            "sqlite:///a/..",
            "sqlite://:memory:",
            "sqlite://%3Amemory%3A",
        ])
        .chain([
            "sqlite://a.db?mode=ro",
            "sqlite://a.db?max=1KiB",
            "sqlite://a.db?max=lots",
            "sqlite://a.db?synchronous=off",
        ])
        .chain([
            "sqlite://a.db?busy_timeout=1h",
            "sqlite://a.db?sweep_every=0s",
            "sqlite://a.db?sweep_every=often",
        ]);
        for url in urls {
            let Err(error) = Settings::of_url(url) else { panic!("{url}") };
            assert_eq!(error.kind(), &crate::ErrorKind::Setting, "{url}");
            assert!(!format!("{error} {error:?}").contains("geheim"), "{error}");
        }
        assert!(Settings::of_url("sqlite://:memory:").unwrap_err().to_string().contains("memory://"));
    }
}
