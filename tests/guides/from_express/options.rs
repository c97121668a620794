//! The other options of express-session.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use http::Request;
use sealed_session::{Key, Keyring, Place, Session};

use crate::support::log::Log;
use crate::support::{Browser, Clock, HOUR, MINUTE, SECOND};
use crate::*;

#[test]
fn genid() {
    let site = Site::<Shop>::new();
    let id_of = |browser: &mut Browser| {
        let mut id = None;
        browser.visit(&site, |session| {
            view(session);
            id = Some(session.id().unwrap());
        });
        id.unwrap()
    };
    let mut ada = Browser::default();
    let first = id_of(&mut ada);
    assert_eq!(first.to_bytes().len(), 16);
    assert_eq!(id_of(&mut ada), first, "it stays");
    assert_ne!(id_of(&mut Browser::default()), first);
    // What a client makes up is not adopted.
    let mut mallory = Browser { cookie: Some("s%3AAbC-_dEf0123456789abcdefghijklmn.30ASf4Iga".into()) };
    mallory.visit(&site, |session| assert!(session.is_new()));
    assert_ne!(id_of(&mut mallory), first);
}

#[test]
fn name() {
    assert!(set_by(|builder| builder).starts_with("__Host-session="));
    assert!(set_by(|builder| builder.name("__Host-shop")).starts_with("__Host-shop="));
    assert!(refused(|builder| builder.name("my shop")).contains("cookie name"));
}

/// Who is named is believed, nobody else.
#[test]
fn proxy() {
    let site = Site::<Shop>::with(behind_a_proxy);
    let from = |peer: &str| Request::get("/").extension(peer.parse::<IpAddr>().unwrap());
    for (peer, header, sent) in [
        ("10.0.0.1", "https", true),
        ("10.0.0.1", "http", false),
        ("10.0.0.1", "https, http", false),
        ("192.0.2.7", "https", false),
    ] {
        let request = from(peer).header("x-forwarded-proto", header);
        let answer = Browser::default().send(&site, request, view, support::response(200));
        assert_eq!(answer.sets(), sent, "{peer}: {header}");
    }
    assert!(!Browser::default().send(&site, from("10.0.0.1"), view, support::response(200)).sets(), "no header");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn resave() {
    let (site, mut browser) = visited();
    assert_eq!(browser.visit(&site, look).set_cookie(), None);
    assert_eq!(browser.visit(&site, |session| session.update(|shop| shop.views = 1)).set_cookie(), None);
    assert!(browser.visit(&site, view).sets());
    // In a store it is the same: what has not changed is not written.
    let (site, spy) = with_store(|builder| builder);
    browser.visit(&site, fill);
    assert_eq!(spy.take(), ["create"]);
    browser.visit(&site, fill);
    assert_eq!(spy.take(), ["load"]);
}

#[test]
fn rolling_true() {
    let site = site_with::<Shop>(|builder| builder.idle_timeout(HOUR));
    let mut browser = Browser::default();
    browser.visit(&site, view);
    site.clock.advance(6 * MINUTE);
    assert_eq!(browser.visit(&site, look).set_cookie(), None, "a tenth is left alone");
    site.clock.advance(SECOND);
    assert_eq!(browser.visit(&site, look).max_age(), Some(3600));
    for _ in 0..10 {
        site.clock.advance(50 * MINUTE);
        browser.visit(&site, |session| assert!(!session.is_new()));
    }
}

#[test]
fn rolling_false() {
    let site = site_with::<Shop>(|builder| builder.lifetime(HOUR).idle_timeout(HOUR));
    let mut browser = Browser::default();
    browser.visit(&site, view);
    for minute in 1..60 {
        site.clock.advance(MINUTE);
        browser.visit(&site, |session| assert!(!session.is_new(), "minute {minute}"));
    }
    site.clock.advance(MINUTE);
    browser.visit(&site, |session| assert!(session.is_new()));
}

#[test]
fn save_uninitialized_false() {
    let site = Site::<Shop>::new();
    assert_eq!(Browser::default().visit(&site, look).set_cookie(), None);
    assert_eq!(Browser::default().visit(&site, |session| session.update(|_| ())).set_cookie(), None);
    assert!(Browser::default().visit(&site, view).sets());
}

#[test]
fn save_uninitialized_true() {
    #[derive(Default, Serialize, Deserialize)]
    struct Visit {
        seen: bool,
    }
    let site = Site::<Visit>::new();
    let mut browser = Browser::default();
    assert!(browser.visit(&site, |session| session.update(|visit| visit.seen = true)).sets());
    assert_eq!(browser.visit(&site, |session| session.update(|visit| visit.seen = true)).set_cookie(), None);
}

#[test]
fn secret_string() {
    let key = Key::from_base64("HuUYdHtJYSfGKrMZ4r5jfRTqDGnLuzmwCRD1v/5gxYA=").unwrap();
    Keyring::new([key]).unwrap();
    for phrase in ["keyboard cat", "keyboardcatkeyboardcatkeyboardcatkeyboardca"] {
        let why = Key::from_base64(phrase).unwrap_err().to_string();
        assert!(why.contains("openssl rand -base64 32") && !why.contains(phrase), "{why}");
    }
}

#[test]
fn secret_buffer() {
    let bytes = std::array::from_fn(|n| (n * n * 31 % 251) as u8);
    Key::from_bytes(bytes).unwrap();
    assert!(Key::from_bytes(*b"keyboard cat, keyboard cat, cat!").unwrap_err().to_string().contains("printable text"));
}

#[test]
fn secret_array() {
    let clock = Clock::new();
    let [old, both, new] = [&["old"][..], &["new", "old"], &["new"]]
        .map(|keys| Site::<Shop>::machine(&keyring(keys), &clock, |builder| builder));
    let mut browser = Browser::default();
    browser.visit(&old, view);
    // The first visit with the new key moves the session to it.
    assert!(browser.visit(&both, |session| assert!(!session.is_new())).sets());
    browser.visit(&new, |session| assert!(!session.is_new()));
    browser.visit(&old, |session| assert!(session.is_new()));
}

#[test]
fn secret_missing() {
    let why = Keyring::from_env("GUIDES_NO_SUCH_VARIABLE").unwrap_err().to_string();
    assert!(why.starts_with("GUIDES_NO_SUCH_VARIABLE is not set") && why.contains("openssl rand"), "{why}");
    assert!(Keyring::new(Vec::<Key>::new()).is_err());
}

#[test]
fn store_default() {
    // Without one: another process with the same key goes on where the first one was.
    let (site, mut browser) = visited();
    let restarted = Site::<Shop>::machine(&keyring(&["a"]), &site.clock, |builder| builder);
    browser.visit(&restarted, |session| assert_eq!(session.read(|shop| shop.views), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn store_option() {
    let store = sealed_session::store::open("memory://").unwrap();
    let site = Site::<Shop>::with(|builder| builder.overflow(store));
    let mut browser = Browser::default();
    browser.visit(&site, view);
    browser.visit(&site, |session| {
        assert_eq!(session.place(), Place::Cookie);
        fill(session);
    });
    browser.visit(&site, |session| {
        assert_eq!((session.place(), session.read(|shop| shop.cart.len())), (Place::Store, 60));
    });
}

#[test]
fn unset_destroy() {
    let (site, mut browser) = visited();
    assert!(browser.visit(&site, Session::destroy).expires());
    browser.visit(&site, |session| assert!(session.is_new() && session.get() == Shop::default()));
}

#[test]
fn unset_keep() {
    let (site, mut browser) = visited();
    let answer = browser.visit(&site, |session| {
        let before = session.get();
        view(session);
        session.replace(before);
    });
    assert_eq!(answer.set_cookie(), None);
    browser.visit(&site, |session| assert_eq!(session.read(|shop| shop.views), 1));
}

/// `RUST_LOG=sealed_session=debug` in place of `DEBUG=express-session`, and a hook.
#[test]
fn debug() {
    // For all threads: what a subscriber for one of them sees depends on the others.
    let log = Log::of_all();
    let names = Arc::new(Mutex::new(Vec::new()));
    let of_hook = Arc::clone(&names);
    let site = site_with::<Shop>(|builder| {
        builder.name("debugged").on_event(move |event| of_hook.lock().unwrap().push(event.name()))
    });
    Browser::default().visit(&site, view);
    assert_eq!(*names.lock().unwrap(), ["outcome", "sealed"]);
    let seen = String::from_utf8(log.take()).unwrap();
    let lines: Vec<_> = seen.lines().filter(|line| line.contains("\"debugged\"")).collect();
    assert!(lines.len() == 2 && lines.iter().all(|line| line.contains("sealed_session")), "{seen}");
}
