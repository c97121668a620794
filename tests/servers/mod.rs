//! Real servers on loopback: each on a free port, in a temporary folder, killed when dropped.
#![allow(dead_code, unreachable_pub, missing_docs, missing_debug_implementations)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod certificate;
#[cfg(feature = "memcached")]
pub mod memcached;
#[cfg(feature = "mongodb")]
pub mod mongodb;
#[cfg(feature = "mysql")]
pub mod mysql;
pub mod nginx;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "redis")]
pub mod redis;

use std::fs::File;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that is started, stopped and treated badly.
pub struct Server {
    pub port: u16,
    pub dir: TempDir,
    /// What to run.
    command: Vec<String>,
    /// Whether it serves.
    ready: Box<dyn Fn(&Server) -> bool + Send + Sync>,
    child: Option<Child>,
}

impl Server {
    /// A server that is not started yet. `command` gets its folder and its port.
    pub fn new(
        command: impl FnOnce(&Path, u16) -> Vec<String>,
        ready: impl Fn(&Server) -> bool + Send + Sync + 'static,
    ) -> Self {
        let dir = folder();
        let port = free_port();
        Self { port, command: command(dir.path(), port), dir, ready: Box::new(ready), child: None }
    }

    /// Starts it, and waits until it serves.
    pub fn start(&mut self) {
        self.spawn();
        self.wait();
    }

    /// Starts it, and does not wait.
    pub fn spawn(&mut self) {
        assert!(self.child.is_none(), "it is running");
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let mut command = as_nobody(&self.command);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).process_group(0);
        self.child = Some(command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", self.command)));
    }

    pub fn wait(&mut self) {
        let start = Instant::now();
        while !(self.ready)(self) {
            assert!(start.elapsed() < PATIENCE, "{:?} does not serve: {}", self.command, self.log_text());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// As a power cut does it: SIGKILL to the server and its children.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            signal("KILL", &child);
            child.wait().unwrap();
        }
    }

    /// Stops answering, but keeps its connections.
    pub fn pause(&self) {
        signal("STOP", self.child.as_ref().expect("it is running"));
    }

    pub fn resume(&self) {
        signal("CONT", self.child.as_ref().expect("it is running"));
    }

    /// Whether something listens on the port.
    pub fn listens(&self) -> bool {
        TcpStream::connect(("127.0.0.1", self.port)).is_ok()
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("server.log")
    }

    pub fn log_text(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs `command` to its end; fails if it does. For what has to happen before a server starts.
pub fn run(command: &[String]) {
    let output = as_nobody(command).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Where a program is, also outside of `PATH`, or `None` when the machine does not have it. `./test` demands all of them.
pub fn find(program: &str, folders: &[&str]) -> Option<String> {
    let path = std::env::var("PATH").unwrap_or_default();
    let found = path
        .split(':')
        .chain(folders.iter().copied())
        .map(|folder| Path::new(folder).join(program))
        .find(|file| file.is_file());
    if found.is_none() {
        assert!(std::env::var_os("REQUIRE_SERVERS").is_none(), "{program} is missing, and REQUIRE_SERVERS is set");
        skip(&format!("{program} is not on this machine; ./test installs it"));
    }
    found.map(|file| file.display().to_string())
}

/// Says that something is left out; also in a test that passes, which keeps what it prints by `eprintln`.
pub fn skip(why: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

/// Servers such as PostgreSQL refuse to run as root, so as root they run as `nobody`.
fn as_nobody(command: &[String]) -> Command {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if !is_root {
        let mut plain = Command::new(&command[0]);
        plain.args(&command[1..]);
        return plain;
    }
    let mut unprivileged = Command::new("setpriv");
    unprivileged.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--"]).args(command);
    unprivileged
}

/// A temporary folder that `nobody` may write to.
fn folder() -> TempDir {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::Builder::new().prefix("sealed-session-").tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    dir
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Sends a signal to the process group of `child`.
fn signal(name: &str, child: &Child) {
    let status = Command::new("kill").args([format!("-{name}"), "--".into(), format!("-{}", child.id())]).status();
    assert!(status.unwrap().success(), "kill -{name}");
}
