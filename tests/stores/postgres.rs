use std::sync::Arc;
use std::time::{Duration, Instant};

use sealed_session::ErrorKind;
use sealed_session::store::{PostgresStore, Store, StoreErrorKind, conformance};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, PgPool};

use crate::servers::{Server, postgres};
use crate::sql::{self, Subject, key, later, now};

fn started() -> Option<Server> {
    let mut server = postgres::server()?;
    server.start();
    Some(server)
}

fn open(url: &str) -> Arc<dyn Store> {
    Arc::new(PostgresStore::from_url(url).unwrap())
}

async fn run(pool: &PgPool, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(pool).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_conforms() {
    let Some(server) = started() else { return };
    let url = postgres::url(&server);
    let store = PostgresStore::from_url(&format!("{url}?pool=6")).unwrap();
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

    let pool = PgPoolOptions::new().max_connections(4).connect_lazy(&url).unwrap();
    run(&pool, "CREATE SCHEMA web").await;
    let store = PostgresStore::new(pool).with_table("web.Select").unwrap();
    store.prepare().await.unwrap();
    let report = conformance::check(store).await;
    assert!(report.passed(), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_serves_many_and_keeps_to_itself() {
    let Some(server) = started() else { return };
    let url = postgres::url(&server);
    let (one, other) = (open(&url), open(&url));
    one.prepare().await.unwrap();
    sql::two_stores(Arc::clone(&one), other).await;
    sql::dumped(&*one, || postgres::dump(&server)).await;
    sql::too_large(&*one).await;
    let completed = sql::cancelled_at_every_moment(open(&format!("{url}?pool=3")), 120).await;
    eprintln!("postgres: {completed} of 960 calls completed, the others were given up");
    let pool = PgPoolOptions::new().max_connections(3).connect_lazy(&url).unwrap();
    sql::cancelled_at_every_moment(Arc::new(PostgresStore::new(pool)), 60).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_survives_its_server() {
    let Some(server) = postgres::server() else { return };
    let store = open(&postgres::url(&server));
    let mut subject = Subject { store, server, kill: postgres::kill, pause: postgres::pause, resume: postgres::resume };
    subject.refused_at_boot().await;
    let acknowledged = subject.killed_under_load().await;
    eprintln!("postgres: {acknowledged} records acknowledged around two kills, 0 lost");
    subject.paused().await;
    starting_up(&mut subject).await;
}

/// While it starts, the server takes connections and rejects them. (Here for as long as a standby waits for its primary.)
async fn starting_up(subject: &mut Subject) {
    let (store, server) = (Arc::clone(&subject.store), &mut subject.server);
    postgres::kill(server);
    let standby = server.dir.path().join("data/standby.signal");
    std::fs::write(&standby, "").unwrap();
    server.spawn();
    let start = Instant::now();
    loop {
        let error = store.load(&key(1), 100, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        if error.to_string().contains("the database system is not accepting connections") {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    postgres::kill(server);
    std::fs::remove_file(standby).unwrap();
    server.start();
    sql::recover(&*store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_says_what_is_wrong() {
    let Some(server) = started() else { return };
    let url = postgres::url(&server);
    let store = open(&url);
    store.prepare().await.unwrap();
    let pool = PgPool::connect_lazy(&url).unwrap();

    // A row that is locked, a table that is locked: the server gives up about when the caller does.
    store.create(&key(1), b"record", later(600), now()).await.unwrap();
    let mut other = pool.begin().await.unwrap();
    sqlx::query("SELECT * FROM sealed_sessions FOR UPDATE").fetch_all(&mut *other).await.unwrap();
    let error = store.remove(&key(1)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
    assert!(error.to_string().contains("waited for another one (57014)"), "{error}");
    assert!(store.load(&key(1), 100, now()).await.unwrap().is_some(), "readers do not wait");
    assert_eq!(store.sweep(10, later(700)).await.unwrap(), 0, "the sweeper leaves locked rows");
    other.rollback().await.unwrap();
    assert!(store.remove(&key(1)).await.unwrap());

    // Wrong password, no such database, no right to write, read-only.
    let wrong = url.replace(postgres::PASSWORD, "hunter2");
    let error = open(&wrong).load(&key(1), 100, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.to_string().contains("password authentication failed for user \"app\""), "{error}");
    assert!(!sql::all_text(&error).contains("hunter2"), "{}", sql::all_text(&error));
    let error = open(&url.replace("/postgres", "/nowhere")).prepare().await.unwrap_err();
    assert!(error.to_string().contains("database \"nowhere\" does not exist"), "{error}");
    #[cfg(not(feature = "tls"))]
    {
        let error = open(&format!("{url}?sslmode=require")).prepare().await.unwrap_err();
        assert!(error.to_string().contains("TLS needs the feature `tls`"), "{error}");
    }
    run(&pool, "CREATE ROLE reader LOGIN PASSWORD 'pw-of-the-app'; GRANT SELECT ON sealed_sessions TO reader").await;
    let reader = open(&url.replace("//app:", "//reader:"));
    assert_eq!(reader.load(&key(1), 100, now()).await.unwrap(), None);
    reader.prepare().await.expect("where the table is there, no rights are needed");
    let error = reader.create(&key(1), b"record", later(600), now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.to_string().contains("grant SELECT, INSERT, UPDATE and DELETE"), "{error}");
    let replica = open(&format!("{url}?options[default_transaction_read_only]=on"));
    let error = replica.create(&key(1), b"record", later(600), now()).await.unwrap_err();
    assert!(error.to_string().contains("name the primary"), "{error}");

    // A table of another shape, a row that is none, a table that goes away and comes back.
    run(&pool, "CREATE TABLE other (record_key bytea PRIMARY KEY, data text, expires bigint, version bigint)").await;
    let strange = open(&format!("{url}?table=other"));
    strange.create(&key(1), b"secret-of-a-session", later(600), now()).await.unwrap();
    for error in [strange.load(&key(1), 100, now()).await.map(drop), strange.prepare().await].map(Result::unwrap_err) {
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error}");
        assert!(!sql::all_text(&error).contains("secret"), "{}", sql::all_text(&error));
    }
    run(&pool, "ALTER TABLE other ADD CHECK (data = 'nothing else') NOT VALID").await;
    let error = strange.create(&key(2), b"secret-of-a-session", later(600), now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error}");
    let hex: String = b"secret".iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(!sql::all_text(&error).contains(&hex), "{}", sql::all_text(&error));
    run(&pool, "ALTER TABLE sealed_sessions ALTER version DROP NOT NULL").await;
    let row = sqlx::query("INSERT INTO sealed_sessions VALUES ($1, $2, NULL, '')").bind(&key(2).to_bytes()[..]);
    row.bind(later(600).as_unix() as i64).execute(&pool).await.unwrap();
    let error = store.load(&key(2), 100, now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error}");
    run(&pool, "ALTER TABLE sealed_sessions RENAME TO away").await;
    let error = store.load(&key(1), 100, now()).await.unwrap_err();
    assert!(error.to_string().contains("the table sealed_sessions is missing: call `prepare()` once"), "{error}");
    run(&pool, "ALTER TABLE away RENAME TO sealed_sessions").await;
    assert_eq!(store.load(&key(1), 100, now()).await.unwrap(), None);
    run(&pool, "DROP TABLE sealed_sessions").await;
    run(&pool, &PostgresStore::from_url(&url).unwrap().schema()).await;
    store.create(&key(1), b"record", later(600), now()).await.unwrap();
}

/// As root: `mount -t tmpfs -o size=60m tmpfs DIR`, then `FULL_DISK=DIR cargo test … -- --ignored full_disk`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a small file system in FULL_DISK"]
async fn postgres_full_disk() {
    let server = started().unwrap();
    let url = postgres::url(&server);
    let (folder, relief) = sql::small_disk();
    let pool = PgPool::connect_lazy(&url).unwrap();
    run(&pool, &format!("CREATE TABLESPACE small LOCATION '{folder}'")).await;
    let store = open(&format!("{url}?options[default_tablespace]=small"));
    store.prepare().await.unwrap();
    sql::full(&*store, 100_000, relief).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn postgres_bytes_per_record() {
    let server = started().unwrap();
    let url = postgres::url(&server);
    let pool = PgPool::connect_lazy(&url).unwrap();
    for (size, count) in [(1000, 10_000), (4000, 5000), (16_000, 2000), (64_000, 500)] {
        let store = open(&format!("{url}?table=of_{size}"));
        store.prepare().await.unwrap();
        let bytes = async || {
            let sql = format!("SELECT pg_total_relation_size('of_{size}')");
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&pool).await.unwrap()
        };
        sql::measure(&*store, size, count, bytes).await;
    }
}

#[cfg(feature = "tls")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_checks_certificates() {
    let Some(mut server) = postgres::server_with_tls() else { return };
    server.start();
    let url = postgres::url(&server).replace("127.0.0.1", "localhost");
    let root = server.dir.path().join("tls.pem").display().to_string();
    for mode in ["require", &format!("verify-full&sslrootcert={root}")] {
        open(&format!("{url}?sslmode={mode}")).prepare().await.unwrap();
    }
    let of_other_name = url.replace("localhost", "127.0.0.1");
    for bad in [format!("{url}?sslmode=verify-full"), format!("{of_other_name}?sslmode=verify-full&sslrootcert={root}")]
    {
        let error = open(&bad).prepare().await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        assert!(error.to_string().contains("certificate"), "{error}");
    }
}

#[test]
fn postgres_urls() {
    // Outside of any runtime.
    for good in
        ["postgres://h/d", "postgresql://u:p@[::1]:5433/d?table=a.b&pool=1", "postgres:///d?host=/run/postgresql"]
    {
        PostgresStore::from_url(good).unwrap();
        sealed_session::store::open(good).unwrap();
    }
    for bad in [
        "postgres://u:hunter2@h/d?table=x;drop%20table%20users",
        "postgres://u:hunter2@h/d?sslmode=maybe",
        "postgres://u:hunter2@h/d?statement-cache-capacity=many",
        "postgres://u:hunter2@h/d?unknown=1",
        "postgres://u:hunter2@h/%ff",
    ] {
        let error = PostgresStore::from_url(bad).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Setting, "{bad}");
        assert!(!format!("{error}{error:?}").contains("hunter2"), "{error}");
    }
    let store = PostgresStore::from_url("postgres://u:hunter2@h/d").unwrap();
    assert!(!format!("{store:?}").contains("hunter2"), "{store:?}");
    assert!(store.with_table("a\" (x int); --").is_err());
}
