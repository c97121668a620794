//! How the demo looks: light and dark, narrow and wide. With `UPDATE_SCREENSHOTS` set, the pictures go to `docs/images`.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;

use crate::chromium::Chromium;
use crate::demo::{button, sign_in};
use crate::site::{Site, ring};

/// Larger ones are too much for a repository.
const MAX_PICTURE: usize = 200 * 1024;
/// A page of one colour has less.
const MIN_PICTURE: usize = 20 * 1024;

/// Below the last thing on a picture.
const MARGIN: f64 = 16.0;

/// Screens, in pixels, and what is the last thing on their pictures.
const SCREENS: [(&str, u32, u32, &str); 2] =
    [("narrow", 390, 844, r#"[aria-labelledby="where"]"#), ("wide", 1280, 800, ".parts")];

/// What has to be seen at once, and what by scrolling down, but never by scrolling to the side.
const AT_ONCE: [&str; 4] = ["h1", ".masthead p", ".count strong", r#"form[action="/visit"] button"#];
const SOMEWHERE: [&str; 6] = [
    ".user",
    r#"form[action="/logout"] button"#,
    ".cart",
    ".status .outcome",
    ".raw",
    r#"form[action="/keys/rotate"] button"#,
];

/// Where an element is, in pixels of the page.
#[derive(Debug, Deserialize)]
struct Area {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

#[tokio::test]
async fn light_and_dark_narrow_and_wide() {
    let Some(browser) = Chromium::start_with(&["--hide-scrollbars"]).await else { return };
    let site = Site::start(ring(), "memory://?max=1MiB");
    browser.open(&format!("http://{}/", site.address)).await;
    browser.click(&button("/visit")).await;
    sign_in(&browser, "Ada").await;
    for product in ["Sealing wax", "Goose quill", "Iron gall ink"] {
        browser.click(&format!(r#"button[aria-label="Add {product}"]"#)).await;
    }
    let mut grounds = Vec::new();
    for scheme in ["light", "dark"] {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser.devtools("Emulation.setEmulatedMedia", media).await;
        grounds.push(browser.run::<String>("return getComputedStyle(document.body).backgroundColor").await);
        for (name, width, height, last) in SCREENS {
            let screen =
                json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": name == "narrow" });
            browser.devtools("Emulation.setDeviceMetricsOverride", screen).await;
            check(&browser, width, height).await;
            let picture = picture(&browser, width, last).await;
            assert!(picture.len() > MIN_PICTURE, "{scheme} {name}: {} bytes are a blank page", picture.len());
            if std::env::var_os("UPDATE_SCREENSHOTS").is_some() {
                keep(&format!("demo-{scheme}-{name}.png"), &picture);
            }
        }
    }
    assert_ne!(grounds[0], grounds[1], "dark is not light");
}

/// On a screen of this size.
async fn check(browser: &Chromium, width: u32, height: u32) {
    let widest: u32 = browser.run("return document.documentElement.scrollWidth").await;
    assert!(widest <= width, "one has to scroll to the side for {widest} pixels at {width}");
    let (width, height) = (f64::from(width), f64::from(height));
    for css in AT_ONCE.into_iter().chain(SOMEWHERE) {
        assert!(browser.element(css).await.is_displayed().await.unwrap(), "{css}");
        let Area { left, top, right, bottom } = area(browser, css).await;
        assert!(left >= 0.0 && right <= width && right > left, "{css} is from {left} to {right} of {width}");
        let lowest = if AT_ONCE.contains(&css) { height } else { f64::INFINITY };
        assert!(top >= 0.0 && bottom <= lowest && bottom > top, "{css} is from {top} to {bottom} of {height}");
    }
}

async fn area(browser: &Chromium, css: &str) -> Area {
    browser.run(&format!("return document.querySelector({css:?}).getBoundingClientRect().toJSON()")).await
}

/// The page down to this element, as PNG.
async fn picture(browser: &Chromium, width: u32, last: &str) -> Vec<u8> {
    let height = area(browser, last).await.bottom.ceil() + MARGIN;
    let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
    let parameters = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
    let answer = browser.devtools("Page.captureScreenshot", parameters).await;
    STANDARD.decode(answer["data"].as_str().unwrap()).unwrap()
}

fn keep(name: &str, picture: &[u8]) {
    assert!(picture.len() < MAX_PICTURE, "{name} has {} bytes", picture.len());
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images").join(name), picture).unwrap();
}
