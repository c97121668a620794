//! What Redis refuses, and what is refused for it.

use ::redis::cmd;
use sealed_session::ErrorKind;
use sealed_session::store::conformance::Suite;
use sealed_session::store::{RedisStore, Store, StoreErrorKind};

use super::{direct, started};
use crate::faults::{self, create, data, fresh_key, in_an_hour, load, now, told, written};
use crate::servers::redis::{DURABLE, url};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_refuses_when_it_is_full() {
    let Some((_server, store)) = started(&["--save", "", "--maxmemory", "4mb", "--maxmemory-policy", "noeviction"])
    else {
        return;
    };
    let mut keys = Vec::new();
    let error = loop {
        match create(&*store, 10_000).await {
            Ok(created) => keys.push(created),
            Err(error) => break error,
        }
        assert!(keys.len() < 1000, "4 MB hold no 10 MB");
    };
    assert_eq!(error.kind(), StoreErrorKind::Full, "{}", told(&error));
    for (key, version) in &keys {
        let grown = store.update(key, &data(key, 1, 20_000), in_an_hour(), *version, now()).await;
        assert_eq!(grown.unwrap_err().kind(), StoreErrorKind::Full);
        let later = sealed_session::Timestamp::from_unix(now().as_unix() + 9000);
        if let Err(error) = store.touch(key, later, now()).await {
            assert_eq!(error.kind(), StoreErrorKind::Full);
        }
        assert_eq!(written(key, &load(&*store, key).await.unwrap().expect("it is there")), 0);
    }
    let last = keys.split_off(keys.len() / 2);
    for (key, _) in &keys {
        assert!(store.remove(key).await.unwrap());
    }
    create(&*store, 10_000).await.unwrap();
    eprintln!("redis, 4 MB, noeviction: {} records of 10 kB, then refused, none lost", keys.len() + last.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_that_evicts_loses_records() {
    let Some((_server, store)) = started(&["--save", "", "--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru"])
    else {
        return;
    };
    let mut keys = Vec::new();
    for _ in 0..800 {
        keys.push(create(&*store, 10_000).await.unwrap().0);
    }
    let mut gone = 0;
    for key in &keys {
        match load(&*store, key).await.unwrap() {
            Some(loaded) => assert_eq!(written(key, &loaded), 0),
            None => gone += 1,
        }
    }
    eprintln!("redis, 4 MB, allkeys-lru: {gone} of {} records of 10 kB evicted", keys.len());
    assert!(gone > 100, "{gone}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_refuse_for_a_while() {
    let Some((server, store)) = started(DURABLE) else { return };
    let mut direct = direct(&server);
    let (key, version) = create(&*store, 3000).await.unwrap();
    // No more clients: ours is thrown out, and refused when it comes again.
    let _: () = cmd("CONFIG").arg("SET").arg("maxclients").arg("1").query(&mut direct).unwrap();
    let _: i64 = cmd("CLIENT").arg("KILL").arg("SKIPME").arg("yes").query(&mut direct).unwrap();
    for _ in 0..3 {
        let error = load(&*store, &key).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{}", told(&error));
    }
    let _: () = cmd("CONFIG").arg("SET").arg("maxclients").arg("100").query(&mut direct).unwrap();
    faults::recovers(&*store).await;
    // A password that does not hold for a while.
    let _: () = cmd("CONFIG").arg("SET").arg("requirepass").arg("hunter2").query(&mut direct).unwrap();
    let _: i64 = cmd("CLIENT").arg("KILL").arg("SKIPME").arg("yes").query(&mut direct).unwrap();
    for _ in 0..3 {
        let error = load(&*store, &key).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{}", told(&error));
    }
    let _: () = cmd("CONFIG").arg("SET").arg("requirepass").arg("").query(&mut direct).unwrap();
    faults::recovers(&*store).await;
    // A primary that became a replica.
    let _: () = cmd("REPLICAOF").arg("127.0.0.1").arg("1").query(&mut direct).unwrap();
    let error = store.update(&key, b"data", in_an_hour(), version, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{}", told(&error));
    assert!(told(&error).contains("READONLY"), "{}", told(&error));
    assert_eq!(written(&key, &load(&*store, &key).await.unwrap().unwrap()), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_errors_tell_no_secret() {
    let Some((server, _store)) = started(&["--requirepass", "hunter2", "--rename-command", "EVALSHA", ""]) else {
        return;
    };
    let with =
        |password: &str| RedisStore::from_url(&format!("redis://:{password}@127.0.0.1:{}", server.port)).unwrap();
    for (store, expected) in [(with("hunter2"), "EVALSHA"), (with("hunter3"), "WRONGPASS")] {
        let error = store.create(&fresh_key(), b"sealed data", in_an_hour(), now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        let text = format!("{} {store:?}", told(&error));
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("hunter") && !text.contains("sealed data"), "{text}");
    }
    let refused = RedisStore::from_url(&url(&server)).unwrap().load(&fresh_key(), 10, now()).await.unwrap_err();
    assert!(told(&refused).contains("NOAUTH"), "{}", told(&refused));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_needs_few_rights() {
    let Some((server, _store)) = started(DURABLE) else { return };
    // As in docs/stores.md.
    let rights = "on >hunter2 ~sealed:* +evalsha +script|load +get +getrange +strlen +set +setrange +expireat +unlink";
    let rights: Vec<&str> = rights.split_whitespace().collect();
    let _: () = cmd("ACL").arg("SETUSER").arg("app").arg(&rights).query(&mut direct(&server)).unwrap();
    let store = RedisStore::from_url(&format!("redis://app:hunter2@127.0.0.1:{}", server.port)).unwrap();
    let report = Suite::new().without_races().check(store).await;
    assert!(report.passed(), "{report}");
}

#[test]
fn redis_urls() {
    for good in ["redis://localhost", "valkey://u:p@[::1]:6380/2?prefix=", "redis://h?prefix=a%20b&protocol=resp2"] {
        RedisStore::from_url(good).unwrap();
    }
    let bad = [
        ("redis://:hunter2@", "host"),
        ("redis://:hunter2@host:port", "port"),
        ("redis://:hunter2@host/zero", "database"),
        ("redis://:hunter2@host?perfix=x", "perfix"),
        ("redis://:hunter2@host?protocol=4", "protocol"),
        ("redis://:hunter2@host#insecure", "#"),
        ("http://:hunter2@host", "redis://"),
        ("hunter2", "URL"),
        #[cfg(not(feature = "tls"))]
        ("rediss://:hunter2@host", "`tls`"),
    ];
    for (url, expected) in bad {
        let error = RedisStore::from_url(url).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Setting, "{url}");
        assert!(told(&error).contains(expected), "{url}: {}", told(&error));
        assert!(!told(&error).contains("hunter2"), "{url}: {}", told(&error));
    }
}
