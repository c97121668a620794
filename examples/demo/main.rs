//! A small shop whose sessions live in the visitor's cookie, and that cookie taken apart beside it.
//!
//! ```text
//! cargo run --example demo                                             then open the address it prints
//! PORT=3001 cargo run --example demo                                   on another port; 0 takes any free one
//! SESSION_KEYS=$(openssl rand -base64 32) cargo run --example demo     with your own key, as in production
//! KEYS_FILE=keys.toml cargo run --example demo --features watch        with keys from a file that may be edited
//! ```
//!
//! Start-up is in this file. The rest: `app` answers requests, `visitor` is the session's data, `report` is what a
//! session can tell about itself, `anatomy` takes the cookie apart, `keys` shows and rotates the keyring; `page`,
//! `panel` and `key_table` draw it all.

mod anatomy;
mod app;
mod assets;
mod html;
mod key_table;
mod keys;
mod notice;
mod page;
mod panel;
mod report;
mod trials;
mod visitor;

use std::env;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use sealed_session::{Event, Keyring, Outcome};
use tokio::net::TcpListener;

const KEYS: &str = "SESSION_KEYS";
const KEYS_FILE: &str = "KEYS_FILE";
const PORT: u16 = 3000;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("demo: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let listener = listen(port()?).await?;
    let app = app::app(keyring()?, print_event).map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("The demo is at http://{address} (Ctrl-C ends it). What its sessions do, as an operator would count it:");
    tokio::select! {
        served = axum::serve(listener, app) => served.map_err(|error| error.to_string()),
        pressed = tokio::signal::ctrl_c() => {
            println!();
            pressed.map_err(|error| error.to_string())
        }
    }
}

/// The keys of a file or of the environment; without any, one for this run.
fn keyring() -> Result<Keyring, String> {
    if let Some(file) = env::var_os(KEYS_FILE) {
        return watched(file.as_ref());
    }
    let keyring = if env::var_os(KEYS).is_some() {
        Keyring::from_env(KEYS)
    } else {
        println!("{KEYS} is not set, so this run has a key of its own: sessions end with the process.");
        Keyring::generate()
    };
    keyring.map_err(|error| error.to_string())
}

/// The keys of a file, which is watched as long as the process lives.
#[cfg(feature = "watch")]
fn watched(file: &Path) -> Result<Keyring, String> {
    let watched = Keyring::watch(file, |event| println!("  {event:?}"));
    let (keyring, watch) = watched.map_err(|error| error.to_string())?;
    println!("{} is watched: edit it, and the keys rotate.", file.display());
    std::mem::forget(watch);
    Ok(keyring)
}

#[cfg(not(feature = "watch"))]
fn watched(_: &Path) -> Result<Keyring, String> {
    Err(format!("{KEYS_FILE} needs a feature: cargo run --example demo --features watch"))
}

fn port() -> Result<u16, String> {
    match env::var("PORT") {
        Ok(port) => port.trim().parse().map_err(|_| format!("PORT={port:?} is no port: give a number up to 65535")),
        Err(env::VarError::NotPresent) => Ok(PORT),
        Err(error) => Err(format!("PORT: {error}")),
    }
}

async fn listen(port: u16) -> Result<TcpListener, String> {
    // This machine alone: the demo shows cookies in full.
    TcpListener::bind(("127.0.0.1", port)).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            let other = port.checked_add(1).unwrap_or(PORT);
            format!("port {port} is taken; use another one: PORT={other} cargo run --example demo")
        }
        _ => format!("cannot listen on port {port}: {error}; use another one with PORT=…"),
    })
}

/// What is not routine. Events hold no secret, no cookie and no session data, so they may be logged; count them in
/// production.
fn print_event(event: &Event<'_>) {
    match event {
        Event::Outcome { outcome: Outcome::Absent | Outcome::Opened, .. } => {}
        event => println!("  {event:?}"),
    }
}
