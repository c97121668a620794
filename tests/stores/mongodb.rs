//! MongoDB, or what stands in for it here.

use std::sync::Arc;

use ::mongodb::bson::{Bson, Document, doc};
use ::mongodb::{Client, Collection};
use sealed_session::ErrorKind;
use sealed_session::store::conformance::Suite;
use sealed_session::store::{Creation, MongoStore, Store, StoreErrorKind, Update, Version};

use crate::faults::{self, create, data, fresh_key, in_an_hour, load, now, told, written};
use crate::servers::Server;
use crate::servers::mongodb::{server, url};

fn started() -> Option<(Server, Arc<dyn Store>)> {
    let mut server = server()?;
    server.start();
    let store = MongoStore::from_url(&url(&server)).unwrap();
    Some((server, Arc::new(store)))
}

/// Past the store.
async fn direct(server: &Server) -> Collection<Document> {
    let client = Client::with_uri_str(url(server)).await.unwrap();
    client.database("app").collection("sealed_sessions")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_conforms() {
    let Some((server, store)) = started() else { return };
    store.prepare().await.unwrap();
    store.prepare().await.unwrap();
    let report = Suite::new().max_record(1 << 20).check(store).await;
    assert!(report.passed(), "{report}");
    let client = Client::with_uri_str(url(&server)).await.unwrap();
    let report = Suite::new().without_races().check(MongoStore::new(&client.database("other"), "records")).await;
    assert!(report.passed(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_may_start_after_the_app() {
    let Some(mut server) = server() else { return };
    let store = MongoStore::from_url(&url(&server)).unwrap();
    faults::starts_late(&mut server, &store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_may_be_killed() {
    let Some((mut server, store)) = started() else { return };
    let crash = faults::crashes(&mut server, &store).await;
    eprintln!("what stands in for mongodb, killed: {crash:?}");
    assert!(crash.records > 10 && crash.lost == 0, "{crash:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_may_stop_answering() {
    let Some((server, store)) = started() else { return };
    faults::pauses(&server, &store).await;
    faults::mixes_nothing_up(&store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_holds_nothing_else() {
    let Some((server, store)) = started() else { return };
    store.prepare().await.unwrap();
    let (key, version) = create(&*store, 3000).await.unwrap();
    let direct = direct(&server).await;
    assert_eq!(direct.count_documents(doc! {}).await.unwrap(), 1);
    let mut document = direct.find_one(doc! {}).await.unwrap().unwrap();
    assert_eq!(document.remove("_id"), Some(Bson::String(key.to_string())));
    let Some(Bson::Binary(bytes)) = document.remove("data") else { panic!("no bytes") };
    assert_eq!(bytes.bytes, data(&key, 0, 3000));
    let whole = |value: Option<Bson>| match value {
        Some(Bson::Int64(number)) => u64::try_from(number).unwrap(),
        Some(Bson::Int32(number)) => u64::try_from(number).unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(whole(document.remove("version")), version.0);
    assert_eq!(whole(document.remove("size")), 3000);
    let expires = whole(document.remove("expires"));
    assert!(expires.abs_diff(in_an_hour().as_unix()) < 10, "{expires}");
    let Some(Bson::DateTime(removal)) = document.remove("remove_at") else { panic!("no date") };
    assert_eq!(removal.timestamp_millis(), i64::try_from((expires + 60) * 1000).unwrap());
    assert!(document.is_empty(), "{document}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_garbage_is_no_record() {
    let Some((server, store)) = started() else { return };
    let direct = direct(&server).await;
    let later = i64::try_from(in_an_hour().as_unix()).unwrap();
    for garbage in
        [doc! {}, doc! { "expires": "soon" }, doc! { "expires": later, "size": 3, "version": 1, "data": "text" }]
    {
        let key = fresh_key();
        let mut document = doc! { "_id": key.as_str() };
        document.extend(garbage.clone());
        direct.insert_one(document).await.unwrap();
        let error = store.load(&key, 10_000, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{garbage}: {}", told(&error));
        // No call panics, and none that reads takes it for a record.
        let _ = store.create(&key, b"data", in_an_hour(), now()).await;
        let _ = store.touch(&key, in_an_hour(), now()).await;
        let updated = store.update(&key, b"data", in_an_hour(), Version(7), now()).await;
        assert!(!matches!(updated, Ok(Update::Updated(_))), "{garbage}");
        assert!(store.remove(&key).await.unwrap());
        assert!(matches!(store.create(&key, b"data", in_an_hour(), now()).await.unwrap(), Creation::Created(_)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_is_not_sent_what_is_too_large() {
    let Some((_server, store)) = started() else { return };
    let (key, version) = create(&*store, 3000).await.unwrap();
    let large = vec![7; 16 << 20];
    let error = store.update(&key, &large, in_an_hour(), version, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::TooLarge, "{}", told(&error));
    let error = store.create(&fresh_key(), &large, in_an_hour(), now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::TooLarge, "{}", told(&error));
    assert_eq!(written(&key, &load(&*store, &key).await.unwrap().expect("it is there")), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mongodb_errors_tell_no_secret() {
    let store = MongoStore::from_url("mongodb://user:hunter2@127.0.0.1:1/app?serverSelectionTimeoutMS=300").unwrap();
    let error = store.create(&fresh_key(), b"sealed data", in_an_hour(), now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    let text = format!("{} {store:?}", told(&error));
    assert!(text.contains("127.0.0.1:1"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("sealed data"), "{text}");
    // A name that cannot be looked up.
    let store = MongoStore::from_url("mongodb+srv://user:hunter2@there-is-no-such-host.invalid/").unwrap();
    let error = faults::limited(store.load(&fresh_key(), 10, now())).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(!told(&error).contains("hunter2"), "{}", told(&error));
}

#[test]
fn mongodb_urls() {
    for good in [
        "mongodb://localhost",
        "mongodb://u:p%40ss@one:1,two:2/app?replicaSet=rs0&collection=x&w=1",
        "mongodb+srv://u:p@cluster.example.net/app?collection=a.b",
    ] {
        MongoStore::from_url(good).unwrap();
    }
    let bad = [
        ("mongodb://", "URL"),
        ("mongodb://host:port", "port"),
        ("mongodb://user:hunter2@host:port", "URL"),
        ("mongodb://user:hun?ter2@host", "URL"),
        ("mongodb://user:hunter2@ss@host", "URL"),
        ("mongodb://host/?colection=x", "colection"),
        ("mongodb://host/?collection=", "collection"),
        ("mongodb://host/?collection=system.users", "collection"),
        ("mongodb://host/?w=0", "w=0"),
        ("mongodb://host/?proxyPassword=hunter2", "URL"),
        ("http://host", "scheme"),
        ("hunter2", "scheme"),
    ];
    for (url, expected) in bad {
        let error = MongoStore::from_url(url).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Setting, "{url}");
        assert!(told(&error).contains(expected), "{url}: {}", told(&error));
        assert!(!told(&error).contains("hunter2") && !told(&error).contains("ter2"), "{url}: {}", told(&error));
    }
}
