//! The cookie as the browser holds it, and as it comes back.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::routing::any;
use http::Version;
use sealed_session::{SameSite, Session, SessionLayerBuilder};

use crate::chromium::{Chromium, Held};
use crate::guests::{Guest, app, layer, routes, tell};
use crate::web::{APP, EVIL, OTHER, Web};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}

#[tokio::test]
async fn by_default_over_https() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder)));
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] absent");
    assert_eq!(browser.cookies().await, [], "a visitor without data gets no cookie");

    let before = now();
    browser.open(&web.url(APP, "/note?text=a")).await;
    let held = browser.cookie().await;
    let end = before + DAY.as_secs_f64()..=now() + DAY.as_secs_f64();
    assert!(end.contains(&held.expires), "{end:?} {held:?}");
    let sent = web.only("/note");
    let (pair, _) = sent.set_cookies()[0].split_once(';').unwrap();
    let expected = Held {
        name: "__Host-session".into(),
        value: pair.strip_prefix("__Host-session=").unwrap().into(),
        // No dot in front: for this host alone.
        domain: APP.into(),
        path: "/".into(),
        expires: held.expires,
        http_only: true,
        secure: true,
        session: false,
        same_site: Some("Lax".into()),
        partition_key: None,
    };
    assert_eq!(held, expected);

    web.take("/");
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [a] opened");
    let received = web.only("/");
    assert_eq!((received.version, received.cookies()), (Version::HTTP_2, vec![pair]));
    assert_eq!(received.set_cookies(), [""; 0], "a session that is only read is not sent again");
    assert_eq!(browser.run::<String>("return document.cookie").await, "", "scripts do not see it");
    for host in [EVIL, "example.test", "deep.app.example.test"] {
        assert_eq!(browser.open(&web.url(host, "/")).await, "nobody [] absent", "{host}");
        assert_eq!(web.only("/").cookies(), [""; 0], "{host}");
    }
}

#[tokio::test]
async fn over_http_for_development() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::plain(app(layer(SessionLayerBuilder::insecure_for_http)));
    for host in [APP, "localhost", "127.0.0.1"] {
        browser.open(&web.url(host, "/note?text=a")).await;
        let held = browser.cookie().await;
        assert_eq!((held.name.as_str(), held.domain.as_str(), held.path.as_str()), ("session", host, "/"));
        assert_eq!((held.http_only, held.secure, held.same_site.as_deref()), (true, false, Some("Lax")));
        assert_eq!(browser.open(&web.url(host, "/note?text=b")).await, "nobody [a, b] opened");
        browser.open(&web.url(host, "/sign-out")).await;
    }
}

/// What the README says of `localhost`.
#[tokio::test]
async fn by_default_over_http_it_is_kept_on_this_machine_alone() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::plain(app(layer(|builder| builder)));
    for (host, kept) in [(APP, false), ("localhost", true), ("127.0.0.1", true)] {
        browser.open(&web.url(host, "/note?text=a")).await;
        assert_eq!(web.only("/note").set_cookies().len(), 1, "{host}");
        assert_eq!(browser.cookies().await.len(), usize::from(kept), "{host}");
        let told = if kept { "nobody [a] opened" } else { "nobody [] absent" };
        assert_eq!(browser.open(&web.url(host, "/")).await, told, "{host}");
        browser.open(&web.url(host, "/sign-out")).await;
        assert_eq!(browser.cookies().await, [], "{host}");
    }
}

#[tokio::test]
async fn every_setting_arrives() {
    let Some(browser) = Chromium::start().await else { return };
    let settings = layer(|builder| {
        builder.name("__Secure-guest").path("/club").domain("example.test").same_site(SameSite::Strict)
    });
    let club = any(|session: Session<Guest>| async move {
        session.update(|guest| guest.notes.push("x".into()));
        tell(&session)
    });
    let web = Web::encrypted(routes().route("/club/in", club).layer(settings));
    browser.open(&web.url(APP, "/club/in")).await;
    let held = browser.cookie().await;
    assert_eq!(
        (held.name.as_str(), held.domain.as_str(), held.path.as_str()),
        ("__Secure-guest", ".example.test", "/club")
    );
    assert_eq!((held.http_only, held.secure, held.same_site.as_deref()), (true, true, Some("Strict")));
    assert_eq!(browser.open(&web.url("www.example.test", "/club/in")).await, "nobody [x, x] opened");
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] absent", "not below its path");
}

/// The longest that `remember_for` grants is what the browser keeps, to the second.
#[tokio::test]
async fn the_longest_time_is_what_browsers_keep() {
    let Some(browser) = Chromium::start().await else { return };
    let remember = any(|session: Session<Guest>| async move {
        session.update(|guest| guest.name = Some("ada".into()));
        session.remember_for(1000 * DAY);
        tell(&session)
    });
    let web = Web::encrypted(routes().route("/remember", remember).layer(layer(|builder| builder)));
    let before = now();
    browser.open(&web.url(APP, "/remember")).await;
    let held = browser.cookie().await;
    let longest = 400.0 * DAY.as_secs_f64();
    assert!(web.only("/remember").set_cookies()[0].ends_with("; Max-Age=34560000"));
    assert!((before + longest..=now() + longest).contains(&held.expires), "{held:?}");
    // Chromium cuts off what is longer.
    browser.open(&web.set(OTHER, "a=b; Max-Age=43200000")).await;
    let capped = browser.cookies().await.pop().unwrap();
    assert!(capped.name == "a" && (before + longest..=now() + longest).contains(&capped.expires), "{capped:?}");
}
