//! A builder's settings by config.

use super::SessionLayerBuilder;
use crate::codec::SessionData;
use crate::error::Error;
use crate::settings::{CookieSettings, OverflowSettings, Settings};
use crate::store;

impl<T: SessionData> SessionLayerBuilder<T> {
    /// Applies all settings but the keys: for a keyring from elsewhere, one that is watched for example. What the settings
    /// leave out stays as it is. With a store, call it within a tokio runtime.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) for a store that [`store::open`] refuses. Other
    /// values are checked by [`build`](Self::build).
    pub fn settings(self, settings: &Settings) -> Result<Self, Error> {
        let store = settings.store.as_ref().map(|url| store::open(url.expose())).transpose()?;
        let builder = self
            .with(settings.lifetime, |builder, period| builder.lifetime(period.0))
            .with(settings.idle_timeout, |builder, period| builder.idle_timeout(period.0))
            .with(settings.longest_remember, |builder, period| builder.longest_remember(period.0))
            .with(settings.context.as_deref(), Self::context)
            .with(settings.pad_to, Self::pad_to)
            .with(settings.commit_on_server_error.then_some(()), |builder, ()| builder.commit_on_server_error());
        let builder = builder.with(store, Self::overflow).overflow_settings(&settings.overflow);
        Ok(builder.cookie_settings(&settings.cookie))
    }

    fn overflow_settings(self, overflow: &OverflowSettings) -> Self {
        self.with(overflow.at, Self::overflow_at)
            .with(overflow.max_record, Self::max_record)
            .with(overflow.grace, |builder, period| builder.record_grace(period.0))
            .with(overflow.timeout, |builder, period| builder.store_timeout(period.0))
            .with(overflow.on_conflict, Self::on_conflict)
            .with(overflow.accept_older_records.then_some(()), |builder, ()| builder.accept_older_records())
    }

    fn cookie_settings(self, cookie: &CookieSettings) -> Self {
        let builder = self
            .with(cookie.name.as_deref(), Self::name)
            .with(cookie.path.as_deref(), Self::path)
            .with(cookie.domain.as_deref(), Self::domain)
            .with(cookie.same_site, Self::same_site)
            .with(cookie.secure, Self::secure)
            .with(cookie.secure_auto.clone(), Self::secure_auto)
            .with(cookie.partitioned, Self::partitioned)
            .with(cookie.until_browser_closes.then_some(()), |builder, ()| builder.until_browser_closes())
            .with(cookie.insecure_for_http.then_some(()), |builder, ()| builder.insecure_for_http());
        cookie
            .former
            .iter()
            .fold(builder, |builder, former| builder.former_attributes(&former.path, former.domain.as_deref()))
    }

    /// Applies a setting that is given.
    fn with<V>(self, setting: Option<V>, apply: impl FnOnce(Self, V) -> Self) -> Self {
        match setting {
            Some(value) => apply(self, value),
            None => self,
        }
    }
}
