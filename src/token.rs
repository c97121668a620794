//! Wire format 1: seal and open. No HTTP, no clock, no hidden randomness. `docs/format.md` specifies every byte.

mod binding;
mod contents;
pub(crate) mod encoding;
mod opened;
mod scratch;
mod seal;

use crate::cipher::{Inauthentic, NONCE_LEN, TAG_LEN};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::id::SessionId;
use crate::key::KeyId;
use crate::keyring::{KeyAge, Keyring};
use crate::outcome::Refusal;

use binding::Binding;
pub(crate) use binding::Purpose;
use contents::Found;
pub use contents::{Contents, Head, OwnLimits};
pub(crate) use contents::{Plaintext, RecordState};
pub use opened::Opened;

/// The one format that there is.
pub(crate) const FORMAT: u8 = 1;
/// Format byte and key id: what stands before the nonce.
const PREFIX_LEN: usize = 1 + 4;
/// What a token has besides its plaintext.
const OVERHEAD: usize = PREFIX_LEN + NONCE_LEN + TAG_LEN;
/// Longest cookie value that is looked at, in characters: more than browsers keep.
pub(crate) const MAX_VALUE: usize = 4096;
/// Padding blocks larger than this would only waste cookie space.
const MAX_PADDING: usize = 1024;

/// Seals sessions into cookie values and opens them: wire format 1, without HTTP.
///
/// A sealer is bound to a cookie name and a context; what was sealed under other ones does not open. Use it directly to
/// read a session where no layer runs: a WebSocket gateway, a job, a test.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use sealed_session::{Contents, Head, Keyring, Schema, Sealer, SessionId, Timestamp};
///
/// let sealer = Sealer::new(Keyring::generate()?, "__Host-session", "")?;
/// let now = Timestamp::now();
/// let head = Head { id: SessionId::from_bytes([7; 16]), created: now, issued: now, own_limits: None, generation: 0 };
/// let value = sealer.seal(&Contents { head, schema: Schema::from_label("demo"), payload: b"hello" }, now)?;
///
/// let opened = sealer.open(value.as_bytes(), now).map_err(|refusal| refusal.to_string())?;
/// assert_eq!(opened.payload(), b"hello");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Sealer {
    keyring: Keyring,
    cookie: Binding,
    record: Binding,
    /// Plaintexts are padded to a multiple of this; 1 means no padding.
    padding: usize,
}

impl Sealer {
    /// A sealer for one cookie name and one context. The context separates apps, or parts of one, that share a keyring:
    /// what one seals, the other cannot open. It may be empty.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when the name has more than 96 bytes or the context more than 120.
    pub fn new(keyring: Keyring, cookie_name: &str, context: &str) -> Result<Self, Error> {
        let binding = |purpose| Binding::new(purpose, cookie_name, context);
        Ok(Self { keyring, cookie: binding(Purpose::Cookie)?, record: binding(Purpose::Record)?, padding: 1 })
    }

    /// Pads every plaintext to a multiple of `block` bytes, so that the length tells less about the content.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when `block` is 0 or above 1024.
    pub fn pad_to(self, block: usize) -> Result<Self, Error> {
        if (1..=MAX_PADDING).contains(&block) {
            Ok(Self { padding: block, ..self })
        } else {
            Err(Error::new(ErrorKind::Setting, format!("pad_to({block}): give a block of 1 to {MAX_PADDING} bytes")))
        }
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// Opens a cookie value. Says nothing about expiry, which is for the caller's timeouts to decide.
    ///
    /// # Errors
    /// The reason why it was refused. All failures of authentication under a key of the ring are
    /// [`Refusal::Tampered`]; what exactly failed is not told apart.
    pub fn open(&self, value: &[u8], now: Timestamp) -> Result<Opened, Refusal> {
        if value.len() > MAX_VALUE {
            return Err(Refusal::TooLarge);
        }
        let token = encoding::decode(value).ok_or(Refusal::Malformed)?;
        let opened = self.open_token(Purpose::Cookie, token, now)?;
        match opened.found {
            Found::Inline(..) | Found::Reference => Ok(opened),
            Found::Record(..) | Found::Ended => Err(Refusal::Malformed),
        }
    }

    /// Opens the record of the session `id`; `None` when it says that the session was ended. Whether its time is over is for
    /// the caller to decide.
    ///
    /// # Errors
    /// As for [`Sealer::open`]. The record of another session is [`Refusal::Tampered`]: somebody swapped two.
    pub(crate) fn open_record(
        &self,
        bytes: Vec<u8>,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<(Opened, RecordState)>, Refusal> {
        let opened = self.open_token(Purpose::Record, bytes, now)?;
        match opened.found {
            Found::Record(..) | Found::Ended if opened.head.id != id => Err(Refusal::Tampered(opened.key)),
            Found::Record(_, _, state) => Ok(Some((opened, state))),
            Found::Ended => Ok(None),
            Found::Inline(..) | Found::Reference => Err(Refusal::Malformed),
        }
    }

    fn open_token(&self, purpose: Purpose, mut token: Vec<u8>, now: Timestamp) -> Result<Opened, Refusal> {
        let (id, nonce, ciphertext, tag) = split(&mut token)?;
        let ring = self.keyring.load();
        let key = ring.find(id).ok_or(Refusal::UnknownKey(id))?;
        if key.revoked {
            return Err(Refusal::RevokedKey(id));
        }
        if !key.opens(now) {
            return Err(Refusal::EndedKey(id));
        }
        let aad = self.aad(purpose, id);
        key.cipher.open(&nonce, aad.as_ref(), ciphertext, &tag).map_err(|Inauthentic| Refusal::Tampered(id))?;
        let (head, found) = contents::read(ciphertext).ok_or_else(|| unreadable(ciphertext))?;
        key.count_open(now);
        let key_is_older = ring.age(key, now) == KeyAge::Older;
        Ok(Opened { head, key: id, key_is_older, token, found })
    }

    /// The associated data of a token.
    pub(crate) fn aad(&self, purpose: Purpose, key: KeyId) -> impl AsRef<[u8]> + use<> {
        let binding = match purpose {
            Purpose::Cookie => &self.cookie,
            Purpose::Record => &self.record,
        };
        binding.aad(FORMAT, key)
    }

    /// Characters of the cookie value that sealing `plaintext` would yield.
    pub(crate) fn value_len(&self, plaintext: &Plaintext<'_>) -> usize {
        encoding::encoded_len(self.token_len(plaintext))
    }

    /// Bytes of the token that sealing `plaintext` would yield.
    pub(crate) fn token_len(&self, plaintext: &Plaintext<'_>) -> usize {
        OVERHEAD + plaintext.padded_len(self.padding)
    }

    /// Bytes that the payload of `plaintext` can have, if the cookie value is to have at most `max_value` characters.
    pub(crate) fn capacity(&self, plaintext: &Plaintext<'_>, max_value: usize) -> usize {
        plaintext.capacity(encoding::decoded_len(max_value).saturating_sub(OVERHEAD), self.padding)
    }

    /// Bytes that the payload of a record can have, if the whole is to have at most `max` bytes.
    pub(crate) fn record_capacity(&self, plaintext: &Plaintext<'_>, max: usize) -> usize {
        plaintext.capacity(max.saturating_sub(OVERHEAD), self.padding)
    }
}

type Parts<'a> = (KeyId, [u8; NONCE_LEN], &'a mut [u8], [u8; TAG_LEN]);

/// Takes a token apart. The format byte comes first, because the rest is only ours to judge if that is known.
fn split(token: &mut [u8]) -> Result<Parts<'_>, Refusal> {
    match token.split_first_mut() {
        None => Err(Refusal::Malformed),
        Some((format, _)) if *format != FORMAT => Err(Refusal::UnknownFormat(*format)),
        Some((_, rest)) => split_rest(rest).ok_or(Refusal::Malformed),
    }
}

fn split_rest(rest: &mut [u8]) -> Option<Parts<'_>> {
    let (id, rest) = rest.split_first_chunk_mut()?;
    let (nonce, rest) = rest.split_first_chunk_mut()?;
    let (ciphertext, tag) = rest.split_last_chunk_mut()?;
    Some((KeyId::from_bytes(*id), *nonce, ciphertext, *tag))
}

/// An authentic plaintext that cannot be read: made by a later version, if it is of a kind or has a flag that this one does
/// not know.
fn unreadable(plaintext: &[u8]) -> Refusal {
    if contents::is_known(plaintext) { Refusal::Malformed } else { Refusal::UnknownFormat(FORMAT) }
}

#[cfg(test)]
mod tests;
