//! What sessions take of the server's memory: those in cookies, and the same ones in the memory store of a peer.

use std::hint::black_box;
use std::sync::Arc;

use http::{Request, Response};
use sealed_session::{Session, SessionLayer};
use tower::{Layer, Service, service_fn};
use tower_sessions_memory_store::MemoryStore;

use crate::knob;
use crate::process::resident;
use crate::support::shop::{Shop, sample};
use crate::support::{ready, runtime, site};

/// Sessions before the first look: threads and caches have what they need by then.
const WARM_UP: u64 = 10_000;

pub(crate) fn run() {
    println!("Memory that the process gained by sessions that are not over (typical ones).\n");
    println!("| kept by | sessions | MiB | bytes a session |\n|---|---:|---:|---:|");
    row("sealed-session, in the cookie", knob("SCALE_SESSIONS", 1_000_000, 100), in_cookies);
    row("tower-sessions, memory store", knob("SCALE_PEER_SESSIONS", 100_000, 100), in_a_peer);
}

/// `begin` begins so many sessions, and gives back what the server has to keep for them.
fn row<K>(what: &str, count: u64, begin: fn(u64) -> K) {
    drop(begin(WARM_UP.min(count)));
    let before = resident("self");
    let kept = begin(count);
    let gained = resident("self") - before;
    drop(black_box(kept));
    println!("| {what} | {count} | {:.1} | {:.0} |", gained / f64::from(1 << 20), gained / count as f64);
}

fn shop(number: u64) -> Shop {
    Shop { user_id: number, ..sample("typical") }
}

/// Visitors who fill their carts.
fn in_cookies(count: u64) -> SessionLayer<Shop> {
    let layer = SessionLayer::<Shop>::new(site::keyring(1)).unwrap();
    for number in 0..count {
        let mut service = layer.layer(service_fn(|request: Request<()>| async move {
            Session::<Shop>::from_request(&request).await.unwrap().replace(shop(number));
            Ok::<_, std::convert::Infallible>(Response::new(()))
        }));
        let response = ready(service.call(Request::new(()))).unwrap();
        assert!(site::value(response.headers()).is_some());
    }
    layer
}

/// The same, as its layer does it: data under a key, saved at the end of the request.
fn in_a_peer(count: u64) -> MemoryStore {
    let store = MemoryStore::default();
    let shared = Arc::new(store.clone());
    runtime().block_on(async {
        for number in 0..count {
            let session = tower_sessions_core::Session::new(None, Arc::clone(&shared) as _, None);
            session.insert("shop", shop(number)).await.unwrap();
            session.save().await.unwrap();
        }
    });
    store
}
