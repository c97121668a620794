//! The engines, and how each is treated badly.

use super::dump;
use super::servers::Server;

pub(crate) struct Engine {
    pub(crate) name: &'static str,
    pub(crate) url: String,
    /// None for an engine that lives in the process.
    server: Option<Server>,
    /// A file's folder.
    folder: Option<tempfile::TempDir>,
    /// What it has acknowledged survives a kill.
    pub(crate) durable: bool,
    kill: fn(&mut Server),
    pause: fn(&Server),
    resume: fn(&Server),
}

impl Engine {
    fn new(name: &'static str, durable: bool, server: Server, url: fn(&Server) -> String) -> Self {
        let url = url(&server);
        let server = Some(server);
        let (kill, pause, resume) = (Server::kill, Server::pause, Server::resume);
        Self { name, url, server, folder: None, durable, kill, pause, resume }
    }

    pub(crate) fn start(&mut self) {
        self.server.iter_mut().for_each(Server::start);
    }

    pub(crate) fn kill(&mut self) {
        self.server.iter_mut().for_each(self.kill);
    }

    pub(crate) fn pause(&self) {
        self.server.iter().for_each(self.pause);
    }

    /// What it keeps.
    pub(crate) fn dump(&self) -> Vec<u8> {
        match (&self.server, &self.folder) {
            (Some(server), _) if self.name == "memcached" => dump::memcached(server.port),
            (Some(server), _) => dump::files(server.dir.path()),
            (None, Some(folder)) => dump::files(folder.path()),
            (None, None) => Vec::new(),
        }
    }

    pub(crate) fn resume(&self) {
        self.server.iter().for_each(self.resume);
    }
}

#[cfg(feature = "sqlite")]
pub(crate) fn sqlite() -> Option<Engine> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sessions.db", folder.path().display());
    let (kill, pause, resume) = (Server::kill, Server::pause, Server::resume);
    Some(Engine { name: "sqlite", url, server: None, folder: Some(folder), durable: true, kill, pause, resume })
}

#[cfg(feature = "postgres")]
pub(crate) fn postgres() -> Option<Engine> {
    use super::servers::postgres::{kill, pause, resume, server, url};
    let engine = Engine::new("postgres", true, server()?, url);
    Some(Engine { kill, pause, resume, ..engine })
}

#[cfg(feature = "mysql")]
pub(crate) fn mysql() -> Option<Engine> {
    use super::servers::mysql::{server, url};
    Some(Engine::new("mysql", true, server()?, url))
}

#[cfg(feature = "redis")]
pub(crate) fn redis() -> Option<Engine> {
    use super::servers::redis::{server, url};
    Some(Engine::new("redis", true, server()?, url))
}

#[cfg(feature = "memcached")]
pub(crate) fn memcached() -> Option<Engine> {
    use super::servers::memcached::{server, url};
    Some(Engine::new("memcached", false, server()?, url))
}

#[cfg(feature = "mongodb")]
pub(crate) fn mongodb() -> Option<Engine> {
    use super::servers::mongodb::{server, url};
    Some(Engine::new("mongodb", true, server()?, url))
}
