//! The layer: what an app adds to have sessions.

mod build;
mod builder;
mod https;
mod overflow;
#[cfg(feature = "config")]
mod settings;
mod size;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower::Layer;

use crate::codec::SessionData;
use crate::config::{Config, Shared};
use crate::error::Error;
use crate::keyring::{KeyReport, Keyring};
use crate::service::SessionService;
use crate::values::Values;

pub use builder::SessionLayerBuilder;
pub use size::SessionSize;

/// Gives the services inside it sessions with data of type `T`, sealed into a cookie.
///
/// One type, one layer: several layers with different types and names work side by side. Key-value sessions are
/// `SessionLayer::<Values>`. A layer is cheap to clone.
///
/// ```
/// # #[derive(Default, serde::Serialize, serde::Deserialize)]
/// # struct Visit { count: u32 }
/// # fn main() -> Result<(), sealed_session::Error> {
/// use std::time::Duration;
///
/// use sealed_session::{Keyring, SessionLayer};
///
/// let keyring = Keyring::generate()?; // or `Keyring::from_env("SESSION_KEYS")?`
/// let layer = SessionLayer::<Visit>::new(keyring.clone())?;
///
/// let tuned = SessionLayer::<Visit>::builder(keyring)
///     .name("__Host-shop")
///     .lifetime(Duration::from_secs(7 * 24 * 60 * 60))
///     .idle_timeout(Duration::from_secs(30 * 60))
///     .build()?;
/// # Ok(())
/// # }
/// ```
pub struct SessionLayer<T = Values>(Arc<Config<T>>);

// The bound is on what an app calls first, not on the `impl`: for that one the compiler would not show what `SessionData` has
// to say.
impl<T> SessionLayer<T> {
    /// A layer with the safe defaults: cookie `__Host-session`, `Secure`, `HttpOnly`, `Path=/`, `SameSite=Lax`, lifetime 14
    /// days, idle timeout 24 hours.
    ///
    /// # Errors
    /// [`ErrorKind::Schema`](crate::ErrorKind::Schema) when `T` is of a shape that cannot be fingerprinted, or that postcard
    /// writes but cannot read back. The text names the type, the field and the remedy.
    pub fn new(keyring: Keyring) -> Result<Self, Error>
    where
        T: SessionData,
    {
        Self::builder(keyring).build()
    }

    /// The name of the cookie.
    #[must_use]
    pub fn cookie_name(&self) -> &str {
        self.0.template.name()
    }

    /// A layer by config: keys, cookie, timeouts.
    ///
    /// # Errors
    /// As for [`Settings::keyring`](crate::Settings::keyring) and [`SessionLayerBuilder::build`]; so also for settings with
    /// `secure_auto`, which take a builder with [`peer_address`](SessionLayerBuilder::peer_address).
    #[cfg(feature = "config")]
    pub fn from_settings(settings: &crate::Settings) -> Result<Self, Error>
    where
        T: SessionData,
    {
        Self::builder(settings.keyring()?).settings(settings)?.build()
    }

    /// What each key of the ring does now, the newest first, and when it is safe to drop.
    #[must_use]
    pub fn key_report(&self) -> Vec<KeyReport> {
        let config = &self.0;
        config.sealer.keyring().report(config.now(), Duration::from_secs(config.limits.longest_unused()))
    }

    /// Creates what the layer's store needs in its database, tables for example, unless it is there. Call it at a deploy, with
    /// the rights to do so. Does nothing without a store, and for stores that need nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when the store cannot be reached, or refuses.
    pub async fn prepare_store(&self) -> Result<(), Error> {
        match &self.0.records {
            Some(records) => Ok(records.store.prepare().await?),
            None => Ok(()),
        }
    }

    /// A builder that starts from these defaults.
    pub fn builder(keyring: Keyring) -> SessionLayerBuilder<T>
    where
        T: SessionData,
    {
        SessionLayerBuilder::new(keyring)
    }
}

impl<T, S> Layer<S> for SessionLayer<T> {
    type Service = SessionService<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        SessionService::new(inner, Shared::new(&self.0))
    }
}

impl<T> Clone for SessionLayer<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for SessionLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SessionLayer").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests;
