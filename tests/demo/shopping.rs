//! What a visitor does in the shop, with a store and without.

use serde_json::{Value, json};

use crate::browser::Browser;

#[test]
fn a_visitor_without_data_gets_no_cookie() {
    for mut browser in Browser::both() {
        let mut session = browser.session();
        let stored = !session["store"].is_null();
        let (store, overflow_at, max_record, room) = if stored {
            (json!("memory"), json!(3072), json!(65536), 65_000..65_536)
        } else {
            (json!(null), json!(null), json!(null), 2800..3000)
        };
        assert!(room.contains(&session["room"].take().as_u64().unwrap()));
        let expected = json!({
            "visits": 0, "items": [], "user": null, "outcome": "absent", "where": "none", "store": store, "cookie_bytes": 0,
            "overflow_at": overflow_at, "limit": 4093, "max_record": max_record, "room": null, "key": null, "created": null,
            "expires": null,
        });
        assert_eq!(session, expected);
        for path in
            ["/", "/session.json", "/page.css", "/seal.svg", "/?notice=full", "/?notice=back", "/?notice=%3Cb%3E"]
        {
            let answer = browser.get(path);
            assert_eq!((answer.status, answer.set_cookie()), (200, None), "{path}");
        }
        for path in ["/items/clear", "/logout", "/fill"] {
            browser.post(path, "");
            assert_eq!(browser.cookie, None, "{path}");
        }
    }
}

#[test]
fn visits_are_counted_by_the_button_alone() {
    for mut browser in Browser::both() {
        assert_eq!(browser.post("/visit", ""), "/");
        browser.post("/visit", "");
        assert!(browser.get("/").body.contains("<strong>2</strong> so far"));
        let session = browser.session();
        assert_eq!(session["visits"], 2);
        assert_eq!((&session["outcome"], &session["where"]), (&json!("opened"), &json!("cookie")));
        assert_eq!(session["key"].as_str().unwrap().len(), 8);
        let day = |field: &str| session[field].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let left = day("expires") - day("created");
        assert!((86_400..86_460).contains(&left.num_seconds()), "{left}");
    }
}

#[test]
fn cookie_bytes_are_those_of_the_set_cookie_field() {
    for mut browser in Browser::both() {
        let answer = browser.send("POST", "/items", "name=Ink&note=black");
        let sent = answer.set_cookie().unwrap().len();
        assert_eq!(browser.session()["cookie_bytes"], sent);
        let page = browser.get("/").body;
        assert!(page.contains(&format!("<strong>{sent}</strong> of 4093 bytes")));
    }
}

#[test]
fn items_are_added_checked_and_cleared() {
    for mut browser in Browser::both() {
        assert_eq!(browser.post("/items", "name=+Ink+&note=blue%2Dblack"), "/");
        assert_eq!(browser.post("/items", "name=Quill"), "/");
        let items = json!([{"name": "Ink", "note": "blue-black"}, {"name": "Quill", "note": ""}]);
        assert_eq!(browser.session()["items"], items);
        let long = |len| "x".repeat(len);
        for (form, notice) in [
            (String::new(), "empty"),
            ("name=++&note=x".into(), "empty"),
            (format!("name={}", long(41)), "too_long"),
            (format!("name=x&note={}", long(301)), "too_long"),
        ] {
            assert_eq!(browser.post("/items", &form), format!("/?notice={notice}"), "{form}");
        }
        assert_eq!(browser.session()["items"], items);
        assert_eq!(browser.send("POST", "/items", &format!("name=x&note={}", long(17_000))).status, 413);
        assert_eq!(browser.post("/items/clear", ""), "/");
        assert_eq!(browser.session()["items"], json!([]));
    }
}

#[test]
fn signing_in_renews_and_signing_out_ends_the_session() {
    for mut browser in Browser::both() {
        browser.post("/visit", "");
        let before = browser.id();
        assert_eq!(browser.id(), before);
        assert_eq!(browser.post("/login", "user=Ada"), "/");
        assert_ne!(browser.id(), before);
        let session = browser.session();
        assert_eq!((&session["user"], &session["visits"]), (&json!("Ada"), &json!(1)));
        for (form, notice) in [("user=", "/?notice=empty"), (&*format!("user={}", "é".repeat(41)), "/?notice=too_long")]
        {
            assert_eq!(browser.post("/login", form), notice);
        }
        assert_eq!(browser.session()["user"], "Ada");
        assert_eq!(browser.post("/logout", ""), "/");
        assert_eq!(browser.cookie, None);
        assert_eq!(browser.session()["user"], Value::Null);
    }
}

#[test]
fn text_of_visitors_is_escaped() {
    for mut browser in Browser::both() {
        let evil = "%3Cscript%3Ealert(1)%3C/script%3E%22'%26";
        browser.post("/items", &format!("name={evil}&note={evil}"));
        browser.post("/login", &format!("user={evil}"));
        let page = browser.get(&format!("/?notice=refused&largest={evil}")).body + &browser.get("/").body;
        assert!(!page.contains("<script"), "{page}");
        assert_eq!(page.matches("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;").count(), 6);
        // A cookie that is no token is shown as text, too.
        browser.cookie = Some("sealed-demo=<script>".into());
        let page = browser.get("/").body;
        assert!(page.contains("&lt;script&gt;") && page.contains(">malformed<"), "{page}");
    }
}

#[test]
fn keys_rotate_and_the_visitor_stays_signed_in() {
    for mut browser in Browser::both() {
        browser.post("/login", "user=ada");
        let states = |browser: &mut Browser| -> Vec<String> {
            let keys: Value = serde_json::from_str(&browser.get("/keys.json").body).unwrap();
            keys.as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap().to_owned()).collect()
        };
        let old = browser.session()["key"].clone();
        assert_eq!(browser.post("/keys/rotate", ""), "/");
        assert_eq!(states(&mut browser), ["sealing", "opening"]);
        assert!(browser.get("/").set_cookie().is_some(), "the page seals the session under the new key");
        assert!(browser.session()["key"] != old && browser.session()["user"] == "ada");
        assert_eq!(browser.post("/keys/revoke", ""), "/");
        assert_eq!(states(&mut browser), ["sealing", "revoked"]);
        assert_eq!(browser.session()["user"], "ada");
        assert!(browser.get("/").body.contains(">revoked<"));
        // Somebody who did not come back in between is signed out by the revocation, and only by that.
        browser.post("/keys/rotate", "");
        browser.post("/keys/revoke", "");
        assert_eq!(browser.session()["outcome"], "revoked_key");
    }
}

#[test]
fn the_page_is_protected() {
    let answer = Browser::new("none").get("/");
    assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'; style-src 'self'"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
    assert!(!answer.body.contains(" style=") && !answer.body.contains("<script"));
    let css = Browser::new("none").get("/page.css");
    assert_eq!((css.header("vary"), css.header("cache-control")), (None, Some("public, max-age=60")));
}
