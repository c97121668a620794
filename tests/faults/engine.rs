//! The engines, and how each is treated badly.

use super::servers::Server;

pub(crate) struct Engine {
    pub(crate) name: &'static str,
    pub(crate) url: String,
    pub(crate) server: Server,
    /// What it has acknowledged survives a kill.
    pub(crate) durable: bool,
    pub(crate) kill: fn(&mut Server),
    pub(crate) pause: fn(&Server),
    pub(crate) resume: fn(&Server),
}

impl Engine {
    fn new(name: &'static str, durable: bool, server: Server, url: fn(&Server) -> String) -> Self {
        Self { name, url: url(&server), server, durable, kill: Server::kill, pause: Server::pause, resume: Server::resume }
    }
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
