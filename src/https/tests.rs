#![allow(clippy::unwrap_used)]

use std::net::Ipv4Addr;

use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));

fn trusted() -> TrustedProxies {
    TrustedProxies::new(["10.0.0.0/8", "::1"]).unwrap()
}

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    let field = |(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    fields.iter().copied().map(field).collect()
}

const X: &str = "x-forwarded-proto";
const F: &str = "forwarded";

/// What a trusted proxy that sends these fields has said, or the counter's name of why not.
fn verdict(fields: &[(&'static str, &str)]) -> &'static str {
    judge(&trusted(), Some(PROXY), &headers(fields)).map_or_else(|reason| reason.as_str(), |()| "https")
}

#[test]
fn what_a_trusted_proxy_says() {
    let cases: [(&[(&'static str, &str)], &str); 56] = [
        (&[], "no_header"),
        (&[(X, "https")], "https"),
        (&[(X, "HTTPS")], "https"),
        (&[(X, " https\t")], "https"),
        (&[(X, "wss")], "https"),
        (&[(X, "http")], "plain_http"),
        (&[(X, "ws")], "plain_http"),
        (&[(X, "https, https,https")], "https"),
        (&[(X, "https"), (X, "https")], "https"),
        (&[(X, "http, http")], "plain_http"),
        // Who appends to what the client sent has not checked it.
        (&[(X, "https, http")], "disagreement"),
        (&[(X, "http,https")], "disagreement"),
        (&[(X, "https"), (X, "http")], "disagreement"),
        (&[(X, "")], "malformed"),
        (&[(X, "https,")], "malformed"),
        (&[(X, ",https")], "malformed"),
        (&[(X, "https;q=1")], "malformed"),
        (&[(X, "https https")], "malformed"),
        (&[(X, "\"https\"")], "malformed"),
        (&[(X, "https://")], "malformed"),
        (&[(X, "httpss")], "malformed"),
        (&[(X, "on")], "malformed"),
        (&[(X, "https, ftp")], "malformed"),
        (&[(X, "http, ftp")], "malformed"),
        (&[(X, "https\u{a0}")], "malformed"),
        (&[(F, "proto=https")], "https"),
        (&[(F, "for=192.0.2.60;Proto=HTTPS;by=203.0.113.43")], "https"),
        (&[(F, "for=\"[2001:db8:cafe::17]:4711\"; proto=\"https\"")], "https"),
        (&[(F, "for=_hidden;proto=https, for=\"a,b;proto=http\";proto=https")], "https"),
        (&[(F, "for=\"\\\";proto=http\";proto=https")], "https"),
        (&[(F, "proto=https"), (F, "proto=https")], "https"),
        (&[(F, ";proto=https;;")], "https"),
        (&[(F, "proto=http")], "plain_http"),
        (&[(F, "proto=http;for=\"proto=https\"")], "plain_http"),
        (&[(F, "proto=https,proto=http")], "disagreement"),
        // A hop that nobody spoke for: a client may have sent the rest.
        (&[(F, "proto=https, for=10.0.0.2")], "disagreement"),
        (&[(F, "for=10.0.0.2,proto=http")], "disagreement"),
        (&[(F, "for=10.0.0.2"), (F, "proto=https")], "disagreement"),
        (&[(F, "for=10.0.0.2")], "no_header"),
        (&[(F, "xproto=https;for=unknown")], "no_header"),
        (&[(F, "")], "malformed"),
        (&[(F, "https")], "malformed"),
        (&[(F, "proto")], "malformed"),
        (&[(F, "proto=")], "malformed"),
        (&[(F, "proto=\"https")], "malformed"),
        (&[(F, "proto=\"https\"x")], "malformed"),
        (&[(F, "proto=\"\\https\"")], "malformed"),
        (&[(F, "proto = https")], "malformed"),
        (&[(F, "proto=https;proto=https")], "malformed"),
        (&[(F, "proto=https,")], "malformed"),
        (&[(F, "proto=https for=x")], "malformed"),
        (&[(X, "https"), (F, "proto=https")], "https"),
        (&[(X, "https"), (F, "for=10.0.0.2")], "https"),
        (&[(X, "https"), (F, "proto=http")], "disagreement"),
        (&[(X, "http"), (F, "proto=https")], "disagreement"),
        (&[(X, "https"), (F, "proto=?")], "malformed"),
    ];
    for (fields, expected) in cases {
        assert_eq!(verdict(fields), expected, "{fields:?}");
    }
    // Other headers that say it somewhere.
    for name in ["x-forwarded-ssl", "front-end-https", "x-scheme", "x-forwarded-scheme", "x-url-scheme"] {
        assert_eq!(verdict(&[(name, "https")]), "no_header");
        assert_eq!(verdict(&[(name, "on")]), "no_header");
    }
}

#[test]
fn who_is_believed() {
    let https = headers(&[(X, "https")]);
    let judge = |peer: &str, headers: &HeaderMap| judge(&trusted(), Some(peer.parse().unwrap()), headers);
    for peer in ["10.0.0.1", "10.255.255.255", "::1", "::ffff:10.0.0.1"] {
        assert_eq!(judge(peer, &https), Ok(()), "{peer}");
    }
    for peer in ["203.0.113.7", "9.255.255.255", "11.0.0.0", "127.0.0.1", "::2", "::ffff:203.0.113.7", "::10.0.0.1"] {
        let address = peer.parse::<IpAddr>().unwrap().to_canonical();
        let refused = |claims_https| Err(NotHttps::UntrustedPeer { peer: address, claims_https });
        assert_eq!(judge(peer, &https), refused(true), "{peer}");
        for fields in [&[][..], &[(X, "http")], &[(X, "https, http")], &[(X, "?")]] {
            assert_eq!(judge(peer, &headers(fields)), refused(false), "{peer}");
        }
    }
    assert_eq!(super::judge(&trusted(), None, &https), Err(NotHttps::UnknownPeer));
}

#[test]
fn the_process_itself_knows_best() {
    let check = HttpsCheck { trusted: trusted(), peer: Box::new(|extensions| extensions.get().copied()) };
    let mut extensions = Extensions::new();
    assert_eq!(check.check(&extensions, &headers(&[(X, "https")])), Err(Box::new(NotHttps::UnknownPeer)));
    extensions.insert(PROXY);
    assert_eq!(check.check(&extensions, &headers(&[(X, "https")])), Ok(()));
    extensions.insert(STRANGER);
    assert!(check.check(&extensions, &headers(&[(X, "https")])).is_err());
    extensions.insert(OverTls);
    assert_eq!(check.check(&extensions, &headers(&[(X, "http")])), Ok(()));
}

#[test]
fn networks() {
    let contains =
        |network: &str, address: &str| TrustedProxies::new([network]).unwrap().contains(address.parse().unwrap());
    for (network, inside, outside) in [
        ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
        ("127.0.0.1/32", "127.0.0.1", "127.0.0.0"),
        ("10.0.0.0/8", "10.9.8.7", "11.0.0.0"),
        ("192.168.4.0/22", "192.168.7.255", "192.168.8.0"),
        ("0.0.0.0/0", "203.0.113.7", "2001:db8::1"),
        ("::/0", "2001:db8::1", "203.0.113.7"),
        ("::/0", "::1", "::ffff:10.0.0.1"),
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
        ("::1", "::1", "::2"),
        ("::ffff:10.0.0.0/104", "10.9.8.7", "11.0.0.0"),
        ("::ffff:127.0.0.1", "127.0.0.1", "::1"),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1", "127.0.0.2"),
    ] {
        assert!(contains(network, inside), "{inside} is in {network}");
        assert!(!contains(network, outside), "{outside} is not in {network}");
    }
    let several = TrustedProxies::new(["10.0.0.1", "10.0.0.3"]).unwrap();
    assert!(several.contains([10, 0, 0, 3].into()) && !several.contains([10, 0, 0, 2].into()));

    for (wrong, expected) in [
        ("", "no address"),
        ("localhost", "no address"),
        (" 127.0.0.1", "no address"),
        ("127.0.0.1:80", "no address"),
        ("10.0.0", "no address"),
        ("10.0.0.0/", "no address"),
        ("10.0.0.0/33", "no address"),
        ("10.0.0.0/+8", "no address"),
        ("10.0.0.0/255.0.0.0", "no address"),
        ("10.0.0.0/8/8", "no address"),
        ("::/129", "no address"),
        ("fe80::1%eth0", "no address"),
        ("10.0.0.1/8", "more bits than the 8"),
        ("2001:db8::1/64", "more bits than the 64"),
        ("::ffff:0.0.0.0/80", "more bits than the 80"),
    ] {
        let error = TrustedProxies::new([wrong]).unwrap_err();
        assert_eq!(*error.kind(), crate::ErrorKind::Setting);
        assert!(error.to_string().contains(expected) && error.to_string().contains(&format!("{wrong:?}")), "{error}");
    }
    let error = TrustedProxies::new([""; 0]).unwrap_err().to_string();
    assert!(error.contains("is empty") && error.contains("127.0.0.1"), "{error}");
}

/// Fields that try to say https, and some noise.
fn fields() -> impl Strategy<Value = HeaderMap> {
    let name = prop_oneof![Just(X), Just(F), Just("x-forwarded-for"), Just("x-forwarded-ssl")];
    let value = prop_oneof![
        Just("https".to_owned()),
        Just("proto=https".to_owned()),
        Just("for=10.0.0.1;proto=https".to_owned()),
        "(https|http|proto=https|proto=\"https\"|for=10[.]0[.]0[.]1|[,;= \"\\\\]){0,6}",
        "[\\x20-\\x7e]{0,20}",
    ];
    let field =
        (name, value).prop_map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap()));
    proptest::collection::vec(field, 0..4).prop_map(|fields| {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name, value);
        }
        headers
    })
}

fn http_somewhere() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop_oneof![Just((X, "http")), Just((F, "proto=http"))]
}

fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(IpAddr::from),
        any::<[u8; 16]>().prop_map(IpAddr::from),
        any::<[u8; 4]>().prop_map(|octets| IpAddr::V6(Ipv4Addr::from(octets).to_ipv6_mapped())),
        Just(PROXY),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_header_of_a_stranger_is_believed(peer in address(), headers in fields()) {
        let verdict = judge(&trusted(), Some(peer), &headers);
        let ours = match peer.to_canonical() {
            IpAddr::V4(address) => address.octets()[0] == 10,
            IpAddr::V6(address) => address.segments() == [0, 0, 0, 0, 0, 0, 0, 1],
        };
        if !ours {
            let stranger = matches!(verdict, Err(NotHttps::UntrustedPeer { peer: named, .. }) if named == peer.to_canonical());
            prop_assert!(stranger, "{verdict:?}");
        }
        prop_assert_eq!(judge(&trusted(), None, &headers), Err(NotHttps::UnknownPeer));
    }

    #[test]
    fn a_proxy_that_says_http_anywhere_is_never_heard_as_https(headers in fields(), field in http_somewhere()) {
        let mut headers = headers;
        let (name, value) = field;
        headers.append(name, HeaderValue::from_static(value));
        prop_assert!(judge(&trusted(), Some(PROXY), &headers).is_err());
    }

    #[test]
    fn a_network_has_the_addresses_that_begin_like_it(octets: [u8; 4], bits in 0_u32..=32, other: [u8; 4]) {
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        let first = Ipv4Addr::from(u32::from_be_bytes(octets) & mask);
        let proxies = TrustedProxies::new([format!("{first}/{bits}")]).unwrap();
        let inside = u32::from_be_bytes(other) & mask == u32::from(first);
        prop_assert_eq!(proxies.contains(other.into()), inside);
        prop_assert!(proxies.contains(octets.into()));
    }
}
