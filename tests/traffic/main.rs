//! Mixed traffic: browsers whose tabs send requests in parallel, sessions that grow and shrink across the threshold, sign-ins,
//! renewals and sign-outs at random moments, checked by a model.
//!
//! ```text
//! cargo test --test traffic --features memory                          a few seconds
//! SECONDS=300 STORE=sqlite://traffic.db cargo test --release --features sqlite --test traffic -- --nocapture
//! ```
#![cfg(feature = "store-url")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod app;
mod jar;
mod model;

use std::env;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use app::{App, Deed};
use jar::Jar;
use model::Model;

/// Seconds after which no retired record is left, and after which none is.
const GRACE: u64 = 61;
const TIMEOUT: u64 = 401 * 24 * 3600;

/// Parallel requests of one browser.
const TABS: usize = 64;
const BROWSERS: u32 = 4;

fn setting(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mixed_traffic_follows_the_model() {
    let seconds = setting("SECONDS", 5);
    let seed = setting("SEED", 1);
    let url = env::var("STORE").unwrap_or_else(|_| "memory://?max=4GiB".into());
    let app = App::new(&url).await;
    let model = Arc::new(Model::default());
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut tabs = tokio::task::JoinSet::new();
    for browser in 0..BROWSERS {
        let jar = Arc::new(Jar::new(browser));
        for tab in 0..TABS {
            let (app, jar, model) = (app.clone(), Arc::clone(&jar), Arc::clone(&model));
            let mut random = StdRng::seed_from_u64(seed * 1_000_000 + u64::from(browser) * 1000 + tab as u64);
            tabs.spawn(async move {
                while Instant::now() < end {
                    let deed = choose(&mut random);
                    jar.send(&app, &model, deed, &mut random).await;
                }
            });
        }
    }
    while let Some(tab) = tabs.join_next().await {
        tab.unwrap();
    }
    println!("{} {seconds} s, seed {seed}: {}", app.store, model.report());
    model.check_that_everything_happened();

    // Once the grace is over there is one record for each session in the store that nobody ended, and no other; after the
    // longest timeout there is none.
    let ids = model.ids();
    let (alive, after_all) = (app.alive(&ids, GRACE).await, app.alive(&ids, TIMEOUT).await);
    let (retired, live) = (app.sweep(GRACE).await, app.sweep(TIMEOUT).await);
    println!("records: {retired} retired, {alive} alive, {live} swept after their timeout");
    assert_eq!((live, after_all), (alive as u64, 0), "a record that no known session has");
    assert!(alive <= model.not_ended(), "a record that was ended is alive");
    assert_eq!(app.alive(&ids, 0).await, 0, "a record that was swept is there");
}

/// Mostly reads and writes; an end now and then.
fn choose(random: &mut StdRng) -> Deed {
    match random.random_range(0..100) {
        0..30 => Deed::Read,
        30..60 => Deed::Write,
        60..75 => Deed::Grow(random.random_range(2_000..12_000)),
        75..90 => Deed::Shrink(random.random_range(0..1_500)),
        90..95 => Deed::Renew,
        95..98 => Deed::SignIn,
        _ => Deed::SignOut,
    }
}
