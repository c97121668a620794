//! What a form came to, told on the page after the redirect.
//!
//! It travels in the query as a word and some numbers; no text from there is ever shown. (A notice in the session would
//! be lost just when it tells that the session is full.)

use axum::response::Redirect;
use sealed_session::{Error, ErrorKind};
use serde::Deserialize;

/// A notice, as the query has it.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Notice {
    #[serde(rename = "notice")]
    pub(crate) kind: Kind,
    /// How many items fitted.
    #[serde(default)]
    pub(crate) added: usize,
    /// Bytes of the `Set-Cookie` field, or of the record, that was refused.
    #[serde(default)]
    pub(crate) size: usize,
    /// The most that it may have.
    #[serde(default)]
    pub(crate) limit: usize,
    /// The largest field of the session, and its bytes.
    pub(crate) largest: Option<Field>,
    #[serde(default)]
    pub(crate) bytes: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// So much was put into the cart that the session went to the store.
    Outgrown,
    /// The cart was cleared, so the session came back to its cookie.
    Back,
    /// What was sent does not fit into the session any more.
    Full,
    /// The trial filled the cart until it was refused.
    Refused,
    /// A name is missing.
    Empty,
    /// A text is too long.
    TooLong,
    /// The cookie was changed by one byte.
    Tampered,
    /// There was no cookie to change.
    NoCookie,
}

/// The fields of [`Visitor`](crate::visitor::Visitor).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    Visits,
    Items,
    User,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Outgrown => "outgrown",
            Self::Back => "back",
            Self::Full => "full",
            Self::Refused => "refused",
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::Tampered => "tampered",
            Self::NoCookie => "no_cookie",
        }
    }
}

impl Field {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Visits => "visits",
            Self::Items => "items",
            Self::User => "user",
        }
    }
}

/// Back to the page, with a notice.
pub(crate) fn redirect(kind: Kind) -> Redirect {
    Redirect::to(&format!("/?notice={}", kind.as_str()))
}

/// Back to the page after a change, with a notice if it did not fit.
///
/// # Errors
/// Every other error: the crate makes it a response, and logs it.
pub(crate) fn after(changed: Result<(), Error>) -> Result<Redirect, Error> {
    match changed {
        Ok(()) => Ok(Redirect::to("/")),
        Err(error) if matches!(error.kind(), ErrorKind::TooLarge { .. }) => Ok(redirect(Kind::Full)),
        Err(error) => Err(error),
    }
}

/// Back to the page after the trial that fills the cart, with what the error says.
///
/// # Errors
/// As for [`after`].
pub(crate) fn refused(error: Error, added: usize) -> Result<Redirect, Error> {
    let ErrorKind::TooLarge { size, limit, largest } = error.kind() else {
        return Err(error);
    };
    let kind = Kind::Refused.as_str();
    let mut to = format!("/?notice={kind}&added={added}&size={size}&limit={limit}");
    if let Some((field, bytes)) = largest {
        to.push_str(&format!("&largest={field}&bytes={bytes}"));
    }
    Ok(Redirect::to(&to))
}
