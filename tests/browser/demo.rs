//! The demo, used through its page as a person would.

use thirtyfour::By;

use crate::chromium::Chromium;
use crate::site::{Site, ring};

/// The button of a form.
pub(crate) fn button(action: &str) -> String {
    format!(r#"form[action="{action}"] button"#)
}

/// Writes a name into its field, and presses the button beside it.
pub(crate) async fn sign_in(browser: &Chromium, name: &str) {
    browser.element(r#"input[name="user"]"#).await.send_keys(name).await.unwrap();
    browser.click(&button("/login")).await;
}

/// What the element shows.
async fn shown(browser: &Chromium, css: &str) -> String {
    browser.element(css).await.text().await.unwrap()
}

/// The key by which the visitor's session is sealed, and the states of all keys, as the page shows them.
async fn keys(browser: &Chromium) -> (String, Vec<String>) {
    let states = browser.find_all(By::Css(".keys tbody td:nth-of-type(1)")).await.unwrap();
    let mut texts = Vec::new();
    for state in states {
        texts.push(state.text().await.unwrap());
    }
    (shown(browser, ".parts .key code").await, texts)
}

#[tokio::test]
async fn sign_in_rotate_the_keys_sign_out() {
    let Some(browser) = Chromium::start().await else { return };
    let site = Site::start(ring(), "memory://?max=1MiB");
    browser.open(&format!("http://{}/", site.address)).await;
    assert_eq!(shown(&browser, ".status .outcome").await, "absent");
    browser.click(&button("/visit")).await;
    sign_in(&browser, "Ada").await;
    assert_eq!(shown(&browser, ".user").await, "Ada");
    let held = browser.cookie().await;
    assert_eq!((held.name.as_str(), held.http_only, held.secure), ("sealed-demo", true, false));

    let (key, states) = keys(&browser).await;
    assert_eq!(states, ["sealing"]);
    browser.click(&button("/keys/rotate")).await;
    let (_, states) = keys(&browser).await;
    assert_eq!(states, ["sealing", "opening"]);
    // The page came with a cookie under the new key; the next one shows it.
    browser.click(&button("/visit")).await;
    let (rotated, _) = keys(&browser).await;
    assert_ne!(rotated, key);
    browser.click(&button("/keys/revoke")).await;
    assert_eq!(keys(&browser).await, (rotated, vec!["sealing".to_owned(), "revoked".to_owned()]));
    assert_eq!(
        (shown(&browser, ".user").await.as_str(), shown(&browser, ".count strong").await.as_str()),
        ("Ada", "2")
    );

    browser.click(&button("/logout")).await;
    assert_eq!(shown(&browser, ".status .outcome").await, "absent");
    assert_eq!(browser.cookies().await, []);
    browser.element(r#"input[name="user"]"#).await;
}

#[tokio::test]
async fn fill_it_until_it_moves_to_the_store_and_break_it() {
    let Some(browser) = Chromium::start().await else { return };
    let site = Site::start(ring(), "memory://?max=1MiB");
    browser.open(&format!("http://{}/", site.address)).await;
    browser.click(r#"button[aria-label="Add Goose quill"]"#).await;
    assert!(shown(&browser, ".cart").await.contains("Goose quill"));
    assert_eq!(shown(&browser, ".here strong").await, "Your cookie");
    let small = browser.cookie().await.value.len();
    browser.click(&button("/outgrow")).await;
    assert!(browser.cookie().await.value.len() <= small, "the cookie holds a reference alone");
    assert_ne!(shown(&browser, ".here strong").await, "Your cookie");
    browser.click(&format!(".shop {}", button("/items/clear"))).await;
    assert_eq!(shown(&browser, ".here strong").await, "Your cookie");

    browser.click(&button("/tamper")).await;
    assert_eq!(shown(&browser, ".status .outcome").await, "tampered");
    assert_eq!(browser.cookies().await, [], "the page removed it");
}
