//! Engines that are too small: what they evict is missing, what they refuse is refused, and nothing is somebody else's.

use super::app::{Answer, App};
use super::servers::Server;

/// What came of filling a store with sessions, and of coming back to each of them.
#[derive(Debug, Default)]
struct Filled {
    kept: usize,
    refused: usize,
    missing: usize,
}

/// So many sessions of about 7 KB each.
async fn fill(url: &str, sessions: usize) -> Filled {
    let app = App::new(url);
    let mut filled = Filled::default();
    let mut cookies = Vec::new();
    for client in 0..sessions {
        match app.count(client, None).await {
            Answer::Counted { cookie, .. } => cookies.push((client, cookie)),
            Answer::Refused => filled.refused += 1,
        }
    }
    // Back, in the order they came: evicting engines have forgotten the first.
    for (client, cookie) in cookies {
        match app.count(client, Some(&cookie)).await {
            Answer::Counted { before, .. } if before.client.is_none() => filled.missing += 1,
            Answer::Counted { before, .. } => {
                assert_eq!((before.client, before.count), (Some(client), 1));
                filled.kept += 1;
            }
            Answer::Refused => panic!("a record that is there is not served"),
        }
    }
    filled
}

fn started(server: Option<Server>) -> Option<Server> {
    let mut server = server?;
    server.start();
    Some(server)
}

#[cfg(feature = "redis")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_that_does_not_evict_refuses() {
    use super::servers::redis::{server_with, url};
    let settings = ["--save", "", "--maxmemory", "6mb", "--maxmemory-policy", "noeviction"];
    let Some(server) = started(server_with(&settings)) else { return };
    let app = App::new(&url(&server));
    let (mut kept, mut refused) = (Vec::new(), 0);
    for client in 0..1500 {
        match app.count(client, None).await {
            Answer::Counted { cookie, .. } => kept.push((client, cookie)),
            Answer::Refused => refused += 1,
        }
    }
    println!("redis, 6 MB, noeviction: {} sessions kept, {refused} answered 503", kept.len());
    assert!(refused > 100 && kept.len() > 100);
    // Those that are in can still be read, and sessions in their cookie do not notice.
    for (client, cookie) in &kept {
        assert_eq!(app.read(cookie).await, Some(*client));
    }
    app.visit_inline().await;
}

#[cfg(feature = "redis")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_that_evicts_ends_sessions() {
    use super::servers::redis::{server_with, url};
    let settings = ["--save", "", "--maxmemory", "6mb", "--maxmemory-policy", "allkeys-lru"];
    let Some(server) = started(server_with(&settings)) else { return };
    let filled = fill(&url(&server), 1500).await;
    println!("redis, 6 MB, allkeys-lru: {filled:?}");
    assert!(filled.missing > 100 && filled.refused == 0);
}

#[cfg(feature = "memcached")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_that_is_full_ends_sessions() {
    use super::servers::memcached::{server_with, url};
    let Some(server) = started(server_with(&["-m", "2"])) else { return };
    let filled = fill(&url(&server), 1500).await;
    println!("memcached, 2 MB: {filled:?}");
    assert!(filled.missing > 100 && filled.refused == 0);
}
