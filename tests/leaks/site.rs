//! A thousand requests to the demo.

use axum::Router;
use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, Response};
use http_body_util::BodyExt;
use sealed_session::{Key, Keyring, Sealer, Timestamp};
use tower::ServiceExt;

use super::needles::Needles;
use super::shop::{COOKIE, Shop};
use super::storage::Storage;
use super::support;
use super::support::log::Log;

/// Somebody with a browser.
#[derive(Default)]
struct Person {
    name: String,
    cookie: Option<String>,
}

struct Demo {
    app: Router,
    sealer: Sealer,
    needles: Needles,
    requests: usize,
}

impl Demo {
    fn new(store: &str) -> Self {
        let key: Key = support::key("demo");
        let ring = Keyring::new([key.clone()]).unwrap();
        let mut needles = Needles::default();
        let secret = base64::engine::general_purpose::STANDARD.decode(key.expose_base64().as_str()).unwrap();
        needles.bytes("the key", &secret);
        let shop = Shop::new(ring.clone(), Storage::open(store).unwrap(), |_| ()).unwrap();
        let sealer = Sealer::new(ring, COOKIE, "").unwrap();
        Self { app: super::app::app(shop), sealer, needles, requests: 0 }
    }

    /// One request; what is shown, is looked through: the head but for `Set-Cookie` of the session, the body, the log.
    async fn send(
        &mut self,
        person: &mut Person,
        path: &str,
        form: Option<&str>,
        strangers: &Needles,
        log: &Log,
    ) -> Response<()> {
        let mut request = Request::builder().method(if form.is_some() { "POST" } else { "GET" }).uri(path);
        request = request.header("content-type", "application/x-www-form-urlencoded");
        if let Some(value) = &person.cookie {
            request = request.header("cookie", format!("{COOKIE}={value}"));
            self.needles.cookie(value);
        }
        // The page takes apart the cookie with which it was asked for, and shows it to whoever sent it. No other one.
        let taken_apart = person.cookie.clone().filter(|_| path == "/").unwrap_or_default();
        let request = request.body(Body::from(form.unwrap_or_default().to_owned())).unwrap();
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (mut parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let sent = parts.headers.get("set-cookie").cloned();
        if let Some(field) = &sent {
            let (name, rest) = field.to_str().unwrap().split_once('=').unwrap();
            assert_eq!(name, COOKIE);
            parts.headers.remove("set-cookie");
            let value = rest.split(';').next().unwrap();
            self.learn(value);
            person.cookie = (!value.is_empty()).then(|| value.to_owned());
        }
        let head = format!("{:?} {:?}", parts.status, parts.headers);
        self.needles.are_not_in("a head", head.as_bytes());
        assert_eq!(self.needles.within_but(&body, &taken_apart), [""; 0], "{path}: {}", String::from_utf8_lossy(&body));
        strangers.are_not_in("a response to somebody else", &[head.as_bytes(), &body].concat());
        let log = log.take();
        self.needles.are_not_in("the log", &log);
        let mut own = Needles::default();
        own.raw("the name of the visitor", person.name.as_bytes());
        own.are_not_in("the log", &log);
        own.are_not_in("a head", head.as_bytes());
        self.requests += 1;
        Response::from_parts(parts, ())
    }

    /// What is in a cookie that was set must not be seen elsewhere.
    fn learn(&mut self, value: &str) {
        self.needles.cookie(value);
        if let Ok(opened) = self.sealer.open(value.as_bytes(), Timestamp::now()) {
            self.needles.bytes("an id", &opened.head.id.to_bytes());
            if opened.payload().len() >= 12 {
                self.needles.bytes("a payload", opened.payload());
            }
            let token = URL_SAFE_NO_PAD.decode(value).unwrap();
            self.needles.encoded("a token", &token);
        }
    }
}

/// Two people take turns, so that what one of them has would be seen with the other.
async fn use_it(store: &str, rounds: usize, log: &Log) -> usize {
    let mut demo = Demo::new(store);
    let mut people = [0, 1].map(|number| Person { name: format!("Secret-Visitor-{number}"), cookie: None });
    let strangers = [1, 0].map(|number| {
        let mut needles = Needles::default();
        needles.bytes("the name of somebody else", format!("Secret-Visitor-{number}").as_bytes());
        needles
    });
    let mut seen = std::collections::HashSet::new();
    for round in 0..rounds {
        for (person, strangers) in people.iter_mut().zip(&strangers) {
            let login = format!("user={}", person.name);
            let item = format!("name={}&note=once+more", person.name);
            let steps: [(&str, Option<&str>); 10] = [
                ("/login", Some(&login)),
                ("/", None),
                ("/items", Some(&item)),
                ("/session.json", None),
                ("/visit", Some("")),
                ("/outgrow", Some("")),
                ("/", None),
                ("/items/clear", Some("")),
                ("/no-such-page", None),
                ("/logout", Some("")),
            ];
            for (number, (path, form)) in steps.into_iter().enumerate() {
                if (round + number) % 17 == 16 {
                    // What came back is not what was sent.
                    person.cookie = person.cookie.take().map(|value| value[..value.len() - 4].to_owned() + "AAAA");
                }
                let response = demo.send(person, path, form, strangers, log).await;
                seen.insert(response.status().as_u16());
            }
        }
    }
    assert!(seen.contains(&200) && seen.contains(&303) && seen.contains(&404), "{seen:?}");
    assert!(store != "none" || !seen.contains(&503));
    demo.requests
}

#[test]
fn the_demo_answers_a_thousand_requests_and_shows_no_secret() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let missing = format!("sqlite://{}", folder.path().join("missing").join("sessions.db").display());
    Log::of(|log| {
        let mut requests = 0;
        for (store, rounds) in [("none", 10), ("memory://?max=1MiB", 37), (missing.as_str(), 4)] {
            requests += runtime.block_on(use_it(store, rounds, log));
        }
        assert!(requests >= 1000, "{requests}");
    });
}
