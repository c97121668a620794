#![allow(clippy::unwrap_used)]

use super::failure::of_server;
use super::*;

#[test]
fn versions_and_times_fit_their_columns() {
    for _ in 0..1000 {
        let version = fresh_version().unwrap();
        assert!(version > 0);
        assert_eq!(to_column(from_column(version)), version);
    }
    assert_eq!(to_column(Version(u64::MAX)), -1);
    assert_eq!(seconds(Timestamp::MAX), i64::MAX);
    assert_eq!(timestamp(seconds(Timestamp::from_unix(1_795_000_000))).as_unix(), 1_795_000_000);
}

#[test]
fn table_names_are_identifiers() {
    for good in ["sealed_sessions", "S", "_2", "app.sessions", "select", &"a".repeat(48)] {
        assert_eq!(Table::parse(good).unwrap().to_string(), good);
    }
    let long = "a".repeat(49);
    let hostile =
        ["", ".", "a.", ".a", "a.b.c", "2a", "a b", "a;b", "a\"; DROP TABLE users; --", "a`b", "ä", "a-b", "a\0b"];
    for bad in hostile.into_iter().chain([&*long]) {
        let error = Table::parse(bad).err().unwrap().to_string();
        assert!(error.contains("no usable name"), "{bad}: {error}");
    }
    assert_eq!(Table::parse("app.Order").unwrap().quoted('"'), r#""app"."Order""#);
}

#[test]
fn parameters_are_taken_out_of_the_url() {
    let url = "postgres://u:pw@h/d?sslmode=require&table=t&pool=3&timeout=1s&sweep_every=5m";
    let settings = Settings::read(url, &["sslmode"]).unwrap();
    assert_eq!(settings.rest.as_str(), "postgres://u:pw@h/d?sslmode=require");
    assert_eq!((settings.table.to_string().as_str(), settings.pool), ("t", 3));
    assert_eq!(settings.timeout, Some(Duration::from_secs(1)));
    assert_eq!(settings.sweep_every, Some(Duration::from_secs(300)));
    assert!(settings.says(&["sslmode"]) && !settings.says(&["pool"]));

    let settings = Settings::read("postgres://h/d", &[]).unwrap();
    assert_eq!((settings.table.to_string().as_str(), settings.pool), ("sealed_sessions", 8));
    assert_eq!((settings.timeout, settings.sweep_every), (Some(Duration::from_secs(2)), Some(Duration::from_secs(60))));
    let settings = Settings::read("postgres://h/d?timeout=0s&sweep_every=0s", &[]).unwrap();
    assert_eq!((settings.timeout, settings.sweep_every), (None, None));
}

#[test]
fn wrong_urls_are_refused_without_the_password() {
    for (url, about) in [
        ("postgres://u:hunter2@h/d?tabel=t", "`tabel`"),
        ("postgres://u:hunter2@h/d?options[x]=1", "`options[x]`"),
        ("postgres://u:hunter2@h/d?pool=0", "`pool`"),
        ("postgres://u:hunter2@h/d?pool=many", "`pool`"),
        ("postgres://u:hunter2@h/d?pool=1001", "`pool`"),
        ("postgres://u:hunter2@h/d?timeout=2", "`timeout`"),
        ("postgres://u:hunter2@h/d?sweep_every=soon", "`sweep_every`"),
        ("postgres://u:hunter2@h/d?table=a%22%3B--", "no usable name"),
        ("postgres://u:hunter2@h:port/d", "URL"),
    ] {
        let error = Settings::read(url, &["sslmode"]).err().unwrap();
        assert_eq!(*error.kind(), crate::ErrorKind::Setting);
        assert!(error.to_string().contains(about), "{url}: {error}");
        assert!(!format!("{error}{error:?}").contains("hunter2"), "{error}");
    }
}

#[test]
fn errors_of_a_server_name_the_table_and_the_remedy() {
    let table = Table::parse("app.sessions").unwrap();
    let error = of_server(Meaning::MissingTable, "PostgreSQL", "42P01", &table);
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "sessions are kept until the table is there");
    assert_eq!(
        error.to_string(),
        "PostgreSQL: the table app.sessions is missing: call `prepare()` once, or run the SQL that `schema()` of the store \
         returns (42P01)"
    );
    for (meaning, kind) in [
        (Meaning::OtherShape, StoreErrorKind::Corrupt),
        (Meaning::Full, StoreErrorKind::Full),
        (Meaning::TooLarge, StoreErrorKind::TooLarge),
        (Meaning::Damaged, StoreErrorKind::Corrupt),
        (Meaning::Blocked, StoreErrorKind::Unavailable),
        (Meaning::Forbidden, StoreErrorKind::Unavailable),
        (Meaning::ReadOnly, StoreErrorKind::Unavailable),
        (Meaning::Other, StoreErrorKind::Unavailable),
    ] {
        assert_eq!(of_server(meaning, "MySQL", "1", &table).kind(), kind);
    }
}

#[test]
fn loopback_is_known() {
    for local in ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"] {
        assert!(is_loopback(local), "{local}");
    }
    for other in ["db", "10.0.0.1", "localhost.example", "0.0.0.0", ""] {
        assert!(!is_loopback(other), "{other}");
    }
}
