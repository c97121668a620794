//! The verbs of key-value sessions.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Session;
use crate::error::Error;
use crate::values::Values;

/// Key-value data: any serde type under any name.
///
/// ```
/// use sealed_session::{Error, Session};
///
/// async fn add(session: Session) -> Result<String, Error> {
///     let mut cart: Vec<String> = session.get("cart")?.unwrap_or_default();
///     cart.push("tea".into());
///     session.insert("cart", &cart)?;
///     Ok(format!("{} items", cart.len()))
/// }
/// ```
impl Session<Values> {
    /// The value under `key`, if there is one.
    ///
    /// # Errors
    /// [`ErrorKind::Value`](crate::ErrorKind::Value) when it is of another type.
    pub fn get<V: DeserializeOwned>(&self, key: &str) -> Result<Option<V>, Error> {
        self.read(|values| values.get(key))
    }

    /// Puts `value` under `key`, in place of what was there.
    ///
    /// # Errors
    /// [`ErrorKind::Value`](crate::ErrorKind::Value) when it cannot be serialized; what was there stays.
    pub fn insert<V: Serialize + ?Sized>(&self, key: &str, value: &V) -> Result<(), Error> {
        self.update(|values| values.insert(key, value))
    }

    /// Removes what is under `key`. Says whether there was something.
    #[expect(clippy::must_use_candidate, reason = "called for what it does")]
    pub fn remove(&self, key: &str) -> bool {
        self.update(|values| values.remove(key))
    }

    /// Removes what is under `key` and returns it.
    ///
    /// # Errors
    /// [`ErrorKind::Value`](crate::ErrorKind::Value) when it is of another type; it then stays.
    pub fn take<V: DeserializeOwned>(&self, key: &str) -> Result<Option<V>, Error> {
        self.update(|values| values.take(key))
    }
}
