//! An app under load while its key file is rotated, filled with garbage, and one key revoked: no session is lost except under
//! the revoked key, and no response is a 5xx.
//!
//! A small version runs with the other tests. The large one, with the figures printed:
//! `ROTATIONS=50 GARBAGE=20 cargo test --release --features watch --test load -- --nocapture`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::{Router, routing::get};
use sealed_session::{Key, Keyring, Session, SessionLayer, Timestamp, WatchOptions};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

const CONNECTIONS: usize = 16;
const JARS_PER_CONNECTION: usize = 20;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Visit {
    count: u64,
}

/// The count after this visit, and what came of the cookie.
async fn hit(session: Session<Visit>) -> String {
    let count = session.update(|visit| {
        visit.count += 1;
        visit.count
    });
    format!("{count} {}", session.outcome())
}

/// What the browsers saw.
#[derive(Default)]
struct Seen {
    requests: AtomicU64,
    lost: AtomicU64,
    revoked: AtomicU64,
    failed: AtomicU64,
    /// How often each connection's browsers have all sent.
    rounds: [AtomicU64; CONNECTIONS],
    /// The slowest response since the last look, in microseconds.
    slowest: AtomicU64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_rotate_under_load_and_nobody_is_logged_out() {
    let number = |name: &str, default: usize| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let (rotations, garbage) = (number("ROTATIONS", 8), number("GARBAGE", 4));
    let folder = tempfile::TempDir::new().unwrap();
    let mut operator = Operator::new(folder.path());
    let options = WatchOptions::default().settle(Duration::from_millis(50)).poll_every(Duration::from_millis(100));
    let (keyring, _watch) = Keyring::watch_with(&operator.file, options, |_| {}).unwrap();
    let layer = SessionLayer::<Visit>::new(keyring.clone()).unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/", get(hit)).layer(layer);
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });

    let (seen, stop) = (Arc::new(Seen::default()), Arc::new(AtomicBool::new(false)));
    let browsers: Vec<_> = (0..CONNECTIONS)
        .map(|number| tokio::spawn(browse(number, address, Arc::clone(&seen), Arc::clone(&stop))))
        .collect();

    let began = Instant::now();
    for round in 0..rotations.max(garbage) {
        if round < rotations {
            operator.rotate();
            applied(&keyring, operator.keys.len()).await;
            println!(
                "rotation {round}: slowest response since the last one {} µs",
                seen.slowest.swap(0, Ordering::Relaxed)
            );
        }
        if round < garbage {
            operator.garbage(round);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    everybody_came_by(&seen).await;
    let before = seen.revoked.load(Ordering::Relaxed);
    operator.revoke();
    applied(&keyring, operator.keys.len()).await;
    everybody_came_by(&seen).await;
    stop.store(true, Ordering::Relaxed);
    for browser in browsers {
        browser.await.unwrap();
    }

    let load = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let requests = load(&seen.requests);
    println!(
        "{requests} requests ({} a second), {rotations} rotations, {garbage} times garbage, 1 revocation: lost {}, 5xx {}, \
         ended by the revocation {}",
        requests * 1000 / began.elapsed().as_millis().max(1) as u64,
        load(&seen.lost),
        load(&seen.failed),
        load(&seen.revoked)
    );
    assert!(requests > 1000);
    assert_eq!((load(&seen.lost), load(&seen.failed), before), (0, 0, 0));
    assert_eq!(load(&seen.revoked), (CONNECTIONS * JARS_PER_CONNECTION) as u64);
}

/// Waits until the ring has so many keys.
async fn applied(keyring: &Keyring, keys: usize) {
    let began = Instant::now();
    while keyring.report(Timestamp::now(), Duration::ZERO).len() < keys {
        assert!(began.elapsed() < Duration::from_secs(30), "the rotation did not arrive");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until every browser has sent at least once from now on.
async fn everybody_came_by(seen: &Seen) {
    let rounds = || seen.rounds.iter().map(|rounds| rounds.load(Ordering::Relaxed)).collect::<Vec<_>>();
    let before = rounds();
    while rounds().iter().zip(&before).any(|(now, before)| *now < before + 2) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// One connection, over which some browsers send in turn.
async fn browse(number: usize, address: SocketAddr, seen: Arc<Seen>, stop: Arc<AtomicBool>) {
    let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
    let mut jars = vec![(String::new(), 0u64); JARS_PER_CONNECTION];
    while !stop.load(Ordering::Relaxed) {
        for (cookie, count) in &mut jars {
            let began = Instant::now();
            let cookie_was_expired = *count > 0 && cookie.is_empty();
            let request = match cookie.as_str() {
                "" => "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(),
                cookie => format!("GET / HTTP/1.1\r\nHost: localhost\r\nCookie: __Host-session={cookie}\r\n\r\n"),
            };
            stream.get_mut().write_all(request.as_bytes()).await.unwrap();
            let (status, set, body) = response(&mut stream).await;
            seen.requests.fetch_add(1, Ordering::Relaxed);
            seen.slowest.fetch_max(began.elapsed().as_micros() as u64, Ordering::Relaxed);
            if status >= 500 {
                seen.failed.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            // Every visit is a change; an empty value expires the cookie of a request that a revocation overtook.
            *cookie = set.expect("every visit sets the cookie");
            *count += 1;
            let (now, outcome) = body.split_once(' ').unwrap();
            if now.parse::<u64>().unwrap() != *count {
                let overtaken = cookie_was_expired && outcome == "absent";
                let ended = if outcome == "revoked_key" || overtaken { &seen.revoked } else { &seen.lost };
                ended.fetch_add(1, Ordering::Relaxed);
                *count = 1;
            }
        }
        seen.rounds[number].fetch_add(1, Ordering::Relaxed);
    }
}

/// The status, the cookie that is set, and the body.
async fn response(stream: &mut BufReader<TcpStream>) -> (u16, Option<String>, String) {
    let (mut status, mut cookie, mut length) = (0, None, 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
            status = rest[..3].parse().unwrap();
        } else if let Some(rest) = line.strip_prefix("set-cookie: __Host-session=") {
            cookie = rest.split(';').next().map(str::to_owned);
        } else if let Some(rest) = line.strip_prefix("content-length: ") {
            length = rest.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    (status, cookie, String::from_utf8(body).unwrap())
}

/// Who edits the key file.
struct Operator {
    file: PathBuf,
    keys: Vec<(Key, bool)>,
}

impl Operator {
    fn new(folder: &Path) -> Self {
        let operator = Self { file: folder.join("keys.toml"), keys: vec![(Key::generate().unwrap(), false)] };
        operator.write();
        operator
    }

    /// A new key in front, which seals at once.
    fn rotate(&mut self) {
        self.keys.insert(0, (Key::generate().unwrap(), false));
        self.write();
    }

    /// The sealing key is revoked, and a fresh one takes its place.
    fn revoke(&mut self) {
        self.keys[0].1 = true;
        self.rotate();
    }

    /// Garbage, the file cut off, or nothing at all, in turn.
    fn garbage(&self, round: usize) {
        let text = fs::read(&self.file).unwrap();
        let content = match round % 3 {
            0 => b"\x00\xff garbage [[".to_vec(),
            1 => text[..text.len() / 2].to_vec(),
            _ => Vec::new(),
        };
        fs::write(&self.file, content).unwrap();
    }

    fn write(&self) {
        let table = |(number, (key, revoked)): (usize, &(Key, bool))| {
            let number = self.keys.len() - number;
            format!("[[keys]]\nlabel = \"{number}\"\nsecret = \"{}\"\nrevoked = {revoked}\n\n", &*key.expose_base64())
        };
        let text: String = self.keys.iter().enumerate().map(table).collect();
        let new = self.file.with_extension("new");
        fs::write(&new, text).unwrap();
        fs::rename(&new, &self.file).unwrap();
    }
}
