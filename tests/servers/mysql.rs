//! MariaDB, which speaks MySQL's protocol.

use std::path::Path;
use std::process::Command;

use super::{Server, find, run};

pub const PASSWORD: &str = "pw-of-the-app";

/// A server that is not started yet, or `None` when MariaDB is missing.
pub fn server() -> Option<Server> {
    server_with(|_| String::new())
}

/// A server with TLS, by the certificate `tls.pem` in its folder, which is valid for `localhost`.
#[cfg(feature = "tls")]
pub fn server_with_tls() -> Option<Server> {
    let openssl = find("openssl", &[])?;
    server_with(|dir| {
        let (certificate, key) = certificate(&openssl, dir);
        format!("--ssl-cert={certificate} --ssl-key={key}")
    })
}

/// A server with more settings, which get its folder.
pub fn server_with(settings: impl FnOnce(&Path) -> String) -> Option<Server> {
    let install = find("mariadb-install-db", &[])?;
    let mariadbd = find("mariadbd", &["/usr/sbin"])?;
    let ping = find("mariadb-admin", &[])?;
    let command = |dir: &Path, port: u16| {
        let data = dir.join("data").display().to_string();
        // A small log keeps the folder small. What undoes changes has files of its own, so that a full table can be emptied.
        // Two that are set up at the same moment must not share a folder for temporary tables.
        let size = format!("--tmpdir={} --innodb-log-file-size=8M --innodb-undo-tablespaces=2", dir.display());
        run(&words(&format!(
            "{install} --no-defaults --datadir={data} {size} --auth-root-authentication-method=normal --skip-test-db"
        )));
        let init = dir.join("init.sql");
        std::fs::write(&init, init_sql()).unwrap();
        let (dir, init, settings) = (dir.display(), init.display(), settings(dir));
        words(&format!(
            "{mariadbd} --no-defaults --datadir={data} --socket={dir}/s.sock --pid-file={dir}/m.pid --port={port} \
             --bind-address=127.0.0.1 --skip-name-resolve --init-file={init} {size} {settings}"
        ))
    };
    Some(Server::new(command, move |server| {
        let port = format!("--port={}", server.port);
        let mut command = Command::new(&ping);
        command.args(["--no-defaults", "--protocol=tcp", "--host=127.0.0.1", &port, "--user=app"]);
        let output = command.arg(format!("--password={PASSWORD}")).arg("ping").output().unwrap();
        output.status.success() && String::from_utf8_lossy(&output.stdout).contains("alive")
    }))
}

/// One statement for each line.
fn init_sql() -> String {
    format!(
        "CREATE DATABASE IF NOT EXISTS app;\n\
         CREATE DATABASE IF NOT EXISTS other;\n\
         CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY '{PASSWORD}';\n\
         CREATE USER IF NOT EXISTS 'reader'@'%' IDENTIFIED BY '{PASSWORD}';\n\
         GRANT ALL ON app.* TO 'app'@'%';\n\
         GRANT ALL ON other.* TO 'app'@'%';\n\
         GRANT SELECT ON app.* TO 'reader'@'%';\n"
    )
}

pub fn url(server: &Server) -> String {
    format!("mysql://app:{PASSWORD}@127.0.0.1:{}/app", server.port)
}

/// What `mariadb-dump` writes of all that the app's databases hold.
pub fn dump(server: &Server) -> Vec<u8> {
    let mut command = Command::new(find("mariadb-dump", &[]).unwrap());
    command.args([
        "--no-defaults",
        "--protocol=tcp",
        "--host=127.0.0.1",
        "--user=app",
        "--hex-blob",
        "--no-tablespaces",
    ]);
    command.args([format!("--port={}", server.port), format!("--password={PASSWORD}")]);
    let output = command.args(["--databases", "app", "other"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A certificate of its own for `localhost`, and its key.
#[cfg(feature = "tls")]
fn certificate(openssl: &str, dir: &Path) -> (String, String) {
    let [certificate, key] = ["tls.pem", "tls.key"].map(|name| dir.join(name).display().to_string());
    run(&words(&format!(
        "{openssl} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test \
         -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE -out {certificate} -keyout {key}"
    )));
    (certificate, key)
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}
