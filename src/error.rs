//! One error type for everything that can fail.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use http::StatusCode;

use crate::https::NotHttps;
use crate::store::{StoreError, StoreErrorKind};

/// What went wrong, and what to do about it.
///
/// The text names the thing, the limit and the remedy. It never holds a key, a cookie value or session data, so it may
/// be logged. [`Error::kind`] tells programs what people read in the text.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A key is unusable: wrong length, not base64, or weak.
    Key,
    /// The keys do not make a keyring: none, one twice, or two with the same key id.
    Keyring,
    /// A setting of the layer that a browser would refuse, or that is out of range.
    Setting,
    /// The shape of a session type cannot be fingerprinted, or postcard cannot read such a type back.
    Schema,
    /// The request did not pass through the [`SessionLayer`](crate::SessionLayer) of this session type.
    MissingLayer,
    /// The session is too large: for a browser, or, in a layer with a store, for a record.
    TooLarge {
        /// Size of the whole `Set-Cookie` field value, or of the record, in bytes.
        size: usize,
        /// The most that is sent, in bytes.
        limit: usize,
        /// The largest top-level field (or key) of the session and the bytes it takes in the payload.
        largest: Option<(String, usize)>,
    },
    /// No key of the ring may seal now.
    NoSealingKey,
    /// The operating system's random source failed; nothing was sealed.
    Random,
    /// The session's data could not be serialized.
    Encode,
    /// A value under a key of [`Values`](crate::Values) is of another type, or cannot be stored.
    Value,
    /// The store of the sessions that outgrew their cookie failed. The session is as it was before the request.
    Store(StoreErrorKind),
    /// The store holds an older state of the session than the browser has seen: it lost writes, or somebody put an old copy
    /// back.
    RolledBack,
    /// Another request changed or ended the session meanwhile, so this change was not saved.
    Conflict,
    /// The request came from another site without our cookie, so no session is sent that could replace the visitor's own.
    CrossSite,
    /// The layer sends its cookie over https alone
    /// ([`secure_auto`](crate::SessionLayerBuilder::secure_auto)), and the request is not known to have come that way.
    NotHttps(NotHttps),
    /// The response head has gone, so a change of the session can no longer reach the browser.
    TooLate,
}

impl ErrorKind {
    /// A stable name for logs and counters, in snake case.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Keyring => "keyring",
            Self::Setting => "setting",
            Self::Schema => "schema",
            Self::MissingLayer => "missing_layer",
            Self::TooLarge { .. } => "too_large",
            Self::NoSealingKey => "no_sealing_key",
            Self::Random => "random",
            Self::Encode => "encode",
            Self::Value => "value",
            Self::Store(StoreErrorKind::Unavailable) => "store_unavailable",
            Self::Store(StoreErrorKind::Full) => "store_full",
            Self::Store(StoreErrorKind::TooLarge) => "store_too_large",
            Self::Store(StoreErrorKind::Corrupt) => "store_corrupt",
            Self::RolledBack => "rolled_back",
            Self::Conflict => "conflict",
            Self::CrossSite => "cross_site",
            Self::NotHttps(_) => "not_https",
            Self::TooLate => "too_late",
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), source: None }))
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The status of a response to a request that failed for this reason. 503 (with `Retry-After`) means that it may work
    /// later and that the client should keep its cookie: no key may seal, no randomness, the store failed. 409: another
    /// request was first. 403: from another site, or not over https. 500: everything else.
    ///
    /// The layer answers so by itself, and so do the axum extractors; elsewhere it is for the service that
    /// [got no session](crate::Session::from_request).
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self.kind() {
            ErrorKind::NoSealingKey | ErrorKind::Random | ErrorKind::Store(_) | ErrorKind::RolledBack => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            ErrorKind::Conflict => StatusCode::CONFLICT,
            ErrorKind::CrossSite | ErrorKind::NotHttps(_) => StatusCode::FORBIDDEN,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let kind = error.kind();
        Self::new(ErrorKind::Store(kind), format!("store {}: {error}", kind.as_str())).with_source(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.0.kind).field("message", &self.0.message).finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}
