//! What the URL of a store takes. That the stores do it is shown by `tests/stores`, with real servers.

use std::time::Duration;

use sealed_session::store::{self, SqliteStore, Store};

/// What is wrong with a URL.
fn refused(url: &str) -> String {
    store::open(url).unwrap_err().to_string()
}

#[tokio::test]
async fn sqlite_file() {
    let store = SqliteStore::from_url("sqlite:///var/lib/app/sessions.db?max=1GiB").unwrap();
    assert!(format!("{store:?}").contains("/var/lib/app/sessions.db"));
    assert!(refused("sqlite://sessions.db?table=Sessions").contains("`table`"), "the file is the store's own");
    assert_eq!(store.sweep_every(), Some(Duration::from_secs(60)));
    assert!(refused("sqlite://sessions.db?sweep_every=0s").contains("at least 1s"));
}

#[cfg(feature = "mongodb")]
mod mongodb {
    use super::*;
    use sealed_session::store::MongoStore;

    #[tokio::test]
    async fn mongo_url() {
        store::open("mongodb://app:secret@one:27017,two:27017/app?replicaSet=rs0").unwrap();
        store::open("mongodb+srv://cluster.example/app").unwrap();
        let why = refused("mongodb://app:se/cret@one/app");
        assert!(!why.contains("cret"), "{why}");
    }

    #[tokio::test]
    async fn mongo_client() {
        let client = ::mongodb::Client::with_uri_str("mongodb://localhost").await.unwrap();
        let store = MongoStore::new(&client.database("app"), "overflow");
        assert!(format!("{store:?}").contains("\"overflow\""));
    }

    #[tokio::test]
    async fn mongo_options() {
        store::open("mongodb://one/app?appName=shop&maxPoolSize=5&tls=true").unwrap();
        let why = refused("mongodb://one/app?touchAfter=60");
        assert!(why.contains("touchafter is an invalid option"), "{why}");
    }

    #[tokio::test]
    async fn mongo_collection() {
        let of = |url| format!("{:?}", MongoStore::from_url(url).unwrap());
        assert!(of("mongodb://one/app").contains("\"sealed_sessions\""));
        assert!(of("mongodb://one/app?collection=overflow").contains("\"overflow\""));
    }

    #[tokio::test]
    async fn mongo_auto_remove() {
        assert_eq!(MongoStore::from_url("mongodb://one/app").unwrap().sweep_every(), None);
    }

    #[tokio::test]
    async fn mongo_write_concern() {
        store::open("mongodb://one/app?w=1&journal=false&wtimeoutMS=500").unwrap();
        assert!(refused("mongodb://one/app?w=0").contains("`w=0`"));
    }
}

#[cfg(feature = "redis")]
mod redis {
    use super::*;
    use sealed_session::store::RedisStore;

    #[tokio::test]
    async fn redis_client() {
        store::open("redis://:secret@redis.internal/0").unwrap();
        let client = ::redis::Client::open("redis+unix:///run/redis.sock?protocol=resp3").unwrap();
        assert!(format!("{:?}", RedisStore::new(client).prefix("app:")).contains("\"app:\""));
    }

    #[tokio::test]
    async fn redis_prefix() {
        let of = |url| format!("{:?}", RedisStore::from_url(url).unwrap());
        assert!(of("redis://localhost").contains("\"sealed:\""));
        assert!(of("redis://localhost/?prefix=app:").contains("\"app:\""));
    }

    #[tokio::test]
    async fn redis_scan_count() {
        assert!(refused("redis://localhost/?scanCount=50").contains("`scanCount`"));
    }
}

#[cfg(feature = "memcached")]
mod memcached {
    use super::*;
    use sealed_session::store::MemcachedStore;

    fn of(url: &str) -> String {
        format!("{:?}", MemcachedStore::from_url(url).unwrap())
    }

    #[tokio::test]
    async fn memcached_hosts() {
        assert!(of("memcached://one").contains("hosts: 1"));
        assert!(of("memcached://one,two:11212").contains("hosts: 2"));
        assert!(refused("memcached://user:secret@one").contains("no passwords"));
    }

    #[tokio::test]
    async fn memcached_prefix() {
        assert!(of("memcached://one").contains("\"sealed:\""));
        assert!(of("memcached://one?prefix=app:").contains("\"app:\""));
    }

    #[tokio::test]
    async fn memcached_settings() {
        assert!(of("memcached://one").contains("max_record: 1048380"));
        assert!(of("memcached://one?max_item=4MiB").contains("max_record: 4194108"));
        store::open("memcached://one?connections=100").unwrap();
        assert!(refused("memcached://one?connections=0").contains("`connections`"));
        assert!(refused("memcached://one?poolSize=10").contains("`poolSize`"));
    }
}

#[cfg(all(feature = "postgres", feature = "mysql"))]
mod sql {
    use super::*;
    use sealed_session::store::{MySqlStore, PostgresStore};

    #[tokio::test]
    async fn sql_db() {
        store::open("postgres://app:secret@db.internal:5432/app?pool=8").unwrap();
        store::open("mysql://app:secret@db.internal:3306/app").unwrap();
        store::open("mariadb://app@db.internal/app").unwrap();
        let postgres = PostgresStore::new(sqlx::PgPool::connect_lazy("postgres://app@db.internal/app").unwrap());
        let mysql = MySqlStore::new(sqlx::MySqlPool::connect_lazy("mysql://app@db.internal/app").unwrap());
        assert_eq!((postgres.name(), mysql.name()), ("postgres", "mysql"));
    }

    #[tokio::test]
    async fn sql_table() {
        let store = PostgresStore::from_url("postgres://db/app?table=web.sessions").unwrap();
        assert!(store.schema().contains("\"web\".\"sessions\""), "{}", store.schema());
        let store = MySqlStore::from_url("mysql://db/app").unwrap();
        assert!(store.schema().contains("`sealed_sessions`"), "{}", store.schema());
        assert!(refused("postgres://db/app?table=drop%20table").contains("table"));
    }

    #[tokio::test]
    async fn sql_sweep_every() {
        let every = |query: &str| {
            let postgres = PostgresStore::from_url(&format!("postgres://db/app{query}")).unwrap().sweep_every();
            assert_eq!(MySqlStore::from_url(&format!("mysql://db/app{query}")).unwrap().sweep_every(), postgres);
            postgres
        };
        assert_eq!(every(""), Some(Duration::from_secs(60)));
        assert_eq!(every("?sweep_every=15m"), Some(Duration::from_secs(900)));
        assert_eq!(every("?sweep_every=0s"), None);
    }
}
