//! The hot paths, each as a loop.

use std::hint::black_box;

use http::HeaderMap;
use sealed_session::{Contents, Head, Schema, Sealer, SessionId, SessionLayer, Timestamp, Values};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::{Layer, Service};

use crate::payload;
use crate::support::ready;
use crate::support::shop::{Shop, sample};
use crate::support::site::{self, Use};

/// One path. Its count is what is left when that of the path `less` is taken off.
pub(crate) struct Path {
    pub(crate) name: &'static str,
    pub(crate) less: Option<&'static str>,
    pub(crate) run: fn(u64),
}

const fn path(name: &'static str, run: fn(u64)) -> Path {
    Path { name, less: None, run }
}

const fn above(less: &'static str, name: &'static str, run: fn(u64)) -> Path {
    Path { name, less: Some(less), run }
}

/// Of the typical session, unless the name says otherwise.
pub(crate) const ALL: [Path; 14] = [
    path("seal", seal),
    path("open", |count| open(count, 1)),
    path("refuse-unknown-key", |count| open(count, 2)),
    path("encode", |count| encode(count, &sample("typical"))),
    path("decode", |count| decode(count, &sample("typical"))),
    path("encode-values", |count| encode(count, &sample("typical").as_values())),
    path("decode-values", |count| decode::<Values>(count, &sample("typical").as_values())),
    path("bare-request", |count| requests(count, site::handler(Use::Nothing), &signed_in())),
    above("bare-request", "layer-untouched", |count| through_the_layer(count, Use::Nothing, &signed_in())),
    above("bare-request", "layer-read", |count| through_the_layer(count, Use::Read, &signed_in())),
    above("bare-request", "layer-modify", |count| through_the_layer(count, Use::Modify, &signed_in())),
    above("bare-request", "layer-read-unknown-key", |count| through_the_layer(count, Use::Read, &of_another_key())),
    above("bare-request", "visitor", |count| through_the_layer(count, Use::Read, &site::headers(Some("theme=dark")))),
    above("visitor", "find-in-2-kb", |count| {
        through_the_layer(count, Use::Read, &site::headers(Some(&site::others_of_2_kb())));
    }),
];

/// How to run the path `name`.
pub(crate) fn find(name: &str) -> Option<fn(u64)> {
    ALL.iter().find(|path| path.name == name).map(|path| path.run)
}

const NOW: Timestamp = Timestamp::from_unix(1_795_000_000);

fn sealer(keys: u8) -> Sealer {
    Sealer::new(site::keyring(keys), site::NAME, "").unwrap()
}

fn contents(payload: &[u8]) -> Contents<'_> {
    let head = Head { id: SessionId::from_bytes([7; 16]), created: NOW, issued: NOW, own_limits: None, generation: 0 };
    Contents { head, schema: Schema::from_bytes([1; 4]), payload }
}

fn seal(count: u64) {
    let (sealer, payload) = (sealer(1), payload::encode(&sample("typical")));
    for _ in 0..count {
        black_box(sealer.seal(&contents(black_box(&payload)), NOW).unwrap());
    }
}

fn open(count: u64, keys: u8) {
    let value = sealer(1).seal(&contents(&payload::encode(&sample("typical"))), NOW).unwrap();
    let sealer = sealer(keys);
    for _ in 0..count {
        let _ = black_box(sealer.open(black_box(value.as_bytes()), NOW));
    }
}

fn encode<T: Serialize>(count: u64, value: &T) {
    for _ in 0..count {
        black_box(payload::encode(black_box(value)));
    }
}

fn decode<T: Serialize + DeserializeOwned>(count: u64, value: &T) {
    let bytes = payload::encode(value);
    for _ in 0..count {
        black_box(payload::decode::<T>(black_box(&bytes)));
    }
}

fn layer(keys: u8) -> SessionLayer<Shop> {
    SessionLayer::builder(site::keyring(keys)).clock(|| NOW).build().unwrap()
}

fn signed_in() -> HeaderMap {
    site::headers(Some(&site::among_others(&ready(site::cookie(&layer(1), &sample("typical"))))))
}

fn of_another_key() -> HeaderMap {
    site::headers(Some(&site::among_others(&ready(site::cookie(&layer(2), &sample("typical"))))))
}

fn through_the_layer(count: u64, what: Use, headers: &HeaderMap) {
    requests(count, layer(1).layer(site::handler(what)), headers);
}

/// Requests, with making them and dropping the responses.
fn requests<S: Service<http::Request<()>, Error: std::fmt::Debug>>(count: u64, mut service: S, headers: &HeaderMap) {
    for _ in 0..count {
        drop(black_box(ready(service.call(site::request(black_box(headers)))).unwrap()));
    }
}
