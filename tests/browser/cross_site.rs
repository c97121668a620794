//! Requests that another site causes.

use crate::chromium::Chromium;
use crate::guests::{app, layer};
use crate::web::{APP, EVIL, OTHER, Web};

/// A page that posts to this address when its button is clicked.
fn form(to: &str) -> String {
    format!(r#"<form method="post" action="{to}"><button>Win</button></form>"#)
}

/// A browser in which ada is signed in.
async fn signed_in() -> Option<(Chromium, Web)> {
    let browser = Chromium::start().await?;
    let web = Web::encrypted(app(layer(|builder| builder)));
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    Some((browser, web))
}

#[tokio::test]
async fn a_post_comes_without_the_session_and_does_not_replace_it() {
    let Some((browser, web)) = signed_in().await else { return };
    let before = browser.cookie().await;
    browser.open(&web.html(OTHER, &form(&web.url(APP, "/note?text=forged")))).await;
    browser.click("button").await;
    assert_eq!(browser.text().await, "nobody [forged] absent");
    let received = web.only("/note");
    assert_eq!((received.method.as_str(), received.cookies()), ("POST", vec![]));
    assert_eq!((received.asked("sec-fetch-site"), received.asked("sec-fetch-mode")), ("cross-site", "navigate"));
    assert_eq!(received.set_cookies(), [""; 0], "what the handler wrote goes nowhere");
    assert_eq!(browser.cookie().await, before);
    assert_eq!(browser.open(&web.url(APP, "/")).await, "ada [] opened");
}

#[tokio::test]
async fn a_post_signs_nobody_out_and_the_page_it_leads_to_has_the_session() {
    let Some((browser, web)) = signed_in().await else { return };
    browser.open(&web.html(OTHER, &form(&web.url(APP, "/sign-out-and-go")))).await;
    browser.click("button").await;
    assert_eq!(browser.text().await, "ada [] opened");
    assert_eq!(web.only("/sign-out-and-go").cookies(), [""; 0]);
    let led_to = web.only("/");
    assert_eq!((led_to.cookies().len(), led_to.asked("sec-fetch-site")), (1, "cross-site"));
}

/// As a service does that signs people in and sends them back by a form: `renew` says that a session is to begin.
#[tokio::test]
async fn a_post_that_signs_in_starts_a_session() {
    let Some((browser, web)) = signed_in().await else { return };
    browser.open(&web.html(OTHER, &form(&web.url(APP, "/sign-in?text=bob")))).await;
    browser.click("button").await;
    assert_eq!(web.take("/sign-in").pop().unwrap().set_cookies().len(), 1);
    assert_eq!(browser.open(&web.url(APP, "/")).await, "bob [] opened");
}

#[tokio::test]
async fn a_link_brings_the_session_or_starts_one() {
    let Some((browser, web)) = signed_in().await else { return };
    let link = |path| web.html(OTHER, &format!(r#"<a href="{}">Go</a>"#, web.url(APP, path)));
    browser.open(&link("/")).await;
    browser.click("a").await;
    assert_eq!(browser.text().await, "ada [] opened");
    assert_eq!(web.only("/").asked("sec-fetch-site"), "cross-site");
    browser.open(&web.url(APP, "/sign-out")).await;
    browser.open(&link("/note?text=first")).await;
    browser.click("a").await;
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [first] opened");
}

#[tokio::test]
async fn frames_and_scripts_of_others_have_no_session_and_start_none() {
    let Some((browser, web)) = signed_in().await else { return };
    let before = browser.cookie().await;
    let target = web.url(APP, "/note?text=forged");
    browser.open(&web.html(OTHER, &format!(r#"<iframe src="{target}"></iframe><img src="{target}">"#))).await;
    let fetch = r#"return fetch(ADDRESS, {method: METHOD, mode: "no-cors", credentials: "include"}).then(() => 0)"#;
    for method in ["GET", "POST"] {
        let script = fetch.replace("ADDRESS", &format!("{target:?}")).replace("METHOD", &format!("{method:?}"));
        browser.run::<u8>(&script).await;
    }
    let received = web.take("/note");
    assert_eq!(received.len(), 4);
    for exchange in received {
        let seen = (exchange.asked("sec-fetch-site"), exchange.cookies(), exchange.set_cookies());
        assert_eq!(seen, ("cross-site", vec![], vec![]), "{}", exchange.asked("sec-fetch-dest"));
    }
    assert_eq!(browser.cookie().await, before);
}

/// `SameSite` does not protect from neighbours: what an app has under its domain, it has to trust, or to guard against by a token.
#[tokio::test]
async fn a_neighbour_is_not_another_site() {
    let Some((browser, web)) = signed_in().await else { return };
    browser.open(&web.html(EVIL, &form(&web.url(APP, "/note?text=forged")))).await;
    browser.click("button").await;
    assert_eq!(browser.text().await, "ada [forged] opened");
    assert_eq!(web.only("/note").asked("sec-fetch-site"), "same-site");
}

/// The same name over plain http, where anybody on the way can write the page.
#[tokio::test]
async fn plain_http_is_another_site() {
    let Some((browser, web)) = signed_in().await else { return };
    let plain = Web::plain(axum::Router::new());
    browser.open(&plain.html(APP, &form(&web.url(APP, "/note?text=forged")))).await;
    browser.click("button").await;
    assert_eq!(browser.text().await, "nobody [forged] absent");
    let received = web.only("/note");
    assert_eq!((received.asked("sec-fetch-site"), received.cookies()), ("cross-site", vec![]));
    assert_eq!(browser.open(&web.url(APP, "/")).await, "ada [] opened");
}
