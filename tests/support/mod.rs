//! A browser, a clock and an operator for tests of the layer. Nothing here waits, unless a store makes it.
#![allow(dead_code, unreachable_pub, missing_docs, missing_debug_implementations)]
#![allow(
    clippy::new_without_default,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

pub mod log;
pub mod shelf;

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use http::header::{CACHE_CONTROL, COOKIE, SET_COOKIE, VARY};
use http::{Request, Response, StatusCode, request};
use sealed_session::{
    Event, Key, Keyring, Session, SessionBody, SessionData, SessionLayer, SessionLayerBuilder, Timestamp,
};
use sha2::{Digest, Sha256};
use tower::{Layer, Service, service_fn};

/// A clock that stands still until it is told to go on.
#[derive(Clone)]
pub struct Clock(Arc<AtomicU64>);

impl Clock {
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_795_000_000)))
    }

    pub fn advance(&self, duration: Duration) {
        self.0.fetch_add(duration.as_secs(), Ordering::Relaxed);
    }

    pub fn go_back(&self, duration: Duration) {
        self.0.fetch_sub(duration.as_secs(), Ordering::Relaxed);
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::Relaxed))
    }
}

pub const SECOND: Duration = Duration::from_secs(1);
pub const MINUTE: Duration = Duration::from_secs(60);
pub const HOUR: Duration = Duration::from_secs(3600);
pub const DAY: Duration = Duration::from_secs(24 * 3600);

/// What an operator sees.
#[derive(Clone, Default)]
pub struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    fn record(&self, event: &Event<'_>) {
        let text = match event {
            Event::Outcome { outcome, .. } => outcome.as_str().to_owned(),
            Event::Sealed { cause, .. } => format!("sealed {cause:?}"),
            Event::Replaced { refusal } => format!("replaced {refusal}"),
            Event::Failed { error } => format!("failed {}", kind(error)),
            Event::NotLoaded { error } => format!("not loaded {}", kind(error)),
            Event::NotRefreshed { error } => format!("not refreshed {}", kind(error)),
            Event::RecordLeft { error } => format!("record left {}", kind(error)),
            Event::Moved { to } => format!("moved {to:?}"),
            other => format!("{other:?}"),
        };
        self.0.lock().unwrap().push(text);
    }

    /// The events since the last call.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn kind(error: &sealed_session::Error) -> String {
    format!("{:?}", error.kind()).split(' ').next().unwrap().to_owned()
}

/// A key that depends on a name alone.
pub fn key(name: &str) -> Key {
    Key::from_bytes(Sha256::digest(name).into()).unwrap()
}

pub fn keyring(names: &[&str]) -> Keyring {
    Keyring::new(names.iter().map(|name| key(name))).unwrap()
}

/// A site, with its clock and its operator.
pub struct Site<T> {
    pub layer: SessionLayer<T>,
    pub clock: Clock,
    pub events: Events,
    pub name: String,
}

impl<T: SessionData> Site<T> {
    pub fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub fn with(settings: impl FnOnce(SessionLayerBuilder<T>) -> SessionLayerBuilder<T>) -> Self {
        Self::machine(&keyring(&["a"]), &Clock::new(), settings)
    }

    /// One machine of a fleet: its ring, the common clock, its settings.
    pub fn machine(
        keyring: &Keyring,
        clock: &Clock,
        settings: impl FnOnce(SessionLayerBuilder<T>) -> SessionLayerBuilder<T>,
    ) -> Self {
        let events = Events::default();
        let (record, now) = (events.clone(), clock.clone());
        let builder = SessionLayer::<T>::builder(keyring.clone())
            .on_event(move |event| record.record(event))
            .clock(move || now.now());
        let layer = settings(builder).build().unwrap();
        Self { layer, clock: clock.clone(), events, name: "__Host-session".into() }
    }

    /// One request to a handler of its own, without a browser.
    pub fn call(&self, request: Request<()>, handler: impl FnOnce(&Request<()>) -> Response<String>) -> Answer {
        let mut handler = Some(handler);
        let service = service_fn(|request: Request<()>| {
            let response = handler.take().expect("one request")(&request);
            async { Ok::<_, std::convert::Infallible>(response) }
        });
        let mut service = self.layer.layer(service);
        Answer(ready(service.call(request)).unwrap())
    }
}

/// The output of a future that must be ready. Only with a store, and then within a runtime, it may wait.
pub fn ready<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending if tokio::runtime::Handle::try_current().is_ok() => std::thread::park(),
            Poll::Pending => panic!("the future is not ready"),
        }
    }
}

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// A response, with what tests ask of it.
#[derive(Debug)]
pub struct Answer(pub Response<SessionBody<String>>);

impl Answer {
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    pub fn set_cookies(&self) -> Vec<String> {
        let fields = self.0.headers().get_all(SET_COOKIE).iter();
        fields.map(|field| String::from_utf8_lossy(field.as_bytes()).into_owned()).collect()
    }

    /// The only `Set-Cookie`, if there is one.
    pub fn set_cookie(&self) -> Option<String> {
        let mut all = self.set_cookies();
        assert!(all.len() <= 1, "{all:?}");
        all.pop()
    }

    /// The only `Set-Cookie` expires the cookie.
    pub fn expires(&self) -> bool {
        self.set_cookie().is_some_and(|field| field.contains("; Max-Age=0;"))
    }

    /// The only `Set-Cookie` sets a value.
    pub fn sets(&self) -> bool {
        self.set_cookie().is_some_and(|field| !field.contains("; Max-Age=0;"))
    }

    pub fn max_age(&self) -> Option<u64> {
        let field = self.set_cookie()?;
        field.split("; ").find_map(|part| part.strip_prefix("Max-Age=")?.parse().ok())
    }

    fn header(&self, name: http::HeaderName) -> String {
        self.0.headers().get_all(name).iter().map(|field| field.to_str().unwrap()).collect::<Vec<_>>().join(" | ")
    }

    pub fn cache_control(&self) -> String {
        self.header(CACHE_CONTROL)
    }

    pub fn vary(&self) -> String {
        self.header(VARY)
    }
}

/// A browser with one cookie.
#[derive(Clone, Default)]
pub struct Browser {
    pub cookie: Option<String>,
}

impl Browser {
    /// A navigation to `site`; `use_session` is the handler.
    pub fn visit<T: SessionData>(&mut self, site: &Site<T>, use_session: impl FnOnce(&Session<T>)) -> Answer {
        self.send(site, Request::get("/"), use_session, Response::new(String::new()))
    }

    /// Any request, and the handler's response.
    pub fn send<T: SessionData>(
        &mut self,
        site: &Site<T>,
        request: request::Builder,
        use_session: impl FnOnce(&Session<T>),
        response: Response<String>,
    ) -> Answer {
        let request = match &self.cookie {
            Some(value) => request.header(COOKIE, format!("{}={value}", site.name)),
            None => request,
        };
        let answer = site.call(request.body(()).unwrap(), |request| {
            use_session(&ready(Session::from_request(request)).unwrap());
            response
        });
        self.receive(&answer);
        answer
    }

    /// Keeps the last cookie that the answer sets, or forgets it.
    pub fn receive(&mut self, answer: &Answer) {
        for field in answer.set_cookies() {
            let cookie = cookie::Cookie::parse(field).unwrap();
            self.cookie = (cookie.max_age() != Some(time::Duration::ZERO)).then(|| cookie.value().to_owned());
        }
    }
}

pub fn response(status: u16) -> Response<String> {
    Response::builder().status(status).body(String::new()).unwrap()
}
