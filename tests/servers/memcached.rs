//! memcached.

use super::{Server, find};

/// A server with 64 MB that is not started yet; `None` when this machine has none.
pub fn server() -> Option<Server> {
    server_with(&["-m", "64"])
}

/// With settings of its own.
pub fn server_with(settings: &[&str]) -> Option<Server> {
    let program = find("memcached", &[])?;
    let command = |_: &std::path::Path, port: u16| {
        let port = port.to_string();
        let fixed = [program.as_str(), "-l", "127.0.0.1", "-p", &port, "-U", "0"];
        fixed.iter().chain(settings).map(ToString::to_string).collect()
    };
    Some(Server::new(command, Server::listens))
}

pub fn url(server: &Server) -> String {
    format!("memcached://127.0.0.1:{}", server.port)
}
