//! Where in a session its messages are.

use super::Messages;
use crate::codec::SessionData;
use crate::error::{Error, ErrorKind};
use crate::values::Values;

/// A session type of your own with flash messages in it.
///
/// ```
/// use sealed_session::{HasFlash, Messages};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Visit {
///     user: Option<String>,
///     flash: Messages,
/// }
///
/// impl HasFlash for Visit {
///     fn messages(&mut self) -> &mut Messages { &mut self.flash }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the session type `{Self}` has no flash messages",
    label = "no flash messages in here",
    note = "give it a field `flash: Messages`, and say where it is: \
            `impl HasFlash for {Self} {{ fn messages(&mut self) -> &mut Messages {{ &mut self.flash }} }}`",
    note = "key-value sessions have them already: `Flash` alone is `Flash<Values>`"
)]
pub trait HasFlash: SessionData {
    /// The field that holds the messages. It is called to look at them too, so it must change nothing else: such a change might
    /// not be saved.
    fn messages(&mut self) -> &mut Messages;
}

/// Session data that [`Flash`](crate::Flash) can use: every type that is [`HasFlash`], and [`Values`].
pub trait FlashData: SessionData + Holder {}

impl<T: SessionData + Holder> FlashData for T {}

/// What holds the messages, wherever they are in it.
pub trait Holder {
    /// Looks at them.
    fn look<R>(&mut self, look: impl FnOnce(&Messages) -> R) -> Result<R, Error>;

    /// Changes them.
    fn change<R>(&mut self, change: impl FnOnce(&mut Messages) -> R) -> Result<R, Error>;
}

impl<T: HasFlash> Holder for T {
    fn look<R>(&mut self, look: impl FnOnce(&Messages) -> R) -> Result<R, Error> {
        Ok(look(self.messages()))
    }

    fn change<R>(&mut self, change: impl FnOnce(&mut Messages) -> R) -> Result<R, Error> {
        Ok(change(self.messages()))
    }
}

/// Where key-value sessions have them.
const KEY: &str = "flash";

impl Holder for Values {
    fn look<R>(&mut self, look: impl FnOnce(&Messages) -> R) -> Result<R, Error> {
        waiting(self).map(|messages| look(&messages))
    }

    fn change<R>(&mut self, change: impl FnOnce(&mut Messages) -> R) -> Result<R, Error> {
        let mut messages = waiting(self)?;
        let result = change(&mut messages);
        if messages.is_empty() {
            self.remove(KEY);
        } else {
            self.insert(KEY, &messages)?;
        }
        Ok(result)
    }
}

fn waiting(values: &Values) -> Result<Messages, Error> {
    values.get(KEY).map(Option::unwrap_or_default).map_err(|error| {
        let message = format!(
            "the session key {KEY:?} is where flash messages wait, and something else is there: put that under another key"
        );
        Error::new(ErrorKind::Value, message).with_source(error)
    })
}
