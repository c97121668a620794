//! Trying to break a session.

use serde_json::json;

use crate::browser::Browser;

#[test]
fn a_flipped_byte_is_refused_and_the_cookie_removed() {
    for mut browser in Browser::both() {
        assert_eq!(browser.post("/tamper", ""), "/?notice=no_cookie");
        browser.post("/visit", "");
        let before = browser.cookie.clone().unwrap();
        assert_eq!(browser.post("/tamper", ""), "/?notice=tampered");
        let forged = browser.cookie.clone().unwrap();
        let changed = before.chars().zip(forged.chars()).filter(|(before, forged)| before != forged);
        assert_eq!((before.len(), changed.count()), (forged.len(), 1));

        let page = browser.get("/?notice=tampered");
        assert!(page.body.contains(r#"<span class="outcome bad">tampered</span>"#));
        assert_eq!(page.body.matches("<mark>").count(), 1);
        assert!(page.set_cookie().unwrap().contains("Max-Age=0"));
        assert_eq!(browser.cookie, None);

        browser.cookie = Some(forged);
        let session = browser.session();
        assert_eq!((&session["outcome"], &session["where"]), (&json!("tampered"), &json!("none")));
        assert_eq!(session["visits"], 0);
        assert_eq!(browser.session()["outcome"], "absent");
    }
}

#[test]
fn what_does_not_fit_a_cookie_leaves_the_session_as_it_was() {
    let mut browser = Browser::new("none");
    browser.post("/items", "name=Ink&note=black");
    let (session, cookie) = (browser.session(), browser.cookie.clone());

    let refused = browser.post("/fill", "");
    assert!(refused.starts_with("/?notice=refused&added="), "{refused}");
    assert_eq!((browser.session(), &browser.cookie), (session.clone(), &cookie));
    let page = browser.get(&refused).body;
    assert!(page.contains("browsers keep 4093") && page.contains("<code>items</code>"), "{page}");

    // The layer's own answer, when the handler does not ask.
    let answer = browser.send("POST", "/overfill", "");
    assert_eq!((answer.status, answer.set_cookie()), (500, None));
    assert_eq!((browser.session(), &browser.cookie), (session, &cookie));

    // Up to the brim by hand.
    let note = "x".repeat(300);
    let full = (0..20).find(|_| browser.post("/items", &format!("name=x&note={note}")) == "/?notice=full");
    let (session, cookie) = (browser.session(), browser.cookie.clone());
    assert!(full.is_some() && session["cookie_bytes"].as_u64().unwrap() > 3600);
    assert_eq!(browser.post("/items", &format!("name=y&note={note}")), "/?notice=full");
    assert_eq!((browser.session(), &browser.cookie), (session, &cookie));
    assert!(browser.get("/?notice=full").body.contains("did not fit"));
}

#[test]
fn what_does_not_fit_a_record_leaves_the_session_as_it_was() {
    let mut browser = Browser::new("memory://?max=1MiB");
    browser.post("/items", "name=Ink&note=black");
    for place in ["cookie", "store"] {
        let (session, cookie) = (browser.session(), browser.cookie.clone());
        assert_eq!(session["where"], place);

        let refused = browser.post("/fill", "");
        assert!(refused.starts_with("/?notice=refused&added="), "{refused}");
        assert_eq!((browser.session(), &browser.cookie), (session.clone(), &cookie));
        let page = browser.get(&refused).body;
        assert!(page.contains("a record of") && page.contains("this layer allows 65536"), "{page}");

        let answer = browser.send("POST", "/overfill", "");
        assert_eq!((answer.status, answer.set_cookie()), (500, None));
        assert_eq!((browser.session(), &browser.cookie), (session, &cookie));

        browser.post("/outgrow", "");
    }

    // Up to the brim.
    let full = (0..30).find(|_| browser.post("/outgrow", "") == "/?notice=full");
    let session = browser.session();
    assert!(full.is_some() && session["room"].as_u64().unwrap() < 4000, "{full:?}");
    assert!(browser.get("/?notice=full").body.contains("The record would have been larger"));
    assert_eq!(browser.session(), session);
}

#[test]
fn a_flipped_byte_does_not_lead_to_a_record() {
    let mut browser = Browser::new("memory://?max=1MiB");
    browser.post("/outgrow", "");
    assert_eq!(browser.post("/tamper", ""), "/?notice=tampered");
    let page = browser.get("/?notice=tampered");
    assert!(page.body.contains(">tampered<") && page.set_cookie().unwrap().contains("Max-Age=0"));
    assert_eq!(browser.session()["items"], json!([]));
}
