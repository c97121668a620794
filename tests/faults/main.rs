//! An app whose store fails: killed, paused, absent at the start, too small; with clients that go away. Every engine, the real
//! servers. A client may see a 503, and nothing else; a session may be lost where its engine forgets, and nowhere else.
//!
//! ```text
//! cargo test --test faults --features sqlite,postgres,mysql,redis,memcached,mongodb -- --nocapture
//! ```
#![cfg(all(feature = "store-url", unix))]
#![allow(dead_code, unused_imports)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../servers/mod.rs"]
mod servers;

mod app;
mod clients;
mod dump;
mod engine;
mod eviction;
mod tally;

use std::time::{Duration, Instant};

use app::App;
use clients::Clients;
use dump::row_56;
use engine::Engine;

const SECOND: Duration = Duration::from_secs(1);

/// Killed twice as a power cut does it, in the middle of things, and started again.
async fn killed(mut engine: Engine) {
    engine.start();
    let app = App::ready(&engine).await;
    let clients = Clients::new(32);
    for _ in 0..2 {
        let traffic = clients.start(&app);
        tokio::time::sleep(SECOND).await;
        engine.kill();
        tokio::time::sleep(SECOND).await;
        engine.start();
        tokio::time::sleep(SECOND).await;
        traffic.stop().await;
    }
    clients.recover(&app).await;
    let tally = clients.tally();
    println!("{}: killed twice: {tally}", engine.name);
    assert!(tally.refused > 0, "nobody noticed");
    assert!(tally.lost == 0 || !engine.durable, "acknowledged sessions are lost");
}

/// Stops answering for five seconds, with its connections open.
async fn paused(mut engine: Engine) {
    engine.start();
    let app = App::ready(&engine).await;
    let clients = Clients::new(32);
    let traffic = clients.start(&app);
    tokio::time::sleep(SECOND).await;
    engine.pause();
    // Sessions in their cookie do not notice, at any moment.
    let start = Instant::now();
    while start.elapsed() < 5 * SECOND {
        app.visit_inline().await;
        tokio::time::sleep(SECOND / 20).await;
    }
    engine.resume();
    tokio::time::sleep(SECOND).await;
    traffic.stop().await;
    clients.recover(&app).await;
    let tally = clients.tally();
    println!("{}: paused for 5 s: {tally}", engine.name);
    assert!(tally.refused > 0, "nobody noticed");
    assert_eq!(tally.lost, 0);
}

/// Not there when the app starts.
async fn refused_at_boot(mut engine: Engine) {
    let app = App::new(&engine.url);
    let clients = Clients::new(8);
    let traffic = clients.start(&app);
    for _ in 0..20 {
        app.visit_inline().await;
        tokio::time::sleep(SECOND / 20).await;
    }
    engine.start();
    app.prepare().await;
    traffic.stop().await;
    clients.recover(&app).await;
    let tally = clients.tally();
    println!("{}: absent at boot: {tally}", engine.name);
    assert!(tally.refused > 0 && tally.lost == 0);
}

/// Clients go away at any moment; the connections they leave behind serve others.
async fn cancelled(mut engine: Engine) {
    engine.start();
    let app = App::ready(&engine).await;
    let clients = Clients::new(32).impatient();
    let traffic = clients.start(&app);
    tokio::time::sleep(4 * SECOND).await;
    traffic.stop().await;
    clients.recover(&app).await;
    let tally = clients.tally();
    println!("{}: clients that go away: {tally}", engine.name);
    assert!(tally.cancelled > 100, "{} requests were given up", tally.cancelled);
    // Connections that were left behind are made anew, which can take a moment too long for one request or another.
    assert!(tally.refused < tally.requests / 10 && tally.lost == 0);
}

macro_rules! faults {
    ($feature:literal, $name:ident, $($fault:ident),*) => {
        #[cfg(feature = $feature)]
        mod $name {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $fault() {
                    if let Some(engine) = super::engine::$name() {
                        super::$fault(engine).await;
                    }
                }
            )*
        }
    };
}

// Killing SQLite means killing the process: see `tests/stores/sqlite/crash.rs`.
faults!("sqlite", sqlite, cancelled, row_56);
faults!("postgres", postgres, killed, paused, refused_at_boot, cancelled, row_56);
faults!("mysql", mysql, killed, paused, refused_at_boot, cancelled, row_56);
faults!("redis", redis, killed, paused, refused_at_boot, cancelled, row_56);
faults!("memcached", memcached, killed, paused, refused_at_boot, cancelled, row_56);
faults!("mongodb", mongodb, killed, paused, refused_at_boot, cancelled, row_56);
