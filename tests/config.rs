//! Keys and layers by config: one shape, from TOML, JSON, the environment, or an app's own config.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod support;

use std::time::Duration;

use sealed_session::{
    ErrorKind, KeyState, Keyring, KeyringConfig, ScheduledKey, Session, SessionLayer, Settings, Timestamp,
};
use serde::{Deserialize, Serialize};
use support::{Browser, Clock, DAY, Site, key};
use tempfile::TempDir;

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Data {
    count: u32,
}

fn secret(name: &str) -> String {
    key(name).expose_base64().to_string()
}

/// The states of the keys at `now`, newest first.
fn states(ring: &Keyring, now: u64) -> Vec<(String, KeyState)> {
    let report = ring.report(Timestamp::from_unix(now), DAY);
    report.into_iter().map(|key| (key.label.unwrap_or_else(|| key.id.to_string()), key.state)).collect()
}

const AT: u64 = 1_795_132_800; // 2026-11-20T00:00:00Z
const FAR: u64 = 1_801_440_000; // 2027-02-01T00:00:00Z

fn toml() -> String {
    format!(
        "[[keys]]\nlabel = \"new\"\nsecret = \"{}\"\nseal_from = 2026-11-20T00:00:00Z\n\n\
         [[keys]]\nlabel = \"old\"\nsecret = \"{}\"\nopen_until = 2027-02-01T00:00:00Z\n",
        secret("new"),
        secret("old")
    )
}

fn json() -> String {
    let (new, old) = (secret("new"), secret("old"));
    serde_json::json!({ "keys": [
        { "label": "new", "secret": new, "seal_from": "2026-11-20T00:00:00Z" },
        { "label": "old", "secret": old, "open_until": "2027-02-01T00:00:00+00:00", "revoked": false },
    ]})
    .to_string()
}

#[track_caller]
fn is_the_ring(ring: &Keyring) {
    use KeyState::{Ended, Opening, Pending, Sealing};
    let named = |states: &[(&str, KeyState)]| states.iter().map(|(l, s)| (l.to_string(), *s)).collect::<Vec<_>>();
    assert_eq!(states(ring, AT - 1), named(&[("new", Pending), ("old", Sealing)]));
    assert_eq!(states(ring, AT), named(&[("new", Sealing), ("old", Opening)]));
    assert_eq!(states(ring, FAR), named(&[("new", Sealing), ("old", Ended)]));
}

#[test]
fn one_shape_from_every_source() {
    #[derive(Deserialize)]
    struct App {
        sessions: KeyringConfig,
    }
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name)
    };
    is_the_ring(&Keyring::from_file(file("keys.toml", &toml())).unwrap());
    is_the_ring(&Keyring::from_file(file("keys.json", &json())).unwrap());
    is_the_ring(&Keyring::from_config(&toml::from_str(&toml()).unwrap()).unwrap());
    is_the_ring(&Keyring::from_config(&serde_json::from_str(&json()).unwrap()).unwrap());

    let nested = toml().replace("[[keys]]", "[[sessions.keys]]");
    for (text, format) in [
        (nested.clone(), config::FileFormat::Toml),
        (format!("{{\"sessions\": {}}}", json()), config::FileFormat::Json),
    ] {
        let source = config::Config::builder().add_source(config::File::from_str(&text, format)).build().unwrap();
        is_the_ring(&Keyring::from_config(&source.try_deserialize::<App>().unwrap().sessions).unwrap());
    }
    use figment::providers::{Format, Json, Toml};
    let app: App = figment::Figment::from(Toml::string(&nested)).extract().unwrap();
    is_the_ring(&Keyring::from_config(&app.sessions).unwrap());
    let app: App = figment::Figment::from(Json::string(&format!("{{\"sessions\": {}}}", json()))).extract().unwrap();
    is_the_ring(&Keyring::from_config(&app.sessions).unwrap());
}

#[test]
fn secrets_come_from_files_and_the_environment_too() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("new.key"), format!("{}\n", secret("new"))).unwrap();
    let text = "[[keys]]\nlabel = \"new\"\nsecret_file = \"new.key\"\n";
    std::fs::write(folder.path().join("keys.toml"), text).unwrap();
    let ring = Keyring::from_file(folder.path().join("keys.toml")).unwrap();
    assert_eq!(ring.report(Timestamp::now(), DAY)[0].id, key("new").id());
    // Cargo sets this one; it is no key, so it is refused, by its name alone.
    let text = "[[keys]]\nlabel = \"new\"\nsecret_env = \"CARGO_PKG_NAME\"\n";
    let error = Keyring::from_config(&toml::from_str(text).unwrap()).unwrap_err().to_string();
    assert!(error.contains("\"new\"") && !error.contains("sealed-session"), "{error}");
}

#[test]
fn rows_22_to_24_bad_keys_are_refused_with_file_label_and_remedy() {
    let folder = TempDir::new().unwrap();
    let (a, b) = (secret("a"), secret("b"));
    let key = |rest: &str| format!("[[keys]]\nlabel = \"2026-11\"\n{rest}\n");
    let phrase = "correcthorsebatterystaplecorrecthorsebatter";
    let pattern = "paWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaU=";
    let cases = [
        (key(&format!("secret = \"{a}\"\nseal_form = 1")), "line 4: unknown field `seal_form`"),
        (key(&format!("secret = \"{a}\"\nsecret_env = \"X\"")), "several sources"),
        (key(""), "no secret"),
        (key("secret = 5"), "a secret is text"),
        (key("secret_file = \"missing.key\""), "missing.key cannot be read"),
        (key("secret_env = \"NO_SUCH_VARIABLE\""), "NO_SUCH_VARIABLE is not set"),
        (key(&format!("secret_env = \"{a}\"")), "not shown: it looks like a secret"),
        (key(&format!("secret_file = \"{a}\"")), "not shown: it looks like a secret"),
        (key(&format!("\"{a}\" = 1")), "line 3: unknown field `…`, expected one of `label`"),
        (key(&format!("secret = \"{pattern}\"")), "repeat"),
        (key(&format!("secret = \"{phrase}\"")), "phrase"),
        (key(&format!("secret = \"{}\"", &a[..40])), "bytes, not 32"),
        (key(&format!("secret = \"{a}\"\nseal_from = \"{a}\"")), "expected a date and time with an offset"),
        (key(&format!("secret = \"{a}\"\nseal_from = 2026-11-20T00:00:00")), "offset"),
        (
            key(&format!("secret = \"{a}\"\nseal_from = 2026-11-20T00:00:00Z\nopen_until = 2026-11-20T00:00:00Z")),
            "must come after",
        ),
        (key(&format!("secret = \"{a}\"\nopen_until = 2020-01-01T00:00:00Z")), "no key may ever seal"),
        (key(&format!("secret = \"{a}\"")) + &key(&format!("secret = \"{a}\"")), "the same key"),
        (key(&format!("secret = \"{a}\"")) + &key(&format!("secret = \"{b}\"")), "the same label"),
        ("keys = []".into(), "no key"),
        (String::new(), "missing field `keys`"),
        (format!("[[keys]]\nlabel = \"x\"\nsecret = \"{a}"), "line 3"),
    ];
    for (text, expected) in &cases {
        let path = folder.path().join("keys.toml");
        std::fs::write(&path, text).unwrap();
        let error = Keyring::from_file(&path).unwrap_err().to_string();
        assert!(error.contains("keys.toml") && error.contains(expected), "{expected}: {error}");
        for secret in [a.as_str(), &b, phrase, pattern, &a[..40]] {
            assert!(!error.contains(secret), "{error}");
        }
    }
    let path = folder.path().join("keys.json");
    for text in ["{", "{\"keys\": 3}", "{\"keys\": [{\"label\": \"x\", \"secret\": 123456}]}"] {
        std::fs::write(&path, text).unwrap();
        let error = Keyring::from_file(&path).unwrap_err().to_string();
        assert!(error.contains("keys.json, line 1") && !error.contains("123456"), "{error}");
    }
    assert!(Keyring::from_file(folder.path().join("none.toml")).unwrap_err().to_string().contains("none.toml"));
}

#[test]
fn row_19_a_revocation_is_never_refused() {
    let secret = secret("a");
    let entry = |rest: &str| format!("[[keys]]\nlabel = \"a\"\nrevoked = true\n{rest}\n");
    for text in [
        entry(&format!("secret = \"{secret}\"")),
        entry("secret_file = \"missing\""),
        entry("secret = \"weak\""),
        entry(""),
        entry(&format!("secret = \"{secret}\"")) + &format!("[[keys]]\nlabel = \"a\"\nsecret = \"{secret}\"\n"),
        entry(&format!("secret = \"{secret}\"\nseal_from = 2026-11-20T00:00:00Z\nopen_until = 2020-01-01T00:00:00Z")),
    ] {
        let ring = Keyring::from_config(&toml::from_str(&text).unwrap()).unwrap();
        assert!(states(&ring, AT).iter().all(|(_, state)| *state == KeyState::Revoked), "{text}");
        let site = Site::<Data>::machine(&ring, &Clock::new(), |builder| builder);
        let answer = Browser::default().visit(&site, |session| session.update(|data| data.count = 1));
        assert_eq!(answer.status(), 503, "{text}");
    }
}

#[test]
fn the_report_tells_when_a_key_can_go() {
    let clock = Clock::new();
    let now = clock.now().as_unix();
    let at = Timestamp::from_unix;
    let entry = |name: &str, from: u64| ScheduledKey::new(key(name)).label(name).seal_from(at(from));
    let ring = Keyring::new([entry("next", now + 100), entry("now", now - 5), entry("old", 0)]).unwrap();
    let site = Site::<Data>::machine(&ring, &clock, |builder| builder.longest_remember(30 * DAY));
    let mut browser = Browser::default();
    browser.visit(&site, |session| session.update(|data| data.count = 1));
    for _ in 0..3 {
        browser.visit(&site, |session| session.read(|_| ()));
    }
    let report = site.layer.key_report();
    let of = |name: &str| report.iter().find(|key| key.label.as_deref() == Some(name)).unwrap();
    assert_eq!((of("next").state, of("next").safe_to_drop), (KeyState::Pending, None));
    let sealing = of("now");
    assert_eq!((sealing.state, sealing.safe_to_drop), (KeyState::Sealing, None));
    assert_eq!((sealing.seals, sealing.opens, sealing.last_open), (1, 3, Some(at(now))));
    let old = of("old");
    assert_eq!((old.state, old.seals, old.opens, old.last_open), (KeyState::Opening, 0, 0, None));
    // From when this process learned of the newer key (the system's now, or its seal_from if later), for 30 days and a minute.
    let safe = old.safe_to_drop.unwrap().as_unix();
    let learned = Timestamp::now().as_unix().max(now - 5);
    assert!((learned..learned + 60).contains(&(safe - 60 - 30 * 86400)), "{safe}");

    // Counts go on through a reload, and vanished keys are named.
    assert_eq!(ring.replace(&Keyring::new([entry("now", now - 5)]).unwrap()), ["next", "old"]);
    browser.visit(&site, |session| session.read(|_| ()));
    assert_eq!(site.layer.key_report()[0].opens, 4);
    assert_eq!(ring.replace(&Keyring::new([entry("now", 0).revoked()]).unwrap()), Vec::<String>::new());
    assert_eq!(site.layer.key_report()[0].state, KeyState::Revoked);
}

#[test]
fn the_commented_example_has_every_setting_and_works() {
    let settings = Settings::from_file("examples/settings.toml").unwrap();
    let layer = SessionLayer::<Data>::from_settings(&settings).unwrap();
    assert_eq!(layer.cookie_name(), "__Host-session");
    assert_eq!(layer.key_report()[0].label.as_deref(), Some("2026-11"));
    // With every commented line that can stand beside the others switched on, it still reads.
    let text = std::fs::read_to_string("examples/settings.toml").unwrap();
    for field in
        ["store", "keys_file", "domain", "secure_auto", "former", "secret_file", "secret_env", "open_until", "revoked"]
    {
        assert!(text.contains(&format!("# {field} = ")), "{field}");
    }
    let text = ["open_until", "revoked", "former", "secure_auto"]
        .iter()
        .fold(text, |text, field| text.replace(&format!("# {field} = "), &format!("{field} = ")));
    toml::from_str::<Settings>(&text).unwrap();
}

#[test]
fn a_layer_by_config() {
    let keys = format!("[[keys]]\nlabel = \"a\"\nsecret = \"{}\"\n", secret("a"));
    let build = |text: &str| {
        let settings: Settings = toml::from_str(&format!("{text}\n{keys}")).map_err(|error| error.to_string())?;
        SessionLayer::<Data>::from_settings(&settings).map_err(|error| error.to_string())
    };
    let layer = build(
        "lifetime = \"7d\"\nidle_timeout = \"1h 30m\"\ncontext = \"shop\"\npad_to = 16\n[cookie]\nname = \"s\"\n\
         path = \"/shop\"\ndomain = \"example.com\"\nsame_site = \"strict\"\npartitioned = true\n\
         former = [{ path = \"/\" }]\n",
    );
    let clock = Clock::new();
    let shown = format!("{:?}", layer.unwrap());
    for part in ["shop", "SameSite=Strict; Partitioned; Secure; Path=/shop; Domain=example.com", "604800", "5400"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let settings: Settings = toml::from_str("[cookie]\nuntil_browser_closes = true\nsame_site = \"Lax\"").unwrap();
    let site = Site::<Data>::machine(&support::keyring(&["a"]), &clock, |builder| builder.settings(&settings).unwrap());
    let answer = Browser::default().visit(&site, |session: &Session<Data>| session.update(|data| data.count = 1));
    assert_eq!((answer.sets(), answer.max_age()), (true, None));

    for (text, expected) in [
        ("lifetime = 14", "a duration with its unit"),
        ("lifetime = \"14\"", "a duration with its unit"),
        ("lifetime = \"500d\"", "400 days"),
        ("idle = \"1h\"", "unknown field `idle`"),
        ("[cookie]\nsame_site = \"sometimes\"", "unknown variant `sometimes`"),
        ("[cookie]\nhttp_only = false", "unknown field `http_only`"),
        ("[cookie]\npath = \"/app\"", "__Host-session"),
        ("store = \"dbase://sessions.db\"", "use memory, sqlite, postgres"),
        ("store = \"sessions.db\"", "named by a URL"),
        ("[cookie]\nsecure_auto = []", "is empty"),
        ("[cookie]\nsecure_auto = [\"proxy\"]", "\"proxy\" is no address"),
        ("[cookie]\nsecure_auto = true", "expected a sequence"),
        ("[cookie]\nsecure_auto = [\"10.0.0.1\"]", "give the builder `peer_address`"),
        ("[overflow]\nsize = 1", "unknown field `size`"),
        ("[overflow]\non_conflict = \"retry\"", "unknown variant `retry`"),
        ("keys_file = \"keys.toml\"", "give one of them"),
    ] {
        let error = build(text).unwrap_err();
        assert!(error.contains(expected), "{text}: {error}");
    }
    let error = SessionLayer::<Data>::from_settings(&Settings::default()).unwrap_err();
    assert!(*error.kind() == ErrorKind::Setting && error.to_string().contains("no keys"), "{error}");
}

#[test]
fn settings_and_keys_in_files_of_their_own() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("settings.toml", "lifetime = \"2d\"\nkeys_file = \"keys.toml\"\n");
    write("keys.toml", &toml());
    let settings = Settings::from_file(folder.path().join("settings.toml")).unwrap();
    assert_eq!(settings.lifetime.unwrap().0, Duration::from_secs(2 * 86400));
    is_the_ring(&settings.keyring().unwrap());
}
