//! What a session can tell about itself, for the page and, as JSON, for scripts.

use sealed_session::{Error, KeyId, Outcome, Place, Session, SessionId};
use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use time::serde::rfc3339;

use crate::storage::{MAX_RECORD, OVERFLOW_AT, Storage};
use crate::visitor::Visitor;

#[derive(Debug, Serialize)]
pub(crate) struct Report {
    #[serde(flatten)]
    pub(crate) visitor: Visitor,
    /// What came of the cookie of this request.
    #[serde(serialize_with = "as_text")]
    pub(crate) outcome: Outcome,
    #[serde(rename = "where")]
    pub(crate) place: Whereabouts,
    /// The kind of the store; none with `--store none`.
    pub(crate) store: Option<&'static str>,
    /// Bytes of the whole `Set-Cookie` field with the session inside, also while it is not.
    pub(crate) cookie_bytes: usize,
    /// More than this, and the session goes to the store.
    pub(crate) overflow_at: Option<usize>,
    /// What browsers keep.
    pub(crate) limit: usize,
    /// The most bytes that a record may have.
    pub(crate) max_record: Option<usize>,
    /// Bytes by which the data could still grow.
    pub(crate) room: usize,
    /// The key that the cookie names; public.
    #[serde(serialize_with = "as_optional_text")]
    pub(crate) key: Option<KeyId>,
    /// Shows itself hashed, so that it may be logged.
    #[serde(skip)]
    pub(crate) id: Option<SessionId>,
    #[serde(with = "rfc3339::option")]
    pub(crate) created: Option<OffsetDateTime>,
    #[serde(with = "rfc3339::option")]
    pub(crate) expires: Option<OffsetDateTime>,
}

/// Where the session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Whereabouts {
    /// There is none.
    None,
    /// In the cookie.
    Cookie,
    /// In the store; the cookie refers to it.
    Store,
}

impl Report {
    /// Looks at `session`, and changes nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Encode`](sealed_session::ErrorKind::Encode) when its data cannot be serialized.
    pub(crate) fn of(session: &Session<Visitor>, storage: &Storage) -> Result<Self, Error> {
        let exists = !session.is_new();
        let store = storage.kind();
        Ok(Self {
            visitor: session.get(),
            outcome: session.outcome(),
            place: Whereabouts::of(session),
            store,
            cookie_bytes: if exists { session.encoded_len()? } else { 0 },
            overflow_at: store.map(|_| OVERFLOW_AT),
            limit: Session::<Visitor>::MAX_LEN,
            max_record: store.map(|_| MAX_RECORD),
            room: session.remaining()?,
            key: session.key_id(),
            id: if exists { Some(session.id()?) } else { None },
            created: exists.then(|| session.created_at()),
            expires: exists.then(|| session.expires_at()),
        })
    }
}

impl Whereabouts {
    fn of(session: &Session<Visitor>) -> Self {
        match session.place() {
            _ if session.is_new() => Self::None,
            Place::Cookie => Self::Cookie,
            Place::Store => Self::Store,
        }
    }
}

fn as_text<S: Serializer>(value: &impl ToString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}

fn as_optional_text<S: Serializer>(value: &Option<impl ToString>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(ToString::to_string).serialize(serializer)
}
