//! What sessions add to a request: `cargo bench --bench layer`.
//!
//! Whole requests through the layer with the typical session; `bare` is the same service without it, to be taken off. Where no
//! store is asked, futures are polled without a runtime. Responses are dropped within the time, requests are made outside
//! of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic, missing_docs)]

mod support;

use std::sync::Arc;

use divan::Bencher;
use http::HeaderMap;
use sealed_session::store::{MemoryStore, SqliteStore, Store};
use sealed_session::{SessionLayer, Timestamp};
use tower::{Layer, Service};

use support::shop::{SIZES, Shop, sample};
use support::site::{self, Use};
use support::{ready, runtime};

fn main() {
    divan::main();
}

fn layer(keys: u8) -> SessionLayer<Shop> {
    SessionLayer::new(site::keyring(keys)).unwrap()
}

/// The headers of a request with this session, in a cookie of `layer`.
fn signed_in(layer: &SessionLayer<Shop>, size: &str) -> HeaderMap {
    site::headers(Some(&site::among_others(&ready(site::cookie(layer, &sample(size))))))
}

/// Requests with these headers, without a runtime.
fn requests<S: Service<http::Request<()>, Error: std::fmt::Debug>>(
    bencher: Bencher<'_, '_>,
    mut service: S,
    headers: &HeaderMap,
) {
    let bencher = bencher.with_inputs(|| site::request(headers));
    bencher.bench_local_values(|request| drop(ready(service.call(request)).unwrap()));
}

#[divan::bench]
fn bare(bencher: Bencher<'_, '_>) {
    requests(bencher, site::handler(Use::Nothing), &signed_in(&layer(1), "typical"));
}

#[divan::bench(args = Use::ALL)]
fn inline(bencher: Bencher<'_, '_>, what: Use) {
    let layer = layer(1);
    requests(bencher, layer.layer(site::handler(what)), &signed_in(&layer, "typical"));
}

#[divan::bench(args = SIZES)]
fn inline_modify_by_size(bencher: Bencher<'_, '_>, size: &str) {
    let layer = layer(1);
    requests(bencher, layer.layer(site::handler(Use::Modify)), &signed_in(&layer, size));
}

#[divan::bench(args = Use::ALL)]
fn visitor_without_a_cookie(bencher: Bencher<'_, '_>, what: Use) {
    requests(bencher, layer(1).layer(site::handler(what)), &site::headers(None));
}

/// Read by the handler; `accepted` is what the others are compared with.
#[divan::bench(args = ["accepted", "unknown key", "wrong tag", "not base64", "too short", "too long", "beside 2 KB"])]
fn cookie(bencher: Bencher<'_, '_>, what: &str) {
    let ours = layer(1);
    let value = ready(site::cookie(&ours, &sample("typical")));
    let field = match what {
        "unknown key" => site::among_others(&ready(site::cookie(&layer(2), &sample("typical")))),
        // The last character but one, so that it stays base64.
        "wrong tag" => {
            let (start, end) = value.split_at(value.len() - 2);
            let other = if end.starts_with('A') { "B" } else { "A" };
            site::among_others(&format!("{start}{other}{}", &end[1..]))
        }
        "not base64" => site::among_others(&value[..value.len() / 4 * 4 - 3]),
        "too short" => site::among_others(&value[..40]),
        "too long" => site::among_others(&value.repeat(20)),
        "beside 2 KB" => format!("{}; {}", site::others_of_2_kb(), site::among_others(&value)),
        _ => site::among_others(&value),
    };
    requests(bencher, ours.layer(site::handler(Use::Read)), &site::headers(Some(&field)));
}

/// The same session in a store, in a runtime: with and without the layer.
fn in_a_store(bencher: Bencher<'_, '_>, what: Option<Use>, store: impl Store) {
    let runtime = runtime();
    let _entered = runtime.enter();
    let layer = SessionLayer::<Shop>::builder(site::keyring(1)).overflow(store).overflow_at(260).build().unwrap();
    let value = runtime.block_on(site::cookie(&layer, &sample("typical")));
    assert!(value.len() < 100, "the session is not in the store");
    let headers = site::headers(Some(&site::among_others(&value)));
    let bencher = bencher.with_inputs(|| site::request(&headers));
    if let Some(what) = what {
        let mut service = layer.layer(site::handler(what));
        bencher.bench_local_values(|request| drop(runtime.block_on(service.call(request)).unwrap()));
    } else {
        let mut service = site::handler(Use::Nothing);
        bencher.bench_local_values(|request| drop(runtime.block_on(service.call(request)).unwrap()));
    }
}

#[divan::bench]
fn bare_in_a_runtime(bencher: Bencher<'_, '_>) {
    in_a_store(bencher, None, Arc::new(MemoryStore::new(1 << 24)));
}

#[divan::bench(args = Use::ALL)]
fn overflow_in_memory(bencher: Bencher<'_, '_>, what: Use) {
    in_a_store(bencher, Some(what), MemoryStore::new(1 << 24));
}

#[divan::bench(args = Use::ALL)]
fn overflow_in_sqlite(bencher: Bencher<'_, '_>, what: Use) {
    let folder = tempfile::tempdir().unwrap();
    in_a_store(bencher, Some(what), SqliteStore::open(folder.path().join("sessions.db")).unwrap());
}

/// What reading the clock takes, which a request does once or twice.
#[divan::bench]
fn clock() -> Timestamp {
    Timestamp::now()
}
