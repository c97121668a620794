//! Sessions that move: into the store and back, and over a restart.

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::site::{Site, ring, sqlite};

/// Where the session is, and how many items it has.
fn place(session: &Value) -> (&str, usize) {
    (session["where"].as_str().unwrap(), session["items"].as_array().unwrap().len())
}

#[test]
fn a_session_moves_to_the_store_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let mut browser = Browser::new(&sqlite(&file));
    browser.post("/visit", "");
    browser.post("/login", "user=Ada");
    let id = browser.id();
    let page = browser.get("/").body;
    assert!(
        page.contains("<strong>In your cookie,</strong>") && page.contains("id, times and data, encrypted"),
        "{page}"
    );
    assert_eq!(place(&browser.session()), ("cookie", 0));

    let answer = browser.send("POST", "/outgrow", "");
    assert_eq!(answer.header("location"), Some("/?notice=outgrown"));
    let sent = answer.set_cookie().unwrap().len();
    assert!(sent < 200, "the cookie refers to the record in {sent} bytes");
    let session = browser.session();
    assert_eq!((place(&session), &session["user"]), (("store", 100), &json!("Ada")));
    assert!(session["cookie_bytes"].as_u64().unwrap() > 4093, "{session}");
    let page = browser.get("/?notice=outgrown").body;
    let path = format!("<code>{}</code>", file.display());
    for text in
        ["In the store, the cookie refers to it.", "100 envelopes more", "id and times, encrypted; no data", &path]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!(browser.id(), id);

    assert_eq!(browser.post("/items/clear", ""), "/?notice=back");
    let session = browser.session();
    assert_eq!((place(&session), &session["user"], &session["visits"]), (("cookie", 0), &json!("Ada"), &json!(1)));
    assert!(browser.get("/?notice=back").body.contains("back in its cookie"));
    assert!(browser.site.heard("Moved { to: Store") && browser.site.heard("Moved { to: Cookie"));

    browser.post("/outgrow", "");
    assert_eq!(browser.post("/logout", ""), "/");
    assert_eq!(browser.cookie, None);
    assert_eq!(place(&browser.session()), ("none", 0));
}

#[test]
fn a_session_survives_a_restart_with_the_same_key_and_file() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite(&folder.path().join("sessions.db"));
    for (fill, expected) in [("/visit", ("cookie", 0)), ("/outgrow", ("store", 100))] {
        let mut browser = Browser::new(&url);
        browser.post("/login", "user=Ada");
        browser.post(fill, "");
        let before = browser.session();
        assert_eq!(place(&before), expected);
        // The old one ends before the new one starts.
        drop(std::mem::replace(&mut browser.site, Site::start(ring(), "none")));
        browser.site = Site::start(ring(), &url);
        assert_eq!(browser.session(), before);
        // It can be changed, too.
        browser.post("/visit", "");
        assert_eq!(place(&browser.session()), expected);
    }
}

#[test]
fn another_key_opens_neither_cookie_nor_record() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite(&folder.path().join("sessions.db"));
    let mut browser = Browser::new(&url);
    browser.post("/outgrow", "");
    let cookie = browser.cookie.clone();
    browser.site = Site::start(sealed_session::Keyring::generate().unwrap(), &url);
    let session = browser.session();
    assert_eq!((&session["outcome"], place(&session)), (&json!("unknown_key"), ("none", 0)));
    assert_eq!(browser.cookie, cookie);
}

#[test]
fn without_a_store_the_cookie_has_to_do() {
    let mut browser = Browser::new("none");
    browser.post("/items", "name=Ink");
    let (session, cookie) = (browser.session(), browser.cookie.clone());
    assert_eq!(browser.post("/outgrow", ""), "/?notice=full");
    assert_eq!((browser.session(), &browser.cookie), (session, &cookie));
    let page = browser.get("/?notice=full").body;
    assert!(page.contains("and keeps nothing") && page.contains("the demo runs without a store"), "{page}");
    assert!(page.contains("larger than browsers keep") && !page.contains("/outgrow"), "{page}");
}

#[test]
fn a_session_in_a_store_waits_for_it_while_the_demo_runs_without() {
    let folder = tempfile::tempdir().unwrap();
    let url = sqlite(&folder.path().join("sessions.db"));
    let mut browser = Browser::new(&url);
    browser.post("/outgrow", "");
    browser.site = Site::start(ring(), "none");
    let answer = browser.get("/");
    assert_eq!((answer.status, answer.set_cookie()), (200, None));
    assert!(answer.body.contains(">no_store<"));
    browser.site = Site::start(ring(), &url);
    assert_eq!(place(&browser.session()), ("store", 100));
}

#[test]
fn keys_rotate_under_a_session_in_the_store() {
    let mut browser = Browser::new("memory://?max=1MiB");
    browser.post("/outgrow", "");
    let old = browser.session()["key"].clone();
    browser.post("/keys/rotate", "");
    assert!(browser.get("/").set_cookie().is_some(), "the page seals cookie and record under the new key");
    browser.post("/keys/revoke", "");
    let session = browser.session();
    assert!(session["key"] != old && place(&session) == ("store", 100), "{session}");
}
