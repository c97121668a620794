//! A certificate for a server on this machine.

use std::path::Path;

use super::run;

/// A certificate of its own for `localhost`, and its key: `tls.pem` and `tls.key` in `dir`.
pub fn certificate(openssl: &str, dir: &Path) -> (String, String) {
    let [certificate, key] = ["tls.pem", "tls.key"].map(|name| dir.join(name).display().to_string());
    let line = format!(
        "{openssl} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test \
         -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE -out {certificate} -keyout {key}"
    );
    run(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    (certificate, key)
}
