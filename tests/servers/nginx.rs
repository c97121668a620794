//! nginx, in front of an app.

use std::net::SocketAddr;
use std::path::Path;

use super::certificate::certificate;
use super::{Server, find, free_port, run};

/// A server that is not started yet, and its port with TLS; `None` when nginx is missing. `location` is what each of its
/// `server` blocks has besides: it can refer to the app as `http://app`. Everything else is as nginx has it by default.
/// The certificate to trust is `tls.der` in its folder.
pub fn server(app: SocketAddr, location: &str) -> Option<(Server, u16)> {
    let (nginx, openssl) = (find("nginx", &["/usr/sbin"]), find("openssl", &[]));
    let (nginx, openssl, tls_port) = (nginx?, openssl?, free_port());
    let command = |dir: &Path, port: u16| {
        let (pem, key) = certificate(&openssl, dir);
        let dir = dir.display();
        run(&[&openssl, "x509", "-in", &pem, "-outform", "DER", "-out", &format!("{dir}/tls.der")].map(str::to_owned));
        // In folders of its own, so that nothing of the system's nginx is touched.
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let folders = folders.map(|name| format!("{name}_temp_path {dir}/{name};\n")).concat();
        let config = format!(
            "daemon off;\nworker_processes 1;\npid {dir}/nginx.pid;\nerror_log stderr;\nevents {{}}\n\
             http {{\naccess_log off;\n{folders}upstream app {{ server {app}; }}\n\
             server {{ listen 127.0.0.1:{port}; {location} }}\n\
             server {{ listen 127.0.0.1:{tls_port} ssl; ssl_certificate {pem}; ssl_certificate_key {key}; {location} }}\n}}\n"
        );
        std::fs::write(format!("{dir}/nginx.conf"), config).unwrap();
        [&nginx, "-e", "stderr", "-p", &format!("{dir}"), "-c", &format!("{dir}/nginx.conf")].map(str::to_owned).into()
    };
    // It listens on both before it serves either.
    Some((Server::new(command, Server::listens), tls_port))
}
