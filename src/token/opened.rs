//! What a token opens to.

use super::contents::{Found, Head, Plaintext};
use super::{NONCE_LEN, PREFIX_LEN};
use crate::clock::Timestamp;
use crate::key::KeyId;
use crate::schema::Schema;

/// An opened token.
#[derive(Clone)]
pub struct Opened {
    /// Identity and times.
    pub head: Head,
    /// The key that it was sealed under.
    pub key: KeyId,
    /// Whether that key ranks older than the one that seals now.
    pub key_is_older: bool,
    /// The token's bytes, decrypted in place.
    pub(super) token: Vec<u8>,
    /// Counted from the start of the plaintext.
    pub(super) found: Found,
}

impl Opened {
    /// What a token opens to that was just sealed from `plaintext`.
    pub(crate) fn of(plaintext: &Plaintext<'_>, key: KeyId) -> Self {
        let mut token = vec![0; PREFIX_LEN + NONCE_LEN];
        let mut range = |payload: &[u8]| {
            token.extend_from_slice(payload);
            0..payload.len()
        };
        let (head, found) = match plaintext {
            Plaintext::Inline(contents, until) => {
                (contents.head, Found::Inline(contents.schema, range(contents.payload), *until))
            }
            Plaintext::Reference(head) => (*head, Found::Reference),
            Plaintext::Record(contents, state) => {
                (contents.head, Found::Record(contents.schema, range(contents.payload), *state))
            }
            Plaintext::Ended(head, _) => (*head, Found::Ended),
        };
        Self { head, key, key_is_older: false, token, found }
    }

    /// The shape of the payload; `None` when the session's data is not in the cookie, but in a record of a store.
    #[must_use]
    pub fn schema(&self) -> Option<Schema> {
        match self.found {
            Found::Inline(schema, ..) | Found::Record(schema, ..) => Some(schema),
            Found::Reference | Found::Ended => None,
        }
    }

    /// The session's data: postcard bytes of the shape [`schema`](Self::schema). Empty when the data is in a record.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        match &self.found {
            Found::Inline(_, payload, _) | Found::Record(_, payload, _) => {
                self.token.get(PREFIX_LEN + NONCE_LEN..).and_then(|rest| rest.get(payload.clone())).unwrap_or_default()
            }
            Found::Reference | Found::Ended => &[],
        }
    }

    /// Until when a record of the session may exist beside the cookie that holds its data.
    pub(crate) fn record_until(&self) -> Option<Timestamp> {
        match self.found {
            Found::Inline(_, _, until) => until,
            Found::Reference | Found::Record(..) | Found::Ended => None,
        }
    }
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("head", &self.head)
            .field("schema", &self.schema())
            .field("key", &self.key)
            .field("payload_len", &self.payload().len())
            .finish_non_exhaustive()
    }
}
