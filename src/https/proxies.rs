//! The addresses of the proxies that are believed.

use std::net::IpAddr;

use serde::Deserialize;

use crate::error::{Error, ErrorKind};

/// The proxies whose word on https is taken: at least one address or network.
///
/// An IPv4 address that comes as an IPv6 one (`::ffff:10.0.0.1`, as a socket for both reports it) counts as IPv4, here and
/// in the list.
///
/// ```
/// # fn main() -> Result<(), sealed_session::Error> {
/// use sealed_session::TrustedProxies;
///
/// let proxies = TrustedProxies::new(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"])?;
/// assert!(proxies.contains([10, 1, 2, 3].into()));
/// assert!(!proxies.contains([11, 1, 2, 3].into()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct TrustedProxies(Vec<Network>);

/// The addresses that begin with the first `bits` of `first`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    first: IpAddr,
    bits: u32,
}

impl TrustedProxies {
    /// From addresses such as `127.0.0.1` and networks such as `10.0.0.0/8`. Give networks that only your proxies are in:
    /// whoever else connects from there is believed too.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] for an empty list, and for what is no address or network. The text names it.
    pub fn new<I>(networks: I) -> Result<Self, Error>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let networks = networks.into_iter().map(|network| Network::parse(network.as_ref()));
        let networks = networks.collect::<Result<Vec<_>, _>>()?;
        if networks.is_empty() {
            return Err(refuse(
                "the list of trusted proxies is empty, so no session cookie would ever be sent: name the address or \
                 network of your proxy, such as \"127.0.0.1\"; without a proxy, leave `secure_auto` out"
                    .into(),
            ));
        }
        Ok(Self(networks))
    }

    /// Whether `address` is one of them.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(address))
    }
}

impl TryFrom<Vec<String>> for TrustedProxies {
    type Error = Error;

    /// As [`TrustedProxies::new`].
    fn try_from(networks: Vec<String>) -> Result<Self, Error> {
        Self::new(networks)
    }
}

impl Network {
    fn parse(text: &str) -> Result<Self, Error> {
        let network = match text.split_once('/') {
            None => text.parse().ok().map(|first| Self { first, bits: width(first) }),
            Some((first, bits)) => first.parse().ok().zip(parse_bits(bits)).map(|(first, bits)| Self { first, bits }),
        };
        let network = network.filter(|network| network.bits <= width(network.first)).ok_or_else(|| {
            refuse(format!(
                "{text:?} is no address of a proxy: give an address such as 127.0.0.1, or a network such as 10.0.0.0/8"
            ))
        })?;
        if !network.begins_there() {
            return Err(refuse(format!(
                "{text:?} is no network, because its address has more bits than the {} it is cut to: give its first \
                 address, or leave the `/` out for a single one",
                network.bits
            )));
        }
        Ok(network.canonical())
    }

    /// Whether `first` is the first address: no bit is set after the first `bits`.
    fn begins_there(self) -> bool {
        let free = match self.first {
            IpAddr::V4(first) => u32::from(first).trailing_zeros(),
            IpAddr::V6(first) => u128::from(first).trailing_zeros(),
        };
        self.bits + free >= width(self.first)
    }

    /// IPv4 in the clothes of IPv6 as IPv4.
    fn canonical(self) -> Self {
        match self.first.to_canonical() {
            first @ IpAddr::V4(_) if self.first.is_ipv6() => Self { first, bits: self.bits.saturating_sub(96) },
            _ => self,
        }
    }

    fn contains(self, address: IpAddr) -> bool {
        let common = match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => (u32::from(first) ^ u32::from(address)).leading_zeros(),
            (IpAddr::V6(first), IpAddr::V6(address)) => (u128::from(first) ^ u128::from(address)).leading_zeros(),
            _ => return false,
        };
        common >= self.bits
    }
}

fn parse_bits(text: &str) -> Option<u32> {
    // `parse` would take a sign.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Bits of an address.
fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn refuse(why: String) -> Error {
    Error::new(ErrorKind::Setting, why)
}
