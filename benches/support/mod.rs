//! What the benches share: the sessions of `benches/peers`, and services that use them.
#![allow(dead_code, unreachable_pub, missing_docs, missing_debug_implementations)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::must_use_candidate)]

pub mod shop;
pub mod site;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The output of a future that waits for nothing: what a request costs without a runtime around it.
pub fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future is not ready"),
    }
}

/// For what has to wait for a store: one thread, no I/O of its own.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Whether to measure (`cargo bench`), or only to see that everything runs (`cargo test --benches`).
pub fn is_bench() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}
