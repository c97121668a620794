//! A keyring that follows a file, written in every way a file is written, and one that follows a function.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod support;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sealed_session::{ErrorKind, Keyring, KeyringWatch, Timestamp, WatchEvent, WatchOptions};
use support::HOUR;
use support::log::Log;
use tempfile::TempDir;

/// Nothing here takes that long, however busy the machine is.
const DEADLINE: Duration = Duration::from_secs(30);
const SETTLE: Duration = Duration::from_millis(60);
/// Long enough for a mistake to show; a machine that is slower than this hides one, and never invents one.
const A_WHILE: Duration = Duration::from_millis(400);

/// Follows what the system announces alone: no poll, and a ring that has lost keys is never taken.
fn announced() -> WatchOptions {
    WatchOptions::default().settle(SETTLE).vanish_after(HOUR).poll_every(HOUR)
}

/// The events of a watch, as lines.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    fn hook(&self) -> impl Fn(&WatchEvent) + Send + 'static {
        let events = self.clone();
        move |event| {
            events.0.lock().unwrap().push(match event {
                WatchEvent::Reloaded { vanished, sealing, .. } => {
                    let without = vanished.iter().map(|label| format!(", without {label}")).collect::<String>();
                    format!("reloaded, {} seals{without}", sealing.as_deref().unwrap_or("none"))
                }
                WatchEvent::Refused { error, .. } => format!("refused: {error}"),
                WatchEvent::Unreadable { error, .. } => format!("unreadable: {error}"),
                _ => "unknown".to_owned(),
            });
        }
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn count(&self, beginning: &str) -> usize {
        self.all().iter().filter(|line| line.starts_with(beginning)).count()
    }

    #[track_caller]
    fn wait_for(&self, beginning: &str) {
        self.wait_for_count(beginning, 1);
    }

    #[track_caller]
    fn wait_for_count(&self, beginning: &str, count: usize) {
        wait_until(|| self.count(beginning) >= count, || format!("{count} × {beginning:?} in {:#?}", self.all()));
    }
}

#[track_caller]
fn wait_until(condition: impl Fn() -> bool, what: impl Fn() -> String) {
    let begin = Instant::now();
    while !condition() {
        assert!(begin.elapsed() < DEADLINE, "still waiting for {}", what());
        sleep(Duration::from_millis(5));
    }
}

/// The keys of a ring in words, sorted by label: `a opening, b sealing`.
fn states(keyring: &Keyring) -> String {
    let mut keys: Vec<_> = keyring.report(Timestamp::now(), HOUR).into_iter().collect();
    keys.sort_by(|one, other| one.label.cmp(&other.label));
    keys.iter().map(|key| format!("{} {}", key.label.as_deref().unwrap(), key.state)).collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn wait_for_states(keyring: &Keyring, expected: &str) {
    wait_until(|| states(keyring) == expected, || format!("{expected:?}, have {:?}", states(keyring)));
}

/// Stays as it is for a while.
#[track_caller]
fn stays(keyring: &Keyring, expected: &str) {
    let begin = Instant::now();
    while begin.elapsed() < A_WHILE {
        assert_eq!(states(keyring), expected);
        sleep(Duration::from_millis(5));
    }
}

fn secret(name: &str) -> String {
    support::key(name).expose_base64().to_string()
}

/// One key in TOML; `-name` is a revoked one.
fn table(name: &str) -> String {
    let (name, revoked) = name.strip_prefix('-').map_or((name, false), |name| (name, true));
    format!("[[keys]]\nlabel = \"{name}\"\nsecret = \"{}\"\nrevoked = {revoked}\n", secret(name))
}

/// A key file: the first one seals.
fn toml(names: &[&str]) -> String {
    names.iter().map(|name| table(name)).collect()
}

/// A folder with a watched file in it.
struct Site {
    folder: TempDir,
    path: PathBuf,
    keyring: Keyring,
    watch: KeyringWatch,
    events: Events,
}

impl Site {
    /// A file with the key `a`.
    fn new(options: WatchOptions) -> Self {
        Self::with("keys.toml", &toml(&["a"]), options)
    }

    fn with(name: &str, content: &str, options: WatchOptions) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join(name), content).unwrap();
        Self::of(folder, name, options)
    }

    fn of(folder: TempDir, name: &str, options: WatchOptions) -> Self {
        let (path, events) = (folder.path().join(name), Events::default());
        let (keyring, watch) = Keyring::watch_with(&path, options, events.hook()).unwrap();
        Self { folder, path, keyring, watch, events }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// As careful editors do it.
    fn rename_over(&self, content: impl AsRef<[u8]>) {
        fs::write(self.file(".keys.toml.swp"), content).unwrap();
        fs::rename(self.file(".keys.toml.swp"), &self.path).unwrap();
    }
}

#[test]
fn a_file_that_is_renamed_over_the_old_one_is_taken() {
    let site = Site::new(announced());
    site.rename_over(toml(&["b", "a"]));
    wait_for_states(&site.keyring, "a opening, b sealing");
    site.rename_over(toml(&["c", "b", "a"]));
    wait_for_states(&site.keyring, "a opening, b opening, c sealing");
    site.events.wait_for("reloaded, c seals");
    assert_eq!(site.events.all(), ["reloaded, b seals", "reloaded, c seals"]);
}

#[test]
fn row_24_a_half_written_file_changes_nothing_and_an_event_says_so() {
    let site = Site::new(announced());
    let text = toml(&["b", "a"]);
    let (half, rest) = text.split_at(text.len() / 2 + 20);
    let mut file = fs::File::create(&site.path).unwrap();
    file.write_all(half.as_bytes()).unwrap();
    site.events.wait_for("refused: ");
    assert!(site.events.all()[0].contains("keys.toml"), "{:?}", site.events.all());
    stays(&site.keyring, "a sealing");
    file.write_all(rest.as_bytes()).unwrap();
    wait_for_states(&site.keyring, "a opening, b sealing");
    site.events.wait_for("reloaded, b seals");
}

#[test]
fn row_24_a_file_that_is_being_written_is_not_judged() {
    let site = Site::new(announced().settle(Duration::from_millis(1500)));
    let text = toml(&["b", "a"]);
    let mut file = fs::File::create(&site.path).unwrap();
    // In all it takes longer than the time to settle.
    for byte in text.as_bytes() {
        file.write_all(&[*byte]).unwrap();
        sleep(Duration::from_millis(12));
        assert_eq!(states(&site.keyring), "a sealing");
    }
    wait_for_states(&site.keyring, "a opening, b sealing");
    site.events.wait_for("reloaded, b seals");
    assert_eq!(site.events.all().len(), 1);
}

#[test]
fn row_79_a_file_cut_off_between_two_keys_is_waited_out() {
    let site = Site::with("keys.toml", &toml(&["b", "a"]), announced());
    let mut file = fs::OpenOptions::new().append(true).open(&site.path).unwrap();
    file.set_len(toml(&["b"]).len() as u64).unwrap();
    stays(&site.keyring, "a opening, b sealing");
    file.write_all(toml(&["a", "c"]).as_bytes()).unwrap();
    wait_for_states(&site.keyring, "a opening, b sealing, c opening");
    site.events.wait_for("reloaded, b seals");
    assert_eq!(site.events.all(), ["reloaded, b seals"]);
}

#[test]
fn row_79_keys_that_stay_away_are_dropped_later_with_a_loud_event() {
    let wait = Duration::from_millis(700);
    let site = Site::with("keys.toml", &toml(&["b", "a"]), announced().vanish_after(wait));
    let begin = Instant::now();
    site.rename_over(toml(&["b"]));
    wait_for_states(&site.keyring, "b sealing");
    assert!(begin.elapsed() >= wait);
    site.events.wait_for("reloaded, b seals, without a");
}

#[test]
fn an_empty_file_is_refused() {
    let site = Site::new(announced());
    fs::File::create(&site.path).unwrap();
    site.events.wait_for("refused: ");
    assert_eq!(states(&site.keyring), "a sealing");
}

#[test]
fn a_revocation_does_not_wait_for_keys_that_vanish() {
    let site = Site::with("keys.toml", &toml(&["c", "b", "a"]), announced());
    site.rename_over(toml(&["-b", "a"]));
    wait_for_states(&site.keyring, "a sealing, b revoked");
    site.events.wait_for("reloaded, a seals, without c");
}

#[test]
fn a_revocation_counts_without_its_secret_and_for_the_last_key() {
    let site = Site::with("keys.toml", &toml(&["b", "a"]), announced());
    let gone = "[[keys]]\nlabel = \"b\"\nsecret_file = \"gone\"\nrevoked = true\n";
    site.rename_over(format!("{gone}{}", table("a")));
    wait_for_states(&site.keyring, "a sealing");
    site.events.wait_for("reloaded, a seals, without b");
    site.rename_over(gone);
    wait_for_states(&site.keyring, "");
    site.events.wait_for("reloaded, none seals, without a");
}

#[test]
fn a_file_that_is_deleted_and_made_again_is_followed() {
    let site = Site::new(announced());
    fs::remove_file(&site.path).unwrap();
    site.events.wait_for("unreadable: ");
    assert_eq!(states(&site.keyring), "a sealing");
    fs::write(&site.path, toml(&["b", "a"])).unwrap();
    wait_for_states(&site.keyring, "a opening, b sealing");
}

#[test]
fn a_folder_that_is_deleted_and_made_again_is_followed_by_the_poll() {
    let outer = TempDir::new().unwrap();
    let folder = outer.path().join("conf");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("keys.toml"), toml(&["a"])).unwrap();
    let site = Site::of(outer, "conf/keys.toml", announced().poll_every(A_WHILE));
    fs::remove_dir_all(&folder).unwrap();
    site.events.wait_for("unreadable: ");
    fs::create_dir(&folder).unwrap();
    fs::write(&site.path, toml(&["b", "a"])).unwrap();
    wait_for_states(&site.keyring, "a opening, b sealing");
}

#[test]
fn garbage_is_refused_once_each_and_a_good_file_is_still_taken() {
    let site = Site::new(announced().poll_every(Duration::from_millis(20)));
    for round in 1..=20 {
        let mut garbage = format!("garbage {round} ").into_bytes();
        garbage.extend([0xff; 7]);
        site.rename_over(if round % 2 == 0 { b"[[keys]]\nsecret = 1".repeat(round) } else { garbage });
        site.events.wait_for_count("refused: ", round);
    }
    sleep(A_WHILE);
    assert_eq!(site.events.all().len(), 20, "not again at every poll");
    assert_eq!(states(&site.keyring), "a sealing");
    fs::write(&site.path, toml(&["b", "a"])).unwrap();
    wait_for_states(&site.keyring, "a opening, b sealing");
}

#[test]
fn a_file_that_is_good_again_says_so() {
    let site = Site::new(announced());
    fs::write(&site.path, "garbage").unwrap();
    site.events.wait_for("refused: ");
    fs::write(&site.path, toml(&["a"])).unwrap();
    site.events.wait_for("reloaded, a seals");
}

#[test]
fn a_file_that_is_written_again_as_it_was_is_no_event() {
    let site = Site::new(announced().poll_every(Duration::from_millis(20)));
    for _ in 0..5 {
        site.rename_over(toml(&["a"]));
    }
    sleep(A_WHILE);
    assert_eq!(site.events.all(), [""; 0]);
}

#[test]
fn json_is_read_by_its_extension() {
    let json = |names: &[&str]| {
        let keys: Vec<_> =
            names.iter().map(|name| format!(r#"{{"label": "{name}", "secret": "{}"}}"#, secret(name))).collect();
        format!(r#"{{"keys": [{}]}}"#, keys.join(", "))
    };
    let site = Site::with("keys.json", &json(&["a"]), announced());
    fs::write(&site.path, json(&["b", "a"])).unwrap();
    wait_for_states(&site.keyring, "a opening, b sealing");
}

#[test]
fn secret_files_are_followed() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("secrets")).unwrap();
    fs::write(folder.path().join("secrets/now"), secret("a")).unwrap();
    fs::write(folder.path().join("keys.toml"), "[[keys]]\nlabel = \"now\"\nsecret_file = \"secrets/now\"\n").unwrap();
    let site = Site::of(folder, "keys.toml", announced().vanish_after(SETTLE));
    let id = |keyring: &Keyring| keyring.report(Timestamp::now(), HOUR)[0].id;
    assert_eq!(id(&site.keyring), support::key("a").id());
    fs::write(site.file("secrets/now"), secret("b")).unwrap();
    wait_until(|| id(&site.keyring) == support::key("b").id(), || "the new secret".to_owned());
    fs::remove_file(site.file("secrets/now")).unwrap();
    site.events.wait_for("unreadable: ");
    fs::write(site.file("secrets/now"), "half").unwrap();
    site.events.wait_for("refused: ");
    assert_eq!(id(&site.keyring), support::key("b").id());
    fs::write(site.file("secrets/now"), secret("c")).unwrap();
    wait_until(|| id(&site.keyring) == support::key("c").id(), || "the newest secret".to_owned());
}

/// A mounted Secret as Kubernetes lays it out: `keys.toml -> ..data/keys.toml`, `..data -> ..<time>`.
#[cfg(unix)]
mod links {
    use super::*;
    use std::os::unix::fs::symlink;

    /// As the kubelet does it: a new folder, a link to it, renamed over the old link; then the old folder goes.
    fn publish(folder: &Path, version: &str, content: &str) {
        let old = fs::read_link(folder.join("..data"));
        fs::create_dir(folder.join(version)).unwrap();
        fs::write(folder.join(version).join("keys.toml"), content).unwrap();
        symlink(version, folder.join("..data_tmp")).unwrap();
        fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
        if let Ok(old) = old {
            fs::remove_dir_all(folder.join(old)).unwrap();
        }
    }

    #[test]
    fn a_secret_mounted_by_kubernetes_is_followed() {
        let folder = TempDir::new().unwrap();
        publish(folder.path(), "..2026_11_20", &toml(&["a"]));
        symlink("..data/keys.toml", folder.path().join("keys.toml")).unwrap();
        let site = Site::of(folder, "keys.toml", announced());
        publish(site.folder.path(), "..2026_11_21", &toml(&["b", "a"]));
        wait_for_states(&site.keyring, "a opening, b sealing");
        publish(site.folder.path(), "..2026_11_22", &toml(&["c", "b", "a"]));
        wait_for_states(&site.keyring, "a opening, b opening, c sealing");
        site.events.wait_for("reloaded, c seals");
        assert_eq!(site.events.all(), ["reloaded, b seals", "reloaded, c seals"]);
        // The folder behind the links is followed too.
        fs::write(site.file("..2026_11_22/keys.toml"), toml(&["d", "c", "b", "a"])).unwrap();
        site.events.wait_for("reloaded, d seals");
    }

    #[test]
    fn a_link_on_the_way_is_followed_by_the_poll() {
        let folder = TempDir::new().unwrap();
        for (version, keys) in [("1", toml(&["a"])), ("2", toml(&["b", "a"]))] {
            fs::create_dir_all(folder.path().join("releases").join(version)).unwrap();
            fs::write(folder.path().join("releases").join(version).join("keys.toml"), keys).unwrap();
        }
        symlink("1", folder.path().join("releases/current")).unwrap();
        symlink("releases/current/keys.toml", folder.path().join("keys.toml")).unwrap();
        let site = Site::of(folder, "keys.toml", announced().poll_every(A_WHILE));
        symlink("2", site.file("releases/next")).unwrap();
        fs::rename(site.file("releases/next"), site.file("releases/current")).unwrap();
        wait_for_states(&site.keyring, "a opening, b sealing");
    }

    #[test]
    fn a_device_is_not_read() {
        let error = Keyring::watch("/dev/zero", |_| {}).unwrap_err();
        assert!(error.to_string().contains("not a regular file"), "{error}");
    }
}

#[test]
fn a_bad_file_is_an_error_at_the_start() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.toml");
    let error = Keyring::watch(&path, |_| {}).unwrap_err();
    assert!(error.to_string().contains("keys.toml"), "{error}");
    fs::write(&path, toml(&["a", "a"])).unwrap();
    assert_eq!(*Keyring::watch(&path, |_| {}).unwrap_err().kind(), ErrorKind::Keyring);
    fs::write(&path, "#".repeat((1 << 20) + 1)).unwrap();
    let error = Keyring::watch(&path, |_| {}).unwrap_err();
    assert!(error.to_string().contains("1 MiB"), "{error}");
}

#[test]
fn dropping_the_watch_ends_its_thread() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.toml");
    fs::write(&path, toml(&["a"])).unwrap();
    let alive = Arc::new(());
    let held = Arc::clone(&alive);
    let (keyring, watch) = Keyring::watch_with(&path, announced(), move |_| _ = &held).unwrap();
    drop(watch);
    assert_eq!(Arc::strong_count(&alive), 1, "the thread has gone, with its hook");
    fs::write(&path, toml(&["b", "a"])).unwrap();
    stays(&keyring, "a sealing");
}

#[test]
fn a_watch_may_end_itself() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.toml");
    fs::write(&path, toml(&["a"])).unwrap();
    let own = Arc::new(Mutex::new(None::<KeyringWatch>));
    let (inside, events) = (Arc::clone(&own), Events::default());
    let hook = events.hook();
    let (_keyring, watch) = Keyring::watch_with(&path, announced(), move |event| {
        drop(inside.lock().unwrap().take());
        hook(event);
    })
    .unwrap();
    *own.lock().unwrap() = Some(watch);
    // Whole at once, because the first event is the last.
    fs::write(folder.path().join("new"), toml(&["b", "a"])).unwrap();
    fs::rename(folder.path().join("new"), &path).unwrap();
    events.wait_for("reloaded, b seals");
    wait_until(|| Arc::strong_count(&own) == 1, || "the end of the thread".to_owned());
}

#[test]
fn a_hook_that_panics_does_not_end_the_watch() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("keys.toml");
    fs::write(&path, toml(&["a"])).unwrap();
    let (keyring, _watch) = Keyring::watch_with(&path, announced(), |_| panic!("on purpose")).unwrap();
    fs::write(&path, toml(&["b", "a"])).unwrap();
    wait_for_states(&keyring, "a opening, b sealing");
    fs::write(&path, toml(&["c", "b", "a"])).unwrap();
    wait_for_states(&keyring, "a opening, b opening, c sealing");
}

#[test]
fn a_function_is_asked_again_and_its_failures_change_nothing() {
    let names = Arc::new(Mutex::new(vec!["a"]));
    let (down, panics) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let asked = Arc::new(AtomicUsize::new(0));
    let fetch = {
        let (names, down, panics, asked) = (names.clone(), down.clone(), panics.clone(), asked.clone());
        move || {
            let round = asked.fetch_add(1, Ordering::SeqCst);
            if down.load(Ordering::SeqCst) {
                return Err(format!("timeout {round}").into());
            }
            assert!(!panics.load(Ordering::SeqCst), "on purpose");
            let keys = names.lock().unwrap().clone();
            Ok(Keyring::new(keys.iter().map(|name| support::key(name)))?)
        }
    };
    let events = Events::default();
    let (keyring, _watch) = Keyring::poll(fetch, Duration::from_millis(20), events.hook()).unwrap();
    let sealing = |name: &str| format!("reloaded, {} seals", support::key(name).id());

    let set = |new: &[&'static str]| *names.lock().unwrap() = new.to_vec();
    set(&["b", "a"]);
    events.wait_for(&sealing("b"));
    down.store(true, Ordering::SeqCst);
    events.wait_for("unreadable: the keys cannot be fetched: timeout ");
    let before = asked.load(Ordering::SeqCst);
    wait_until(|| asked.load(Ordering::SeqCst) > before + 5, || "more attempts".to_owned());
    assert_eq!(events.all().len(), 2, "one event for one outage: {:?}", events.all());
    down.store(false, Ordering::SeqCst);
    events.wait_for_count(&sealing("b"), 2);
    set(&["a", "a"]);
    events.wait_for("refused: ");
    panics.store(true, Ordering::SeqCst);
    events.wait_for_count("unreadable: ", 2);
    panics.store(false, Ordering::SeqCst);
    set(&["c", "b", "a"]);
    events.wait_for(&sealing("c"));
    assert_eq!(keyring.report(Timestamp::now(), HOUR).len(), 3);

    let begin = Instant::now();
    set(&["c"]);
    events.wait_for(&format!("{}, without", sealing("c")));
    assert!(begin.elapsed() >= Duration::from_secs(2));
}

#[test]
fn a_function_that_fails_at_once_is_an_error() {
    let error = Keyring::poll(|| Err("no route to the vault".into()), HOUR, |_| {}).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Keyring);
    assert!(error.to_string().contains("no route"), "{error}");
    let error = Keyring::poll(|| Ok(Keyring::from_env("NOT_SET_ANYWHERE")?), HOUR, |_| {}).unwrap_err();
    assert!(error.to_string().contains("NOT_SET_ANYWHERE"), "{error}");
}

#[test]
fn times_without_end_and_times_of_nothing_are_fine() {
    let endless = WatchOptions::default().settle(SETTLE).vanish_after(Duration::MAX).poll_every(Duration::MAX);
    let at_once =
        WatchOptions::default().settle(Duration::ZERO).vanish_after(Duration::ZERO).poll_every(Duration::ZERO);
    for options in [endless, at_once] {
        let site = Site::new(options);
        site.rename_over(toml(&["b", "a"]));
        wait_for_states(&site.keyring, "a opening, b sealing");
        drop(site.watch);
    }
}

#[test]
fn the_log_says_what_happened_and_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    // The thread of a watch logs to the subscriber of the whole program, so other tests stand in this log too.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let site = Site::new(announced());
    site.rename_over(toml(&["log-b", "a"]));
    site.events.wait_for("reloaded");
    site.rename_over(format!("{}secret = 12", table("log-b")));
    site.events.wait_for("refused");
    fs::remove_file(&site.path).unwrap();
    site.events.wait_for("unreadable");
    let text = String::from_utf8(log.take()).unwrap();
    for expected in [
        "sealed_session: keyring reloaded event=\"keyring_reloaded\" key=\"log-b\" vanished=0".to_owned(),
        format!("the new keys are refused event=\"keyring_refused\" error={}", site.path.display()),
        format!("its source cannot be read event=\"keyring_unreadable\" error={}", site.path.display()),
    ] {
        assert!(text.contains(&expected), "{expected}\n{text}");
    }
    for name in ["a", "b", "c", "d", "log-b"] {
        assert!(!text.contains(&secret(name)), "{name}\n{text}");
    }
}
