//! `docs/from-axum-extra.md`: what is said of its jars is tried on them.

use axum_extra::extract::cookie::{Cookie, Key, PrivateCookieJar};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, Request, Response};
use sealed_session::{ErrorKind, Keyring, Session, Values};

use crate::support::{Browser, DAY, ready};
use crate::*;

/// A jar as a handler gets it, with one cookie that came with the request.
fn jar(name: &'static str, value: &'static str) -> PrivateCookieJar {
    use axum::response::IntoResponse;
    let key = Key::from(&[7; 64]);
    let response = PrivateCookieJar::<Key>::new(key.clone()).add(Cookie::new(name, value)).into_response();
    let field = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    PrivateCookieJar::from_headers(&HeaderMap::from_iter([(COOKIE, field.parse().unwrap())]), key)
}

#[test]
fn nothing_to_return() {
    let (site, mut browser) = (Site::<Shop>::new(), Browser::default());
    // The handler drops the session, and its response says nothing of it.
    assert!(browser.visit(&site, |session| view(&session.clone())).sets());
}

#[test]
fn values() {
    let (site, mut browser) = (Site::<Values>::new(), Browser::default());
    browser.visit(&site, |session| {
        session.insert("user", &7u64).unwrap();
        session.insert("theme", "dark").unwrap();
    });
    browser.visit(&site, |session| {
        assert_eq!(session.get::<u64>("user").unwrap(), Some(7));
        assert!(session.read(|values| values.keys().eq(["theme", "user"])));
    });
    assert_eq!(jar("user", "7").get("user").unwrap().value(), "7");
}

#[test]
fn removal() {
    use axum::response::IntoResponse;
    // Without the path that it was set with, browsers keep it: the removal is for another cookie.
    let response = jar("user", "7").remove(Cookie::from("user")).into_response();
    let field = response.headers()[SET_COOKIE].to_str().unwrap();
    assert!(field.contains("Max-Age=0") && attribute(field, "Path").is_none(), "{field}");

    let site = site_with::<Shop>(|builder| builder.name("shop").path("/app").domain("example.com"));
    let mut browser = Browser::default();
    let set = browser.visit(&site, view).set_cookie().unwrap();
    let removed = browser.visit(&site, Session::destroy).set_cookie().unwrap();
    for name in ["Path", "Domain", "Secure", "HttpOnly", "SameSite"] {
        assert_eq!(attribute(&set, name), attribute(&removed, name), "{name}");
    }
    assert_eq!(attribute(&removed, "Max-Age"), Some("0"));
}

#[test]
fn outside_of_handlers() {
    let (site, browser) = visited();
    let request = Request::get("/").header("cookie", format!("{}={}", site.name, browser.cookie.unwrap()));
    site.call(request.body(()).unwrap(), |request| {
        let by_request = ready(Session::<Shop>::from_request(request)).unwrap();
        let (parts, ()) = request.clone().into_parts();
        let by_parts = ready(Session::<Shop>::from_parts(&parts)).unwrap();
        view(&by_parts);
        assert_eq!((by_request.get().views, by_parts.get().views), (2, 2));
        Response::new(String::new())
    });
}

#[test]
fn key_material() {
    assert!(std::panic::catch_unwind(|| Key::from(&[7; 32])).is_err());
    let error = sealed_session::Key::from_base64("c2hvcnQ=").unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Key);
    assert!(error.to_string().contains("has 5 bytes, not 32"), "{error}");
    // A jar takes what is no secret.
    assert!(sealed_session::Key::from_bytes([7; 32]).unwrap_err().to_string().contains("repeat"));
    Keyring::generate().unwrap();
}

/// The jar opens what it ever sealed: nothing in it says until when.
#[test]
fn expiry() {
    let response = {
        use axum::response::IntoResponse;
        let cookie = Cookie::build(("user", "7")).max_age(time::Duration::seconds(0));
        PrivateCookieJar::<Key>::new(Key::from(&[7; 64])).add(cookie).into_response()
    };
    let field = response.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let headers = HeaderMap::from_iter([(COOKIE, field.parse().unwrap())]);
    assert!(PrivateCookieJar::from_headers(&headers, Key::from(&[7; 64])).get("user").is_some());

    let (site, mut browser) = visited();
    site.clock.advance(DAY);
    browser.visit(&site, |session| assert!(session.is_new()));
}

#[test]
fn too_large_for_a_browser() {
    use axum::response::IntoResponse;
    let cookie = Cookie::new("cart", "x".repeat(5000));
    let response = PrivateCookieJar::<Key>::new(Key::from(&[7; 64])).add(cookie).into_response();
    assert!(response.headers()[SET_COOKIE].len() > 4096 && response.status() == 200);

    let (site, mut browser) = visited();
    assert_eq!(browser.visit(&site, fill).status(), 500);
}

#[test]
fn other_cookies() {
    let (site, mut browser) = visited();
    let response = Response::builder().header("set-cookie", "theme=dark").body(String::new()).unwrap();
    let answer = browser.send(&site, Request::get("/"), view, response);
    assert_eq!(answer.set_cookies().len(), 2);
    assert!(answer.set_cookies().contains(&"theme=dark".to_owned()));
}
