//! The `cookie` options of express-session.

use std::net::IpAddr;

use http::{Request, Response};
use sealed_session::{SameSite, Session, Values};
use tower::{Layer, Service, service_fn};

use crate::support::{Browser, DAY, HOUR, SECOND, ready};
use crate::*;

#[test]
fn cookie_domain() {
    assert_eq!(attribute(&set_by(|builder| builder), "Domain"), None);
    assert_eq!(attribute(&set_by(|builder| builder.name("shop").domain("example.com")), "Domain"), Some("example.com"));
    assert!(refused(|builder| builder.domain("example.com")).contains("no Domain"));
    assert!(refused(|builder| builder.name("shop").domain(".example.com")).contains("without a leading dot"));
}

#[test]
fn cookie_expires_date() {
    let (site, mut browser) = (Site::<Shop>::new(), Browser::default());
    let until: time::OffsetDateTime = (time::OffsetDateTime::from(site.clock.now())) + 3 * DAY;
    let answer = browser.visit(&site, |session| {
        view(session);
        let left = until - time::OffsetDateTime::from(site.clock.now());
        session.remember_for(left.unsigned_abs());
        assert_eq!(session.expires_at(), until);
    });
    let field = answer.set_cookie().unwrap();
    assert_eq!((attribute(&field, "Max-Age"), attribute(&field, "Expires")), (Some("259200"), None));
    site.clock.advance(3 * DAY - SECOND);
    browser.visit(&site, |session| assert!(!session.is_new()));
    site.clock.advance(SECOND);
    browser.visit(&site, |session| assert!(session.is_new()));

    let site = site_with::<Shop>(|builder| builder.longest_remember(DAY));
    let answer = browser.visit(&site, |session| {
        view(session);
        session.remember_for(30 * DAY);
    });
    assert_eq!(answer.max_age(), Some(DAY.as_secs()));
}

#[test]
fn cookie_expires_null() {
    let site = site_with::<Shop>(|builder| builder.until_browser_closes());
    let mut browser = Browser::default();
    let field = browser.visit(&site, view).set_cookie().unwrap();
    assert_eq!((attribute(&field, "Max-Age"), attribute(&field, "Expires")), (None, None));
    site.clock.advance(DAY);
    browser.visit(&site, |session| assert!(session.is_new(), "the idle timeout holds all the same"));
}

#[test]
fn cookie_http_only() {
    let sites = [
        site_with::<Shop>(|builder| builder),
        site_with(|builder| builder.insecure_for_http()),
        site_with(|builder| builder.name("shop").path("/app").domain("example.com").same_site(SameSite::Strict)),
        site_with(|builder| builder.partitioned(true).until_browser_closes()),
    ];
    for site in sites {
        let mut browser = Browser::default();
        for answer in [browser.visit(&site, view), browser.visit(&site, Session::destroy)] {
            assert_eq!(attribute(&answer.set_cookie().unwrap(), "HttpOnly"), Some(""));
        }
    }
    #[cfg(feature = "config")]
    {
        let parsed = serde_json::from_str::<sealed_session::Settings>(r#"{"cookie": {"http_only": false}}"#);
        assert!(parsed.unwrap_err().to_string().contains("unknown field"));
    }
}

#[test]
fn cookie_max_age() {
    let site = site_with::<Shop>(|builder| builder.idle_timeout(HOUR).lifetime(8 * HOUR));
    let mut browser = Browser::default();
    assert_eq!(browser.visit(&site, view).max_age(), Some(3600));
    // A browser that keeps it longer does not matter: the time is sealed.
    site.clock.advance(HOUR);
    browser.visit(&site, |session| assert!(session.is_new()));
}

#[test]
fn cookie_original_max_age() {
    let site = site_with::<Shop>(|builder| builder.idle_timeout(HOUR));
    let mut browser = Browser::default();
    for _ in 0..50 {
        assert_eq!(browser.visit(&site, view).max_age(), Some(3600), "no drift");
        site.clock.advance(HOUR - SECOND);
    }
    // What "remember me" grants counts from the call.
    browser.visit(&site, |session| session.remember_for(30 * DAY));
    site.clock.advance(DAY);
    assert_eq!(browser.visit(&site, view).max_age(), Some(29 * DAY.as_secs()));
}

#[test]
fn cookie_partitioned() {
    assert_eq!(attribute(&set_by(|builder| builder), "Partitioned"), None);
    assert_eq!(attribute(&set_by(|builder| builder.partitioned(true)), "Partitioned"), Some(""));
    assert!(refused(|builder| builder.insecure_for_http().partitioned(true)).contains("Partitioned without Secure"));
}

#[test]
fn cookie_path() {
    assert_eq!(attribute(&set_by(|builder| builder), "Path"), Some("/"));
    assert_eq!(attribute(&set_by(|builder| builder.name("shop").path("/app")), "Path"), Some("/app"));
    assert!(refused(|builder| builder.path("/app")).contains("must have Path=/"));
}

#[test]
fn cookie_priority() {
    let (site, mut browser) = visited();
    for answer in [browser.visit(&site, view), browser.visit(&site, Session::destroy)] {
        assert_eq!(attribute(&answer.set_cookie().unwrap(), "Priority"), None);
    }
}

#[test]
fn cookie_same_site_strict() {
    let field = set_by(|builder| builder.same_site(SameSite::Strict));
    assert_eq!(attribute(&field, "SameSite"), Some("Strict"));
}

#[test]
fn cookie_same_site_lax() {
    assert_eq!(attribute(&set_by(|builder| builder), "SameSite"), Some("Lax"));
}

#[test]
fn cookie_same_site_none() {
    let field = set_by(|builder| builder.same_site(SameSite::None));
    assert_eq!((attribute(&field, "SameSite"), attribute(&field, "Secure")), (Some("None"), Some("")));
    let why = refused(|builder| builder.same_site(SameSite::None).insecure_for_http());
    assert!(why.contains("SameSite=None without Secure"), "{why}");
}

#[test]
fn cookie_same_site_false() {
    for same_site in [SameSite::Strict, SameSite::Lax, SameSite::None] {
        assert!(attribute(&set_by(|builder| builder.same_site(same_site)), "SameSite").is_some());
    }
}

#[test]
fn cookie_same_site_auto() {
    for (production, expected) in [(true, (Some("None"), Some(""))), (false, (Some("Lax"), None))] {
        let field = set_by(|builder| match production {
            true => builder.same_site(SameSite::None),
            false => builder.insecure_for_http(),
        });
        assert_eq!((attribute(&field, "SameSite"), attribute(&field, "Secure")), expected);
    }
}

#[test]
fn cookie_secure_true() {
    let field = set_by(|builder| builder);
    assert_eq!(attribute(&field, "Secure"), Some(""));
    assert!(field.starts_with("__Host-session="), "{field}");
}

#[test]
fn cookie_secure_false() {
    let field = set_by(|builder| builder.insecure_for_http());
    assert_eq!(attribute(&field, "Secure"), None);
    assert!(field.starts_with("session="), "{field}");
    assert!(refused(|builder| builder.secure(false)).contains("must be Secure"));
}

#[test]
fn cookie_secure_auto() {
    let from = |site: &Site<Shop>, proto: &str| {
        let peer: IpAddr = "10.0.0.1".parse().unwrap();
        let request = Request::get("http://shop.example/").extension(peer).header("x-forwarded-proto", proto);
        Browser::default().send(site, request, view, Response::new(String::new())).set_cookie()
    };
    // Nothing that a request says makes the cookie less than `Secure`.
    let site = Site::new();
    for proto in ["http", "https", "https, http", ""] {
        assert_eq!(attribute(&from(&site, proto).unwrap(), "Secure"), Some(""), "{proto}");
    }
    let site = Site::with(behind_a_proxy);
    assert_eq!(attribute(&from(&site, "https").unwrap(), "Secure"), Some(""));
    site.events.take();
    assert_eq!(from(&site, "http"), None);
    let events = site.events.take();
    assert!(events.iter().any(|event| event.starts_with("NotSent")), "and it is said: {events:?}");
}

/// Two layers, each with a type, a name and a path of its own.
#[test]
fn cookie_function() {
    #[derive(Default, Serialize, Deserialize)]
    struct Admin {
        since: u64,
    }
    let shop = site_with::<Values>(|builder| builder);
    let admin = site_with::<Admin>(|builder| builder.name("admin").path("/admin").idle_timeout(HOUR));
    let service = service_fn(async |request: Request<()>| {
        Session::<Values>::from_request(&request).await.unwrap().insert("views", &1).unwrap();
        Session::<Admin>::from_request(&request).await.unwrap().update(|admin| admin.since = 7);
        Ok::<_, std::convert::Infallible>(Response::new(String::new()))
    });
    let mut service = shop.layer.layer(admin.layer.layer(service));
    let response = ready(service.call(Request::new(()))).unwrap();
    let fields: Vec<_> = response.headers().get_all("set-cookie").iter().map(|field| field.to_str().unwrap()).collect();
    let of = |name: &str| *fields.iter().find(|field| field.starts_with(name)).unwrap();
    assert_eq!(fields.len(), 2);
    assert_eq!(attribute(of("__Host-session="), "Path"), Some("/"));
    assert_eq!((attribute(of("admin="), "Path"), attribute(of("admin="), "Max-Age")), (Some("/admin"), Some("3600")));
}
