//! The back button after a sign-out.
//!
//! A browser can show an earlier page from two places. Its HTTP cache goes by `Vary: cookie`, which the layer sends, so a page from
//! before the sign-out is not taken from there. Its back/forward cache keeps whole pages, as they stood, and goes by neither
//! `Vary` nor `Cache-Control: private`: only `no-store` by the app keeps a page of somebody who has left from being shown, or a
//! script in the page that looks again.

use axum::response::Html;
use axum::routing::get;
use http::header::CACHE_CONTROL;
use sealed_session::Session;

use crate::chromium::{Chromium, until};
use crate::guests::{Guest, layer, routes};
use crate::web::{APP, OTHER, Web};

const LOOK_AGAIN: &str = "<script>onpageshow = event => event.persisted && location.reload()</script>";

/// A page for whoever is signed in, with this `Cache-Control` and this in it; ada is, and is on that page.
async fn on_a_private_page(browser: &Chromium, cache_control: Option<&'static str>, script: &'static str) -> Web {
    let page = get(move |session: Session<Guest>| async move {
        let name = session.read(|guest| guest.name.clone()).unwrap_or_else(|| "nobody".into());
        let button = r#"<form method="post" action="/sign-out-and-go"><button></button></form>"#;
        let fields = cache_control.map(|value| [(CACHE_CONTROL, value)]);
        (fields, Html(format!("<!doctype html><p>{name}</p>{button}{script}")))
    });
    let web = Web::encrypted(routes().route("/private", page).layer(layer(|builder| builder)));
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    assert_eq!(browser.open(&web.url(APP, "/private")).await.trim(), "ada");
    web
}

/// Signs out by the button on the page, and goes back; what is shown then, and how often the server was asked for it.
async fn sign_out_and_go_back(browser: &Chromium, web: &Web) -> (String, usize) {
    web.take("/private");
    browser.click("button").await;
    assert_eq!(browser.text().await, "nobody [] absent");
    browser.go_back().await;
    (browser.text().await.trim().to_owned(), web.take("/private").len())
}

#[tokio::test]
async fn as_it_is_a_page_is_shown_again_and_the_server_is_not_asked() {
    let Some(browser) = Chromium::start().await else { return };
    for cache_control in [None, Some("no-cache"), Some("max-age=60")] {
        let web = on_a_private_page(&browser, cache_control, "").await;
        let sent = web.take("/private");
        assert!(sent[0].answered("cache-control").starts_with("private") && sent[0].answered("vary") == "cookie");
        assert_eq!(sign_out_and_go_back(&browser, &web).await, ("ada".to_owned(), 0), "{cache_control:?}");
        // What is shown is a picture of the past: whatever it leads to finds nobody.
        assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] absent");
    }
}

#[tokio::test]
async fn with_no_store_the_server_is_asked() {
    let Some(browser) = Chromium::start().await else { return };
    let web = on_a_private_page(&browser, Some("no-store"), "").await;
    assert_eq!(web.take("/private")[0].answered("cache-control"), "no-store");
    assert_eq!(sign_out_and_go_back(&browser, &web).await, ("nobody".to_owned(), 1));
}

#[tokio::test]
async fn a_script_can_look_again() {
    let Some(browser) = Chromium::start().await else { return };
    let web = on_a_private_page(&browser, None, LOOK_AGAIN).await;
    browser.click("button").await;
    browser.go_back().await;
    until("the page is loaded anew", async || {
        // While it is, there is no page to ask.
        let text = browser.execute("return document.body.innerText", Vec::new()).await;
        text.is_ok_and(|text| text.json().as_str().is_some_and(|text| text.trim() == "nobody"))
    })
    .await;
    assert_eq!(web.take("/private").len(), 2);
}

/// Without the back/forward cache, as in browsers that have none, or that have dropped the page from it.
#[tokio::test]
async fn the_http_cache_goes_by_the_cookie() {
    let Some(browser) = Chromium::start_with(&["--disable-features=BackForwardCache"]).await else { return };
    let web = on_a_private_page(&browser, Some("max-age=600"), "").await;
    web.take("/private");
    // The same cookie: it is used.
    browser.open(&web.html(OTHER, "x")).await;
    browser.go_back().await;
    assert_eq!((browser.text().await.trim(), web.take("/private").len()), ("ada", 0));
    assert_eq!(sign_out_and_go_back(&browser, &web).await, ("nobody".to_owned(), 1));
    browser.open(&web.url(APP, "/sign-in?text=bob")).await;
    assert_eq!(browser.open(&web.url(APP, "/private")).await.trim(), "bob");
}
