//! Redis.

mod refusals;

use std::sync::Arc;

use ::redis::{Client, Connection, cmd};
use sealed_session::store::conformance::Suite;
use sealed_session::store::{Creation, RedisStore, Store, StoreErrorKind, Update};

use crate::faults::{self, create, data, fresh_key, in_an_hour, load, now, told, written};
use crate::servers::Server;
use crate::servers::redis::{DURABLE, EVERY_SECOND, FLEETING, server, server_with, url};

fn started(settings: &[&str]) -> Option<(Server, Arc<dyn Store>)> {
    let mut server = server_with(settings)?;
    server.start();
    let store = RedisStore::from_url(&url(&server)).unwrap();
    Some((server, Arc::new(store)))
}

/// Past the store.
fn direct(server: &Server) -> Connection {
    Client::open(url(server)).unwrap().get_connection().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_conforms() {
    let Some((server, _store)) = started(DURABLE) else { return };
    let suite = Suite::new().max_record(1 << 20);
    for settings in ["", "?prefix=", "/3?prefix=app%3A&protocol=resp2"] {
        let report = suite.check(RedisStore::from_url(&format!("{}{settings}", url(&server))).unwrap()).await;
        assert!(report.passed(), "{report}");
    }
    let client = Client::open(url(&server)).unwrap();
    let report = suite.check(RedisStore::with_manager(client.get_connection_manager().await.unwrap())).await;
    assert!(report.passed(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_start_after_the_app() {
    let Some(mut server) = server() else { return };
    let store = RedisStore::from_url(&url(&server)).unwrap();
    faults::starts_late(&mut server, &store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_keeps_what_it_wrote_to_its_file() {
    let Some((mut server, store)) = started(DURABLE) else { return };
    let crash = faults::crashes(&mut server, &store).await;
    eprintln!("redis, appendfsync always, killed: {crash:?}");
    assert!(crash.records > 10 && crash.lost == 0, "{crash:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_with_everysec_loses_little() {
    let Some((mut server, store)) = started(EVERY_SECOND) else { return };
    let crash = faults::crashes(&mut server, &store).await;
    eprintln!("redis, appendfsync everysec, killed: {crash:?}");
    // What it acknowledges while an fsync of the second before still runs can be lost; a machine under load has some.
    assert!(crash.records > 10 && crash.lost * 2 < crash.records, "{crash:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_without_a_file_loses_all() {
    let Some((mut server, store)) = started(FLEETING) else { return };
    let (key, version) = create(&*store, 3000).await.unwrap();
    server.kill();
    tokio::task::block_in_place(|| server.start());
    faults::recovers(&*store).await;
    assert!(load(&*store, &key).await.unwrap().is_none());
    let update = store.update(&key, b"more", in_an_hour(), version, now()).await.unwrap();
    assert_eq!(update, Update::Missing);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_stop_answering() {
    let Some((server, store)) = started(DURABLE) else { return };
    faults::pauses(&server, &store).await;
    faults::mixes_nothing_up(&store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_holds_nothing_else() {
    let Some((server, store)) = started(DURABLE) else { return };
    let (key, _) = create(&*store, 3000).await.unwrap();
    let mut direct = direct(&server);
    let keys: Vec<String> = cmd("KEYS").arg("*").query(&mut direct).unwrap();
    assert_eq!(keys, [format!("sealed:{key}")]);
    let value: Vec<u8> = cmd("GET").arg(&keys[0]).query(&mut direct).unwrap();
    assert_eq!(value[29..], data(&key, 0, 3000));
    assert_eq!(value[..21], format!("1{:020}", in_an_hour().as_unix()).into_bytes()[..]);
    let ttl: u64 = cmd("TTL").arg(&keys[0]).query(&mut direct).unwrap();
    assert!((3640..=3660).contains(&ttl), "{ttl}");
    // Touching moves what the engine goes by, too.
    let expires = sealed_session::Timestamp::from_unix(now().as_unix() + 9000);
    assert!(store.touch(&key, expires, now()).await.unwrap());
    let ttl: u64 = cmd("TTL").arg(&keys[0]).query(&mut direct).unwrap();
    assert!((9040..=9060).contains(&ttl), "{ttl}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_garbage_is_no_record() {
    let Some((server, store)) = started(DURABLE) else { return };
    let mut direct = direct(&server);
    let long = "x".repeat(5000);
    let texts = ["x", "1", "10000000000000000000", "20000000000000000000012345678", long.as_str()];
    let key = fresh_key();
    let name = format!("sealed:{key}");
    for text in texts {
        let _: () = cmd("SET").arg(&name).arg(text).query(&mut direct).unwrap();
        expect_corrupt(&*store, &key).await;
    }
    let _: () = cmd("DEL").arg(&name).query(&mut direct).unwrap();
    let _: () = cmd("RPUSH").arg(&name).arg("item").query(&mut direct).unwrap();
    expect_corrupt(&*store, &key).await;
    assert!(store.remove(&key).await.unwrap());
    assert!(matches!(store.create(&key, b"data", in_an_hour(), now()).await.unwrap(), Creation::Created(_)));
}

async fn expect_corrupt(store: &dyn Store, key: &sealed_session::store::RecordKey) {
    let version = sealed_session::store::Version(1);
    let errors = [
        store.load(key, 10_000, now()).await.err(),
        store.create(key, b"data", in_an_hour(), now()).await.err(),
        store.update(key, b"data", in_an_hour(), version, now()).await.err(),
        store.touch(key, in_an_hour(), now()).await.err(),
    ];
    for error in errors {
        let error = error.expect("garbage is no record");
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{}", told(&error));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_forget_scripts_and_connections() {
    let Some((server, store)) = started(DURABLE) else { return };
    let mut direct = direct(&server);
    for _ in 0..3 {
        let (key, version) = create(&*store, 3000).await.unwrap();
        let _: () = cmd("SCRIPT").arg("FLUSH").query(&mut direct).unwrap();
        let updated = store.update(&key, &data(&key, 1, 10), in_an_hour(), version, now()).await.unwrap();
        assert!(matches!(updated, Update::Updated(_)));
        let _: () = cmd("SCRIPT").arg("FLUSH").query(&mut direct).unwrap();
        assert_eq!(written(&key, &load(&*store, &key).await.unwrap().unwrap()), 1);
        // As a server does with connections that were quiet for long (`timeout`). It is noticed before the next call.
        let _: i64 = cmd("CLIENT").arg("KILL").arg("SKIPME").arg("yes").query(&mut direct).unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        assert!(store.remove(&key).await.unwrap());
    }
}

#[cfg(feature = "tls")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_be_encrypted() {
    let Some((mut server, port, authority)) = crate::servers::redis::encrypted() else { return };
    server.start();
    let url = format!("rediss://127.0.0.1:{port}");
    // The certificate is none that this machine trusts.
    let store = RedisStore::from_url(&url).unwrap();
    let error = load(&store, &fresh_key()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(told(&error).contains("UnknownIssuer"), "{}", told(&error));
    let trust = ::redis::TlsCertificates { client_tls: None, root_cert: Some(authority) };
    let store = RedisStore::new(Client::build_with_tls(url, trust).unwrap());
    faults::recovers(&store).await;
}

/// What docs/stores.md says about space and time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "prints measurements"]
async fn redis_measured() {
    let Some((server, store)) = started(EVERY_SECOND) else { return };
    let mut direct = direct(&server);
    let mut used = || -> u64 {
        let info: String = cmd("INFO").arg("memory").query(&mut direct).unwrap();
        info.lines().find_map(|line| line.strip_prefix("used_memory:")).unwrap().trim().parse().unwrap()
    };
    for (callers, length) in [(1, 4096), (16, 4096), (64, 4096), (16, 16384), (16, 65536)] {
        let before = used();
        let speed = faults::measure(&store, callers, 2048 / callers, length).await;
        eprintln!("redis: {speed}; {} bytes each", (used() - before) / (2048 / callers * callers) as u64);
    }
}
