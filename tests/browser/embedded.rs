//! In a frame on other sites.

use sealed_session::SameSite;

use crate::chromium::Chromium;
use crate::guests::{app, layer};
use crate::web::{APP, Web};

/// Opens a page of `host` with a path of ours in a frame; returns what there is to read in the frame.
async fn embed(browser: &Chromium, web: &Web, host: &str, path: &str) -> String {
    browser.open(&web.html(host, &format!(r#"<iframe src="{}"></iframe>"#, web.url(APP, path)))).await;
    browser.enter_frame(0).await.unwrap();
    let text = browser.text().await;
    browser.enter_default_frame().await.unwrap();
    text
}

#[tokio::test]
async fn a_partitioned_cookie_is_one_session_for_each_site_around_it() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder.partitioned(true).same_site(SameSite::None))));
    assert_eq!(embed(&browser, &web, "one.test", "/note?text=one").await, "nobody [one] absent");
    assert_eq!(embed(&browser, &web, "two.test", "/note?text=two").await, "nobody [two] absent");
    assert_eq!(browser.open(&web.url(APP, "/note?text=alone")).await, "nobody [alone] absent");

    let mut partitions = Vec::new();
    for held in browser.cookies().await {
        assert_eq!(
            (held.name.as_str(), held.domain.as_str(), held.same_site.as_deref()),
            ("__Host-session", APP, Some("None"))
        );
        partitions.push(held.partition_key.unwrap().top_level_site);
    }
    partitions.sort();
    assert_eq!(partitions, ["https://example.test", "https://one.test", "https://two.test"]);

    assert_eq!(embed(&browser, &web, "one.test", "/").await, "nobody [one] opened");
    assert_eq!(embed(&browser, &web, "two.test", "/").await, "nobody [two] opened");
    // In another page of the same site, too.
    assert_eq!(embed(&browser, &web, "www.one.test", "/").await, "nobody [one] opened");
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [alone] opened");

    embed(&browser, &web, "one.test", "/sign-out").await;
    assert_eq!(embed(&browser, &web, "one.test", "/").await, "nobody [] absent");
    assert_eq!(embed(&browser, &web, "two.test", "/").await, "nobody [two] opened");
}

/// Without `Partitioned` there is no session in the frame, or the same one everywhere: as the browser is set. Debian's Chromium
/// keeps cookies of third parties out.
#[tokio::test]
async fn without_it_there_is_none_or_one_for_all() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder.same_site(SameSite::None))));
    browser.open(&web.url(APP, "/note?text=alone")).await;
    let held = browser.cookie().await;
    web.take("/");
    let shown = embed(&browser, &web, "one.test", "/").await;
    let received = web.only("/");
    match received.asked("sec-fetch-storage-access") {
        "none" => assert_eq!((shown.as_str(), received.cookies()), ("nobody [] absent", vec![])),
        _ => assert_eq!(shown, "nobody [alone] opened"),
    }
    assert_eq!((held.partition_key.clone(), browser.cookie().await), (None, held));
}

/// The default, `SameSite=Lax`: a frame on another site has no session, and starts none.
#[tokio::test]
async fn by_default_there_is_none() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder)));
    assert_eq!(embed(&browser, &web, "one.test", "/note?text=a").await, "nobody [a] absent");
    assert_eq!(web.only("/note").set_cookies(), [""; 0]);
    assert_eq!(browser.cookies().await, []);
}
