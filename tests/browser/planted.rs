//! Cookies of our name that a neighbour plants: a site under the same domain sets them for the whole domain.
//!
//! The default name cannot be planted (`names.rs`). A name without a prefix can, and this is what comes of it.

use sealed_session::SameSite;

use crate::chromium::{Chromium, until};
use crate::guests::{app, layer};
use crate::web::{APP, EVIL, Web};

/// The attacker's own session, copied out of a browser that then forgets it.
async fn mallorys(browser: &Chromium, web: &Web) -> String {
    browser.open(&web.url(APP, "/sign-in?text=mallory")).await;
    let value = browser.cookie().await.value;
    browser.open(&web.url(APP, "/sign-out")).await;
    assert_eq!(browser.cookies().await, []);
    value
}

/// What a neighbour sends to plant this value for all of the domain.
fn planted(name: &str, value: &str) -> String {
    format!("{name}={value}; Domain=example.test; Path=/; Secure; HttpOnly; SameSite=Lax")
}

#[tokio::test]
async fn under_the_default_name_the_visitor_notices_nothing() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder)));
    let session = mallorys(&browser, &web).await;
    for signed_in in [false, true] {
        browser.open(&web.set(EVIL, &planted("__Host-session", &session))).await;
        let told = if signed_in { "ada [] opened" } else { "nobody [] absent" };
        assert_eq!(browser.open(&web.url(APP, "/")).await, told);
        browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    }
}

#[tokio::test]
async fn what_does_not_open_is_passed_over() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder.name("session"))));
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    browser.open(&web.set(EVIL, &planted("session", "rubbish"))).await;
    web.take("/");
    assert_eq!(browser.open(&web.url(APP, "/")).await, "ada [] opened");
    assert_eq!(web.only("/").cookies().len(), 2);
    assert_eq!(browser.open(&web.url(APP, "/note?text=a")).await, "ada [a] opened");
}

/// A real session in it: then two open, and none is used. The visitor is nobody, and not the attacker, until the planted cookie goes.
#[tokio::test]
async fn without_a_prefix_a_neighbour_can_keep_the_visitor_from_having_a_session() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder.name("session"))));
    let session = mallorys(&browser, &web).await;
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    browser.open(&web.set(EVIL, &planted("session", &session))).await;
    web.take("/");
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] duplicate");
    let received = web.only("/");
    assert_eq!((received.cookies().len(), received.set_cookies()), (2, vec![]), "both are kept");

    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] duplicate", "signing in does not help");
    browser.open(&web.url(APP, "/sign-out")).await;
    assert_eq!(browser.cookie().await.domain, ".example.test", "signing out removes ours alone");
}

/// What an app can do about that, if it cannot use the prefix: name the neighbour's cookie as a former one of its own.
#[tokio::test]
async fn without_a_prefix_former_attributes_expire_what_was_planted() {
    let Some(browser) = Chromium::start().await else { return };
    let settings = layer(|builder| builder.name("session").former_attributes("/", Some("example.test")));
    let web = Web::encrypted(app(settings));
    let session = mallorys(&browser, &web).await;
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    browser.open(&web.set(EVIL, &planted("session", &session))).await;
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] duplicate");
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    assert_eq!(browser.cookie().await.domain, APP, "the planted one is gone");
    assert_eq!(browser.open(&web.url(APP, "/")).await, "ada [] opened");
}

/// A visitor who has no session yet. This is what the prefix is for.
#[tokio::test]
async fn without_a_prefix_a_visitor_without_a_session_gets_the_neighbours() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder.name("session").same_site(SameSite::Strict))));
    let session = mallorys(&browser, &web).await;
    browser.open(&web.set(EVIL, &planted("session", &session))).await;
    assert_eq!(browser.open(&web.url(APP, "/")).await, "mallory [] opened");
    // `renew` at sign-in: what the visitor does from then on is not in the attacker's session.
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    assert_eq!(browser.cookies().await.len(), 2);
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] duplicate");
}

/// A browser keeps so many cookies of a domain, all its hosts together, and drops the oldest for new ones: no name protects from that.
/// The visitor is signed out, and nothing worse.
#[tokio::test]
async fn a_neighbour_can_push_it_out_of_the_browser() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder)));
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    browser.open(&web.html(EVIL, "x")).await;
    let flood = "for (let i = 0; i < 200; i++) document.cookie = `c${i}=x; Domain=example.test; Path=/none; Secure`";
    browser.run::<()>(flood).await;
    // A script does not wait until the browser has taken what it wrote.
    until("the last one is there", async || browser.cookies().await.iter().any(|held| held.name == "c199")).await;
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] absent");
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    assert_eq!(browser.open(&web.url(APP, "/")).await, "ada [] opened");
}
