//! Two tabs of one browser.

use std::sync::Arc;

use axum::extract::Query;
use axum::response::Html;
use axum::routing::any;
use sealed_session::Session;
use thirtyfour::WindowHandle;
use tokio::sync::Notify;

use crate::chromium::{Chromium, until};
use crate::guests::{Guest, Text, app, layer, routes, tell};
use crate::web::{APP, Web};

#[tokio::test]
async fn they_share_the_session_and_its_end() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(app(layer(|builder| builder)));
    let first = browser.window().await.unwrap();
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    let second = browser.new_tab().await.unwrap();
    browser.switch_to_window(second.clone()).await.unwrap();
    assert_eq!(browser.open(&web.url(APP, "/note?text=a")).await, "ada [a] opened");
    browser.switch_to_window(first).await.unwrap();
    assert_eq!(browser.open(&web.url(APP, "/note?text=b")).await, "ada [a, b] opened");
    browser.open(&web.url(APP, "/sign-out")).await;
    browser.switch_to_window(second).await.unwrap();
    assert_eq!(browser.text().await, "ada [a] opened", "the page stands there until the next request");
    assert_eq!(browser.open(&web.url(APP, "/")).await, "nobody [] absent");
}

/// A handler that has looked at the session, and goes on when it is told to.
#[derive(Clone, Default)]
struct Slow {
    looked: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl Slow {
    async fn note(self, session: Session<Guest>, text: String) -> Html<String> {
        self.looked.notify_one();
        self.go_on.notified().await;
        session.update(|guest| guest.notes.push(text));
        tell(&session)
    }

    fn web(&self) -> Web {
        let slow = self.clone();
        let route = any(async move |session, Query(Text { text })| slow.note(session, text).await);
        Web::encrypted(routes().route("/slow", route).layer(layer(|builder| builder)))
    }
}

/// Begins a slow request in a tab of its own, which is returned, and goes back to the first one.
async fn begin(browser: &Chromium, web: &Web, slow: &Slow) -> WindowHandle {
    let first = browser.window().await.unwrap();
    let second = browser.new_tab().await.unwrap();
    browser.switch_to_window(second.clone()).await.unwrap();
    browser.open(&web.url(APP, "/")).await;
    browser.run::<()>(r#"fetch("/slow?text=slow", {method: "POST"}).then(() => document.title = "done")"#).await;
    slow.looked.notified().await;
    browser.switch_to_window(first).await.unwrap();
    second
}

/// Lets the slow request end, and waits until the browser has its answer.
async fn end(browser: &Chromium, slow: &Slow, tab: WindowHandle) {
    slow.go_on.notify_one();
    browser.switch_to_window(tab).await.unwrap();
    until("the answer arrives", async || browser.title().await.unwrap() == "done").await;
}

/// As SECURITY.md and docs/behaviour.md say of sessions in their cookie.
#[tokio::test]
async fn of_two_parallel_writes_the_last_response_wins_and_nobody_is_signed_out() {
    let Some(browser) = Chromium::start().await else { return };
    let slow = Slow::default();
    let web = slow.web();
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    let tab = begin(&browser, &web, &slow).await;
    assert_eq!(browser.open(&web.url(APP, "/note?text=quick")).await, "ada [quick] opened");
    end(&browser, &slow, tab).await;
    assert_eq!(browser.open(&web.url(APP, "/")).await, "ada [slow] opened", "what was quick is lost");
}

/// As SECURITY.md says under "Order of responses": without a store, nobody knows that the session has ended.
#[tokio::test]
async fn a_write_that_was_under_way_puts_a_session_back_that_was_signed_out() {
    let Some(browser) = Chromium::start().await else { return };
    let slow = Slow::default();
    let web = slow.web();
    browser.open(&web.url(APP, "/sign-in?text=ada")).await;
    let tab = begin(&browser, &web, &slow).await;
    browser.open(&web.url(APP, "/sign-out")).await;
    assert_eq!(browser.cookies().await, []);
    end(&browser, &slow, tab).await;
    assert_eq!(browser.open(&web.url(APP, "/")).await, "ada [slow] opened");
}
