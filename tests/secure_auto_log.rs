//! Why a cookie for https alone was not sent: in the events, and in the log. Alone in its program, because `tracing` asks the
//! thread that comes to a line of the code first whether anybody wants it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::net::{IpAddr, Ipv4Addr};

use http::Request;
use sealed_session::TrustedProxies;
use serde::{Deserialize, Serialize};
use support::log::Log;
use support::{Browser, Site, response};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Data {
    count: u32,
}

const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));

#[test]
fn every_reason_is_an_event_and_one_line_in_the_log() {
    let stranger: IpAddr = "203.0.113.7".parse().unwrap();
    let mapped: IpAddr = "::ffff:203.0.113.7".parse().unwrap();
    let from = |peer: IpAddr| Request::get("/").extension(peer);
    let cases = [
        (Request::get("/").header("x-forwarded-proto", "https"), "unknown_peer", "into_make_service_with_connect_info"),
        (from(stranger), "untrusted_peer", "203.0.113.7 is not among the trusted proxies"),
        (from(mapped).header("forwarded", "proto=https"), "untrusted_peer", "203.0.113.7 says https, but is not among"),
        (from(PROXY), "no_header", "the proxy 10.0.0.1 did not say"),
        (from(PROXY).header("x-forwarded-proto", "http"), "plain_http", "the proxy 10.0.0.1 says"),
        (from(PROXY).header("forwarded", "proto=https, proto=http"), "disagreement", "10.0.0.1 sent several values"),
        (
            from(PROXY).header("x-forwarded-proto", "https\"nEEdle"),
            "malformed",
            "10.0.0.1 sent an X-Forwarded-Proto or",
        ),
        // In HTTP/2 the client chooses this one.
        (Request::get("https://example.com/").extension(stranger), "untrusted_peer", "203.0.113.7 is not among"),
        (Request::get("https://example.com/").extension(PROXY), "no_header", "the proxy 10.0.0.1 did not say"),
    ];
    Log::of(|log| {
        for (request, reason, text) in cases {
            let site = Site::<Data>::with(|builder| {
                builder
                    .secure_auto(TrustedProxies::new(["10.0.0.0/8"]).unwrap())
                    .peer_address(|extensions| extensions.get().copied())
            });
            assert!(
                Browser::default()
                    .send(&site, request, |session| session.update(|data| data.count += 1), response(200))
                    .set_cookie()
                    .is_none()
            );
            let events = site.events.take();
            assert!(events.len() == 2 && events[1].starts_with("NotSent"), "{events:?}");
            let logged = String::from_utf8(log.take()).unwrap();
            let lines: Vec<_> = logged.lines().filter(|line| line.contains("WARN")).collect();
            assert_eq!(lines.len(), 1, "{logged}");
            for part in ["session cookie not sent", "cookie=\"__Host-session\"", &format!("reason=\"{reason}\""), text]
            {
                assert!(lines[0].contains(part), "{part}: {logged}");
            }
            assert!(!logged.contains("nEEdle"), "{logged}");
        }
    });
}
