//! A small shop whose sessions live in the visitor's cookie, and in a store when they outgrow it; beside it, that cookie taken
//! apart.
//!
//! ```text
//! cargo run --example demo                                             then open the address it prints
//! cargo run --example demo -- --store none                             without a store; --help tells the others
//! PORT=3001 cargo run --example demo                                   on another port; 0 takes any free one
//! SESSION_KEYS=$(openssl rand -base64 32) cargo run --example demo     with your own key, as in production
//! KEYS_FILE=keys.toml cargo run --example demo --features watch        with keys from a file that may be edited
//! ```
//!
//! Start-up is in this file. The rest: `options` reads the command line, `keyring` the keys, `storage` is the store, `shop`
//! what handlers share, `app` answers requests, `visitor` is the session's data, `report` is what a session can tell about
//! itself, `anatomy` takes the cookie apart, `keys` shows and rotates the keyring; `page`, `whereabouts`, `panel`, `key_table`
//! and `notice_box` draw it all, and `outage` what is left of it while the store cannot be read.

include!("modules.rs");
mod keyring;
mod options;

use std::env;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use options::Task;
use sealed_session::{Event, Outcome};
use shop::Shop;
use storage::Storage;
use tokio::net::TcpListener;

const PORT: u16 = 3000;
/// How long the start may wait for the store.
const PATIENCE: Duration = Duration::from_secs(10);

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
    let store = match options::parse(env::args_os().skip(1))? {
        Task::Help => {
            println!("{}", options::USAGE);
            return Ok(());
        }
        Task::Serve { store } => store,
    };
    let storage = Storage::open(&store).map_err(|error| format!("--store: {error}"))?;
    let listener = listen(port()?).await?;
    let shop = Shop::new(keyring::keyring()?, storage, print_event).map_err(|error| error.to_string())?;
    prepare(&shop).await;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    println!("The demo is at http://{address} (Ctrl-C ends it). What its sessions do, as an operator would count it:");
    tokio::select! {
        served = axum::serve(listener, app::app(shop)) => served.map_err(|error| error.to_string()),
        pressed = tokio::signal::ctrl_c() => {
            println!();
            pressed.map_err(|error| error.to_string())
        }
    }
}

/// Says where the store is, and has it create what it needs. A store that is down keeps nobody from starting: sessions in
/// their cookie do not need it.
async fn prepare(shop: &Shop) {
    let Some(kind) = shop.storage.kind() else {
        println!("There is no store: what outgrows its cookie is refused.");
        return;
    };
    match shop.storage.file() {
        Some(file) => println!("What outgrows its cookie goes to {kind}: {}", file.display()),
        None => println!("What outgrows its cookie goes to {kind}."),
    }
    match tokio::time::timeout(PATIENCE, shop.sessions.prepare_store()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => println!("The store is not ready, so only small sessions work for now: {error}"),
        Err(_) => println!("The store does not answer, so only small sessions work for now."),
    }
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
