//! Who is signed in, as part of an app's session data.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::clock::Timestamp;
use crate::codec::SessionData;

/// Who is signed in, and when they last proved who they are: a field of a session type. By default nobody is.
///
/// `U` is what the app calls a user by: an id, better than a record of the database, which a cookie would keep as it was.
/// The verbs are those of the session, [`sign_in`](crate::Session::sign_in) and its neighbours, once the type says where its
/// login is ([`HasLogin`]).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Login<U>(Option<SignedIn<U>>);

/// Somebody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignedIn<U> {
    pub(crate) user: U,
    pub(crate) proof: Proof,
}

/// When somebody last proved who they are, in Unix seconds.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Proof(u64);

impl Proof {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self(now.as_unix())
    }

    pub(crate) fn time(self) -> Timestamp {
        Timestamp::from_unix(self.0)
    }

    /// Whether it was given less than `age` ago. Clocks of a fleet differ a little, so what is said to come is now.
    pub(crate) fn is_within(self, age: Duration, now: Timestamp) -> bool {
        Duration::from_secs(now.since(self.time())) < age
    }
}

impl<U> Login<U> {
    /// Who is signed in, if anybody is.
    #[must_use]
    pub fn user(&self) -> Option<&U> {
        self.0.as_ref().map(|signed_in| &signed_in.user)
    }

    /// When they last proved who they are: at sign-in, or at [`confirm_login`](crate::Session::confirm_login).
    #[must_use]
    pub fn authenticated_at(&self) -> Option<OffsetDateTime> {
        self.proof().map(|proof| proof.time().into())
    }

    pub(crate) fn proof(&self) -> Option<Proof> {
        self.0.as_ref().map(|signed_in| signed_in.proof)
    }

    pub(crate) fn begin(&mut self, user: U, now: Timestamp) {
        self.0 = Some(SignedIn { user, proof: Proof::at(now) });
    }

    /// Says whether anybody is signed in.
    pub(crate) fn confirm(&mut self, now: Timestamp) -> bool {
        match &mut self.0 {
            Some(signed_in) => {
                signed_in.proof = Proof::at(now);
                true
            }
            None => false,
        }
    }
}

impl<U> Default for Login<U> {
    /// Nobody is signed in.
    fn default() -> Self {
        Self(None)
    }
}

impl<U> fmt::Debug for Login<U> {
    /// Says whether somebody is signed in, not who.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Login(somebody)" } else { "Login(nobody)" })
    }
}

/// A session type that knows who is signed in. It gives [`Session`](crate::Session) the verbs
/// [`sign_in`](crate::Session::sign_in), [`sign_out`](crate::Session::sign_out), [`user`](crate::Session::user) and more.
/// Key-value sessions have them without it.
///
/// ```
/// use sealed_session::{HasLogin, Login, Session};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Account {
///     login: Login<u64>,
///     theme: String,
/// }
///
/// impl HasLogin for Account {
///     type User = u64;
///     fn login(&self) -> &Login<u64> {
///         &self.login
///     }
///     fn login_mut(&mut self) -> &mut Login<u64> {
///         &mut self.login
///     }
/// }
///
/// async fn home(session: Session<Account>) -> String {
///     match session.user() {
///         Some(id) => format!("hello, user {id}"),
///         None => "please sign in".into(),
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say who is signed in",
    label = "this session type has no login",
    note = "give it a field `login: Login<UserId>` and implement `HasLogin` for it, or use key-value data: `Session` alone"
)]
pub trait HasLogin: SessionData {
    /// What the app calls a user by.
    type User;

    /// Who is signed in.
    fn login(&self) -> &Login<Self::User>;

    /// Who is signed in, to be changed.
    fn login_mut(&mut self) -> &mut Login<Self::User>;
}
