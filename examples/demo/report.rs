//! What a session can tell about itself, for the page and, as JSON, for scripts.

use sealed_session::{Error, KeyId, Outcome, Session, SessionId};
use serde::{Serialize, Serializer};
use time::OffsetDateTime;
use time::serde::rfc3339;

use crate::visitor::Visitor;

#[derive(Debug, Serialize)]
pub(crate) struct Report {
    #[serde(flatten)]
    pub(crate) visitor: Visitor,
    /// What came of the cookie of this request.
    #[serde(serialize_with = "as_text")]
    pub(crate) outcome: Outcome,
    #[serde(rename = "where")]
    pub(crate) place: Place,
    /// Bytes of the whole `Set-Cookie` field, as it would be sent.
    pub(crate) cookie_bytes: usize,
    pub(crate) limit: usize,
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
pub(crate) enum Place {
    /// There is none.
    None,
    /// In the cookie.
    Cookie,
}

impl Report {
    /// Looks at `session`, and changes nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Encode`](sealed_session::ErrorKind::Encode) when its data cannot be serialized.
    pub(crate) fn of(session: &Session<Visitor>) -> Result<Self, Error> {
        let exists = !session.is_new();
        Ok(Self {
            visitor: session.get(),
            outcome: session.outcome(),
            place: if exists { Place::Cookie } else { Place::None },
            cookie_bytes: if exists { session.encoded_len()? } else { 0 },
            limit: Session::<Visitor>::MAX_LEN,
            key: session.key_id(),
            id: if exists { Some(session.id()?) } else { None },
            created: exists.then(|| session.created_at()),
            expires: exists.then(|| session.expires_at()),
        })
    }
}

fn as_text<S: Serializer>(value: &impl ToString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.to_string())
}

fn as_optional_text<S: Serializer>(value: &Option<impl ToString>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(ToString::to_string).serialize(serializer)
}
