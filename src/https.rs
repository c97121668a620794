//! Whether a request is known to have come over https: for layers that send their cookie on such responses alone.

mod forwarded;
mod proxies;

use std::fmt;
use std::net::IpAddr;

use http::{Extensions, HeaderMap};

use forwarded::{Said, said};
pub use proxies::TrustedProxies;

/// Says that a request came over TLS which this process itself ended: put it into the request's extensions, and a layer
/// with [`secure_auto`](crate::SessionLayerBuilder::secure_auto) sends its cookie, whatever the headers say. For apps that
/// serve both by themselves and behind a proxy.
///
/// ```
/// use axum::{Extension, Router};
/// use sealed_session::OverTls;
///
/// let app: Router = Router::new();
/// let for_the_tls_listener = app.clone().layer(Extension(OverTls));
/// let for_the_proxy = app;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverTls;

/// Why a request is not known to have come over https.
///
/// Its [`Display`](fmt::Display) names the cause and what to do. Of what a client can choose, it holds an address and
/// one yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotHttps {
    /// The layer's [`peer_address`](crate::SessionLayerBuilder::peer_address) found no address.
    UnknownPeer,
    /// The peer is none of the trusted proxies, so its headers are not believed.
    UntrustedPeer {
        /// The address that the connection came from.
        peer: IpAddr,
        /// Its headers say https: a proxy that is not on the list, or somebody who tries.
        claims_https: bool,
    },
    /// The proxy sent neither `X-Forwarded-Proto` nor a `Forwarded` with `proto`.
    NoHeader {
        /// The proxy.
        proxy: IpAddr,
    },
    /// The proxy says that it was plain http.
    PlainHttp {
        /// The proxy.
        proxy: IpAddr,
    },
    /// The proxy's headers hold several values, and they differ.
    Disagreement {
        /// The proxy.
        proxy: IpAddr,
    },
    /// The proxy's headers hold something else than http or https.
    Malformed {
        /// The proxy.
        proxy: IpAddr,
    },
}

impl NotHttps {
    /// A stable name for counters, in snake case.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::UnknownPeer => "unknown_peer",
            Self::UntrustedPeer { .. } => "untrusted_peer",
            Self::NoHeader { .. } => "no_header",
            Self::PlainHttp { .. } => "plain_http",
            Self::Disagreement { .. } => "disagreement",
            Self::Malformed { .. } => "malformed",
        }
    }

    /// The address that the connection came from, where it is known; an IPv4 address that came as an IPv6 one is an
    /// IPv4 address here.
    #[must_use]
    pub const fn peer(&self) -> Option<IpAddr> {
        match *self {
            Self::UnknownPeer => None,
            Self::UntrustedPeer { peer, .. } => Some(peer),
            Self::NoHeader { proxy }
            | Self::PlainHttp { proxy }
            | Self::Disagreement { proxy }
            | Self::Malformed { proxy } => Some(proxy),
        }
    }
}

impl fmt::Display for NotHttps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownPeer => f.write_str(
                "the layer's `peer_address` found no address in the request; with axum, serve by \
                 `into_make_service_with_connect_info`",
            ),
            Self::UntrustedPeer { peer, claims_https: true } => {
                write!(f, "{peer} says https, but is not among the trusted proxies; add it if it is yours")
            }
            Self::UntrustedPeer { peer, claims_https: false } => write!(f, "{peer} is not among the trusted proxies"),
            Self::NoHeader { proxy } => {
                write!(f, "the proxy {proxy} did not say whether it was https; let it set X-Forwarded-Proto")
            }
            Self::PlainHttp { proxy } => write!(f, "the proxy {proxy} says that it was plain http"),
            Self::Disagreement { proxy } => write!(
                f,
                "the proxy {proxy} sent several values that differ; let it replace X-Forwarded-Proto and Forwarded, not \
                 add to what clients send"
            ),
            Self::Malformed { proxy } => write!(
                f,
                "the proxy {proxy} sent an X-Forwarded-Proto or Forwarded that is neither http nor https; let it \
                 replace what clients send"
            ),
        }
    }
}

/// Where the address of a request's peer is.
pub(crate) type PeerAddress = Box<dyn Fn(&Extensions) -> Option<IpAddr> + Send + Sync>;

/// How a layer knows that a request came over https.
pub(crate) struct HttpsCheck {
    pub(crate) trusted: TrustedProxies,
    pub(crate) peer: PeerAddress,
}

impl HttpsCheck {
    /// # Errors
    /// Why the request is not known to have come over https.
    // Apart, so that requests of layers that do not ask are not slower for it.
    #[cold]
    #[inline(never)]
    pub(crate) fn check(&self, extensions: &Extensions, headers: &HeaderMap) -> Result<(), Box<NotHttps>> {
        if extensions.get::<OverTls>().is_some() {
            return Ok(());
        }
        judge(&self.trusted, (self.peer)(extensions), headers).map_err(Box::new)
    }
}

/// Whether a request from this peer, with these headers, came over https.
///
/// # Errors
/// Why that is not known.
fn judge(trusted: &TrustedProxies, peer: Option<IpAddr>, headers: &HeaderMap) -> Result<(), NotHttps> {
    let peer = peer.ok_or(NotHttps::UnknownPeer)?.to_canonical();
    let said = said(headers);
    if !trusted.contains(peer) {
        return Err(NotHttps::UntrustedPeer { peer, claims_https: said == Said::Https });
    }
    let proxy = peer;
    match said {
        Said::Https => Ok(()),
        Said::Nothing => Err(NotHttps::NoHeader { proxy }),
        Said::Http => Err(NotHttps::PlainHttp { proxy }),
        Said::Disagreement => Err(NotHttps::Disagreement { proxy }),
        Said::Malformed => Err(NotHttps::Malformed { proxy }),
    }
}

#[cfg(test)]
mod tests;
