//! The size limit. A browser that drops a cookie says nothing, so the layer must never send such a one.

use axum::extract::Query;
use axum::routing::any;
use sealed_session::{Keyring, Session, SessionLayer};
use serde_json::json;

use crate::chromium::Chromium;
use crate::guests::{Guest, Text, layer, routes, tell};
use crate::web::{APP, Web};

/// `; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=86400`
const ATTRIBUTES: &str = "; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=86400";

/// Fills the session until its `Set-Cookie` has as many bytes as the text says.
async fn fill(session: Session<Guest>, Query(Text { text }): Query<Text>) -> axum::response::Html<String> {
    let wanted: usize = text.parse().unwrap();
    let size = || session.encoded_len().unwrap();
    session.update(|guest| guest.notes = vec![String::new()]);
    while size() < wanted {
        session.update(|guest| guest.notes[0].push('x'));
    }
    assert_eq!(size(), wanted);
    tell(&session)
}

#[tokio::test]
async fn a_field_of_exactly_the_limit_is_kept_and_a_larger_one_is_never_sent() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(routes().route("/fill", any(fill)).layer(layer(|builder| builder)));
    let limit = Session::<Guest>::MAX_LEN;
    browser.open(&web.url(APP, &format!("/fill?text={limit}"))).await;
    let sent = web.only("/fill");
    assert_eq!(sent.set_cookies()[0].len(), 4093);
    let held = browser.cookie().await;
    assert_eq!("__Host-session=".len() + held.value.len() + ATTRIBUTES.len(), limit, "all of it arrived");
    let told = browser.open(&web.url(APP, "/")).await;
    assert!(told.starts_with("nobody [xxx") && told.ends_with("x] opened"), "and all of it comes back");

    // The next length that base64url has. The old session stays.
    let refused = browser.open(&web.url(APP, &format!("/fill?text={}", limit + 1))).await;
    assert_eq!(refused, "The session could not be saved.\n");
    assert_eq!(web.only("/fill").set_cookies(), [""; 0]);
    assert_eq!(browser.cookie().await, held);
}

/// Chromium's own limit, and how ours relates: it counts name and value, without `=` and attributes, and keeps 4096 bytes of those.
/// We count everything in the field, as RFC 6265 does ("at least 4096 bytes per cookie (as measured by the sum of the length of
/// the cookie's name, value, and attributes)"). So under the default settings the largest that we send has 4037, and up to 59
/// bytes more are refused that Chromium would keep.
#[tokio::test]
async fn chromium_itself_keeps_a_name_and_value_of_4096_bytes() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(routes());
    let name = "__Host-session";
    for (sum, kept) in [(4037, true), (4038, true), (4096, true), (4097, false), (4100, false)] {
        let field = format!("{name}={}{ATTRIBUTES}", "v".repeat(sum - name.len()));
        browser.open(&web.set(APP, &field)).await;
        assert_eq!(
            browser.cookies().await.len(),
            usize::from(kept),
            "name and value of {sum}, field of {}",
            field.len()
        );
        // It is dropped without a trace, and takes nothing with it.
        browser.open(&web.set(APP, &format!("{name}=; Secure; Path=/; Max-Age=0"))).await;
        assert_eq!(browser.cookies().await, []);
    }
}

/// And of an attribute, which is ignored if it is longer; the builder refuses a path of more.
#[tokio::test]
async fn chromium_itself_heeds_a_path_of_1024_bytes() {
    let Some(browser) = Chromium::start().await else { return };
    let web = Web::encrypted(routes());
    for (length, heeded) in [(1024, true), (1025, false)] {
        let path = format!("/{}", "p".repeat(length - 1));
        browser.open(&web.set(APP, &format!("a=b; Secure; Path={path}"))).await;
        assert_eq!(browser.cookie().await.path, if heeded { &path } else { "/" });
        assert_eq!(
            SessionLayer::<Guest>::builder(Keyring::generate().unwrap()).name("a").path(&path).build().is_ok(),
            heeded
        );
        browser.devtools("Storage.clearCookies", json!({})).await;
    }
}
