//! The demo, served on a port of this machine and used over HTTP as a browser would.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "../examples/demo/anatomy.rs"]
mod anatomy;
#[path = "../examples/demo/app.rs"]
mod app;
#[path = "../examples/demo/assets.rs"]
mod assets;
#[path = "../examples/demo/html.rs"]
mod html;
#[path = "../examples/demo/key_table.rs"]
mod key_table;
#[path = "../examples/demo/keys.rs"]
mod keys;
#[path = "../examples/demo/notice.rs"]
mod notice;
#[path = "../examples/demo/page.rs"]
mod page;
#[path = "../examples/demo/panel.rs"]
mod panel;
#[path = "../examples/demo/report.rs"]
mod report;
#[path = "../examples/demo/trials.rs"]
mod trials;
#[path = "../examples/demo/visitor.rs"]
mod visitor;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use sealed_session::Keyring;
use serde_json::{Value, json};

/// Serves the demo until the test process ends.
fn serve() -> SocketAddr {
    let app = app::app(Keyring::generate().unwrap(), |_| {}).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    address
}

/// A browser that keeps one cookie, and follows no redirect.
struct Browser {
    site: SocketAddr,
    cookie: Option<String>,
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    fn set_cookie(&self) -> Option<&str> {
        self.header("set-cookie")
    }
}

impl Browser {
    fn new() -> Self {
        Self { site: serve(), cookie: None }
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let cookie = self.cookie.as_ref().map(|pair| format!("Cookie: theme=dark; {pair}\r\n")).unwrap_or_default();
        let mut stream = TcpStream::connect(self.site).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{cookie}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.site,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let fields = head.lines().skip(1).map(|line| line.split_once(": ").unwrap());
        let headers = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let answer = Answer { status, headers, body: body.to_owned() };
        self.receive(&answer);
        answer
    }

    fn receive(&mut self, answer: &Answer) {
        let fields: Vec<_> = answer.headers.iter().filter(|(name, _)| name == "set-cookie").collect();
        assert!(fields.len() <= 1, "{fields:?}");
        if let Some((_, field)) = fields.first() {
            assert!(field.contains("; HttpOnly; SameSite=Lax; Path=/") && !field.contains("Secure"), "{field}");
            let pair = field.split(';').next().unwrap();
            self.cookie = (!field.contains("Max-Age=0")).then(|| pair.to_owned());
        }
    }

    fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    /// Sends a form, and says where the answer leads.
    fn post(&mut self, path: &str, form: &str) -> String {
        let answer = self.send("POST", path, form);
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
        answer.header("location").unwrap().to_owned()
    }

    fn session(&mut self) -> Value {
        let answer = self.get("/session.json");
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
        serde_json::from_str(&answer.body).unwrap()
    }

    /// The session's id, as the page shows it.
    fn id(&mut self) -> String {
        let page = self.get("/").body;
        let (_, after) = page.split_once(r#"<code id="session-id">"#).unwrap();
        after.split('<').next().unwrap().to_owned()
    }
}

#[test]
fn a_visitor_without_data_gets_no_cookie() {
    let mut browser = Browser::new();
    let expected = json!({
        "visits": 0, "items": [], "user": null, "outcome": "absent", "where": "none", "cookie_bytes": 0, "limit": 4093,
        "key": null, "created": null, "expires": null,
    });
    assert_eq!(browser.session(), expected);
    for path in ["/", "/session.json", "/page.css", "/seal.svg", "/?notice=full", "/?notice=%3Cb%3E"] {
        let answer = browser.get(path);
        assert_eq!((answer.status, answer.set_cookie()), (200, None), "{path}");
    }
    for path in ["/items/clear", "/logout", "/fill"] {
        browser.post(path, "");
        assert_eq!(browser.cookie, None, "{path}");
    }
}

#[test]
fn visits_are_counted_by_the_button_alone() {
    let mut browser = Browser::new();
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

#[test]
fn cookie_bytes_are_those_of_the_set_cookie_field() {
    let mut browser = Browser::new();
    let answer = browser.send("POST", "/items", "name=Ink&note=black");
    let sent = answer.set_cookie().unwrap().len();
    assert_eq!(browser.session()["cookie_bytes"], sent);
    let page = browser.get("/").body;
    assert!(page.contains(&format!("<strong>{sent}</strong> of 4093 bytes")));
}

#[test]
fn items_are_added_checked_and_cleared() {
    let mut browser = Browser::new();
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

#[test]
fn signing_in_renews_and_signing_out_ends_the_session() {
    let mut browser = Browser::new();
    browser.post("/visit", "");
    let before = browser.id();
    assert_eq!(browser.id(), before);
    assert_eq!(browser.post("/login", "user=Ada"), "/");
    assert_ne!(browser.id(), before);
    let session = browser.session();
    assert_eq!((&session["user"], &session["visits"]), (&json!("Ada"), &json!(1)));
    for (form, notice) in [("user=", "/?notice=empty"), (&*format!("user={}", "é".repeat(41)), "/?notice=too_long")] {
        assert_eq!(browser.post("/login", form), notice);
    }
    assert_eq!(browser.session()["user"], "Ada");
    assert_eq!(browser.post("/logout", ""), "/");
    assert_eq!(browser.cookie, None);
    assert_eq!(browser.session()["user"], Value::Null);
}

#[test]
fn a_flipped_byte_is_refused_and_the_cookie_removed() {
    let mut browser = Browser::new();
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

#[test]
fn what_does_not_fit_leaves_the_session_as_it_was() {
    let mut browser = Browser::new();
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
fn text_of_visitors_is_escaped() {
    let mut browser = Browser::new();
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

#[test]
fn the_page_is_protected() {
    let answer = Browser::new().get("/");
    assert!(answer.header("content-security-policy").unwrap().starts_with("default-src 'none'; style-src 'self'"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
    assert!(!answer.body.contains(" style=") && !answer.body.contains("<script"));
    let css = Browser::new().get("/page.css");
    assert_eq!((css.header("vary"), css.header("cache-control")), (None, Some("public, max-age=60")));
}

#[test]
fn keys_rotate_and_the_visitor_stays_signed_in() {
    let mut browser = Browser::new();
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
