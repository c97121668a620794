//! How large a session is, and whether that is too much.

use super::state::State;
use super::{Active, Session};
use crate::clock::Timestamp;
use crate::codec::SessionData;
use crate::config::Config;
use crate::cookie::MAX_SET_COOKIE;
use crate::error::{Error, ErrorKind};
use crate::id::SessionId;
use crate::payload;
use crate::record::{self, Records};
use crate::token::{Contents, Plaintext, RecordState};

/// How large a session is.
pub(super) struct Measure {
    /// The `Set-Cookie` field with the data inside.
    pub(super) header: usize,
    /// What the payload could still grow by.
    pub(super) remaining: usize,
    /// Whether it can be saved.
    pub(super) fits: Result<(), Error>,
}

impl<T: SessionData> Session<T> {
    /// Largest `Set-Cookie` field that is sent, in bytes: what browsers keep.
    pub const MAX_LEN: usize = MAX_SET_COOKIE;

    /// Bytes of the whole `Set-Cookie` field if the session, as it is now, were sealed into it. Without a store, more than
    /// [`Session::MAX_LEN`] cannot be saved; with one, a session of more than
    /// [`overflow_at`](crate::SessionLayerBuilder::overflow_at) goes there.
    ///
    /// # Errors
    /// [`ErrorKind::Encode`] when the data cannot be serialized.
    pub fn encoded_len(&self) -> Result<usize, Error> {
        self.0.measure().map(|measure| measure.header)
    }

    /// Bytes by which the payload could still grow: in the cookie, or, with a store, in a record.
    ///
    /// # Errors
    /// [`ErrorKind::Encode`] when the data cannot be serialized.
    pub fn remaining(&self) -> Result<usize, Error> {
        self.0.measure().map(|measure| measure.remaining)
    }

    /// Whether the session, as it is now, fits: into a cookie, or, with a store, into a record.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`], with the size, the limit and the largest field; [`ErrorKind::Encode`] when the data cannot
    /// be serialized.
    pub fn check_fit(&self) -> Result<(), Error> {
        self.0.measure()?.fits
    }
}

impl<T: SessionData> Active<T> {
    /// The size of the session as it is now.
    pub(super) fn measure(&self) -> Result<Measure, Error> {
        let now = self.config.now();
        self.state.with(|state| self.measure_state(state, now))
    }

    fn measure_state(&self, state: &mut State<T>, now: Timestamp) -> Result<Measure, Error> {
        let config = &self.config;
        let payload = match state.opened() {
            Some(_) => state.touched_payload(&config.codec)?,
            None => Some(config.codec.encode(&state.value)?),
        };
        let head = state.head(SessionId::from_bytes([0; 16]), now);
        let contents = state.contents(&config.codec, head, payload.as_deref());
        let plaintext = Plaintext::Inline(contents, self.record_until(state, state.held(now), now));
        let header = config.field_len(&plaintext, &head, now);
        let (capacity, fits) = match &config.records {
            Some(records) if header > records.overflow_at => (
                config.sealer.record_capacity(&as_record(config, contents), records.max),
                check_record(config, records, &contents, &state.value),
            ),
            Some(records) => (config.sealer.record_capacity(&as_record(config, contents), records.max), Ok(())),
            None => {
                let longest = config.template.max_value(config.expiry(&head, now));
                let fits = if header <= MAX_SET_COOKIE { Ok(()) } else { Err(too_large(header, &state.value)) };
                (config.sealer.capacity(&plaintext, longest), fits)
            }
        };
        Ok(Measure { header, remaining: capacity.saturating_sub(contents.payload.len()), fits })
    }
}

/// Fails for data that would make too large a record.
pub(super) fn check_record<T: SessionData>(
    config: &Config<T>,
    records: &Records,
    contents: &Contents<'_>,
    value: &T,
) -> Result<(), Error> {
    let size = config.sealer.token_len(&as_record(config, *contents));
    if size <= records.max { Ok(()) } else { Err(record::too_large(size, records.max, largest(value))) }
}

/// The record of these contents, with numbers that take as many bytes as they can soon.
fn as_record<'a, T>(config: &Config<T>, contents: Contents<'a>) -> Plaintext<'a> {
    let mut contents = contents;
    contents.head.generation = contents.head.generation.saturating_add(1 << 20);
    let ends = config.limits.lifetime_end(&contents.head);
    Plaintext::Record(contents, RecordState { ends, retired: false })
}

/// The guard for the browser's limit, on the finished header.
pub(super) fn too_large<T: serde::Serialize>(size: usize, value: &T) -> Error {
    let largest = largest(value);
    let hint = match &largest {
        Some((name, bytes)) => format!("; the largest part is `{name}` with {bytes} bytes of payload"),
        None => String::new(),
    };
    let message = format!(
        "the session's Set-Cookie would have {size} bytes, browsers keep {MAX_SET_COOKIE}{hint}; store less, or give the \
         layer a store to overflow into"
    );
    Error::new(ErrorKind::TooLarge { size, limit: MAX_SET_COOKIE, largest }, message)
}

/// The largest top-level part of a value, with its bytes.
fn largest<T: serde::Serialize>(value: &T) -> Option<(String, usize)> {
    payload::field_sizes(value).into_iter().next().map(|field| (field.name, field.bytes))
}
