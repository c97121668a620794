//! Keys from a vault that is asked every second: `cargo run --example vault --features watch`, then, again and again,
//!
//! ```sh
//! curl -c jar -b jar localhost:3000/
//! ```
//!
//! The vault is a struct in this program, so that the example runs by itself; a real one (HashiCorp Vault, a KMS, a table in
//! a database) takes the place of `Vault::read`. Meanwhile an operator rotates the key, the vault is away for a while, and
//! the old key is revoked. Visits are counted on through all of it, because each one is sealed again under the key of the
//! day; a cookie from before the rotation that comes back after the revocation starts at 1.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use sealed_session::{Key, KeyConfig, Keyring, KeyringConfig, Session, SessionLayer, WatchEvent};
use serde::{Deserialize, Serialize};

#[derive(Default)]
struct Vault(Mutex<Content>);

#[derive(Default)]
struct Content {
    away: bool,
    keys: KeyringConfig,
}

impl Vault {
    /// What a client library would do: one call that brings all keys, or fails.
    fn read(&self) -> Result<KeyringConfig, Box<dyn Error + Send + Sync>> {
        let content = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if content.away {
            return Err("the vault does not answer".into());
        }
        Ok(content.keys.clone())
    }

    fn change(&self, what: &str, change: impl FnOnce(&mut Content)) {
        println!("operator: {what}");
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn fresh_key(label: &str) -> Result<KeyConfig, sealed_session::Error> {
    Ok(KeyConfig {
        label: label.to_owned(),
        secret: Some(Key::generate()?.expose_base64().to_string().into()),
        secret_file: None,
        secret_env: None,
        seal_from: None,
        open_until: None,
        revoked: false,
    })
}

/// A year of an operator's life, in half a minute.
async fn operate(vault: Arc<Vault>) -> Result<(), sealed_session::Error> {
    let pause = || tokio::time::sleep(Duration::from_secs(8));
    pause().await;
    let new = fresh_key("2027-01")?;
    // The first one seals; the other still opens, so nobody is logged out.
    vault.change("a new key, in front of the old one", |content| content.keys.keys.insert(0, new));
    pause().await;
    vault.change("the vault is down for maintenance", |content| content.away = true);
    pause().await;
    vault.change("the vault is back, and the old key is revoked", |content| {
        content.away = false;
        content.keys.keys.iter_mut().filter(|key| key.label == "2026-11").for_each(|key| key.revoked = true);
    });
    Ok(())
}

fn report(event: &WatchEvent) {
    match event {
        WatchEvent::Reloaded { sealing, vanished, .. } => println!("app: {sealing:?} seals now; gone: {vanished:?}"),
        WatchEvent::Refused { error, .. } => println!("app: keys refused, going on with the old ones: {error}"),
        WatchEvent::Unreadable { error, .. } => println!("app: going on with the keys it has: {error}"),
        other => println!("app: {other:?}"),
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Visit {
    count: u32,
}

async fn hit(session: Session<Visit>) -> String {
    let count = session.update(|visit| {
        visit.count += 1;
        visit.count
    });
    format!("visit {count}\n")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let vault = Arc::new(Vault::default());
    let first = fresh_key("2026-11")?;
    vault.change("the first key", |content| content.keys.keys.push(first));

    // All there is to it: a function that brings the ring, and how often to ask it. It runs on a thread of its own, so it
    // may block; if a client library is async, `Handle::block_on` brings it here.
    let source = Arc::clone(&vault);
    let fetch = move || Ok(Keyring::from_config(&source.read()?)?);
    let (keyring, _watch) = Keyring::poll(fetch, Duration::from_secs(1), report)?;

    let layer = SessionLayer::<Visit>::builder(keyring).insecure_for_http().build()?;
    let app = Router::new().route("/", get(hit)).layer(layer);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    println!("listening on http://{}", listener.local_addr()?);
    tokio::spawn(operate(vault));
    axum::serve(listener, app).await?;
    Ok(())
}
