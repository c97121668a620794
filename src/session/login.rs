//! The verbs of a session that knows who is signed in: typed, and key-value.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Session;
use crate::codec::SessionData;
use crate::error::Error;
use crate::login::{HasLogin, Proof, SignedIn};
use crate::values::Values;

impl<T: SessionData> Session<T> {
    /// Ends the session, whoever was signed in: the browser's cookie is expired, and its record in a store, if it has one,
    /// removed. The same as [`destroy`](Session::destroy). Where the store may be down at that moment, extract an
    /// [`EndSession`](crate::EndSession) instead of the session.
    ///
    /// Without a store a cookie that was copied before still opens until its timeouts end; `SECURITY.md` says what to do
    /// about it.
    pub fn sign_out(&self) {
        self.destroy();
    }
}

/// Who is signed in, for types that know ([`HasLogin`]).
impl<T: HasLogin> Session<T> {
    /// Signs `user` in: gives the session a new id and a new lifetime ([`renew`](Session::renew)), and notes who it is and
    /// when. Data that was there stays, such as the cart of a visitor. Call it once the password, or whatever it is, was
    /// right.
    ///
    /// For "remember me" call [`remember_for`](Session::remember_for) too; without it the session is one that the layer's
    /// timeouts end, whoever was remembered before.
    ///
    /// ```
    /// # use sealed_session::{HasLogin, Login, Session};
    /// # #[derive(Default, serde::Serialize, serde::Deserialize)] struct Account { login: Login<u64> }
    /// # impl HasLogin for Account {
    /// #     type User = u64;
    /// #     fn login(&self) -> &Login<u64> { &self.login }
    /// #     fn login_mut(&mut self) -> &mut Login<u64> { &mut self.login }
    /// # }
    /// use std::time::Duration;
    ///
    /// fn welcome(session: &Session<Account>, user: u64, remember: bool) {
    ///     session.sign_in(user);
    ///     if remember {
    ///         session.remember_for(Duration::from_secs(30 * 24 * 60 * 60));
    ///     }
    /// }
    /// ```
    pub fn sign_in(&self, user: T::User) {
        let now = self.0.config.now();
        self.renew_for_login();
        self.update(|data| data.login_mut().begin(user, now));
    }

    /// Notes that the user has proved once more who they are, and gives the session a new id. Says whether anybody is
    /// signed in; if nobody is, nothing happens.
    #[expect(clippy::must_use_candidate, reason = "called for what it does")]
    pub fn confirm_login(&self) -> bool {
        let now = self.0.config.now();
        let somebody = self.read(|data| data.login().user().is_some());
        if somebody {
            self.renew();
            self.update(|data| data.login_mut().confirm(now));
        }
        somebody
    }

    /// Who is signed in, if anybody is.
    #[must_use]
    pub fn user(&self) -> Option<T::User>
    where
        T::User: Clone,
    {
        self.read(|data| data.login().user().cloned())
    }

    /// When the user last proved who they are, to the second: at [`sign_in`](Session::sign_in), or at
    /// [`confirm_login`](Session::confirm_login).
    #[must_use]
    pub fn authenticated_at(&self) -> Option<OffsetDateTime> {
        self.read(|data| data.login().authenticated_at())
    }

    /// Whether somebody is signed in and proved who they are less than `age` ago: what to ask before something that a
    /// stolen or forgotten session must not do, such as a change of the password. If not, ask for the password again and
    /// call [`confirm_login`](Session::confirm_login).
    #[must_use]
    pub fn authenticated_within(&self, age: Duration) -> bool {
        let now = self.0.config.now();
        self.read(|data| data.login().proof()).is_some_and(|proof| proof.is_within(age, now))
    }
}

/// Where key-value sessions keep who is signed in.
const LOGIN: &str = "login";

/// What can be read of a login without knowing how the app calls a user.
#[derive(Deserialize)]
struct Since {
    proof: Proof,
}

/// Who is signed in, for key-value sessions; kept under the key `login`.
impl Session<Values> {
    /// Signs `user` in, whatever type the app calls a user by: gives the session a new id and a new lifetime
    /// ([`renew`](Session::renew)), and notes who it is and when. Other values stay.
    ///
    /// For "remember me" call [`remember_for`](Session::remember_for) too; without it the session is one that the layer's
    /// timeouts end, whoever was remembered before.
    ///
    /// ```
    /// # use sealed_session::{Error, Session};
    /// fn welcome(session: &Session, user: u64) -> Result<(), Error> {
    ///     session.sign_in(&user)?;
    ///     assert_eq!(session.user::<u64>()?, Some(user));
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Value`](crate::ErrorKind::Value) when `user` cannot be serialized; nothing has happened then.
    pub fn sign_in<U: Serialize + ?Sized>(&self, user: &U) -> Result<(), Error> {
        let proof = Proof::at(self.0.config.now());
        self.insert(LOGIN, &SignedIn { user, proof })?;
        self.renew_for_login();
        Ok(())
    }

    /// Notes that the user has proved once more who they are, and gives the session a new id. `U` is the type that was
    /// signed in. Says whether anybody is signed in; if nobody is, nothing happens.
    ///
    /// # Errors
    /// [`ErrorKind::Value`](crate::ErrorKind::Value) when the user is of another type; nothing has happened then.
    pub fn confirm_login<U: Serialize + DeserializeOwned>(&self) -> Result<bool, Error> {
        let Some(user) = self.user::<U>()? else {
            return Ok(false);
        };
        let proof = Proof::at(self.0.config.now());
        self.insert(LOGIN, &SignedIn { user, proof })?;
        self.renew();
        Ok(true)
    }

    /// Who is signed in, if anybody is.
    ///
    /// # Errors
    /// [`ErrorKind::Value`](crate::ErrorKind::Value) when the user is of another type.
    pub fn user<U: DeserializeOwned>(&self) -> Result<Option<U>, Error> {
        Ok(self.get::<SignedIn<U>>(LOGIN)?.map(|signed_in| signed_in.user))
    }

    /// When the user last proved who they are, to the second.
    ///
    /// # Errors
    /// [`ErrorKind::Value`](crate::ErrorKind::Value) when the app itself keeps something else under the key `login`.
    pub fn authenticated_at(&self) -> Result<Option<OffsetDateTime>, Error> {
        Ok(self.get::<Since>(LOGIN)?.map(|since| since.proof.time().into()))
    }

    /// Whether somebody is signed in and proved who they are less than `age` ago. If not, ask for the password again and
    /// call [`confirm_login`](Session::confirm_login).
    ///
    /// # Errors
    /// As for [`authenticated_at`](Session::authenticated_at).
    pub fn authenticated_within(&self, age: Duration) -> Result<bool, Error> {
        let now = self.0.config.now();
        Ok(self.get::<Since>(LOGIN)?.is_some_and(|since| since.proof.is_within(age, now)))
    }
}
