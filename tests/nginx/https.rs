//! TLS ended at nginx, and a cookie for https alone.

use sealed_session::NotHttps;

use super::app::NGINX;
use super::log::Log;
use super::{App, Site, client};

/// What `docs/proxies.md` says to write into nginx's config.
fn snippet() -> &'static str {
    let page = include_str!("../../docs/proxies.md");
    page.split_once("```nginx\n").unwrap().1.split_once("```").unwrap().0
}

/// A request with one more field.
fn with(head: &str, field: &str) -> String {
    let (path, fields) = head.split_once("\r\n").unwrap_or((head, ""));
    format!("{path}\r\n{field}\r\n{fields}")
}

/// Visits twice with the cookie of the first time.
fn visit_twice(send: impl Fn(&str) -> client::Reply) {
    let first = send("/");
    assert_eq!((first.status, first.body.as_str()), (200, "visit 1"));
    let field = first.set_cookie().unwrap();
    assert!(field.starts_with("__Host-"), "{field}");
    assert!(field.contains("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age="), "{field}");
    let second = send(&format!("/\r\n{}", first.cookie()));
    assert_eq!((second.status, second.body.as_str()), (200, "visit 2"));
}

#[test]
fn a_plain_layer_needs_nothing_of_the_proxy() {
    let Some(site) = Site::new(App::new(|builder| builder), "location / { proxy_pass http://app; }") else { return };
    visit_twice(|head| site.https(head));
}

#[test]
fn the_snippet_of_the_guide() {
    let app = App::for_https_called("__Host-snippet");
    // Of this app alone.
    let warnings = || {
        let log = String::from_utf8(Log::of_all().take()).unwrap();
        let ours = log.lines().filter(|line| line.contains("WARN") && line.contains("cookie=\"__Host-snippet\""));
        ours.map(str::to_owned).collect::<Vec<_>>()
    };
    let Some(site) = Site::new(app, snippet()) else { return };
    visit_twice(|head| site.https(head));
    // What clients say of it themselves is replaced, or dropped.
    for field in ["X-Forwarded-Proto: http", "Forwarded: proto=http", "X-Forwarded-Proto: ?\r\nForwarded: ?"] {
        visit_twice(|head| site.https(&with(head, field)));
    }
    assert_eq!((site.app.reasons(), warnings()), (vec![], vec![]));

    for field in ["X-Other: 1", "X-Forwarded-Proto: https", "Forwarded: proto=https\r\nX-Forwarded-Proto: https"] {
        let reply = site.plain(&with("/", field));
        assert_eq!((reply.status, reply.body.as_str(), reply.set_cookie()), (200, "visit 1", None));
        assert_eq!(site.app.reasons(), [NotHttps::PlainHttp { proxy: NGINX }]);
        let warnings = warnings();
        assert!(
            warnings.len() == 1 && warnings[0].contains("the proxy 127.0.0.1 says that it was plain http"),
            "{warnings:?}"
        );
    }
    // A session that is there is read.
    let cookie = site.https("/").cookie();
    assert_eq!(site.plain(&format!("/\r\n{cookie}")).body, "visit 2");
}

#[test]
fn straight_to_the_app_nobody_is_believed() {
    let Some(site) = Site::new(App::for_https(), snippet()) else { return };
    let stranger = [127, 0, 0, 2].into();
    let send = |fields: &str| client::from(stranger, site.app.address, &format!("/{fields}"));
    for (fields, claims_https) in [
        ("\r\nX-Forwarded-Proto: https\r\n", true),
        ("\r\nForwarded: for=127.0.0.1;proto=https\r\n", true),
        ("\r\nX-Forwarded-Proto: http\r\n", false),
        ("", false),
    ] {
        assert_eq!((send(fields).body.as_str(), send(fields).set_cookie()), ("visit 1", None));
        assert_eq!(site.app.reasons(), [NotHttps::UntrustedPeer { peer: stranger, claims_https }; 2]);
    }
}

#[test]
fn a_proxy_that_does_not_say_it() {
    let Some(site) = Site::new(App::for_https(), "location / { proxy_pass http://app; }") else { return };
    for reply in [site.https("/"), site.plain("/")] {
        assert_eq!((reply.body.as_str(), reply.set_cookie()), ("visit 1", None));
    }
    assert_eq!(site.app.reasons(), [NotHttps::NoHeader { proxy: NGINX }; 2]);
    // By default nginx passes on what clients send, and it is the proxy that is trusted: it has to set the header.
    assert!(site.plain("/\r\nX-Forwarded-Proto: https\r\n").set_cookie().is_some());
}

#[test]
fn forwarded_alone() {
    let location = "location / {
        proxy_pass http://app;
        proxy_set_header X-Forwarded-Proto \"\";
        proxy_set_header Forwarded \"for=$remote_addr;proto=$scheme\";
    }";
    let Some(site) = Site::new(App::for_https(), location) else { return };
    visit_twice(|head| site.https(head));
    assert_eq!(site.plain("/\r\nX-Forwarded-Proto: https\r\nForwarded: proto=https\r\n").set_cookie(), None);
    assert_eq!(site.app.reasons(), [NotHttps::PlainHttp { proxy: NGINX }]);
}

#[test]
fn a_proxy_that_appends() {
    let location = "location / { proxy_pass http://app; proxy_set_header X-Forwarded-Proto \"$http_x_forwarded_proto, $scheme\"; }";
    let Some(site) = Site::new(App::for_https(), location) else { return };
    visit_twice(|head| site.https(&with(head, "X-Forwarded-Proto: https")));
    assert_eq!(site.plain("/\r\nX-Forwarded-Proto: https\r\n").set_cookie(), None);
    assert_eq!(site.https("/\r\nX-Forwarded-Proto: http\r\n").set_cookie(), None);
    assert_eq!(site.app.reasons(), [NotHttps::Disagreement { proxy: NGINX }; 2]);
    assert_eq!(site.https("/").set_cookie(), None);
    assert_eq!(site.app.reasons(), [NotHttps::Malformed { proxy: NGINX }]);
}
