//! The app: a counter in a session that is too large for its cookie.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use http::header::{COOKIE, RETRY_AFTER, SET_COOKIE};
use http::{Request, Response, StatusCode};
use sealed_session::{ErrorKind, Keyring, Session, SessionId, SessionLayer, store};
use serde::{Deserialize, Serialize};
use tower::{Layer, ServiceExt, service_fn};

use super::engine::Engine;

const NAME: &str = "__Host-session";

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) client: Option<usize>,
    pub(crate) count: u64,
    filler: String,
}

impl Account {
    fn filler(client: usize, count: u64) -> String {
        format!("client {client} count {count} ").repeat(300)
    }

    /// Nothing in it is somebody else's, or from another time.
    fn is_whole(&self) -> bool {
        self.client.is_none_or(|client| self.filler == Self::filler(client, self.count))
    }
}

#[derive(Clone)]
pub(crate) struct App(SessionLayer<Account>);

/// What a client gets.
pub(crate) enum Answer {
    /// The session as the handler saw it, and as it is now; and the cookie for it.
    Counted { before: Account, now: u64, cookie: String },
    /// 503.
    Refused,
}

impl App {
    pub(crate) fn new(url: &str) -> Self {
        let builder = SessionLayer::<Account>::builder(Keyring::generate().unwrap());
        Self(builder.overflow(store::open(url).unwrap()).build().unwrap())
    }

    pub(crate) async fn ready(engine: &Engine) -> Self {
        let app = Self::new(&engine.url);
        app.prepare().await;
        app
    }

    /// Prepares the store, as soon as it lets itself be prepared.
    pub(crate) async fn prepare(&self) {
        let start = Instant::now();
        while let Err(error) = self.0.prepare_store().await {
            assert!(start.elapsed() < Duration::from_secs(60), "{error}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Counts up in the session of this cookie.
    pub(crate) async fn count(&self, client: usize, cookie: Option<&str>) -> Answer {
        let response = self.call(cookie, move |session| {
            let before = session.get();
            assert!(before.is_whole(), "torn");
            session.update(|account| {
                account.client = Some(client);
                account.count += 1;
                account.filler = Account::filler(client, account.count);
            });
            before
        });
        let mut response = response.await;
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            assert!(response.headers().contains_key(RETRY_AFTER) && !response.headers().contains_key(SET_COOKIE));
            return Answer::Refused;
        }
        assert_eq!(response.status(), 200);
        let before: Account = response.extensions_mut().remove().expect("the handler ran");
        let field = response.headers().get(SET_COOKIE).expect("a change is saved").to_str().unwrap().to_owned();
        let cookie = cookie::Cookie::parse(field).unwrap().value().to_owned();
        Answer::Counted { now: before.count + 1, before, cookie }
    }

    /// Whose session this cookie leads to; changes nothing.
    pub(crate) async fn read(&self, cookie: &str) -> Option<usize> {
        let mut response = self.call(Some(cookie), |session| session.read(Account::clone)).await;
        assert_eq!(response.status(), 200);
        response.extensions_mut().remove::<Account>().expect("the handler ran").client
    }

    /// The id of the session that this cookie leads to.
    pub(crate) async fn id(&self, cookie: &str) -> SessionId {
        let id = std::sync::Arc::new(std::sync::OnceLock::new());
        let found = std::sync::Arc::clone(&id);
        let response = self.call(Some(cookie), move |session| {
            found.get_or_init(|| session.id().unwrap());
            session.read(Account::clone)
        });
        assert_eq!(response.await.status(), 200);
        *id.get().expect("the handler ran")
    }

    /// A visitor whose session fits into the cookie.
    pub(crate) async fn visit_inline(&self) {
        let response = self.call(None, |session| {
            session.update(|account| account.count += 1);
            Account::default()
        });
        assert_eq!(response.await.status(), 200);
    }

    async fn call(
        &self,
        cookie: Option<&str>,
        handle: impl Fn(&Session<Account>) -> Account + Clone + Send,
    ) -> Response<()> {
        let service = service_fn(move |request: Request<()>| {
            let handle = handle.clone();
            async move {
                let mut response = Response::new(String::new());
                match Session::<Account>::from_request(&request).await {
                    Ok(session) => {
                        response.extensions_mut().insert(handle(&session));
                    }
                    Err(error) => {
                        assert!(matches!(error.kind(), ErrorKind::Store(_)), "{error}");
                        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                        response.headers_mut().insert(RETRY_AFTER, 5.into());
                    }
                }
                Ok::<_, Infallible>(response)
            }
        });
        let mut request = Request::builder();
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, format!("{NAME}={cookie}"));
        }
        self.0.layer(service).oneshot(request.body(()).unwrap()).await.unwrap().map(drop)
    }
}
