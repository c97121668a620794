//! A request that is under way: its handler has its session, and waits.

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use http::header::COOKIE;
use http::{Request, Response};
use sealed_session::{Session, SessionBody, SessionId};
use serde::{Deserialize, Serialize};
use tower::{Layer, ServiceExt, service_fn};

use crate::support::{Answer, DAY, Site};

/// What a session holds: a number that tells writes apart, and bulk.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Data {
    pub(crate) serial: u64,
    pub(crate) bulk: String,
}

impl Data {
    pub(crate) fn new(serial: u64, large: bool) -> Self {
        Self { serial, bulk: "x".repeat(if large { 5000 } else { 20 }) }
    }

    pub(crate) fn is_large(&self) -> bool {
        self.bulk.len() > 1000
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {} bytes", self.serial, self.bulk.len())
    }
}

/// What a handler does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Read,
    /// Writes what is there already.
    Same,
    Write {
        large: bool,
    },
    Renew,
    /// Renews, and writes.
    SignIn,
    SignOut,
    /// Ends the session, and begins another one.
    Restart,
    /// "Remember me", for 30 days.
    Remember,
}

impl Deed {
    fn act(self, session: &Session<Data>, serial: u64) {
        match self {
            Self::Read => {}
            Self::Same => session.update(|data| data.serial = data.serial.wrapping_add(0)),
            Self::Write { large } => session.replace(Data::new(serial, large)),
            Self::Renew => session.renew(),
            Self::SignIn => {
                session.renew();
                session.update(|data| data.serial = serial);
            }
            Self::SignOut => session.destroy(),
            Self::Restart => {
                session.destroy();
                session.replace(Data::new(serial, false));
            }
            Self::Remember => session.remember_for(30 * DAY),
        }
    }
}

/// What a handler sees before it does anything.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) outcome: &'static str,
    pub(crate) id: Option<SessionId>,
    pub(crate) data: Data,
}

type Responding = dyn Future<Output = Result<Response<SessionBody<String>>, Infallible>>;

pub(crate) struct Flight {
    future: Pin<Box<Responding>>,
    go_on: Arc<AtomicBool>,
    pub(crate) seen: Seen,
}

impl Flight {
    /// Sends a request, and returns once its handler has read the session.
    pub(crate) async fn start(
        site: &Site<Data>,
        cookie: Option<&str>,
        navigation: bool,
        deed: Deed,
        serial: u64,
    ) -> Self {
        let mut request = Request::get("/");
        if let Some(value) = cookie {
            request = request.header(COOKIE, format!("{}={value}", site.name));
        }
        if !navigation {
            request = request.header("sec-fetch-mode", "cors");
        }
        let (go_on, seen) = (Arc::<AtomicBool>::default(), Arc::<Mutex<Option<Seen>>>::default());
        let (gate, sees) = (Arc::clone(&go_on), Arc::clone(&seen));
        let service = service_fn(move |request: Request<()>| {
            let (gate, sees) = (Arc::clone(&gate), Arc::clone(&sees));
            async move {
                let session = Session::<Data>::from_request(&request).await.unwrap();
                let id = if session.is_new() { None } else { session.id().ok() };
                *sees.lock().unwrap() = Some(Seen { outcome: session.outcome().as_str(), id, data: session.get() });
                poll_fn(|_| if gate.load(Ordering::Relaxed) { Poll::Ready(()) } else { Poll::Pending }).await;
                deed.act(&session, serial);
                Ok(Response::new(String::new()))
            }
        });
        let mut future: Pin<Box<Responding>> = Box::pin(site.layer.layer(service).oneshot(request.body(()).unwrap()));
        let seen = poll_fn(|context| {
            assert!(future.as_mut().poll(context).is_pending(), "a handler that does not wait");
            seen.lock().unwrap().take().map_or(Poll::Pending, Poll::Ready)
        });
        let seen = seen.await;
        Self { future, go_on, seen }
    }

    /// Lets the handler go on.
    pub(crate) async fn finish(self) -> Answer {
        self.go_on.store(true, Ordering::Relaxed);
        Answer(self.future.await.unwrap())
    }
}
