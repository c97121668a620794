//! What the prefixes of names are good for: who may set a cookie called `__Host-…`.

use axum::Router;

use crate::chromium::Chromium;
use crate::guests::{app, layer};
use crate::web::{APP, EVIL, Web};

#[tokio::test]
async fn nobody_else_can_set_a_cookie_called_host() {
    let Some(browser) = Chromium::start().await else { return };
    let (https, http) = (Web::encrypted(Router::new()), Web::plain(Router::new()));
    let refused = [
        (&http, APP, "__Host-session=a; Path=/", "plain http"),
        (&http, APP, "__Host-session=a; Path=/; Secure", "plain http, and says Secure"),
        (&https, APP, "__Host-session=a; Path=/", "not Secure"),
        (&https, APP, "__Host-session=a; Secure", "the path of the request"),
        (&https, APP, "__Host-session=a; Secure; Path=/set", "another path"),
        (&https, APP, "__Host-session=a; Secure; Path=/; Domain=app.example.test", "a domain, be it its own"),
        (&https, EVIL, "__Host-session=a; Secure; Path=/; Domain=example.test", "a neighbour, for all"),
        (&https, EVIL, "__Host-session=a; Secure; Path=/; Domain=app.example.test", "a neighbour, for us"),
        (&https, EVIL, "__HOST-session=a; Secure; Path=/; Domain=example.test", "in capitals"),
        (&https, EVIL, "__host-session=a; Secure; Path=/; Domain=example.test", "in small letters"),
        // Written to the Cookie header, these would read `__Host-session=a`.
        (&https, EVIL, "=__Host-session=a; Secure; Path=/; Domain=example.test", "without a name"),
        (&https, EVIL, " __Host-session=a; Secure; Path=/; Domain=example.test", "after a space"),
        (&https, EVIL, "\t__Host-session=a; Secure; Path=/; Domain=example.test", "after a tab"),
        (&https, EVIL, "__Secure-session=a; Path=/; Domain=example.test", "the other prefix, not Secure"),
        (&http, EVIL, "__Secure-session=a; Secure; Path=/; Domain=example.test", "the other prefix, over http"),
    ];
    for (web, host, field, why) in refused {
        browser.open(&web.set(host, field)).await;
        assert_eq!(browser.cookies().await, [], "{why}: {field}");
    }
    // As it must be, it is kept: on the neighbour's own host, where it stays.
    browser.open(&https.set(EVIL, "__Host-session=a; Secure; Path=/")).await;
    assert_eq!(browser.cookie().await.domain, EVIL);
    browser.open(&https.url(APP, "/html?=x")).await;
    assert_eq!(https.only("/html").cookies(), [""; 0]);
}

/// A script of a neighbour can no more than its server, but for one: it can write a name that begins with a space of Unicode, which
/// Chromium takes and sends. The layer does not take it for ours, although the session in it is a real one.
#[tokio::test]
async fn nor_can_a_script() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder)));
    browser.open(&web.url(APP, "/sign-in?text=mallory")).await;
    let session = browser.cookie().await.value;
    browser.delete_all_cookies().await.unwrap();
    let names = [
        ("__Host-session", false),
        ("__host-session", false),
        ("=__Host-session", false),
        ("\u{2000}__Host-session", true),
    ];
    for (name, kept) in names {
        browser.open(&web.html(EVIL, "x")).await;
        let cookie = format!("{name}={session}; Secure; Path=/; Domain=example.test");
        // To read it back waits until the browser has decided.
        browser.run::<String>(&format!("document.cookie = {cookie:?}; return document.cookie")).await;
        assert_eq!(browser.cookies().await.len(), usize::from(kept), "{name}");
        web.take("/");
        assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] absent", "{name}");
        assert_eq!(web.only("/").cookies().len(), usize::from(kept), "{name}");
    }
}
