//! A client that sends just what it is told.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// A response.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Up to and including the empty line.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    /// The only `Set-Cookie`, if there is one.
    pub(crate) fn set_cookie(&self) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        let mut fields = fields.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")).map(|(_, value)| value);
        let field = fields.next();
        assert!(fields.next().is_none(), "{}", self.head);
        field
    }

    /// A field that sends that cookie back.
    pub(crate) fn cookie(&self) -> String {
        format!("Cookie: {}\r\n", self.set_cookie().unwrap().split(';').next().unwrap())
    }
}

/// Sends `path`, and header fields if a line break follows it, over plain http.
pub(crate) fn plain(address: SocketAddr, head: &str) -> Reply {
    send(TcpStream::connect(address).unwrap(), "HTTP/1.1", head)
}

/// As nginx sends it, in the version of HTTP that it speaks to apps.
pub(crate) fn as_nginx(address: SocketAddr, head: &str) -> Reply {
    send(TcpStream::connect(address).unwrap(), "HTTP/1.0", head)
}

/// As [`plain`], from another address of this machine.
pub(crate) fn from(source: IpAddr, address: SocketAddr, head: &str) -> Reply {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((source, 0))).unwrap();
        socket.connect(address).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    send(stream, "HTTP/1.1", head)
}

/// As [`plain`], over https to `localhost`, whose certificate must be this one.
pub(crate) fn https(port: u16, certificate: Vec<u8>, head: &str) -> Reply {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(certificate)).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    send(StreamOwned::new(connection, TcpStream::connect(("127.0.0.1", port)).unwrap()), "HTTP/1.1", head)
}

fn send(mut stream: impl Read + Write + Timeout, version: &str, head: &str) -> Reply {
    stream.patience(Duration::from_secs(30));
    let (path, fields) = head.split_once("\r\n").unwrap_or((head, ""));
    write!(stream, "GET {path} {version}\r\nHost: localhost\r\nConnection: close\r\n{fields}\r\n").unwrap();
    stream.flush().unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    let response = String::from_utf8(response).unwrap();
    let (head, body) = response.split_at(response.find("\r\n\r\n").unwrap() + 4);
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.to_owned(), body: body.to_owned() }
}

/// A test that hangs says so.
trait Timeout {
    fn patience(&self, patience: Duration);
}

impl Timeout for TcpStream {
    fn patience(&self, patience: Duration) {
        self.set_read_timeout(Some(patience)).unwrap();
    }
}

impl Timeout for StreamOwned<ClientConnection, TcpStream> {
    fn patience(&self, patience: Duration) {
        self.sock.patience(patience);
    }
}
