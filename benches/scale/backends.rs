//! The stores that are measured, each with the server that it needs: started here, if it is on the machine and its feature is
//! on.

use std::path::Path;
use std::sync::Arc;

use sealed_session::store::{self, Store};
use tempfile::TempDir;

use crate::process;

/// A backend, with whatever has to live as long.
pub(crate) struct Backend {
    pub(crate) name: &'static str,
    url: String,
    pub(crate) keeps: Keeps,
    pub(crate) home: Box<dyn Home>,
}

impl Backend {
    /// To be called within a runtime.
    pub(crate) fn open(&self) -> Arc<dyn Store> {
        store::open(&self.url).unwrap()
    }
}

/// Where a backend keeps its records.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeps {
    InMemory,
    OnDisk,
    #[cfg_attr(not(feature = "redis"), allow(dead_code))]
    Both,
}

/// What a backend lives in.
pub(crate) trait Home {
    /// Where its files are.
    fn folder(&self) -> Option<&Path> {
        None
    }

    /// Its process, as `/proc` calls it.
    fn process(&self) -> String {
        "self".into()
    }

    /// Ends it in good order, so that all it has is in its files. Its store has to be dropped before.
    fn stop(&mut self) {}

    /// Starts it once more.
    fn start(&mut self) {}
}

/// This process.
impl Home for () {}

/// The folder of a database file.
impl Home for TempDir {
    fn folder(&self) -> Option<&Path> {
        Some(self.path())
    }

    /// The store's thread closes the file a moment after the store is dropped; the log is then taken into it, and removed.
    fn stop(&mut self) {
        let log = self.path().join("sessions.db-wal");
        process::wait("the log of the database stays", || !log.exists());
    }
}

#[cfg(any(feature = "redis", feature = "postgres", feature = "mysql", feature = "memcached"))]
impl Home for crate::servers::Server {
    fn folder(&self) -> Option<&Path> {
        Some(self.dir.path())
    }

    fn process(&self) -> String {
        process::child().unwrap()
    }

    fn stop(&mut self) {
        process::end(&process::child().unwrap());
        // Of what has ended already, this takes the remains.
        self.kill();
    }

    fn start(&mut self) {
        Self::start(self);
    }
}

/// With more room than it has by default, so that it takes whatever it is given.
pub(crate) fn memory() -> Option<Backend> {
    let url = "memory://?max=16GiB".into();
    Some(Backend { name: "memory", url, keeps: Keeps::InMemory, home: Box::new(()) })
}

pub(crate) fn sqlite() -> Option<Backend> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("sessions.db").display());
    Some(Backend { name: "SQLite", url, keeps: Keeps::OnDisk, home: Box::new(folder) })
}

/// A backend whose server is started here.
macro_rules! server {
    ($opener:ident, $feature:literal, $name:literal, $keeps:expr, $module:ident, $server:ident($($settings:expr)?)) => {
        #[cfg(feature = $feature)]
        pub(crate) fn $opener() -> Option<Backend> {
            use crate::servers::$module::*;
            let mut server = $server($($settings)?)?;
            server.start();
            Some(Backend { name: $name, url: url(&server), keeps: $keeps, home: Box::new(server) })
        }

        #[cfg(not(feature = $feature))]
        pub(crate) fn $opener() -> Option<Backend> {
            eprintln!(concat!("left out: ", $name, " (`--features ", $feature, "`)"));
            None
        }
    };
}

/// Room for more than anyone stores here: memcached drops records without a word when it is full.
#[cfg(feature = "memcached")]
const ROOMY: &[&str] = &["-m", "16384"];

server!(redis, "redis", "Redis, on the disk at once", Keeps::Both, redis, server());
server!(redis_every_second, "redis", "Redis, on the disk each second", Keeps::Both, redis, server_with(EVERY_SECOND));
server!(memcached, "memcached", "Memcached", Keeps::InMemory, memcached, server_with(ROOMY));
server!(postgres, "postgres", "PostgreSQL", Keeps::OnDisk, postgres, server());
server!(mysql, "mysql", "MariaDB", Keeps::OnDisk, mysql, server());
