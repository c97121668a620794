//! Behind nginx, as Debian has it: with its default buffers, and with TLS ended there.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "../support/log.rs"]
#[allow(dead_code, unreachable_pub)]
mod log;
#[path = "../servers/mod.rs"]
mod servers;

mod app;
mod client;
mod https;
mod sizes;

use std::net::SocketAddr;

use app::App;
use servers::{Server, nginx};

/// An app, and a started nginx in front of it.
struct Site {
    app: App,
    nginx: Server,
    /// nginx's port with TLS.
    tls: u16,
}

impl Site {
    /// `None` when this machine has no nginx.
    fn new(app: App, location: &str) -> Option<Self> {
        let (mut nginx, tls) = nginx::server(app.address, location)?;
        nginx.start();
        Some(Self { app, nginx, tls })
    }

    /// A request over plain http.
    fn plain(&self, head: &str) -> client::Reply {
        client::plain(SocketAddr::from(([127, 0, 0, 1], self.nginx.port)), head)
    }

    /// One over https.
    fn https(&self, head: &str) -> client::Reply {
        let authority = std::fs::read(self.nginx.dir.path().join("tls.der")).unwrap();
        client::https(self.tls, authority, head)
    }
}
