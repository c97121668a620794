//! A browser's cookie jar, shared by its tabs.

use std::sync::Mutex;
use std::time::Duration;

use http::Request;
use http::header::{COOKIE, SET_COOKIE};
use rand::RngExt;
use rand::rngs::StdRng;
use sealed_session::{SessionId, Timestamp};

use crate::app::{App, Deed};
use crate::model::Model;

const NAME: &str = "__Host-session";

pub(crate) struct Jar {
    browser: u32,
    cookie: Mutex<Option<String>>,
}

/// What a cookie is, as who has the keys can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) id: SessionId,
    /// The data is in the store.
    pub(crate) refers: bool,
}

impl Jar {
    pub(crate) fn new(browser: u32) -> Self {
        Self { browser, cookie: Mutex::default() }
    }

    /// Sends a request with the cookie that there is now, and takes the one that comes back, in whatever order.
    pub(crate) async fn send(&self, app: &App, model: &Model, deed: Deed, random: &mut StdRng) {
        let value = self.cookie.lock().unwrap().clone();
        let sent_token = value.as_deref().map(|value| token(app, value));
        let mut request = Request::builder();
        if let Some(value) = &value {
            request = request.header(COOKIE, format!("{NAME}={value}"));
        }
        let sent = model.send(self.browser, deed, sent_token);
        let pause = Duration::from_micros(random.random_range(0..3000));
        let (response, seen) = app.call(request.body(()).unwrap(), self.browser, deed, pause).await;
        let fields: Vec<_> = response.headers().get_all(SET_COOKIE).iter().collect();
        assert!(fields.len() <= 1, "{fields:?}");
        let set = fields.first().map(|field| field.to_str().unwrap().to_owned());
        let received = set.map(|field| {
            let cookie = cookie::Cookie::parse(field).unwrap();
            let alive = cookie.max_age() != Some(time::Duration::ZERO);
            alive.then(|| (cookie.value().to_owned(), token(app, cookie.value())))
        });
        model.receive(
            sent,
            response.status(),
            seen.as_ref(),
            received.as_ref().map(|set| set.as_ref().map(|set| set.1)),
        );
        if let Some(set) = received {
            *self.cookie.lock().unwrap() = set.map(|(value, _)| value);
        }
    }
}

fn token(app: &App, value: &str) -> Token {
    let opened = app.sealer.open(value.as_bytes(), Timestamp::now()).unwrap();
    Token { id: opened.head.id, refers: opened.schema().is_none() }
}
