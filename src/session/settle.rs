//! The end of a request: what happened to the session becomes a `Set-Cookie`, or an error.

use http::HeaderValue;

use super::Active;
use super::state::{Received, State};
use crate::clock::Timestamp;
use crate::codec::SessionData;
use crate::cookie::MAX_SET_COOKIE;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::id::SessionId;
use crate::keyring::Ring;
use crate::outcome::Outcome;
use crate::payload;
use crate::policy::{Cause, Facts, Verdict, decide};

/// What the response must carry.
pub(crate) struct Settled {
    /// The `Set-Cookie` field of our name.
    pub(crate) cookie: Option<HeaderValue>,
    /// The response may hold data of a session, so no shared cache may keep it.
    pub(crate) private: bool,
    /// The session could not be saved, so the response must be replaced.
    pub(crate) error: Option<Error>,
}

/// What the session's response is like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResponseFacts {
    /// A 5xx: the handler failed halfway.
    pub(crate) failed: bool,
    /// The app wants shared caches to keep it.
    pub(crate) shared: bool,
}

impl<T: SessionData> Active<T> {
    /// Decides what the response carries. Changes from here on come too late.
    pub(crate) fn settle(&self, response: ResponseFacts) -> Settled {
        let now = self.config.now();
        let settled = self.state.with(|state| {
            state.committed = true;
            self.settle_state(state, response, now)
        });
        if let Some(error) = &settled.error {
            self.config.report(&Event::Failed { error });
        }
        settled
    }

    fn settle_state(&self, state: &mut State<T>, response: ResponseFacts, now: Timestamp) -> Settled {
        let present = matches!(state.received, Received::Session(_));
        // One ring for the decision and the seal: it may have been replaced since the session was opened.
        let ring = self.config.sealer.keyring().load();
        match self.verdict(state, &ring, response, now) {
            Ok((Verdict::Nothing, _)) => Settled { cookie: None, private: present, error: None },
            Ok((Verdict::Withhold, _)) => {
                self.config.report(&Event::Withheld);
                Settled { cookie: None, private: true, error: None }
            }
            Ok((Verdict::Expire, _)) => Settled { cookie: Some(self.expire()), private: true, error: None },
            Ok((Verdict::Seal(cause), payload)) => match self.seal(state, &ring, payload.as_deref(), cause, now) {
                Ok(cookie) => Settled { cookie: Some(cookie), private: true, error: None },
                Err(error) => self.unsaved(state, error),
            },
            Err(error) => self.unsaved(state, error),
        }
    }

    /// The verdict, with the payload if there is new data to seal.
    fn verdict(
        &self,
        state: &mut State<T>,
        ring: &Ring,
        response: ResponseFacts,
        now: Timestamp,
    ) -> Result<(Verdict, Option<Vec<u8>>), Error> {
        let config = &self.config;
        let failed = response.failed && !config.commit_on_error;
        let payload = if failed { state.saved.take() } else { state.touched_payload(&config.codec)? };
        let payload = payload.filter(|payload| state.differs(payload));
        let key = self.key.and_then(|id| ring.find(id));
        let refresh = !response.shared
            && state.opened().zip(key).is_some_and(|(opened, key)| {
                config.limits.refresh_due(&opened.head, ring.age(key, now), self.fetch.navigation, now)
            });
        let verdict = decide(&Facts {
            carried: state.received.carried(),
            destroyed: state.destroyed,
            renewed: state.renewed,
            changed: payload.is_some(),
            remembered: state.remember.is_some() && !failed,
            refresh,
            may_withhold: self.fetch.may_withhold,
            revoked: key.is_some_and(|key| key.revoked),
        });
        let gone = key.is_none() && matches!(state.received, Received::Session(_));
        if gone && matches!(verdict, Verdict::Seal(_)) {
            return Err(key_gone());
        }
        if failed {
            state.remember = None;
        }
        Ok((verdict, payload))
    }

    fn seal(
        &self,
        state: &mut State<T>,
        ring: &Ring,
        payload: Option<&[u8]>,
        cause: Cause,
        now: Timestamp,
    ) -> Result<HeaderValue, Error> {
        let config = &self.config;
        let id = state.id(config.random)?;
        let head = state.head(id, now);
        let contents = state.contents(&config.codec, head, payload);
        let value_len = config.sealer.value_len(&contents);
        let expiry = config.expiry(&head, now);
        check_size(config.template.len(expiry, value_len), &state.value)?;
        let cookie = config
            .template
            .set(expiry, value_len, |out| config.sealer.seal_onto(out, ring, &contents, now, config.random))?;
        self.report_sealed(&state.received, cause, cookie.len());
        Ok(cookie)
    }

    fn report_sealed(&self, received: &Received, cause: Cause, bytes: usize) {
        self.config.report(&Event::Sealed { cause, bytes });
        match received {
            Received::Refused(refusal) => self.config.report(&Event::Replaced { refusal: *refusal }),
            Received::Session(_) if cause == Cause::Refreshed => {
                self.config.report(&Event::Outcome { outcome: Outcome::Refreshed, key: self.key });
            }
            _ => {}
        }
    }

    fn expire(&self) -> HeaderValue {
        self.config.report(&Event::Expired);
        self.config.template.removal()
    }

    /// The session stays as it was before the request; but one that was destroyed stays destroyed.
    fn unsaved(&self, state: &State<T>, error: Error) -> Settled {
        let gone = state.destroyed && !matches!(state.received, Received::Nothing);
        Settled { cookie: gone.then(|| self.expire()), private: true, error: Some(error) }
    }

    /// Length of the `Set-Cookie` field if the session were sealed now, and what its payload could still grow by.
    pub(super) fn measure(&self) -> Result<Measure, Error> {
        let now = self.config.now();
        self.state.with(|state| {
            let payload = match state.opened() {
                Some(_) => state.touched_payload(&self.config.codec)?,
                None => Some(self.config.codec.encode(&state.value)?),
            };
            let head = state.head(SessionId::from_bytes([0; 16]), now);
            let contents = state.contents(&self.config.codec, head, payload.as_deref());
            let expiry = self.config.expiry(&head, now);
            let header = self.config.template.len(expiry, self.config.sealer.value_len(&contents));
            let capacity = self.config.sealer.capacity(&contents, self.config.template.max_value(expiry));
            let remaining = capacity.saturating_sub(contents.payload.len());
            Ok(Measure { header, remaining })
        })
    }

    /// Checks that the session can be saved, and promises that it will be.
    pub(super) fn save(&self) -> Result<(), Error> {
        self.check_fit()?;
        self.config.sealer.check_sealing(self.config.now())?;
        self.state.with(|state| {
            if state.committed {
                return Err(too_late());
            }
            state.saved = state.touched_payload(&self.config.codec)?;
            Ok(())
        })
    }

    /// Whether the session fits now.
    pub(super) fn check_fit(&self) -> Result<(), Error> {
        let header = self.measure()?.header;
        self.state.with(|state| check_size(header, &state.value))
    }
}

/// What was opened under a key that is gone must not live on under another one: it may have been taken out for a leak.
fn key_gone() -> Error {
    Error::new(
        ErrorKind::NoSealingKey,
        "the key under which this session was opened was taken out of the keyring while the request was under way, so the \
         session was not saved; mark keys as revoked, or drop them when they are safe to drop",
    )
}

fn too_late() -> Error {
    Error::new(
        ErrorKind::TooLate,
        "the response head has gone, so the session can no longer be saved: save it before returning the response",
    )
}

/// How large a session is.
pub(super) struct Measure {
    pub(super) header: usize,
    pub(super) remaining: usize,
}

/// The guard for the browser's limit, on the finished header.
fn check_size<T: serde::Serialize>(size: usize, value: &T) -> Result<(), Error> {
    if size <= MAX_SET_COOKIE {
        return Ok(());
    }
    let largest = payload::field_sizes(value).into_iter().next().map(|field| (field.name, field.bytes));
    let hint = match &largest {
        Some((name, bytes)) => format!("; the largest part is `{name}` with {bytes} bytes of payload"),
        None => String::new(),
    };
    let message = format!(
        "the session's Set-Cookie would have {size} bytes, browsers keep {MAX_SET_COOKIE}{hint}; store less, or keep large \
         data elsewhere and its id in the session"
    );
    Err(Error::new(ErrorKind::TooLarge { size, limit: MAX_SET_COOKIE, largest }, message))
}
