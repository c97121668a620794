//! What stands in for MongoDB: a program that speaks its protocol and keeps the documents in SQLite. See
//! mongodb-requirements.txt for where it comes from, and docs/stores.md for what it cannot show.

use std::path::Path;

use super::{Server, find};

/// A server that is not started yet; `None` when this machine has none.
pub fn server() -> Option<Server> {
    let program = program()?;
    let command = |dir: &Path, port: u16| {
        let port = port.to_string();
        let [dir, log, pid] = ["", "log", "pid"].map(|name| dir.join(name).display().to_string());
        let fixed = ["--host", "127.0.0.1", "-p", &port, "--data-dir", &dir, "--log-file", &log, "--pid-file", &pid];
        [program.as_str()].iter().chain(&fixed).map(ToString::to_string).collect()
    };
    Some(Server::new(command, Server::listens))
}

pub fn url(server: &Server) -> String {
    format!("mongodb://127.0.0.1:{}/app?directConnection=true", server.port)
}

fn program() -> Option<String> {
    if let Ok(file) = std::env::var("NX_27017") {
        return Some(file);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/mongo-venv/bin");
    find("nx-27017", &[&folder.display().to_string()])
}
