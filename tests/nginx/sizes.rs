//! How large a head nginx lets through. The numbers are in `docs/proxies.md`.

use sealed_session::Session;

use super::app::Visit;
use super::client::{Reply, as_nginx};
use super::servers::skip;
use super::{App, Site};

const PASS: &str = "location / { proxy_pass http://app; }";

/// By default nginx has room for a page. The numbers are those of pages of 4 KiB, as most machines have them.
fn pages_are_4k() -> bool {
    let output = std::process::Command::new("getconf").arg("PAGESIZE").output().unwrap();
    let ours = output.stdout == b"4096\n";
    if !ours {
        skip("the pages of this machine are not of 4 KiB, so nginx's defaults are other ones");
    }
    ours
}

/// An app whose sessions overflow into a store.
fn with_store() -> App {
    App::new(|builder| builder.overflow(sealed_session::store::open("memory://").unwrap()))
}

/// The largest number from 1 up to `most` for which `passes` holds, as it does for all smaller ones.
fn largest(most: usize, passes: impl Fn(usize) -> bool) -> usize {
    let (mut yes, mut no) = (1, most + 1);
    assert!(passes(yes));
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        if passes(middle) { yes = middle } else { no = middle }
    }
    yes
}

/// The largest session that such an app keeps in its cookie, and the response that sets it, as nginx gets it.
fn largest_in_cookie(app: &App) -> (String, Reply) {
    let send = |len| as_nginx(app.address, &format!("/text/{len}"));
    // One in a store has a short cookie; one that is too large for both an error.
    let len = largest(5000, |len| send(len).set_cookie().is_some_and(|field| field.len() > len));
    (format!("/text/{len}"), send(len))
}

#[test]
fn the_largest_session_of_a_layer_with_a_store_passes() {
    let Some(site) = Site::new(with_store(), PASS) else { return };
    let (path, direct) = largest_in_cookie(&site.app);
    let field = direct.set_cookie().unwrap();
    assert!((3071..=3072).contains(&field.len()), "{}", field.len());
    let reply = site.plain(&path);
    assert_eq!((reply.status, reply.set_cookie().unwrap().len()), (200, field.len()));
    assert_eq!(site.plain(&format!("/look\r\n{}", reply.cookie())).body, path.trim_start_matches("/text/"));
    // What is left for the app's own headers.
    if pages_are_4k() {
        let rest = 4096 - direct.head.len();
        assert!((800..=900).contains(&rest), "{rest} in {}", direct.head);
    }
}

#[test]
fn the_largest_head_that_passes() {
    if !pages_are_4k() {
        return;
    }
    let Some(site) = Site::new(with_store(), PASS) else { return };
    let head = |len: usize| as_nginx(site.app.address, &format!("/fill/{len}")).head.len();
    let len = largest(8000, |len| site.plain(&format!("/fill/{len}")).status == 200);
    assert_eq!(head(len), 4096);
    assert_eq!(site.plain(&format!("/fill/{}", len + 1)).status, 502);
    assert!(site.nginx.log_text().contains("upstream sent too big header"), "{}", site.nginx.log_text());
}

#[test]
fn the_largest_cookie_of_all_does_not_pass_and_what_helps() {
    if !pages_are_4k() {
        return;
    }
    let Some(site) = Site::new(App::new(|builder| builder), PASS) else { return };
    let (path, direct) = largest_in_cookie(&site.app);
    let len = direct.set_cookie().unwrap().len();
    assert!((Session::<Visit>::MAX_LEN - 1..=Session::<Visit>::MAX_LEN).contains(&len), "{len}");
    assert_eq!(site.plain(&path).status, 502);
    assert!(site.nginx.log_text().contains("upstream sent too big header"), "{}", site.nginx.log_text());
    // Even with no header but those that every response with a session has, as here, the last ones that pass are smaller.
    let most = largest(5000, |len| site.plain(&format!("/text/{len}")).status == 200);
    let most = as_nginx(site.app.address, &format!("/text/{most}"));
    let size = most.set_cookie().unwrap().len();
    assert!((3900..=3930).contains(&size) && (4095..=4096).contains(&most.head.len()), "{size} in {}", most.head);

    let larger = Site::new(App::new(|builder| builder), &format!("proxy_buffer_size 8k; {PASS}")).unwrap();
    let reply = larger.plain(&path);
    assert_eq!((reply.status, reply.set_cookie().unwrap().len()), (200, len));
    assert_eq!(larger.plain(&format!("/look\r\n{}", reply.cookie())).body, path.trim_start_matches("/text/"));
}

#[test]
fn the_largest_cookie_header_that_passes() {
    let Some(site) = Site::new(App::new(|builder| builder), PASS) else { return };
    // The largest session, and other cookies beside it.
    let (path, direct) = largest_in_cookie(&site.app);
    let ours = direct.cookie();
    let line = |len: usize| format!("{}; other={}\r\n", ours.trim_end(), "x".repeat(len));
    let len = largest(16_000, |len| site.plain(&format!("/look\r\n{}", line(len))).status == 200);
    assert_eq!(site.plain(&format!("/look\r\n{}", line(len))).body, path.trim_start_matches("/text/"));
    assert_eq!(line(len).len(), 8192);
    let refused = site.plain(&format!("/look\r\n{}", line(len + 1)));
    assert!(refused.status == 400 && refused.body.contains("Request Header Or Cookie Too Large"), "{refused:?}");
}
