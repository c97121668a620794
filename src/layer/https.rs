//! A builder's settings for apps behind a proxy that ends TLS.

use std::net::IpAddr;

use http::Extensions;

use super::SessionLayerBuilder;
use crate::codec::SessionData;
use crate::error::{Error, ErrorKind};
use crate::https::{HttpsCheck, PeerAddress, TrustedProxies};

/// Who is believed to know that a request came over https, as far as that is set.
#[derive(Default)]
pub(super) struct Https {
    trusted: Option<TrustedProxies>,
    peer: Option<PeerAddress>,
}

impl<T: SessionData> SessionLayerBuilder<T> {
    /// Sends the cookie (sets, extends or expires it) only on responses to requests that are known to have come over https;
    /// other requests read their session as usual. It is always `Secure`, and keeps its name. For apps behind a proxy that
    /// ends TLS, and whose plain port might be reached otherwise.
    ///
    /// Known is what one of the `trusted` proxies says by `X-Forwarded-Proto` or `Forwarded`, without a word to the contrary,
    /// and what is marked with [`OverTls`](crate::OverTls). For each other response that would have carried the
    /// cookie there is one [`Event::NotSent`](crate::Event::NotSent), with a warning in the log that says why, and
    /// [`save`](crate::Session::save) returns [`ErrorKind::NotHttps`]. Needs [`peer_address`](Self::peer_address).
    /// [`guide::proxies`](crate::guide::proxies) has what to set in the proxy.
    ///
    /// ```
    /// # #[derive(Default, serde::Serialize, serde::Deserialize)] struct Visit { count: u32 }
    /// # fn main() -> Result<(), sealed_session::Error> {
    /// use std::net::SocketAddr;
    ///
    /// use axum::extract::ConnectInfo;
    /// use sealed_session::{Keyring, SessionLayer, TrustedProxies};
    ///
    /// let layer = SessionLayer::<Visit>::builder(Keyring::generate()?)
    ///     .secure_auto(TrustedProxies::new(["127.0.0.1", "::1"])?)
    ///     .peer_address(|extensions| Some(extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip()))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn secure_auto(mut self, trusted: TrustedProxies) -> Self {
        self.https.trusted = Some(trusted);
        self
    }

    /// Where a request's extensions have the address that its connection came from: for [`secure_auto`](Self::secure_auto), and
    /// of no effect without it. Do not take it from a header, which clients can write.
    pub fn peer_address(mut self, peer: impl Fn(&Extensions) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        self.https.peer = Some(Box::new(peer));
        self
    }
}

impl Https {
    /// How the layer knows https, if it asks. `secure` says whether the cookie is `Secure`.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] for settings that contradict each other, or lack one.
    pub(super) fn build(self, secure: bool) -> Result<Option<HttpsCheck>, Error> {
        let Some(trusted) = self.trusted else {
            return Ok(None);
        };
        if !secure {
            return Err(refuse(
                "secure_auto sends a Secure cookie over https alone, and Secure is off: drop `secure(false)` or \
                 `insecure_for_http`, or, for development over plain http, drop `secure_auto`",
            ));
        }
        let peer = self.peer.ok_or_else(|| {
            refuse(
                "secure_auto needs the address of a request's peer: give the builder `peer_address`, with axum \
                 `.peer_address(|extensions| Some(extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip()))`",
            )
        })?;
        Ok(Some(HttpsCheck { trusted, peer }))
    }
}

fn refuse(why: &'static str) -> Error {
    Error::new(ErrorKind::Setting, why)
}
