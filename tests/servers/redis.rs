//! Redis. For Valkey, put a link to it named `redis-server` into a folder, and that first in `PATH`.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::{Server, find, free_port, run};

/// Nothing is evicted, and what was acknowledged is on the disk.
pub const DURABLE: &[&str] = &["--save", "", "--appendonly", "yes", "--appendfsync", "always"];
/// Goes to the disk once a second, as most servers are set.
pub const EVERY_SECOND: &[&str] = &["--save", "", "--appendonly", "yes", "--appendfsync", "everysec"];
/// Everything is gone with the process.
pub const FLEETING: &[&str] = &["--save", "", "--appendonly", "no"];

/// A durable server that is not started yet; `None` when this machine has none.
pub fn server() -> Option<Server> {
    server_with(DURABLE)
}

/// With settings of its own.
pub fn server_with(settings: &[&str]) -> Option<Server> {
    let program = find("redis-server", &[])?;
    let command = |dir: &std::path::Path, port: u16| {
        let fixed = ["--port", &port.to_string(), "--bind", "127.0.0.1", "--dir", &dir.display().to_string()];
        [program.as_str()].iter().chain(&fixed).chain(settings).map(ToString::to_string).collect()
    };
    Some(Server::new(command, serves))
}

pub fn url(server: &Server) -> String {
    format!("redis://127.0.0.1:{}", server.port)
}

/// Whether it answers: that it is there, or that it wants a password first.
fn serves(server: &Server) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"PING\r\n")?;
        let mut answer = [0; 64];
        let length = stream.read(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
    };
    ask().is_ok_and(|answer| answer.starts_with("+PONG") || answer.starts_with("-NOAUTH"))
}

/// A server with an encrypted port besides the plain one: its number, and the certificate to trust. Not started yet.
pub fn encrypted() -> Option<(Server, u16, Vec<u8>)> {
    let openssl = find("openssl", &[])?;
    let port = free_port();
    let text = port.to_string();
    let files = ["--tls-cert-file", "server.pem", "--tls-key-file", "server.key", "--tls-ca-cert-file", "ca.pem"];
    let settings = [&["--tls-port", &text, "--tls-auth-clients", "no"], &files[..], FLEETING].concat();
    let server = server_with(&settings)?;
    let dir = server.dir.path().display();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    std::fs::write(server.dir.path().join("names"), "subjectAltName=IP:127.0.0.1").unwrap();
    for arguments in [
        format!("req -x509 {key} -keyout {dir}/ca.key -out {dir}/ca.pem -days 2 -subj /CN=authority"),
        format!("req {key} -keyout {dir}/server.key -out {dir}/server.csr -subj /CN=server"),
        format!(
            "x509 -req -in {dir}/server.csr -CA {dir}/ca.pem -CAkey {dir}/ca.key -CAcreateserial -days 2 \
             -extfile {dir}/names -out {dir}/server.pem"
        ),
    ] {
        let command = [openssl.as_str()].into_iter().chain(arguments.split_whitespace());
        run(&command.map(ToString::to_string).collect::<Vec<_>>());
    }
    let authority = std::fs::read(server.dir.path().join("ca.pem")).unwrap();
    Some((server, port, authority))
}
