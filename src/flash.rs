//! Messages for the next page: written in one request, read once in a later one.

mod category;
mod holder;
mod messages;
#[cfg(test)]
mod tests;

use std::fmt;

use http::Request;
use http::request::Parts;

use crate::error::Error;
use crate::session::Session;
use crate::values::Values;

pub use category::Category;
pub use holder::{FlashData, HasFlash};
pub use messages::{Message, Messages};

/// The flash messages of a session: what one page wants to tell on the next one, such as "saved" after a form was sent and
/// answered with a redirect.
///
/// A handle like [`Session`]; all handles of a request share one state. `Flash` alone is for key-value sessions, where the
/// messages are under the key `flash`; a session type of your own says by [`HasFlash`] where they are.
///
/// A message waits until it is taken, over as many requests as it takes, and is gone with the response that shows it. If that
/// response is a 5xx, it waits on. [`guide::flash`](crate::guide::flash) says more.
///
/// Like the session itself, it panics when it is used inside a closure of [`Session::read`] or [`Session::update`]; there, use the
/// field.
///
/// ```
/// use axum::response::Redirect;
/// use sealed_session::{Error, Flash};
///
/// async fn save(flash: Flash) -> Result<Redirect, Error> {
///     flash.success("Your address was saved.")?;
///     Ok(Redirect::to("/"))
/// }
///
/// async fn home(flash: Flash) -> Result<String, Error> {
///     let lines = flash.take()?.into_iter().map(|message| format!("[{}] {}\n", message.category(), message.text()));
///     Ok(lines.collect())
/// }
/// ```
pub struct Flash<T: FlashData = Values>(Session<T>);

impl<T: FlashData> Flash<T> {
    /// The messages of a request that has passed through the layer for `T`.
    ///
    /// # Errors
    /// As for [`Session::from_request`].
    pub fn from_request<B>(request: &Request<B>) -> impl Future<Output = Result<Self, Error>> + Send + use<T, B> {
        let session = Session::from_request(request);
        async move { session.await.map(Self) }
    }

    /// As [`Flash::from_request`], for the head of a request alone.
    ///
    /// # Errors
    /// As for [`Session::from_request`].
    pub fn from_parts(parts: &Parts) -> impl Future<Output = Result<Self, Error>> + Send + use<T> {
        let session = Session::from_parts(parts);
        async move { session.await.map(Self) }
    }

    /// The messages of a session that is at hand.
    #[must_use]
    pub fn of(session: &Session<T>) -> Self {
        Self(session.clone())
    }

    /// Adds a message of the category [`Info`](Category::Info).
    ///
    /// # Errors
    /// As for [`Flash::push`].
    pub fn info(&self, text: impl Into<String>) -> Result<(), Error> {
        self.push(Category::Info, text)
    }

    /// Adds a message of the category [`Success`](Category::Success).
    ///
    /// # Errors
    /// As for [`Flash::push`].
    pub fn success(&self, text: impl Into<String>) -> Result<(), Error> {
        self.push(Category::Success, text)
    }

    /// Adds a message of the category [`Warning`](Category::Warning).
    ///
    /// # Errors
    /// As for [`Flash::push`].
    pub fn warning(&self, text: impl Into<String>) -> Result<(), Error> {
        self.push(Category::Warning, text)
    }

    /// Adds a message of the category [`Error`](Category::Error).
    ///
    /// # Errors
    /// As for [`Flash::push`].
    pub fn error(&self, text: impl Into<String>) -> Result<(), Error> {
        self.push(Category::Error, text)
    }

    /// Adds a message after those that wait. `category` may be any name, `"cart"` say.
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) when the session would no longer fit, into its cookie or, in a layer with
    /// a store, into a record; then it is as it was before. [`ErrorKind::Value`](crate::ErrorKind::Value) when a key-value session
    /// has something else under the key `flash`. [`ErrorKind::Encode`](crate::ErrorKind::Encode) when the session cannot be
    /// serialized.
    pub fn push(&self, category: impl Into<Category>, text: impl Into<String>) -> Result<(), Error> {
        let message = Message::new(category, text);
        self.0.try_update(|data| data.change(|messages| messages.add(message)))?
    }

    /// Takes all messages, the oldest first: they are read now, and gone with this response.
    ///
    /// # Errors
    /// [`ErrorKind::Value`](crate::ErrorKind::Value) when a key-value session has something else under the key `flash`. Never for a
    /// session type of your own.
    pub fn take(&self) -> Result<Messages, Error> {
        self.take_if(|_| true)
    }

    /// Takes the messages of one category, the oldest first; the others wait on.
    ///
    /// # Errors
    /// As for [`Flash::take`].
    pub fn take_of(&self, category: impl Into<Category>) -> Result<Messages, Error> {
        let category = category.into().normal();
        self.take_if(|message| *message.category() == category)
    }

    /// A page where nothing waits is the usual one, so it costs no comparison of the session with what it was.
    fn take_if(&self, wanted: impl Fn(&Message) -> bool) -> Result<Messages, Error> {
        if !self.look(|messages| messages.iter().any(&wanted))? {
            return Ok(Messages::default());
        }
        self.0.update(|data| data.change(|messages| messages.take_if(wanted)))
    }

    /// A copy of all messages, which wait on.
    ///
    /// # Errors
    /// As for [`Flash::take`].
    pub fn peek(&self) -> Result<Messages, Error> {
        self.look(Messages::clone)
    }

    /// Whether no message waits.
    ///
    /// # Errors
    /// As for [`Flash::take`].
    pub fn is_empty(&self) -> Result<bool, Error> {
        self.look(Messages::is_empty)
    }

    fn look<R>(&self, look: impl FnOnce(&Messages) -> R) -> Result<R, Error> {
        self.0.reach(|data| data.look(look))
    }
}

impl<T: FlashData> Clone for Flash<T> {
    /// Another handle of the same session.
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: FlashData> fmt::Debug for Flash<T> {
    /// Shows no message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Flash").field(&self.0).finish()
    }
}
