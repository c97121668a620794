//! Row 56 of the attack catalogue, on every engine: what it really keeps, in its files or behind its port, holds no session id
//! and no plaintext.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;

use sealed_session::SessionId;
use sealed_session::store::RecordKey;

use super::app::{Answer, App};
use super::engine::Engine;

pub(crate) async fn row_56(mut engine: Engine) {
    engine.start();
    let app = App::ready(&engine).await;
    let mut ids = Vec::new();
    for client in 0..8 {
        let Answer::Counted { cookie, .. } = app.count(client, None).await else { panic!("refused") };
        ids.push(app.id(&cookie).await);
    }
    // A character for each byte, because the standard library searches text fast.
    let text = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
    let dump = text(&engine.dump());
    let holds = |bytes: &[u8]| dump.contains(&text(bytes));
    for id in ids {
        let key = RecordKey::of(id);
        assert!(holds(key.as_str().as_bytes()) || holds(&key.to_bytes()), "{}: this is no dump of it", engine.name);
        for form in forms(id) {
            assert!(!holds(&form), "{}: a session id", engine.name);
        }
    }
    assert!(!holds(b" count 1 client "), "{}: plaintext", engine.name);
}

/// A session id as somebody could write it.
fn forms(id: SessionId) -> Vec<Vec<u8>> {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let bytes = id.to_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        bytes.to_vec(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
        STANDARD_NO_PAD.encode(bytes).into_bytes(),
        URL_SAFE_NO_PAD.encode(bytes).into_bytes(),
    ]
}

/// All that is in the files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            all.extend(files(&entry.path()));
        } else if kind.is_file() {
            // One that is removed meanwhile, by the server itself, has nothing to show.
            all.extend(std::fs::read(entry.path()).unwrap_or_default());
        }
    }
    all
}

/// Every key of a memcached with its value.
pub(crate) fn memcached(port: u16) -> Vec<u8> {
    let ask = |command: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(command.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let mut reader = BufReader::new(stream);
        while !answer.ends_with(b"END\r\n") && reader.read_until(b'\n', &mut answer).unwrap() > 0 {}
        answer
    };
    let keys = ask("lru_crawler metadump all\r\n");
    let keys = String::from_utf8_lossy(&keys).into_owned();
    let names = keys.split_whitespace().filter_map(|word| word.strip_prefix("key="));
    let values = names.flat_map(|name| ask(&format!("get {}\r\n", name.replace("%3A", ":"))));
    values.collect()
}
