//! The demo while its store is broken.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::browser::Browser;
use crate::site::sqlite;

/// A file of SQLite in whose place there is a folder, until this is dropped.
struct Broken {
    file: PathBuf,
    away: PathBuf,
}

impl Broken {
    fn new(file: &Path) -> Self {
        let away = file.with_extension("away");
        fs::rename(file, &away).unwrap();
        fs::create_dir(file).unwrap();
        Self { file: file.to_owned(), away }
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        fs::remove_dir(&self.file).unwrap();
        fs::rename(&self.away, &self.file).unwrap();
    }
}

#[test]
fn a_session_in_a_broken_store_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let mut browser = Browser::new(&sqlite(&file));
    browser.post("/outgrow", "");
    let (session, cookie) = (browser.session(), browser.cookie.clone());

    let broken = Broken::new(&file);
    let answer = browser.get("/");
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    assert!(answer.body.contains("which cannot be read now") && answer.body.contains(r#"action="/logout""#));
    assert_eq!(browser.get("/session.json").status, 503);
    assert_eq!(browser.send("POST", "/visit", "").status, 503);
    assert!(browser.site.heard("NotLoaded"));
    assert_eq!(browser.cookie, cookie);
    drop(broken);
    assert_eq!(browser.session(), session);
}

#[test]
fn signing_out_works_while_the_store_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let mut browser = Browser::new(&sqlite(&file));
    browser.post("/login", "user=Ada");
    browser.post("/outgrow", "");

    let _broken = Broken::new(&file);
    assert_eq!(browser.post("/logout", ""), "/");
    assert_eq!(browser.cookie, None);
    assert!(browser.site.heard("RecordLeft"));
    // Whoever has a session in the cookie, or none, notices nothing.
    assert_eq!(browser.session()["outcome"], "absent");
    browser.post("/visit", "");
    assert_eq!((browser.get("/").status, &browser.session()["where"]), (200, &json!("cookie")));
    let cookie = browser.cookie.clone();
    assert_eq!(browser.send("POST", "/outgrow", "").status, 503);
    assert_eq!(browser.cookie, cookie);
    assert_eq!(browser.session()["visits"], 1);
}

#[test]
fn a_store_that_cannot_be_made_keeps_small_sessions_going() {
    let folder = tempfile::tempdir().unwrap();
    let mut browser = Browser::new(&sqlite(&folder.path().join("missing").join("sessions.db")));
    browser.post("/visit", "");
    assert_eq!(browser.send("POST", "/outgrow", "").status, 503);
    assert_eq!(browser.session()["visits"], 1);
    fs::create_dir(folder.path().join("missing")).unwrap();
    assert_eq!(browser.post("/outgrow", ""), "/?notice=outgrown");
    assert_eq!(browser.session()["where"], "store");
}
