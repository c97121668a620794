//! How the demo is told what to do.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::options::{self, Task};
use crate::storage::Storage;

fn parse(arguments: &[&str]) -> Result<Task, String> {
    options::parse(arguments.iter().map(OsString::from))
}

#[test]
fn arguments_are_read() {
    let serve = |store: &str| Ok(Task::Serve { store: store.to_owned() });
    assert_eq!(parse(&[]), serve("sqlite://demo-sessions.db"));
    assert_eq!(parse(&["--store", "none"]), serve("none"));
    assert_eq!(parse(&["--store=memory://?max=1MiB"]), serve("memory://?max=1MiB"));
    assert_eq!(parse(&["--help"]), Ok(Task::Help));
    assert_eq!(parse(&["--store", "none", "-h"]), Ok(Task::Help));
}

#[test]
fn what_is_unknown_is_refused_with_the_usage_and_not_quoted() {
    let secret = "redis://:geheim@host";
    for arguments in [&["--store"][..], &["--stor", secret], &[secret], &["--store", "none", secret], &["-x"]] {
        let refused = parse(arguments).unwrap_err();
        assert!(refused.contains("Usage:") && !refused.contains("geheim"), "{refused}");
    }
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_is_refused() {
    let odd: OsString = std::os::unix::ffi::OsStringExt::from_vec(vec![b'-', 0xff]);
    assert!(options::parse([odd.clone()]).is_err() && options::parse(["--store".into(), odd]).is_err());
}

#[tokio::test]
async fn stores_are_named_by_url() {
    let here = std::env::current_dir().unwrap();
    for (url, kind, file) in [
        ("none", None, None),
        ("memory://?max=1MiB", Some("memory"), None),
        ("sqlite://demo-sessions.db", Some("sqlite"), Some(here.join("demo-sessions.db"))),
        ("sqlite://a/b%20c.db?synchronous=full", Some("sqlite"), Some(here.join("a/b c.db"))),
        ("sqlite:///var/lib/shop.db", Some("sqlite"), Some(PathBuf::from("/var/lib/shop.db"))),
    ] {
        let storage = Storage::open(url).unwrap();
        assert_eq!((storage.kind(), storage.file()), (kind, file.as_deref()), "{url}");
    }
}

#[tokio::test]
async fn a_store_that_there_is_not_is_an_error() {
    for url in ["", "nothing", "paper://desk", "sqlite://", "memory://?size=1MiB"] {
        assert!(Storage::open(url).is_err(), "{url}");
    }
    #[cfg(not(feature = "redis"))]
    assert!(Storage::open("redis://:geheim@host").unwrap_err().to_string().contains("`redis`"));
}
