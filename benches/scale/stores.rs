//! Sessions a second by store and by number of clients: each client reads and changes a session of its own that is too large
//! for its cookie, one request after the other, and takes the new cookie on.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use http::{Request, Response, StatusCode};
use sealed_session::store::{self, Store};
use sealed_session::{Session, SessionLayer};
use tower::{Layer, Service, service_fn};

use crate::span;
use crate::support::shop::{Shop, with_items};
use crate::support::site;
use crate::times::Times;

const CLIENTS: [usize; 3] = [1, 10, 100];
/// Their sessions take about 4 KB.
const ITEMS: u32 = 200;

/// A backend, with whatever has to live as long.
struct Backend {
    name: &'static str,
    store: Arc<dyn Store>,
    _server: Box<dyn std::any::Any>,
}

pub(crate) fn run() {
    println!("Sessions of about 4 KB, read and changed, through the layer; each store as it is by default.\n");
    println!("| store | clients | sessions/s | p50 µs | p99 µs | failed |\n|---|---:|---:|---:|---:|---:|");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let _entered = runtime.enter();
    for backend in BACKENDS {
        let Some(backend) = backend() else { continue };
        let builder = SessionLayer::<Shop>::builder(site::keyring(1)).overflow(Arc::clone(&backend.store));
        let layer = builder.build().unwrap();
        runtime.block_on(layer.prepare_store()).unwrap();
        for clients in CLIENTS {
            row(&runtime, backend.name, &layer, clients);
        }
    }
}

fn row(runtime: &tokio::runtime::Runtime, name: &str, layer: &SessionLayer<Shop>, clients: usize) {
    let start = Instant::now();
    let tasks: Vec<_> = (0..clients).map(|_| runtime.spawn(client(layer.clone()))).collect();
    let (mut times, mut failed) = (Times::default(), 0);
    for task in tasks {
        let (of_one, failures) = runtime.block_on(task).unwrap();
        times.extend(of_one);
        failed += failures;
    }
    let rate = times.len() as f64 / start.elapsed().as_secs_f64();
    let [p50, p99] = [500, 990].map(|share| times.per_mille(share));
    println!("| {name} | {clients} | {rate:.0} | {p50} | {p99} | {failed} |");
}

/// How long its requests took, and how many failed.
async fn client(layer: SessionLayer<Shop>) -> (Times, u64) {
    let mut value = site::cookie(&layer, &with_items(ITEMS)).await;
    assert!(value.len() < 100, "the session is not in the store");
    let mut service = layer.layer(service_fn(|request: Request<()>| async move {
        let mut response = Response::new(());
        match Session::<Shop>::from_request(&request).await {
            Ok(session) => session.update(Shop::change),
            Err(_) => *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE,
        }
        Ok::<_, Infallible>(response)
    }));
    let (mut times, mut failed) = (Times::default(), 0);
    let start = Instant::now();
    while start.elapsed() < span() {
        let request = site::request(&site::headers(Some(&site::among_others(&value))));
        let response = times.time(service.call(request)).await.unwrap();
        match site::value(response.headers()) {
            Some(new) if response.status() == StatusCode::OK => value = new,
            _ => failed += 1,
        }
    }
    (times, failed)
}

const BACKENDS: [fn() -> Option<Backend>; 7] = [memory, sqlite, redis, redis_every_second, memcached, postgres, mysql];

fn memory() -> Option<Backend> {
    let store = store::open("memory://").unwrap();
    Some(Backend { name: "memory", store, _server: Box::new(()) })
}

fn sqlite() -> Option<Backend> {
    let folder = tempfile::tempdir().unwrap();
    let store = store::open(&format!("sqlite://{}", folder.path().join("sessions.db").display())).unwrap();
    Some(Backend { name: "SQLite", store, _server: Box::new(folder) })
}

/// A backend whose server is started here, if it is on the machine and its feature is on.
macro_rules! server {
    ($opener:ident, $feature:literal, $name:literal, $module:ident, $server:ident($($settings:expr)?)) => {
        #[cfg(feature = $feature)]
        fn $opener() -> Option<Backend> {
            use crate::servers::$module::*;
            let mut server = $server($($settings)?)?;
            server.start();
            let store = store::open(&url(&server)).unwrap();
            Some(Backend { name: $name, store, _server: Box::new(server) })
        }

        #[cfg(not(feature = $feature))]
        fn $opener() -> Option<Backend> {
            eprintln!(concat!("left out: ", $name, " (`--features ", $feature, "`)"));
            None
        }
    };
}

server!(redis, "redis", "Redis, on the disk at once", redis, server());
server!(redis_every_second, "redis", "Redis, on the disk each second", redis, server_with(EVERY_SECOND));
server!(memcached, "memcached", "Memcached", memcached, server());
server!(postgres, "postgres", "PostgreSQL", postgres, server());
server!(mysql, "mysql", "MariaDB", mysql, server());
