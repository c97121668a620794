//! How large sessions can get, for an app's own tests.

use std::fmt;

use super::SessionLayer;
use crate::codec::SessionData;
use crate::cookie::MAX_SET_COOKIE;
use crate::error::Error;
use crate::id::SessionId;
use crate::payload;
use crate::token::{Contents, Head, OwnLimits, Plaintext};

/// How large a session with certain data is, and what of it takes how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSize {
    cookie: usize,
    limit: usize,
    fields: Vec<(String, usize)>,
}

impl SessionSize {
    /// Bytes of the whole `Set-Cookie` field.
    #[must_use]
    pub fn cookie_len(&self) -> usize {
        self.cookie
    }

    /// The most bytes that stay in a cookie: what browsers keep, or, in a layer with a store, from where on the session goes
    /// there.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Whether the session stays in its cookie.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.cookie <= self.limit
    }

    /// The top-level fields of the data, or their keys, with the bytes that each takes before encryption; the largest first.
    pub fn fields(&self) -> impl Iterator<Item = (&str, usize)> {
        self.fields.iter().map(|(name, bytes)| (name.as_str(), *bytes))
    }
}

impl fmt::Display for SessionSize {
    /// The size, the limit, and the ten largest fields, a line each.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a Set-Cookie of {} bytes, of {} at most; its largest fields:", self.cookie, self.limit)?;
        for (name, bytes) in self.fields().take(10) {
            write!(f, "\n  {bytes:>6}  {name}")?;
        }
        Ok(())
    }
}

impl<T: SessionData> SessionLayer<T> {
    /// How large a session with `data` is at most: with everything that a session can have besides its data, such as "remember
    /// me".
    ///
    /// # Errors
    /// [`ErrorKind::Encode`](crate::ErrorKind::Encode) when the data cannot be serialized.
    pub fn size_of(&self, data: &T) -> Result<SessionSize, Error> {
        let (config, now) = (&self.0, self.0.now());
        let payload = config.codec.encode(data)?;
        let limits = config.limits;
        let seconds = limits.remember.max(limits.lifetime).max(limits.idle);
        let longest = OwnLimits { lifetime: seconds, idle: seconds };
        let generation = if config.records.is_some() { u64::from(u32::MAX) } else { 0 };
        let id = SessionId::from_bytes([0; 16]);
        let head = Head { id, created: now, issued: now.plus(seconds), own_limits: Some(longest), generation };
        let contents = Contents { head, schema: config.codec.schema, payload: &payload };
        let record_until = config.records.as_ref().map(|_| now);
        let cookie = config.field_len(&Plaintext::Inline(contents, record_until), &head, now);
        let limit = config.records.as_ref().map_or(MAX_SET_COOKIE, |records| records.overflow_at);
        let fields = payload::field_sizes(data).into_iter().map(|field| (field.name, field.bytes)).collect();
        Ok(SessionSize { cookie, limit, fields })
    }

    /// For tests: fails unless a session with `data` stays in its cookie, and names the largest fields. Call it with the
    /// largest session that the app should be able to have, so that a field too many is found before its users find it.
    ///
    /// ```
    /// # use sealed_session::{Keyring, SessionLayer};
    /// # #[derive(Default, serde::Serialize, serde::Deserialize)] struct Cart { items: Vec<String> }
    /// # fn main() -> Result<(), sealed_session::Error> {
    /// # let layer = SessionLayer::<Cart>::new(Keyring::generate()?)?;
    /// let largest = Cart { items: vec!["a product with a long name".into(); 50] };
    /// layer.assert_fits(&largest);
    /// assert!(layer.size_of(&largest)?.cookie_len() < 2100); // a budget of one's own
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    /// When the session does not fit, or cannot be serialized.
    #[track_caller]
    pub fn assert_fits(&self, data: &T) {
        let size = self.size_of(data);
        assert!(size.as_ref().is_ok_and(SessionSize::fits), "{}", Verdict(size));
    }
}

/// What a failed test says.
struct Verdict(Result<SessionSize, Error>);

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(size) => write!(f, "the session does not stay in its cookie: {size}"),
            Err(error) => write!(f, "the session cannot be measured: {error}"),
        }
    }
}
