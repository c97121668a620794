//! memcached.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::Arc;

use sealed_session::store::conformance::Suite;
use sealed_session::store::{MemcachedStore, RecordKey, Store, StoreErrorKind, Update, Version};
use sealed_session::{ErrorKind, Timestamp};

use crate::faults::{self, create, data, fresh_key, in_an_hour, load, now, told, written};
use crate::servers::Server;
use crate::servers::memcached::{server, server_with, url};

fn started(settings: &[&str]) -> Option<(Server, Arc<dyn Store>)> {
    let mut server = server_with(settings)?;
    server.start();
    let store = MemcachedStore::from_url(&url(&server)).unwrap();
    Some((server, Arc::new(store)))
}

/// Past the store: the first line of the answer.
fn direct(server: &Server, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.write_all(request).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_conforms() {
    let (Some((one, _)), Some((two, _))) = (started(&[]), started(&[])) else { return };
    let suite = Suite::new().max_record(1_000_000);
    let both = format!("memcached://127.0.0.1:{},127.0.0.1:{}", one.port, two.port);
    for url in [url(&one), format!("{}?prefix=&connections=1", url(&one)), format!("{both}?prefix=app:")] {
        let report = suite.check(MemcachedStore::from_url(&url).unwrap()).await;
        assert!(report.passed(), "{report}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_may_start_after_the_app() {
    let Some(mut server) = server() else { return };
    let store = MemcachedStore::from_url(&url(&server)).unwrap();
    faults::starts_late(&mut server, &store).await;
    // Nor must its name be known when the app starts.
    let store = MemcachedStore::from_url("memcached://there-is-no-such-host.invalid").unwrap();
    let error = store.load(&fresh_key(), 10, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{}", told(&error));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_forgets_all_when_it_restarts() {
    let Some((mut server, store)) = started(&[]) else { return };
    let before = create(&*store, 3000).await.unwrap();
    let crash = faults::crashes(&mut server, &store).await;
    eprintln!("memcached, killed: {crash:?}");
    assert!(crash.records > 10 && crash.lost > 0, "{crash:?}");
    assert!(load(&*store, &before.0).await.unwrap().is_none());
    let revived = store.update(&before.0, b"more", in_an_hour(), before.1, now()).await.unwrap();
    assert_eq!(revived, Update::Missing);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_may_stop_answering() {
    let Some((server, store)) = started(&[]) else { return };
    faults::pauses(&server, &store).await;
    for connections in [1, 3, 32] {
        let url = format!("{}?connections={connections}", url(&server));
        let store: Arc<dyn Store> = Arc::new(MemcachedStore::from_url(&url).unwrap());
        faults::mixes_nothing_up(&store).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_is_not_sent_what_it_would_drop() {
    let Some((server, store)) = started(&[]) else { return };
    let (key, version) = create(&*store, 3000).await.unwrap();
    let large = vec![7; 1024 * 1024];
    let error = store.update(&key, &large, in_an_hour(), version, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::TooLarge, "{}", told(&error));
    assert_eq!(store.create(&key, &large, in_an_hour(), now()).await.unwrap_err().kind(), StoreErrorKind::TooLarge);
    assert_eq!(written(&key, &load(&*store, &key).await.unwrap().expect("it is there")), 0);
    // What is allowed is taken, to the last byte.
    let text = told(&error);
    let most: usize = text.split("at most ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    eprintln!("memcached: records of up to {most} bytes");
    let largest = vec![7; most];
    let Update::Updated(version) = store.update(&key, &largest, in_an_hour(), version, now()).await.unwrap() else {
        panic!("it fits")
    };
    assert_eq!(store.load(&key, most, now()).await.unwrap().unwrap().data, largest);
    // A wrong `max_item`: the server refuses.
    let wrong = MemcachedStore::from_url(&format!("{}?max_item=4MiB", url(&server))).unwrap();
    let error = wrong.update(&key, &large, in_an_hour(), version, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::TooLarge, "{}", told(&error));
    // A right one.
    let Some((server, _)) = started(&["-I", "4m"]) else { return };
    let store = MemcachedStore::from_url(&format!("{}?max_item=4MiB", url(&server))).unwrap();
    let report = Suite::new().max_record(4_000_000).without_races().check(store).await;
    assert!(report.passed(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_evicts_without_a_word() {
    let Some((_server, store)) = started(&["-m", "2"]) else { return };
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
    eprintln!("memcached, 2 MB: {gone} of {} records of 10 kB evicted", keys.len());
    assert!(gone > 100, "{gone}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_that_may_not_evict_is_full() {
    let Some((_server, store)) = started(&["-m", "2", "-M"]) else { return };
    let mut keys = Vec::new();
    let error = loop {
        match create(&*store, 10_000).await {
            Ok((key, _)) => keys.push(key),
            Err(error) => break error,
        }
        assert!(keys.len() < 1000, "2 MB hold no 10 MB");
    };
    assert_eq!(error.kind(), StoreErrorKind::Full, "{}", told(&error));
    for key in &keys {
        assert_eq!(written(key, &load(&*store, key).await.unwrap().expect("it is there")), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_holds_nothing_else() {
    let Some((server, store)) = started(&[]) else { return };
    let key = fresh_key();
    let expires = Timestamp::from_unix(now().as_unix() + 400 * 24 * 3600);
    store.create(&key, &data(&key, 0, 3000), expires, now()).await.unwrap();
    let items = direct(&server, b"stats items\r\nquit\r\n");
    assert!(items.ends_with("number 1"), "{items}");
    let stored = direct(&server, format!("mg sealed:{key} v t f\r\nmn\r\n").as_bytes());
    let [size, ttl, flags] = stored.strip_prefix("VA ").unwrap().split(' ').collect::<Vec<_>>()[..] else {
        panic!("{stored}")
    };
    assert_eq!((size, flags), ("3029", "f0"), "{stored}");
    let ttl: u64 = ttl.trim_start_matches('t').parse().unwrap();
    assert!((400 * 24 * 3600 + 50..=400 * 24 * 3600 + 61).contains(&ttl), "{ttl}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_garbage_is_no_record() {
    let Some((server, store)) = started(&[]) else { return };
    let key = fresh_key();
    for text in ["", "x", "10000000000000000000", &"x".repeat(5000)] {
        direct(&server, format!("ms sealed:{key} {}\r\n{text}\r\n", text.len()).as_bytes());
        let errors = [
            store.load(&key, 10_000, now()).await.err(),
            store.create(&key, b"data", in_an_hour(), now()).await.err(),
            store.update(&key, b"data", in_an_hour(), Version(1), now()).await.err(),
            store.touch(&key, in_an_hour(), now()).await.err(),
        ];
        for error in errors {
            let error = error.expect("garbage is no record");
            assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{}", told(&error));
        }
    }
    assert!(store.remove(&key).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_servers_share_the_records() {
    let (Some((one, _)), Some((mut two, _))) = (started(&[]), started(&[])) else { return };
    let hosts = [one.port, two.port].map(|port| format!("127.0.0.1:{port}"));
    let store = MemcachedStore::from_url(&format!("memcached://{}", hosts.join(","))).unwrap();
    // The order of the names does not matter.
    let other = MemcachedStore::from_url(&format!("memcached://{},{}", hosts[1], hosts[0])).unwrap();
    let mut keys: Vec<RecordKey> = Vec::new();
    for _ in 0..100 {
        keys.push(create(&store, 100).await.unwrap().0);
    }
    for key in &keys {
        assert_eq!(written(key, &load(&other, key).await.unwrap().expect("it is there")), 0);
    }
    two.kill();
    let mut reached = 0;
    for key in &keys {
        match load(&store, key).await {
            Ok(loaded) => {
                assert_eq!(written(key, &loaded.expect("it is there")), 0);
                reached += 1;
            }
            Err(error) => assert_eq!(error.kind(), StoreErrorKind::Unavailable),
        }
    }
    assert!((20..=80).contains(&reached), "{reached}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memcached_may_be_something_else() {
    // A web server, for example.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = stream.unwrap().write_all(b"HTTP/1.1 400 hunter2\r\n\r\n");
        }
    });
    let store = MemcachedStore::from_url(&format!("memcached://127.0.0.1:{port}")).unwrap();
    let error = create(&store, 100).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(!told(&error).contains("hunter2"), "{}", told(&error));
}

/// What docs/stores.md says about space and time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "prints measurements"]
async fn memcached_measured() {
    for (callers, length) in [(1, 4096), (16, 4096), (64, 4096), (16, 16384), (16, 65536)] {
        let Some((server, store)) = started(&["-m", "1024"]) else { return };
        let speed = faults::measure(&store, callers, 2048 / callers, length).await;
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        stream.write_all(b"stats slabs\r\nquit\r\n").unwrap();
        let lines = BufReader::new(stream).lines().map(Result::unwrap);
        let allocated = lines.filter_map(|line| line.strip_prefix("STAT total_malloced ").map(str::to_owned)).next();
        eprintln!("memcached: {speed}; {} bytes each", allocated.unwrap().parse::<usize>().unwrap() / 2048);
    }
}

#[test]
fn memcached_urls() {
    for good in ["memcached://localhost", "memcache://[::1]:1,a.example:2,b/?prefix=x:", "memcached://h?max_item=2MiB"]
    {
        MemcachedStore::from_url(good).unwrap();
    }
    let long = format!("memcached://h?prefix={}", "x".repeat(219));
    let bad = [
        ("memcached://", "memcached://host"),
        ("memcached://a,,b", "memcached://host"),
        ("memcached://user:hunter2@host", "password"),
        ("memcached://hunter2:port", "port"),
        ("memcached://host/hunter2", "memcached://host"),
        ("memcached://host?perfix=x", "perfix"),
        ("memcached://host?prefix=a%20b", "prefix"),
        ("memcached://host?max_item=100", "max_item"),
        ("memcached://host?connections=0", "connections"),
        ("http://host", "memcached://host"),
        ("hunter2", "memcached://host"),
        (&long, "prefix"),
    ];
    for (url, expected) in bad {
        let error = MemcachedStore::from_url(url).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Setting, "{url}");
        assert!(told(&error).contains(expected), "{url}: {}", told(&error));
        assert!(!told(&error).contains("hunter2"), "{url}: {}", told(&error));
    }
}
