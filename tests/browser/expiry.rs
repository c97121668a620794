//! How the cookie goes: by sign-out, by its times, with the browser.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::routing::any;
use sealed_session::{SameSite, Session, SessionLayerBuilder, Timestamp};

use crate::chromium::{Chromium, until};
use crate::guests::{Guest, app, layer, routes, tell};
use crate::stored::DAY;
use crate::web::{APP, Web};

#[tokio::test]
async fn destroy_removes_it_whatever_its_attributes() {
    let Some(browser) = Chromium::start().await else { return };
    let layers = [
        layer(|builder| builder),
        layer(|builder| builder.name("s").domain("example.test")),
        layer(|builder| builder.name("__Secure-s").same_site(SameSite::Strict)),
        layer(|builder| builder.same_site(SameSite::None).partitioned(true)),
        layer(SessionLayerBuilder::until_browser_closes),
    ];
    for layer in layers {
        let web = Web::encrypted(app(layer));
        browser.open(&web.url(APP, "/note?text=a")).await;
        assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [a] opened");
        browser.open(&web.url(APP, "/sign-out")).await;
        assert_eq!(browser.cookies().await, []);
        web.take("/");
        assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] absent");
        assert_eq!(web.only("/").cookies(), [""; 0]);
    }
}

#[tokio::test]
async fn past_its_timeouts_it_is_refused_and_cleared_though_the_browser_has_it() {
    let Some(browser) = Chromium::start().await else { return };
    let start = Timestamp::now().as_unix();
    let now = Arc::new(AtomicU64::new(start));
    let clock = Arc::clone(&now);
    let settings = layer(|builder| {
        let times = builder.idle_timeout(DAY).lifetime(3 * DAY);
        times.clock(move || Timestamp::from_unix(clock.load(Ordering::Relaxed)))
    });
    let web = Web::encrypted(app(settings));
    let day = DAY.as_secs();
    // Idle from the last write on; then used each day, until its lifetime ends.
    for (days, expected) in [(&[1][..], "expired_idle"), (&[0, 0, 0, 1], "expired_lifetime")] {
        now.store(start, Ordering::Relaxed);
        browser.open(&web.url(APP, "/note?text=a")).await;
        let (last, earlier) = days.split_last().unwrap();
        for _ in earlier {
            now.fetch_add(day - 1, Ordering::Relaxed);
            assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [a] opened");
        }
        now.fetch_add(last * day, Ordering::Relaxed);
        assert_eq!(browser.cookies().await.len(), 1, "the browser goes by its own clock");
        web.take("/");
        assert_eq!(browser.open(&web.url(APP, "/")).await, format!("nobody [] {expected}"));
        assert_eq!(web.only("/").cookies().len(), 1);
        assert_eq!(browser.cookies().await, []);
    }
}

/// By the browser's own clock, which cannot be set: a session of some seconds.
#[tokio::test]
async fn max_age_ends_it_in_the_browser() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder.idle_timeout(Duration::from_secs(6)))));
    browser.open(&web.url(APP, "/note?text=a")).await;
    assert!(web.only("/note").set_cookies()[0].ends_with("; Max-Age=6"));
    assert_eq!(browser.cookies().await.len(), 1);
    until("the cookie ends", async || browser.cookies().await.is_empty()).await;
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] absent");
    assert_eq!(web.only("/").cookies(), [""; 0]);
}

#[tokio::test]
async fn with_the_browser_unless_it_is_to_be_remembered() {
    let Some(mut browser) = Chromium::start().await else { return };
    let remember = any(|session: Session<Guest>| async move {
        session.remember_for(30 * DAY);
        tell(&session)
    });
    let brief = app(layer(SessionLayerBuilder::until_browser_closes));
    let kept = routes().route("/remember", remember).layer(layer(SessionLayerBuilder::until_browser_closes));
    let (brief, kept) = (Web::encrypted(brief), Web::encrypted(kept));
    // Ports do not keep cookies apart, so they are on different hosts.
    browser.open(&brief.url("brief.test", "/note?text=a")).await;
    let held = browser.cookie().await;
    assert_eq!((held.session, held.expires), (true, -1.0));
    assert!(!brief.only("/note").set_cookies()[0].contains("Max-Age"));
    browser.open(&kept.url("kept.test", "/note?text=b")).await;
    browser.open(&kept.url("kept.test", "/remember")).await;
    browser.reopen().await;
    let held = browser.cookie().await;
    assert_eq!((held.domain.as_str(), held.session), ("kept.test", false));
    assert_eq!(browser.open(&brief.url("brief.test", "/")).await, "nobody [] absent");
    assert_eq!(browser.open(&kept.url("kept.test", "/")).await, "nobody [b] opened");
}
