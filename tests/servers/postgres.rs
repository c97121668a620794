//! PostgreSQL.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

#[cfg(feature = "tls")]
use super::certificate::certificate;
use super::{Server, find, run};

pub const USER: &str = "app";
pub const PASSWORD: &str = "pw-of-the-app";

/// A server that is not started yet, or `None` when PostgreSQL is missing. Logins need the password.
pub fn server() -> Option<Server> {
    server_with(|_| String::new())
}

/// A server with TLS, by the certificate `tls.pem` in its folder, which is valid for `localhost`.
#[cfg(feature = "tls")]
pub fn server_with_tls() -> Option<Server> {
    let openssl = find("openssl", &[])?;
    server_with(|dir| {
        let (certificate, key) = certificate(&openssl, dir);
        format!("-c ssl=on -c ssl_cert_file={certificate} -c ssl_key_file={key}")
    })
}

fn server_with(settings: impl FnOnce(&Path) -> String) -> Option<Server> {
    let folders = folders();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    let [initdb, postgres, is_ready] = ["initdb", "postgres", "pg_isready"].map(|program| find(program, &folders));
    let (initdb, postgres, is_ready) = (initdb?, postgres?, is_ready?);
    let command = |dir: &Path, port: u16| {
        std::fs::write(dir.join("password"), PASSWORD).unwrap();
        let [data, password] = ["data", "password"].map(|name| dir.join(name).display().to_string());
        // `--no-sync` is about initdb itself; the server syncs as it does by default.
        run(&words(&format!(
            "{initdb} -D {data} -U {USER} -A scram-sha-256 --pwfile {password} -E UTF8 --locale=C --no-sync"
        )));
        let (dir, settings) = (dir.display(), settings(dir));
        words(&format!(
            "{postgres} -D {data} -p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={dir} \
             -c hot_standby=off -c max_connections=60 {settings}"
        ))
    };
    Some(Server::new(command, move |server| {
        let port = server.port.to_string();
        let mut check = Command::new(&is_ready);
        check.args(["-q", "-h", "127.0.0.1", "-p", &port]).stdout(Stdio::null());
        check.status().is_ok_and(|status| status.success())
    }))
}

pub fn url(server: &Server) -> String {
    format!("postgres://{USER}:{PASSWORD}@127.0.0.1:{}/postgres", server.port)
}

/// What `pg_dump` writes of all that the server holds.
pub fn dump(server: &Server) -> Vec<u8> {
    let folders = folders();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    let mut command = Command::new(find("pg_dump", &folders).unwrap());
    let output = command.env("PGPASSWORD", PASSWORD).args(["-d", &url(server)]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// As a power cut does it. The server's processes are in groups of their own, so each has to be told; and the next server does
/// not start while one of them is left.
pub fn kill(server: &mut Server) {
    // Stopped, it cannot make more of them.
    signal("STOP", &[parent(server)]);
    let children = children(server);
    signal("KILL", &children);
    server.kill();
    while children.iter().any(|pid| state(*pid).is_some_and(|(state, _)| state != "Z")) {
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn pause(server: &Server) {
    signal("STOP", &[parent(server)]);
    signal("STOP", &children(server));
}

pub fn resume(server: &Server) {
    signal("CONT", &children(server));
    signal("CONT", &[parent(server)]);
}

fn parent(server: &Server) -> u32 {
    server.child.as_ref().expect("it is running").id()
}

fn children(server: &Server) -> Vec<u32> {
    let parent = parent(server);
    let pids = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|pid| state(*pid).is_some_and(|(_, of)| of == parent)).collect()
}

/// The state and the parent of a process, if there is one.
fn state(pid: u32) -> Option<(String, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // pid (name) state parent …
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

fn signal(name: &str, pids: &[u32]) {
    let pids: Vec<String> = pids.iter().map(u32::to_string).collect();
    // One that has ended meanwhile makes `kill` fail.
    let _ = Command::new("kill").arg(format!("-{name}")).args(pids).stderr(Stdio::null()).status().unwrap();
}

/// Debian keeps the programs out of `PATH`.
fn folders() -> Vec<String> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|entry| entry.path().join("bin").display().to_string()).collect()
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}
