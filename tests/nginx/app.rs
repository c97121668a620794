//! The app behind the proxy, on a runtime of its own.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{ConnectInfo, Path};
use axum::routing::get;
use sealed_session::{Event, Keyring, NotHttps, Session, SessionLayer, SessionLayerBuilder, TrustedProxies};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use super::log::Log;

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Visit {
    count: u32,
    text: String,
}

/// Stops when it is dropped.
pub(crate) struct App {
    pub(crate) address: SocketAddr,
    reasons: Arc<Mutex<Vec<NotHttps>>>,
    _runtime: Runtime,
}

impl App {
    /// What it logs is in [`Log::of_all`].
    pub(crate) fn new(settings: impl FnOnce(SessionLayerBuilder<Visit>) -> SessionLayerBuilder<Visit>) -> Self {
        Log::of_all();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let reasons = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&reasons);
        let (listener, layer) = runtime.block_on(async {
            let builder = SessionLayer::builder(Keyring::generate().unwrap()).on_event(move |event| {
                if let Event::NotSent { reason } = event {
                    seen.lock().unwrap().push(*reason);
                }
            });
            (TcpListener::bind("127.0.0.1:0").await.unwrap(), settings(builder).build().unwrap())
        });
        let address = listener.local_addr().unwrap();
        let app = router().layer(layer).into_make_service_with_connect_info::<SocketAddr>();
        runtime.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, reasons, _runtime: runtime }
    }

    /// One whose cookie is for https alone, and that trusts nginx on 127.0.0.1.
    pub(crate) fn for_https() -> Self {
        Self::for_https_called("__Host-session")
    }

    /// With a cookie of this name.
    pub(crate) fn for_https_called(cookie: &str) -> Self {
        Self::new(|builder| {
            builder
                .name(cookie)
                .secure_auto(TrustedProxies::new(["127.0.0.1"]).unwrap())
                .peer_address(|extensions| Some(extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip()))
        })
    }

    /// Why cookies were not sent, since the last call.
    pub(crate) fn reasons(&self) -> Vec<NotHttps> {
        std::mem::take(&mut self.reasons.lock().unwrap())
    }
}

pub(crate) const NGINX: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

/// `/` counts visits, `/text/n` keeps so many bytes, `/fill/n` has a header of so many.
fn router() -> Router {
    let count = |session: Session<Visit>| async move {
        session.update(|visit| {
            visit.count += 1;
            format!("visit {}", visit.count)
        })
    };
    let text = |Path(len): Path<usize>, session: Session<Visit>| async move {
        session.update(|visit| visit.text = "x".repeat(len));
        "kept"
    };
    let look = |session: Session<Visit>| async move { session.read(|visit| visit.text.len().to_string()) };
    let fill = |Path(len): Path<usize>| async move { ([("x-fill", "x".repeat(len))], "filled") };
    Router::new()
        .route("/", get(count))
        .route("/text/{len}", get(text))
        .route("/look", get(look))
        .route("/fill/{len}", get(fill))
}
