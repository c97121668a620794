//! The site: one handler that does what a request asks for, in its own time.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::{Request, Response};
use sealed_session::store::{self, RecordKey, Store};
use sealed_session::{Keyring, Place, Sealer, Session, SessionId, SessionLayer, Timestamp};
use serde::{Deserialize, Serialize};
use tower::{Layer, ServiceExt, service_fn};

/// What a session holds: whose it is, and data that can be seen to be whole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Data {
    pub(crate) browser: Option<u32>,
    pub(crate) serial: u64,
    pub(crate) filler: String,
}

impl Data {
    pub(crate) fn fill(&mut self, serial: u64, len: usize) {
        self.serial = serial;
        self.filler = Self::pattern(self.browser, serial, len);
    }

    fn pattern(browser: Option<u32>, serial: u64, len: usize) -> String {
        let word = format!("{browser:?} {serial} ");
        word.chars().cycle().take(len).collect()
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.filler == Self::pattern(self.browser, self.serial, self.filler.len())
    }
}

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Read,
    /// New data of the same length.
    Write,
    Grow(usize),
    Shrink(usize),
    Renew,
    SignIn,
    SignOut,
}

/// What the handler saw before it did anything.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) outcome: &'static str,
    pub(crate) id: Option<SessionId>,
    pub(crate) place: Place,
    pub(crate) data: Data,
}

#[derive(Clone)]
pub(crate) struct App {
    layer: SessionLayer<Data>,
    pub(crate) sealer: Sealer,
    pub(crate) store: &'static str,
    behind: Arc<dyn Store>,
    serials: Arc<AtomicU64>,
}

impl App {
    pub(crate) async fn new(url: &str) -> Self {
        let keyring = Keyring::generate().unwrap();
        let behind = store::open(url).unwrap();
        behind.prepare().await.unwrap();
        let layer = SessionLayer::<Data>::builder(keyring.clone()).overflow(Arc::clone(&behind)).build().unwrap();
        let sealer = Sealer::new(keyring, layer.cookie_name(), "").unwrap();
        Self { store: behind.name(), layer, sealer, behind, serials: Arc::default() }
    }

    /// One request. `pause` is how long the handler takes.
    pub(crate) async fn call(
        &self,
        request: Request<()>,
        browser: u32,
        deed: Deed,
        pause: Duration,
    ) -> (Response<()>, Option<Seen>) {
        let service = service_fn(|request: Request<()>| async move {
            let session = match Session::<Data>::from_request(&request).await {
                Ok(session) => session,
                Err(error) => panic!("{error}"),
            };
            let id = if session.is_new() { None } else { session.id().ok() };
            let seen = Seen { outcome: session.outcome().as_str(), id, place: session.place(), data: session.get() };
            tokio::time::sleep(pause).await;
            self.act(&session, browser, deed);
            let mut response = Response::new(String::new());
            response.extensions_mut().insert(seen);
            Ok::<_, Infallible>(response)
        });
        let mut response = self.layer.layer(service).oneshot(request).await.unwrap();
        let seen = response.extensions_mut().remove();
        (response.map(drop), seen)
    }

    fn act(&self, session: &Session<Data>, browser: u32, deed: Deed) {
        let serial = self.serials.fetch_add(1, Ordering::Relaxed);
        let write = |len: Option<usize>| {
            session.update(|data| {
                data.browser = Some(browser);
                data.fill(serial, len.unwrap_or(data.filler.len()));
            });
        };
        match deed {
            Deed::Read => {}
            Deed::Write => write(None),
            Deed::Grow(len) | Deed::Shrink(len) => write(Some(len)),
            Deed::Renew => session.renew(),
            Deed::SignIn => {
                session.renew();
                write(None);
            }
            Deed::SignOut => session.destroy(),
        }
    }

    /// Which of these sessions have a record that is alive `ahead` seconds from now.
    pub(crate) async fn alive(&self, ids: &[SessionId], ahead: u64) -> usize {
        let mut alive = 0;
        for id in ids {
            let record = self.behind.load(&RecordKey::of(*id), usize::MAX, in_seconds(ahead)).await.unwrap();
            alive += usize::from(record.is_some());
        }
        alive
    }

    /// Removes all that expires within `ahead` seconds, and says how much that was.
    pub(crate) async fn sweep(&self, ahead: u64) -> u64 {
        let mut all = 0;
        while let removed @ 1.. = self.behind.sweep(1000, in_seconds(ahead)).await.unwrap() {
            all += removed;
        }
        all
    }
}

fn in_seconds(ahead: u64) -> Timestamp {
    Timestamp::from_unix(Timestamp::now().as_unix() + ahead)
}
