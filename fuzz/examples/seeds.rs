//! Writes the hand-made part of the corpus: from the published vectors, and from what the targets expect.
//!
//!     cargo run --manifest-path fuzz/Cargo.toml --example seeds

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sealed_session_fuzz::format::Purpose;
use sealed_session_fuzz::site::{self, NAME};
use serde_json::Value;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let vectors: Value = serde_json::from_slice(&std::fs::read(root.join("../tests/vectors/format-1.json"))?)?;
    let corpus = Corpus(root.join("corpus"));
    tokens(&corpus, &vectors)?;
    refusals(&corpus, &vectors)?;
    payloads(&corpus)?;
    configs(&corpus, root)
}

struct Corpus(std::path::PathBuf);

impl Corpus {
    fn add(&self, target: &str, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let folder = self.0.join(target);
        std::fs::create_dir_all(&folder)?;
        let name: String =
            name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
        Ok(std::fs::write(folder.join(format!("seed-{name}")), bytes)?)
    }
}

/// Tokens that open: their plaintexts and records too. Large ones teach the fuzzer nothing but slowness.
fn tokens(corpus: &Corpus, vectors: &Value) -> Result<(), Failure> {
    for (position, vector) in vectors["tokens"].as_array().ok_or("no tokens")?.iter().enumerate() {
        let name = text(vector, "name");
        let (plaintext, token) = (hex(text(vector, "plaintext"))?, hex(text(vector, "token"))?);
        if plaintext.len() > 200 || position % 3 == 1 {
            continue;
        }
        if text(vector, "purpose") == "record" {
            corpus.add("record", &format!("plaintext {name}"), &[&[1, 5], plaintext.as_slice()].concat())?;
        } else {
            corpus.add("plaintext", name, &[&[0], plaintext.as_slice()].concat())?;
            // As it is, and with another last character.
            let mode = if position % 2 == 0 { 1 } else { 3 };
            corpus.add("token", name, &[&[mode], token.as_slice()].concat())?;
        }
    }
    Ok(())
}

/// Of each reason one refusal; of those that are behind the tag, the plaintexts.
fn refusals(corpus: &Corpus, vectors: &Value) -> Result<(), Failure> {
    let refusals = vectors["refusals"].as_array().ok_or("no refusals")?;
    let mut seen = std::collections::BTreeMap::<&str, u8>::new();
    for vector in refusals {
        let (name, value) = (text(vector, "name"), text(vector, "value"));
        let token = URL_SAFE_NO_PAD.decode(value).unwrap_or_default();
        if value.len() > 300 {
            continue;
        }
        let plaintext = site::format().open(Purpose::Cookie, &token).filter(|_| vector["store"].is_null());
        if let Some(plaintext) = plaintext {
            corpus.add("plaintext", &format!("refused {name}"), &[&[0], plaintext.as_slice()].concat())?;
        }
        let count = seen.entry(text(vector, "reason")).or_default();
        *count += 1;
        if *count == 1 {
            corpus.add("token", &format!("refused {name}"), &[b"\0", value.as_bytes()].concat())?;
            let field = format!("a=b; {NAME}={value}\n{NAME}={value};{NAME}=;=;;\u{fc}");
            corpus.add("cookie_header", name, &[&[10], field.as_bytes()].concat())?;
        }
    }
    for (name, fields) in [
        ("other cookies", "a=b; c; =d; e=\"f; g\"; ;; h=\u{e9}\t"),
        ("names like ours", "x__Host-session=1; __Host-sessio=2; __host-session=3; __Secure-session=4"),
        ("many fields", "a\nb\nc\n\n;;\n=\n,"),
    ] {
        for mode in [0, 4, 11] {
            corpus.add("cookie_header", &format!("{name} {mode}"), &[&[mode], fields.as_bytes()].concat())?;
        }
    }
    Ok(())
}

/// Payloads behind a good head.
fn payloads(corpus: &Corpus) -> Result<(), Failure> {
    // `Rich`: count, then every field at its default.
    let rich = [&[1], [0; 15].as_slice(), &[1, b'x'], &[0; 20]].concat();
    corpus.add("plaintext", "a rich session", &[&[2], rich.as_slice()].concat())?;
    corpus.add("plaintext", "a rich session of some age", &[&[3, 201, 1], [9; 16].as_slice(), &rich].concat())?;
    // `Visit`: 300 and a name.
    let visit = b"\xac\x02\x03Ada";
    for then in 0..16 {
        corpus.add("record", &format!("a visit {then}"), &[&[3, then], visit.as_slice()].concat())?;
    }
    let map: &[&[u8]] = &[b"\x02", b"\x01a", b"\x03\x92\x01\x02", b"\x01b", b"\x05\xdd\xff\xff\xff\xff"];
    corpus.add("values", "two entries", &[&[0], map.concat().as_slice()].concat())?;
    for (name, value) in [
        ("nested arrays", [0x91; 80].as_slice()),
        ("a long announced array", &[0xdd, 0xff, 0xff, 0xff, 0xff, 0x01]),
        ("a long announced map", &[0xdf, 0xff, 0xff, 0xff, 0xff, 0x01]),
        ("a long announced text", &[0xdb, 0xff, 0xff, 0xff, 0xff, b'x']),
        ("a long announced binary", &[0xc6, 0xff, 0xff, 0xff, 0xff, b'x']),
        ("an extension", &[0xc7, 0x02, 0x01, 0x00, 0x00]),
        ("a map", &[0x82, 0xa1, b'a', 0x01, 0xa1, b'b', 0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]),
    ] {
        let entry = [&[0, 1, 1, b'k', u8::try_from(value.len())?], value].concat();
        corpus.add("values", name, &entry)?;
    }
    Ok(())
}

fn configs(corpus: &Corpus, root: &Path) -> Result<(), Failure> {
    let example = std::fs::read_to_string(root.join("../examples/settings.toml"))?;
    let bare: Vec<_> = example.lines().filter(|line| !line.is_empty()).map(|line| line.split(" #").next()).collect();
    let bare: Vec<_> = bare.into_iter().flatten().filter(|line| !line.starts_with("# ")).map(str::trim_end).collect();
    corpus.add("key_config", "the example", bare.join("\n").as_bytes())?;
    let texts = [
        ("a key", "[[keys]]\nlabel = \"a\"\nsecret = \"\u{1}\"\n"),
        (
            "a schedule",
            "[[keys]]\nlabel = \"a\"\nsecret = \"\u{1}\"\nseal_from = 2026-11-20T00:00:00Z\nopen_until = \"2027-02-01T00:00:00Z\"\nrevoked = true\n",
        ),
        ("one twice", "[[keys]]\nlabel = \"a\"\nsecret = \"\u{1}\"\n[[keys]]\nlabel = \"b\"\nsecret = \"\u{1}\"\n"),
        ("a secret without quotes", "[[keys]]\nlabel = \"a\"\nsecret = \u{1}\n"),
        ("a secret as a time", "[[keys]]\nlabel = \"a\"\nsecret = \"\u{1}\"\nseal_from = \"\u{1}\"\n"),
        ("a secret as a flag", "[[keys]]\nlabel = \"a\"\nsecret = \"\u{1}\"\nrevoked = \"\u{1}\"\n"),
        ("a secret as keys", "keys = \"\u{1}\"\n"),
        (
            "a store",
            "store = \"memory://?max=64MiB\"\n[overflow]\nat = 3000\ngrace = \"1h\"\n[[keys]]\nlabel = \"a\"\nsecret = \"\u{1}\"\n",
        ),
        (
            "a store without its feature",
            "store = \"postgres://app:\u{2}@host/db\"\n[[keys]]\nlabel = \"a\"\nsecret = \"\u{1}\"\n",
        ),
        (
            "a store that is none",
            "store = \"memory://app:\u{2}@host?max=\u{2}\"\n[[keys]]\nlabel = \"a\"\nsecret = \"\u{1}\"\n",
        ),
        ("a secret as a field", "[[keys]]\nlabel = \"a\"\n\"\u{1}\" = 1\n"),
        ("a secret as a variant", "[cookie]\nsame_site = \"\u{1}\"\n"),
        ("a secret as a variable", "[[keys]]\nlabel = \"a\"\nsecret_env = \"\u{1}\"\n"),
        ("json", "{\"keys\": [{\"label\": \"a\", \"secret\": \"\u{1}\", \"seal_from\": \"2026-11-20T00:00:00Z\"}]}"),
        (
            "json of a layer",
            "{\"keys\": [{\"label\": \"a\", \"secret\": \"\u{1}\"}], \"lifetime\": \"14d\", \"cookie\": {\"name\": \"s\", \"same_site\": \"none\", \"former\": [{\"path\": \"/\"}]}, \"pad_to\": 64}",
        ),
        ("json with a secret too many", "{\"keys\": [{\"label\": \"a\", \"secret\": [\"\u{1}\"]}]}"),
    ];
    texts.iter().try_for_each(|(name, text)| corpus.add("key_config", name, text.as_bytes()))
}

fn text<'a>(vector: &'a Value, field: &str) -> &'a str {
    vector[field].as_str().unwrap_or_default()
}

fn hex(text: &str) -> Result<Vec<u8>, Failure> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?)).collect()
}
