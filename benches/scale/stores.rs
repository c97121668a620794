//! Sessions a second by store and by number of clients: each client reads and changes a session of its own that is too large
//! for its cookie, one request after the other, and takes the new cookie on.

use std::convert::Infallible;
use std::time::Instant;

use http::{Request, Response, StatusCode};
use sealed_session::{Session, SessionLayer};
use tower::{Layer, Service, service_fn};

use crate::backends::{Backend, memcached, memory, mysql, postgres, redis, redis_every_second, sqlite};
use crate::span;
use crate::support::shop::{Shop, with_items};
use crate::support::site;
use crate::times::Times;

const CLIENTS: [usize; 3] = [1, 10, 100];
const TRIES: usize = 10;
/// Their sessions take about 4 KB.
const ITEMS: u32 = 330;

const BACKENDS: [fn() -> Option<Backend>; 7] = [memory, sqlite, redis, redis_every_second, memcached, postgres, mysql];

pub(crate) fn run() {
    println!(
        "Sessions of about 4 KB, read and changed, through the layer; each store as it is by default, those in memory with room for all.\n"
    );
    println!("| store | clients | sessions/s | p50 µs | p99 µs | failed |\n|---|---:|---:|---:|---:|---:|");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let _entered = runtime.enter();
    for backend in BACKENDS {
        let Some(backend) = backend() else { continue };
        let builder = SessionLayer::<Shop>::builder(site::keyring(1)).overflow(backend.open());
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

/// The cookie of a new session. A server that is busy with a hundred clients that begin at once may be too slow for one.
async fn begin(layer: &SessionLayer<Shop>) -> String {
    for _ in 0..TRIES {
        if let Some(value) = site::try_cookie(layer, &with_items(ITEMS)).await {
            return value;
        }
    }
    panic!("no session could be begun");
}

/// How long its requests took, and how many failed.
async fn client(layer: SessionLayer<Shop>) -> (Times, u64) {
    let mut value = begin(&layer).await;
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
