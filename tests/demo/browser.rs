//! A browser, as far as the demo needs one.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::site::{Site, ring};

/// A browser that keeps one cookie, and follows no redirect.
pub(crate) struct Browser {
    pub(crate) site: Site,
    pub(crate) cookie: Option<String>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn set_cookie(&self) -> Option<&str> {
        self.header("set-cookie")
    }
}

impl Browser {
    /// At a demo of its own, with the store of this URL.
    pub(crate) fn new(store: &str) -> Self {
        Self { site: Site::start(ring(), store), cookie: None }
    }

    /// One at a demo without a store and one at a demo with: for what is the same with both.
    pub(crate) fn both() -> [Self; 2] {
        [Self::new("none"), Self::new("memory://?max=1MiB")]
    }

    pub(crate) fn send(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let cookie = self.cookie.as_ref().map(|pair| format!("Cookie: theme=dark; {pair}\r\n")).unwrap_or_default();
        let mut stream = TcpStream::connect(self.site.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{cookie}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.site.address,
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

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    /// Sends a form, and says where the answer leads.
    pub(crate) fn post(&mut self, path: &str, form: &str) -> String {
        let answer = self.send("POST", path, form);
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
        answer.header("location").unwrap().to_owned()
    }

    pub(crate) fn session(&mut self) -> Value {
        let answer = self.get("/session.json");
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
        serde_json::from_str(&answer.body).unwrap()
    }

    /// The session's id, as the page shows it.
    pub(crate) fn id(&mut self) -> String {
        let page = self.get("/").body;
        let (_, after) = page.split_once(r#"<code id="session-id">"#).unwrap();
        after.split('<').next().unwrap().to_owned()
    }
}
