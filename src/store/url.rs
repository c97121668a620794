//! The URL of a store, and the settings in its query that are ours.

use std::time::Duration;

use url::Url;

use crate::error::{Error, ErrorKind};

/// A store's URL, taken apart. Settings of ours are taken out; the rest is for the driver.
pub(super) struct Location {
    url: Url,
    settings: Vec<(String, String)>,
}

#[allow(dead_code, reason = "each kind of store uses a part of it")]
impl Location {
    /// # Errors
    /// [`ErrorKind::Setting`] when it is no URL. The text does not quote it: it may hold a password.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let url = Url::parse(url).map_err(|error| refuse(format!("the URL of the store is none: {error}")))?;
        let settings = url.query_pairs().into_owned().collect();
        Ok(Self { url, settings })
    }

    /// Takes the setting `name` out.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let position = self.settings.iter().position(|(key, _)| key == name)?;
        Some(self.settings.remove(position).1)
    }

    /// Takes out a number of bytes: `65536`, `64MiB`.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when it is none.
    pub(super) fn size(&mut self, name: &str) -> Result<Option<usize>, Error> {
        let parse = |text: String| {
            let size = text.parse::<bytesize::ByteSize>().ok().and_then(|size| usize::try_from(size.as_u64()).ok());
            size.ok_or_else(|| {
                refuse(format!("`{name}` in the URL of the store is no size: give `64MiB`, for example"))
            })
        };
        self.text(name).map(parse).transpose()
    }

    /// Takes out a duration: `60s`, `5m`.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when it is none.
    pub(super) fn period(&mut self, name: &str) -> Result<Option<Duration>, Error> {
        let parse = |text: String| {
            humantime::parse_duration(&text).map_err(|_| {
                refuse(format!("`{name}` in the URL of the store is no duration: give `60s`, for example"))
            })
        };
        self.text(name).map(parse).transpose()
    }

    /// Checks that no setting is left over, where `known` are all there are.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] that names one.
    pub(super) fn done(&self, known: &[&str]) -> Result<(), Error> {
        match self.settings.first() {
            None => Ok(()),
            Some((name, _)) => {
                Err(refuse(format!("`{name}` in the URL of the store is unknown: what there is: {}", known.join(", "))))
            }
        }
    }

    /// The URL without the settings that were taken out, for the driver.
    pub(super) fn rest(&self) -> Url {
        let mut rest = self.url.clone();
        rest.set_query(None);
        if !self.settings.is_empty() {
            rest.query_pairs_mut().extend_pairs(&self.settings);
        }
        rest
    }
}

pub(super) fn refuse(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Setting, why)
}
