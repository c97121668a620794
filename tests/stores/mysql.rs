use std::sync::Arc;

use sealed_session::ErrorKind;
use sealed_session::store::{MySqlStore, Store, StoreErrorKind, conformance};
use sqlx::mysql::MySqlPoolOptions;
use sqlx::{AssertSqlSafe, MySqlPool};

use crate::servers::{Server, mysql};
use crate::sql::{self, Subject, key, later, now};

fn started() -> Option<Server> {
    let mut server = mysql::server()?;
    server.start();
    Some(server)
}

fn open(url: &str) -> Arc<dyn Store> {
    Arc::new(MySqlStore::from_url(url).unwrap())
}

async fn run(pool: &MySqlPool, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_conforms() {
    let Some(server) = started() else { return };
    let url = mysql::url(&server);
    let store = MySqlStore::from_url(&format!("{url}?pool=6")).unwrap();
    // As when all machines start at once.
    let stores: Vec<_> = (0..8).map(|_| open(&url)).collect();
    let preparations = stores.iter().map(|store| {
        let store = Arc::clone(store);
        tokio::spawn(async move { store.prepare().await })
    });
    for preparation in preparations.collect::<Vec<_>>() {
        preparation.await.unwrap().unwrap();
    }
    let report = conformance::Suite::new().max_record(2 << 20).check(store).await;
    assert!(report.passed(), "{report}");

    let pool = MySqlPoolOptions::new().max_connections(4).connect_lazy(&url).unwrap();
    let store = MySqlStore::new(pool).with_table("other.Select").unwrap();
    store.prepare().await.unwrap();
    let report = conformance::check(store).await;
    assert!(report.passed(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_serves_many_and_keeps_to_itself() {
    let Some(server) = started() else { return };
    let url = mysql::url(&server);
    let (one, other) = (open(&url), open(&url.replace("mysql:", "mariadb:")));
    one.prepare().await.unwrap();
    sql::two_stores(Arc::clone(&one), other).await;
    sql::dumped(&*one, || mysql::dump(&server)).await;
    sql::too_large(&*one).await;
    let completed = sql::cancelled_at_every_moment(open(&format!("{url}?pool=3")), 200).await;
    eprintln!("mysql: {completed} of 1600 calls completed, the others were given up");
    let pool = MySqlPoolOptions::new().max_connections(3).connect_lazy(&url).unwrap();
    sql::cancelled_at_every_moment(Arc::new(MySqlStore::new(pool)), 60).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_survives_its_server() {
    let Some(server) = mysql::server() else { return };
    let store = open(&mysql::url(&server));
    let mut subject = Subject { store, server, kill: Server::kill, pause: Server::pause, resume: Server::resume };
    subject.refused_at_boot().await;
    let acknowledged = subject.killed_under_load().await;
    eprintln!("mysql: {acknowledged} records acknowledged around two kills, 0 lost");
    subject.paused().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_says_what_is_wrong() {
    let Some(mut server) = mysql::server_with(|_| "--max-allowed-packet=1M".to_owned()) else { return };
    server.start();
    let url = mysql::url(&server);
    let store = open(&url);
    store.prepare().await.unwrap();
    let pool = MySqlPool::connect_lazy(&url).unwrap();

    // A row that is locked: the server gives up about when the caller does.
    store.create(&key(1), b"record", later(600), now()).await.unwrap();
    let mut other = pool.begin().await.unwrap();
    sqlx::query("SELECT * FROM sealed_sessions FOR UPDATE").fetch_all(&mut *other).await.unwrap();
    let error = store.remove(&key(1)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("waited for another one"), "{error}");
    assert!(store.load(&key(1), 100, now()).await.unwrap().is_some(), "readers do not wait");
    other.rollback().await.unwrap();
    assert!(store.remove(&key(1)).await.unwrap());

    // Larger than a packet.
    for size in [2 << 20, 1 << 20] {
        let error = store.create(&key(1), &vec![1; size], later(600), now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::TooLarge, "{error}");
        assert!(error.to_string().contains("raise max_allowed_packet"), "{error}");
    }
    store.create(&key(1), &vec![1; (1 << 20) - 1024], later(600), now()).await.unwrap();
    assert!(store.remove(&key(1)).await.unwrap());
    assert_eq!(store.load(&key(1), 100, now()).await.unwrap(), None);

    // Wrong password, no such database, no right to write.
    let wrong = url.replace(mysql::PASSWORD, "hunter2");
    let error = open(&wrong).load(&key(1), 100, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.to_string().contains("Access denied for user 'app'"), "{error}");
    assert!(!sql::all_text(&error).contains("hunter2"), "{}", sql::all_text(&error));
    let nowhere = format!("{}/nowhere", url.trim_end_matches("/app"));
    let error = open(&nowhere).prepare().await.unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
    let reader = open(&url.replace("//app:", "//reader:"));
    assert_eq!(reader.load(&key(1), 100, now()).await.unwrap(), None);
    reader.prepare().await.expect("where the table is there, no rights are needed");
    let error = reader.create(&key(1), b"record", later(600), now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.to_string().contains("grant SELECT, INSERT, UPDATE and DELETE"), "{error}");

    // Tables of another shape, and one that goes away.
    run(&pool, "CREATE TABLE narrow (record_key BINARY(16) PRIMARY KEY, data VARCHAR(5) CHARACTER SET utf8mb4, expires BIGINT, version BIGINT)").await;
    let narrow = open(&format!("{url}?table=narrow"));
    let error = narrow.create(&key(1), b"secret-of-a-session\xff", later(600), now()).await.unwrap_err();
    assert!(matches!(error.kind(), StoreErrorKind::Corrupt | StoreErrorKind::TooLarge), "{error}");
    assert!(!sql::all_text(&error).contains("secret"), "{}", sql::all_text(&error));
    run(&pool, "CREATE TABLE few (record_key BINARY(16) PRIMARY KEY, expires BIGINT)").await;
    let error = open(&format!("{url}?table=few")).prepare().await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error}");
    run(
        &pool,
        "CREATE TABLE loose (record_key BINARY(16) PRIMARY KEY, data MEDIUMBLOB, expires BIGINT, version BIGINT)",
    )
    .await;
    let row = sqlx::query("INSERT INTO loose VALUES (?, '', ?, NULL)").bind(&key(2).to_bytes()[..]);
    row.bind(later(600).as_unix() as i64).execute(&pool).await.unwrap();
    let error = open(&format!("{url}?table=loose")).load(&key(2), 100, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error}");
    run(&pool, "RENAME TABLE sealed_sessions TO away").await;
    let error = store.load(&key(1), 100, now()).await.unwrap_err();
    assert!(error.to_string().contains("the table sealed_sessions is missing: call `prepare()` once"), "{error}");
    run(&pool, "RENAME TABLE away TO sealed_sessions").await;
    assert_eq!(store.load(&key(1), 100, now()).await.unwrap(), None);
    run(&pool, "DROP TABLE sealed_sessions").await;
    run(&pool, &store_sql(&url)).await;

    // The engine of this table can address no more than 64 KiB.
    let small = store_sql(&url).replace("=InnoDB ROW_FORMAT=DYNAMIC", "=MyISAM MAX_ROWS=1 AVG_ROW_LENGTH=1");
    run(&pool, &small.replace("sealed_sessions", "small")).await;
    sql::full(&*open(&format!("{url}?table=small")), 10_000, || {}).await;
}

fn store_sql(url: &str) -> String {
    MySqlStore::from_url(url).unwrap().schema()
}

/// As root: `mount -t tmpfs -o size=60m tmpfs DIR`, then `FULL_DISK=DIR cargo test … -- --ignored full_disk`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a small file system in FULL_DISK"]
async fn mysql_full_disk() {
    let server = started().unwrap();
    let url = mysql::url(&server);
    let (folder, relief) = sql::small_disk();
    let pool = MySqlPool::connect_lazy(&url).unwrap();
    run(&pool, &store_sql(&url).replace("ENGINE=InnoDB", &format!("ENGINE=InnoDB DATA DIRECTORY='{folder}'"))).await;
    // With records of 100 kB, MariaDB 10.11.19 ends itself here ("Out of disk space in rollback").
    sql::full(&*open(&url), 30_000, relief).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn mysql_bytes_per_record() {
    let server = started().unwrap();
    let url = mysql::url(&server);
    let pool = MySqlPool::connect_lazy(&url).unwrap();
    for (size, count) in [(1000, 10_000), (4000, 5000), (7000, 3000), (10_000, 3000), (16_000, 2000), (64_000, 500)] {
        let store = open(&format!("{url}?table=of_{size}"));
        store.prepare().await.unwrap();
        let bytes = async || {
            run(&pool, &format!("ANALYZE TABLE of_{size}")).await;
            let sql = format!(
                "SELECT CAST(data_length + index_length AS SIGNED) FROM information_schema.tables WHERE table_name = 'of_{size}'"
            );
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&pool).await.unwrap()
        };
        sql::measure(&*store, size, count, bytes).await;
        let file = std::fs::metadata(server.dir.path().join(format!("data/app/of_{size}.ibd"))).unwrap().len();
        eprintln!("mysql: the file has {} bytes per record", file / count);
    }
}

#[cfg(feature = "tls")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_checks_certificates() {
    let Some(mut server) = mysql::server_with_tls() else { return };
    server.start();
    let url = mysql::url(&server).replace("127.0.0.1", "localhost");
    let root = server.dir.path().join("tls.pem").display().to_string();
    for mode in ["REQUIRED", &format!("VERIFY_IDENTITY&ssl-ca={root}")] {
        open(&format!("{url}?ssl-mode={mode}")).prepare().await.unwrap();
    }
    let of_other_name = url.replace("localhost", "127.0.0.1");
    for bad in
        [format!("{url}?ssl-mode=VERIFY_IDENTITY"), format!("{of_other_name}?ssl-mode=VERIFY_IDENTITY&ssl-ca={root}")]
    {
        let error = open(&bad).prepare().await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        assert!(error.to_string().contains("certificate"), "{error}");
    }
}

#[test]
fn mysql_urls() {
    // Outside of any runtime.
    for good in ["mysql://h/d", "mariadb://u:p@[::1]:3307/d?table=a.b&pool=1", "mysql://h/d?socket=/run/mysqld.sock"] {
        MySqlStore::from_url(good).unwrap();
        sealed_session::store::open(good).unwrap();
    }
    for bad in [
        "mysql://u:hunter2@h/d?table=x;drop%20table%20users",
        "mysql://u:hunter2@h/d?ssl-mode=maybe",
        "mysql://u:hunter2@h/d?unknown=1",
        "mysql://u:hunter2@h",
        "mysql://u:hunter2@h/%ff",
    ] {
        let error = MySqlStore::from_url(bad).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Setting, "{bad}");
        assert!(!format!("{error}{error:?}").contains("hunter2"), "{error}");
    }
    let store = MySqlStore::from_url("mysql://u:hunter2@h/d").unwrap();
    assert!(!format!("{store:?}").contains("hunter2"), "{store:?}");
    assert!(store.with_table("a` (x int); --").is_err());
}
