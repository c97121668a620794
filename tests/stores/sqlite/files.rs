//! Files that are not what they should be.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rusqlite::Connection;
use sealed_session::SessionId;
use sealed_session::store::{RecordKey, SqliteStore, Store, StoreErrorKind, Version};

use super::{LATER, NOW, check, create, failure, key, load, open, place};

/// Every call fails with this kind, and names the file but not the data.
async fn every_call_fails(store: &SqliteStore, kind: StoreErrorKind, file: &Path) {
    let key = key(1);
    let failures = [
        failure(store.create(&key, b"sealed bytes", LATER, NOW)).await,
        failure(store.load(&key, 10, NOW)).await,
        failure(store.update(&key, b"sealed bytes", LATER, Version(1), NOW)).await,
        failure(store.touch(&key, LATER, NOW)).await,
        failure(store.remove(&key)).await,
        failure(store.sweep(10, NOW)).await,
    ];
    for (got, text) in failures {
        assert_eq!(got, kind, "{text}");
        assert!(text.contains(file.to_str().unwrap()) && !text.contains("sealed bytes"), "{text}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let (_folder, file) = place();
    let noise: Vec<u8> = (0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let mut cut = b"SQLite format 3\0".to_vec();
    cut.extend(&noise[..3000]);
    for garbage in [noise.as_slice(), b"x", &cut, b"key = \"value\"\n", &[0; 4096]] {
        fs::write(&file, garbage).unwrap();
        let store = open(&file);
        every_call_fails(&store, StoreErrorKind::Corrupt, &file).await;
        assert_eq!(fs::read(&file).unwrap(), garbage);
        // The operator moves it away: no restart is needed.
        fs::remove_file(&file).unwrap();
        create(&store, 1, b"one").await;
        assert_eq!(load(&store, 1).await.unwrap(), b"one");
        drop(store);
        remove(&file);
    }
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    for mode in ["delete", "wal"] {
        let (_folder, file) = place();
        let other = Connection::open(&file).unwrap();
        other.pragma_update_and_check(None, "journal_mode", mode, |_| Ok(())).unwrap();
        other.execute_batch("CREATE TABLE record (name TEXT); INSERT INTO record VALUES ('theirs')").unwrap();
        let log = file.with_extension("db-wal");
        let before = (fs::read(&file).unwrap(), fs::read(&log).ok());
        every_call_fails(&open(&file), StoreErrorKind::Corrupt, &file).await;
        assert_eq!((fs::read(&file).unwrap(), fs::read(&log).ok()), before);
        assert_eq!(other.query_row("SELECT name FROM record", [], |row| row.get::<_, String>(0)).unwrap(), "theirs");
    }
}

#[tokio::test]
async fn a_file_of_another_version_is_refused() {
    let (_folder, file) = place();
    open(&file).prepare().await.unwrap();
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 2).unwrap();
    every_call_fails(&open(&file), StoreErrorKind::Corrupt, &file).await;
}

#[tokio::test]
async fn a_table_of_another_shape_is_corrupt() {
    let other = "DROP TABLE record; CREATE TABLE record (name TEXT)";
    for change in ["DROP TABLE record", other] {
        let (_folder, file) = place();
        let store = open(&file);
        create(&store, 1, b"one").await;
        Connection::open(&file).unwrap().execute_batch(change).unwrap();
        every_call_fails(&store, StoreErrorKind::Corrupt, &file).await;
    }
}

#[tokio::test]
async fn damage_is_corrupt_and_no_panic() {
    let (_folder, file) = place();
    let store = open(&file);
    for number in 0..200 {
        create(&store, number, &[number as u8; 3000]).await;
    }
    drop(store);
    // As the only connection, this one brings the log into the file when it is closed.
    Connection::open(&file).unwrap().pragma_update_and_check(None, "wal_checkpoint", "TRUNCATE", |_| Ok(())).unwrap();
    let good = fs::read(&file).unwrap();
    for start in (100..good.len()).step_by(good.len() / 7) {
        let mut bad = good.clone();
        bad[start..].iter_mut().take(40_000).for_each(|byte| *byte = 0xA5);
        remove(&file);
        fs::write(&file, &bad).unwrap();
        let store = open(&file);
        let mut corrupt = 0;
        for number in 0..200 {
            match store.load(&key(number), 10_000, NOW).await {
                Ok(_) => {}
                Err(error) => {
                    assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{error}");
                    corrupt += 1;
                }
            }
        }
        assert!(corrupt > 0, "damage at {start} is not noticed");
    }
}

#[tokio::test]
async fn a_folder_that_is_missing_may_come_later() {
    let (folder, _) = place();
    let file = folder.path().join("data/sessions.db");
    let store = open(&file);
    every_call_fails(&store, StoreErrorKind::Unavailable, &file).await;
    fs::create_dir(folder.path().join("data")).unwrap();
    create(&store, 1, b"one").await;
    assert_eq!(load(&store, 1).await.unwrap(), b"one");
}

#[tokio::test]
async fn a_file_that_is_removed_or_replaced_is_noticed() {
    let (folder, file) = place();
    let store = open(&file);
    create(&store, 1, b"one").await;
    // Removed, as by a job that tidies up: without a check, SQLite would go on with a file that has no name.
    remove(&file);
    assert_eq!(load(&store, 1).await, None);
    create(&store, 2, b"two").await;
    assert_eq!(load(&open(&file), 2).await.unwrap(), b"two");
    // Replaced, as by a restored backup.
    let backup = folder.path().join("backup.db");
    create(&open(&backup), 3, b"three").await;
    Connection::open(&backup).unwrap().pragma_update_and_check(None, "wal_checkpoint", "TRUNCATE", |_| Ok(())).unwrap();
    remove(&file);
    fs::rename(&backup, &file).unwrap();
    assert_eq!(load(&store, 3).await.unwrap(), b"three");
    create(&store, 4, b"four").await;
    assert_eq!(load(&open(&file), 4).await.unwrap(), b"four");
    check(&file);
}

#[tokio::test]
async fn an_empty_file_is_taken() {
    let (_folder, file) = place();
    fs::write(&file, b"").unwrap();
    create(&open(&file), 1, b"one").await;
    assert_eq!(load(&open(&file), 1).await.unwrap(), b"one");
}

#[tokio::test]
async fn the_files_are_readable_to_their_owner_alone() {
    let (folder, file) = place();
    let store = open(&file);
    create(&store, 1, &[1; 5000]).await;
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["sessions.db", "sessions.db-shm", "sessions.db-wal"]);
}

#[tokio::test]
async fn the_files_hold_the_bytes_that_were_given_and_no_session_id() {
    let (folder, file) = place();
    let store = open(&file);
    let id = [0x5A; 16];
    let key = RecordKey::of(SessionId::from_bytes(id));
    store.create(&key, b"what the layer sealed", LATER, NOW).await.unwrap();
    let dump: Vec<u8> =
        fs::read_dir(folder.path()).unwrap().flat_map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect();
    let holds = |bytes: &[u8]| dump.windows(bytes.len()).any(|window| window == bytes);
    assert!(holds(b"what the layer sealed") && holds(&key.to_bytes()));
    assert!(!holds(&id) && !holds(b"5a5a5a5a5a5a5a5a"));
    assert!(!format!("{store:?}").contains("sealed the layer"));
}

/// The file with its log.
fn remove(file: &Path) {
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{end}", file.display()));
    }
}
