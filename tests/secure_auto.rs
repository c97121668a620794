//! A cookie for https alone: the rows of `docs/behaviour.md` for requests that are not known to have come that way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![allow(clippy::redundant_closure_for_method_calls, clippy::type_complexity)]

mod support;

use std::net::IpAddr;

use http::{Request, StatusCode, request};
use sealed_session::{
    EndSession, ErrorKind, Keyring, NotHttps, OverTls, Session, SessionLayer, SessionLayerBuilder, TrustedProxies,
};
use serde::{Deserialize, Serialize, Serializer, ser};
use support::{Browser, DAY, HOUR, Site, key, keyring, ready, response};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Data {
    count: u32,
    #[serde(serialize_with = "unless_broken")]
    name: String,
}

/// Data that cannot be serialized, once they say so.
fn unless_broken<S: Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if name == "broken" { Err(ser::Error::custom("broken")) } else { serializer.serialize_str(name) }
}

type Handle = Session<Data>;

fn count(session: &Handle) {
    session.update(|data| data.count += 1);
}

const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));

fn auto<T: sealed_session::SessionData>(builder: SessionLayerBuilder<T>) -> SessionLayerBuilder<T> {
    builder
        .schema("test")
        .secure_auto(TrustedProxies::new(["10.0.0.0/8"]).unwrap())
        .peer_address(|extensions| extensions.get().copied())
}

/// A request over https, by the word of the proxy.
fn https() -> request::Builder {
    Request::get("/").extension(PROXY).header("x-forwarded-proto", "https")
}

/// One over plain http.
fn plain() -> request::Builder {
    Request::get("/").extension(PROXY).header("x-forwarded-proto", "http")
}

/// A site, and a browser with a session on it.
fn visited() -> (Site<Data>, Browser) {
    let site = Site::with(auto);
    let mut browser = Browser::default();
    let answer = browser.send(&site, https(), count, response(200));
    assert!(answer.sets());
    site.events.take();
    (site, browser)
}

const NOT_SENT: &str = "NotSent { reason: PlainHttp { proxy: 10.0.0.1 } }";

#[test]
fn over_https_the_cookie_is_what_it_always_is() {
    let (site, mut browser) = visited();
    let usual = Site::<Data>::with(|builder| builder.schema("test"));
    let attributes = |field: Option<String>| field.unwrap().split_once(';').unwrap().1.to_owned();
    let auto = browser.send(&site, https(), count, response(200)).set_cookie();
    let plain = Browser::default().visit(&usual, count).set_cookie();
    assert!(auto.as_ref().unwrap().starts_with("__Host-session=") && auto.as_ref().unwrap().contains("; Secure"));
    assert_eq!(attributes(auto), attributes(plain));
    assert_eq!(site.events.take(), ["opened", "sealed Changed"]);
    assert!(browser.send(&site, https(), |session| session.destroy(), response(200)).expires());
    // By a process that ends TLS itself.
    let marked = || Request::get("/").extension(OverTls);
    assert!(Browser::default().send(&site, marked(), count, response(200)).sets());
}

#[test]
fn on_other_requests_nothing_is_sent_once_it_is_said_why_and_the_session_is_read() {
    let writes: [(&str, fn(&Handle)); 7] = [
        ("changed", count),
        ("renewed", |session| session.renew()),
        ("renewed and changed", |session| {
            session.renew();
            count(session);
        }),
        ("remembered", |session| session.remember_for(DAY)),
        ("destroyed", |session| session.destroy()),
        ("destroyed and changed", |session| {
            session.destroy();
            count(session);
        }),
        ("replaced", |session| session.replace(Data { count: 7, ..Data::default() })),
    ];
    for (name, write) in writes {
        for status in [200, 500] {
            let (site, browser) = visited();
            let handle = |session: &Handle| {
                assert_eq!(session.read(|data| data.count), 1);
                write(session);
            };
            let answer = browser.clone().send(&site, plain(), handle, response(status));
            assert_eq!((answer.set_cookies().len(), answer.status().as_u16()), (0, status), "{name}");
            let lost = status == 500 && ["changed", "remembered", "replaced"].contains(&name);
            let expected: &[&str] = if lost { &["opened"] } else { &["opened", NOT_SENT] };
            assert_eq!(site.events.take(), expected, "{name} {status}");
            assert_eq!((answer.cache_control().as_str(), answer.vary().as_str()), ("private", "cookie"), "{name}");
            // The session that the browser has is what it was.
            browser.clone().send(
                &site,
                https(),
                |session| assert_eq!(session.read(|data| data.count), 1),
                response(200),
            );
        }
    }
    // A new visitor.
    let site = Site::with(auto);
    let answer = Browser::default().send(&site, plain(), count, response(200));
    assert!(answer.set_cookie().is_none() && answer.cache_control() == "private");
    assert_eq!(site.events.take(), ["absent", NOT_SENT]);
    let nothing_to_send = Browser::default().send(&site, plain(), |session| session.read(|_| ()), response(200));
    assert!(nothing_to_send.set_cookie().is_none());
    assert_eq!(site.events.take(), ["absent"]);
}

#[test]
fn neither_refreshed_nor_cleared() {
    let (site, mut browser) = visited();
    site.clock.advance(12 * HOUR);
    let look = |session: &Handle| session.read(|data| assert_eq!(data.count, 1));
    assert!(browser.clone().send(&site, plain(), look, response(200)).set_cookie().is_none());
    assert_eq!(site.events.take(), ["opened", NOT_SENT]);
    assert!(browser.send(&site, https(), look, response(200)).sets());
    site.events.take();
    // A cookie that nobody can ever use again.
    site.clock.advance(25 * HOUR);
    let mut stale = browser.clone();
    assert!(stale.send(&site, plain(), |session| session.read(|_| ()), response(200)).set_cookie().is_none());
    assert_eq!(site.events.take(), ["expired_idle", NOT_SENT]);
    assert!(stale.send(&site, https(), |session| session.read(|_| ()), response(200)).expires());
}

#[test]
fn a_key_that_is_revoked_meanwhile() {
    let ring = keyring(&["a", "b"]);
    let site = Site::<Data>::machine(&ring, &support::Clock::new(), auto);
    let mut browser = Browser::default();
    browser.send(&site, https(), count, response(200));
    site.events.take();
    let revoke = |_: &Handle| {
        let revoked = sealed_session::ScheduledKey::new(key("a")).revoked();
        ring.replace(&Keyring::new([revoked, sealed_session::ScheduledKey::new(key("b"))]).unwrap());
    };
    assert!(browser.send(&site, plain(), revoke, response(200)).set_cookie().is_none());
    assert_eq!(site.events.take(), ["opened", NOT_SENT]);
}

#[test]
fn an_explicit_save_says_so() {
    let (site, mut browser) = visited();
    let answer = browser.send(
        &site,
        plain(),
        |session| {
            // Nothing to save is no failure.
            ready(session.save()).unwrap();
            count(session);
            for _ in 0..2 {
                let error = ready(session.save()).unwrap_err();
                assert_eq!(*error.kind(), ErrorKind::NotHttps(NotHttps::PlainHttp { proxy: PROXY }));
                assert_eq!(error.status(), StatusCode::FORBIDDEN);
                assert!(
                    error.to_string().contains("https alone: the proxy 10.0.0.1 says that it was plain"),
                    "{error}"
                );
            }
            session.destroy();
            assert!(ready(session.save()).is_err());
        },
        response(500),
    );
    assert!(answer.set_cookie().is_none());
    assert_eq!(site.events.take(), ["opened", NOT_SENT]);
}

#[test]
fn a_failure_carries_no_cookie_either() {
    let (site, mut browser) = visited();
    let broken = |session: &Handle| {
        session.destroy();
        session.update(|data| data.name = "broken".into());
    };
    let answer = browser.clone().send(&site, plain(), broken, response(200));
    assert_eq!((answer.status().as_u16(), answer.set_cookies().len()), (500, 0));
    assert_eq!(site.events.take(), ["opened", "failed Encode", NOT_SENT]);
    assert!(browser.send(&site, https(), broken, response(200)).expires());
}

#[test]
fn signing_out_without_a_look() {
    let (site, browser) = visited();
    let cookie = format!("__Host-session={}", browser.cookie.unwrap());
    for (request, sent) in [(plain(), false), (https(), true)] {
        let answer = site.call(request.header("cookie", &cookie).body(()).unwrap(), |request| {
            EndSession::<Data>::from_request(request).unwrap().end();
            response(200)
        });
        assert_eq!(answer.expires(), sent);
    }
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let builder = || SessionLayer::<Data>::builder(keyring(&["a"])).schema("test");
    let proxies = || TrustedProxies::new(["10.0.0.1"]).unwrap();
    let cases: [(&str, SessionLayerBuilder<Data>); 3] = [
        ("`peer_address`", builder().secure_auto(proxies())),
        ("drop `secure(false)`", auto(builder()).name("s").secure(false)),
        ("or, for development over plain http, drop `secure_auto`", auto(builder()).insecure_for_http()),
    ];
    for (expected, builder) in cases {
        let error = builder.build().unwrap_err();
        assert!(*error.kind() == ErrorKind::Setting && error.to_string().contains(expected), "{error}");
    }
    // Where peers are can be said ahead, for settings that may ask for it.
    builder().peer_address(|_| None).build().unwrap();
    builder().insecure_for_http().peer_address(|_| None).build().unwrap();
}

#[cfg(feature = "config")]
#[test]
fn by_config() {
    let settings: sealed_session::Settings = toml::from_str("[cookie]\nsecure_auto = [\"10.0.0.0/8\"]").unwrap();
    let site = Site::<Data>::with(|builder| {
        let builder = builder.schema("test").settings(&settings).unwrap();
        builder.peer_address(|extensions| extensions.get().copied())
    });
    assert!(Browser::default().send(&site, https(), count, response(200)).sets());
    assert!(Browser::default().send(&site, plain(), count, response(200)).set_cookie().is_none());
}
