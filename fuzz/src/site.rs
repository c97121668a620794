//! A site with known keys and a clock that stands still, one request at a time.

use std::sync::{Arc, Mutex};

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderValue, Request, Response};
use sealed_session::{
    Event, Key, Keyring, Outcome, Session, SessionData, SessionLayer, SessionLayerBuilder, Timestamp,
};
use tower::{Layer, ServiceExt, service_fn};

use crate::format::{Format, Limits};

pub const NAME: &str = "__Host-session";
/// When the tokens of tests/vectors/format-1.json were sealed.
pub const NOW: u64 = 1_795_000_000;
/// The layer's defaults.
pub const LIMITS: Limits = Limits { lifetime: 14 * 24 * 3600, idle: 24 * 3600 };
/// The keys of those vectors. The first one seals.
pub const SECRETS: [[u8; 32]; 2] = [
    [
        0xef, 0xca, 0x76, 0x7f, 0x47, 0x99, 0x09, 0x43, 0x60, 0xa8, 0x67, 0x3b, 0xda, 0xb2, 0xa3, 0x7e, 0x6c, 0x6f,
        0x89, 0x66, 0x2a, 0xe4, 0x47, 0xb5, 0x1e, 0x47, 0xd2, 0x59, 0x3f, 0xac, 0xc1, 0x12,
    ],
    [
        0xe3, 0x0a, 0xb7, 0x25, 0x3f, 0x0a, 0xce, 0xa2, 0xb6, 0x47, 0x5e, 0x70, 0xc9, 0x7e, 0x37, 0xb6, 0xf0, 0xc2,
        0xfc, 0x53, 0x50, 0x9d, 0x85, 0xb1, 0xa8, 0xb0, 0xcb, 0x93, 0x4e, 0xc9, 0x30, 0x2b,
    ],
];

pub fn keyring() -> Keyring {
    Keyring::new(SECRETS.map(|secret| Key::from_bytes(secret).expect("a good key"))).expect("a good ring")
}

/// The format under the sealing key.
pub fn format() -> Format {
    Format::new(&SECRETS[0], NAME, "")
}

pub fn now() -> Timestamp {
    Timestamp::from_unix(NOW)
}

/// A layer, and what it reports.
pub struct Site<T> {
    layer: SessionLayer<T>,
    events: Arc<Mutex<Vec<String>>>,
    runtime: tokio::runtime::Runtime,
}

/// What came back.
#[derive(Debug)]
pub struct Answer<R> {
    pub status: u16,
    pub set_cookies: Vec<String>,
    pub events: Vec<String>,
    /// What the handler returned, and what came of the cookie. `None` where it got no session.
    pub handled: Option<(R, Outcome)>,
}

impl<T: SessionData> Site<T> {
    pub fn new(settings: impl FnOnce(SessionLayerBuilder<T>) -> SessionLayerBuilder<T>) -> Self {
        let events = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&events);
        let builder = SessionLayer::builder(keyring())
            .clock(now)
            .on_event(move |event| sink.lock().expect("no panic").push(text(event)));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        Self { layer: settings(builder).build().expect("a valid layer"), events, runtime }
    }

    /// A request with these `Cookie` fields.
    pub fn call<R>(&self, fields: &[HeaderValue], handler: impl FnOnce(&Session<T>) -> R) -> Answer<R> {
        let mut request = Request::new(());
        for field in fields {
            request.headers_mut().append(COOKIE, field.clone());
        }
        let mut handler = Some(handler);
        let handled = Mutex::new(None);
        let service = service_fn(|request: Request<()>| {
            let (handler, handled) = (handler.take(), &handled);
            async move {
                let mut response = Response::new(String::new());
                match Session::<T>::from_request(&request).await {
                    Ok(session) => {
                        let result = handler.expect("one request")(&session);
                        *handled.lock().expect("no panic") = Some((result, session.outcome()));
                    }
                    Err(error) => *response.status_mut() = error.status(),
                }
                Ok::<_, std::convert::Infallible>(response)
            }
        });
        self.events.lock().expect("no panic").clear();
        let response = self.runtime.block_on(self.layer.layer(service).oneshot(request)).expect("infallible");
        let field = |field: &HeaderValue| field.to_str().expect("ASCII").to_owned();
        let set_cookies: Vec<_> = response.headers().get_all(SET_COOKIE).iter().map(field).collect();
        for field in &set_cookies {
            assert!(field.len() <= 4093 && field.starts_with(NAME), "{field}");
        }
        let events = self.events.lock().expect("no panic").clone();
        Answer {
            status: response.status().as_u16(),
            set_cookies,
            events,
            handled: handled.into_inner().expect("no panic"),
        }
    }
}

impl<R> Answer<R> {
    /// The outcome by its name; `not_loaded` where the handler got no session.
    pub fn outcome(&self) -> &'static str {
        self.handled.as_ref().map_or("not_loaded", |(_, outcome)| outcome.as_str())
    }

    /// The cookie that was set, as the browser sends it back.
    pub fn cookie(&self) -> Option<HeaderValue> {
        let field = self.set_cookies.first().filter(|field| !field.contains("; Max-Age=0;"))?;
        let pair = field.split(';').next().unwrap_or_default();
        Some(HeaderValue::from_str(pair).expect("ASCII"))
    }
}

/// The `Cookie` field of this value.
pub fn cookie(value: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("{NAME}={value}")).expect("ASCII")
}

fn text(event: &Event<'_>) -> String {
    match event {
        Event::Failed { error } => format!("failed: {:?}", error.kind()),
        Event::NotLoaded { error } => format!("not loaded: {:?}", error.kind()),
        Event::NotRefreshed { error } | Event::RecordLeft { error } => format!("not reached: {:?}", error.kind()),
        other => format!("{other:?}"),
    }
}
