//! The handle that a handler uses.

mod end;
mod exclusive;
mod extract;
mod job;
mod login;
mod opening;
mod plan;
mod received;
mod remember;
mod save;
mod settle;
mod size;
mod slot;
mod state;
mod values;

use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;

use crate::codec::SessionData;
use crate::config::Shared;
use crate::error::Error;
use crate::event::Event;
use crate::fetch::Fetch;
use crate::https::NotHttps;
use crate::id::SessionId;
use crate::key::KeyId;
use crate::outcome::Outcome;
use crate::policy::Place;
use crate::values::Values;

pub use end::EndSession;
use exclusive::Exclusive;
use opening::Opening;
pub(crate) use plan::ResponseFacts;
pub(crate) use settle::{Settled, Settlement};
pub(crate) use slot::Slot;
use state::State;

/// The session of a request.
///
/// With axum it is an extractor; elsewhere it comes from [`Session::from_request`]. All handles of one request share one
/// state: what one writes, the others read. Nothing needs to be saved by hand; the [`SessionLayer`](crate::SessionLayer)
/// seals the session into the response if its data changed. Everything but getting it and [`save`](Session::save) is
/// synchronous.
///
/// Data is reached through closures, so that nothing can be held across an `await`. `Session` alone is
/// `Session<Values>`, key-value data.
///
/// ```
/// use sealed_session::Session;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Visit {
///     count: u32,
/// }
///
/// async fn hit(session: Session<Visit>) -> String {
///     let count = session.update(|visit| {
///         visit.count += 1;
///         visit.count
///     });
///     format!("visit {count}")
/// }
/// ```
pub struct Session<T = Values>(Arc<Active<T>>);

/// What all handles of one request share.
pub(crate) struct Active<T> {
    config: Shared<T>,
    fetch: Fetch,
    /// Why no cookie may be sent, if so.
    not_https: Option<Box<NotHttps>>,
    outcome: Outcome,
    /// The key that the request's cookie named.
    key: Option<KeyId>,
    state: Exclusive<State<T>>,
}

// The bound is on what a handler calls first, not on the `impl`: for that one the compiler would not show what `SessionData`
// has to say.
impl<T> Session<T> {
    /// Looks at the data. A reference to them cannot leave `read`: return what is owned, such as `data.name.clone()`.
    ///
    /// # Panics
    /// When `read` itself uses this session; it has the data as its argument.
    pub fn read<R>(&self, read: impl FnOnce(&T) -> R) -> R
    where
        T: SessionData,
    {
        self.0.state.with(|state| read(&state.value))
    }

    /// As [`Session::read`], for data that is only reached through `&mut`. A change made here does not count as one.
    pub(crate) fn reach<R>(&self, read: impl FnOnce(&mut T) -> R) -> R {
        self.0.state.with(|state| read(&mut state.value))
    }

    /// Changes the data. The response carries it if it is different afterwards; an equal write costs no `Set-Cookie`.
    /// Nothing can be awaited in `change`: await before it, and use the result in it.
    ///
    /// # Panics
    /// When `change` itself uses this session; it has the data as its argument.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R
    where
        T: SessionData,
    {
        let (result, late) = self.0.state.with(|state| state.update(&self.0.config.codec, change));
        self.report_if(late);
        result
    }

    /// Changes the data if it then still fits into a cookie; otherwise leaves it as it was.
    ///
    /// The layer checks the size too, once the handler is done, and answers 500. Asking first allows a friendlier answer.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge), with the size, the limit and the largest field; [`ErrorKind::Encode`](crate::ErrorKind::Encode) when the data cannot be
    /// serialized.
    ///
    /// # Panics
    /// As for [`Session::update`].
    pub fn try_update<R>(&self, change: impl FnOnce(&mut T) -> R) -> Result<R, Error>
    where
        T: SessionData,
    {
        let codec = &self.0.config.codec;
        let before = self.0.state.with(|state| codec.encode(&state.value))?;
        let result = self.update(change);
        self.check_fit().inspect_err(|_| {
            // What was just written reads back: `encode` and `decode` have the same bounds.
            if let Ok(value) = codec.decode(codec.schema, &before) {
                self.replace(value);
            }
        })?;
        Ok(result)
    }

    /// Replaces the data.
    pub fn replace(&self, value: T)
    where
        T: SessionData,
    {
        self.update(|current| *current = value);
    }
}

impl<T: SessionData> Session<T> {
    /// Gives the session a new id and a new lifetime, with the data it has. Call it when somebody signs in or gains rights,
    /// so that an id planted before ([session fixation](https://owasp.org/www-community/attacks/Session_fixation)) is
    /// worth nothing.
    pub fn renew(&self) {
        self.change_state(State::renew);
    }

    /// Ends the session: the browser's cookie is expired, also when the response is a 5xx. What is written afterwards starts
    /// a fresh session under a fresh id.
    pub fn destroy(&self) {
        self.change_state(|state| state.destroy(&self.0.config.codec));
    }

    /// A new id for somebody who signs in.
    fn renew_for_login(&self) {
        self.change_state(State::sign_in);
    }

    fn change_state(&self, change: impl FnOnce(&mut State<T>)) {
        let late = self.0.state.with(|state| {
            change(state);
            state.committed
        });
        self.report_if(late);
    }

    fn report_if(&self, late: bool) {
        if late {
            self.0.config.report(&Event::LateChange);
        }
    }

    /// The session's identifier. A session that is new, or renewed, gets its id here if it has none yet, and keeps it.
    ///
    /// # Errors
    /// [`ErrorKind::Random`](crate::ErrorKind::Random) when a new id is needed and the operating system's random source fails.
    pub fn id(&self) -> Result<SessionId, Error> {
        self.0.state.with(|state| state.id(self.0.config.random))
    }

    /// Whether there was no session before: the request brought none that opened, or it was destroyed.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.0.state.with(|state| state.is_new)
    }

    /// When the session began; for a new one, now.
    #[must_use]
    pub fn created_at(&self) -> OffsetDateTime {
        self.head().created.into()
    }

    /// When the session ends if it is not used again: for one that is saved with this response, counted from now, else
    /// from when it was last sealed.
    #[must_use]
    pub fn expires_at(&self) -> OffsetDateTime {
        self.0.config.limits.end(&self.head()).into()
    }

    /// The head that this response will carry, or the one that was opened if it carries none.
    fn head(&self) -> crate::token::Head {
        let now = self.0.config.now();
        self.0.state.with(|state| match state.opened() {
            Some(opened) if !state.is_touched() => opened.head,
            _ => state.head(SessionId::from_bytes([0; 16]), now),
        })
    }

    /// What came of the request's cookie.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The key that the request's cookie names, where there is a cookie and it got that far.
    #[must_use]
    pub fn key_id(&self) -> Option<KeyId> {
        self.0.key
    }

    /// Where the session's data came from with this request; for a new session, the cookie. See
    /// [`Event::Moved`] for where it goes.
    #[must_use]
    pub fn place(&self) -> Place {
        self.0.state.with(|state| state.held(self.0.config.now()).place())
    }

    /// Saves the session as it is now: seals it, and writes it to the store if that is where it goes. Its cookie is sent even
    /// if the response is a 5xx. Call it before something that cannot be undone, such as charging a card; otherwise there is
    /// no need to.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge), [`ErrorKind::Encode`](crate::ErrorKind::Encode), [`ErrorKind::NoSealingKey`](crate::ErrorKind::NoSealingKey); [`ErrorKind::Store`](crate::ErrorKind::Store) when the store
    /// failed, [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when another request ended or changed the session meanwhile, [`ErrorKind::CrossSite`](crate::ErrorKind::CrossSite) when
    /// the session must not be sent, [`ErrorKind::NotHttps`](crate::ErrorKind::NotHttps) likewise; [`ErrorKind::TooLate`](crate::ErrorKind::TooLate) after the response head has gone. The session is then as it was
    /// before.
    pub async fn save(&self) -> Result<(), Error> {
        self.0.save().await
    }
}

// Apart from the other verbs, because key-value sessions have a `get` of their own; `Values` is not `Clone`.
impl<T: SessionData + Clone> Session<T> {
    /// A copy of the data.
    #[must_use]
    pub fn get(&self) -> T {
        self.read(T::clone)
    }
}

impl<T> Active<T> {
    /// Made where it stays: it is large.
    fn new(config: &Shared<T>, fetch: Fetch, not_https: Option<Box<NotHttps>>, state: State<T>) -> Arc<Self>
    where
        T: SessionData,
    {
        let outcome = state.received.outcome();
        let key = match outcome {
            Outcome::Refused(refusal) => refusal.key_id(),
            _ => state.received.cookie().map(|cookie| cookie.key),
        };
        config.report(&Event::Outcome { outcome, key });
        let config = config.clone();
        Arc::new(Self { config, fetch, not_https, outcome, key, state: Exclusive::new(state) })
    }
}

impl<T> Clone for Session<T> {
    /// Another handle of the same session.
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("outcome", &self.0.outcome).field("key", &self.0.key).finish_non_exhaustive()
    }
}
