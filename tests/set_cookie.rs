//! When a response carries `Set-Cookie`: the table of `docs/behaviour.md`, through the layer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![allow(clippy::redundant_closure_for_method_calls, clippy::type_complexity)]

mod support;

use std::collections::HashMap;

use http::header::{COOKIE, SET_COOKIE};
use http::{Method, Request, Response};
use sealed_session::{AllowSharedCaching, Session};
use serde::{Deserialize, Serialize};
use support::{Browser, Clock, DAY, HOUR, MINUTE, SECOND, Site, keyring, response};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Data {
    count: u32,
    names: HashMap<String, u32>,
}

type Handle = Session<Data>;

fn count(session: &Handle) {
    session.update(|data| data.count += 1);
}

fn look(session: &Handle) {
    session.read(|data| data.count);
}

/// A site, and a browser with a session on it.
fn visited() -> (Site<Data>, Browser) {
    let site = Site::new();
    let mut browser = Browser::default();
    assert!(browser.visit(&site, count).sets());
    site.events.take();
    (site, browser)
}

#[test]
fn row_63_an_untouched_session_costs_nothing() {
    let (site, browser) = visited();
    let request = Request::get("/").header(COOKIE, format!("__Host-session={}", browser.cookie.unwrap()));
    let answer = site.call(request.body(()).unwrap(), |_| Response::new("page".into()));
    assert_eq!((answer.set_cookie(), answer.vary(), answer.cache_control()), (None, String::new(), String::new()));
    assert!(site.events.take().is_empty());
}

#[test]
fn a_visitor_without_data_gets_no_cookie() {
    let site = Site::<Data>::new();
    let mut browser = Browser::default();
    let handlers: [fn(&Handle); 7] = [
        look,
        |session| session.update(|_| ()),
        |session| session.replace(Data::default()),
        |session| {
            count(session);
            session.update(|data| data.count -= 1);
        },
        Session::renew,
        Session::destroy,
        |session| session.remember_for(DAY),
    ];
    for handler in handlers {
        assert_eq!(browser.visit(&site, handler).set_cookie(), None);
        assert_eq!(site.events.take(), ["absent"]);
    }
}

#[test]
fn a_change_is_sealed_and_an_equal_write_is_not() {
    let (site, mut browser) = visited();
    assert_eq!(browser.visit(&site, look).set_cookie(), None);
    assert_eq!(browser.visit(&site, |session| session.update(|data| data.count = 1)).set_cookie(), None);
    assert_eq!(site.events.take(), ["opened", "opened"]);
    assert!(browser.visit(&site, count).sets());
    assert_eq!(site.events.take(), ["opened", "sealed Changed"]);
    browser.visit(&site, |session| assert_eq!(session.get().count, 2));
}

#[test]
fn data_that_becomes_empty_again_is_sealed() {
    let (site, mut browser) = visited();
    assert!(browser.visit(&site, |session| session.replace(Data::default())).sets());
    browser.visit(&site, |session| assert!(!session.is_new() && session.get() == Data::default()));
}

#[test]
fn row_77_the_order_of_a_hash_map_is_no_change() {
    let (site, mut browser) = visited();
    let fill = |session: &Handle| {
        session.update(|data| data.names.extend((0..100).map(|n| (n.to_string(), n))));
    };
    assert!(browser.visit(&site, fill).sets());
    for _ in 0..10 {
        assert_eq!(browser.visit(&site, fill).set_cookie(), None);
    }
}

#[test]
fn destroy_expires_with_the_same_attributes() {
    for settings in [0, 1] {
        let mut site = Site::<Data>::with(|builder| match settings {
            0 => builder,
            _ => builder.name("s").path("/app").domain("example.com").partitioned(true),
        });
        if settings == 1 {
            site.name = "s".into();
        }
        let mut browser = Browser::default();
        let set = browser.visit(&site, count).set_cookie().unwrap();
        let removed = browser.visit(&site, Session::destroy);
        assert!(removed.expires());
        assert_eq!(browser.cookie, None);
        let attributes = |field: &str| {
            let mut parts: Vec<_> = field.split("; ").map(str::to_owned).collect();
            parts[0] = parts[0].split('=').next().unwrap().into();
            parts.retain(|part| !part.starts_with("Max-Age") && !part.starts_with("Expires"));
            parts
        };
        assert_eq!(attributes(&set), attributes(&removed.set_cookie().unwrap()));
    }
}

#[test]
fn destroy_and_then_write_starts_a_fresh_session() {
    let (site, mut browser) = visited();
    let mut ids = Vec::new();
    browser.visit(&site, |session| ids.push(session.id().unwrap()));
    site.clock.advance(HOUR);
    let answer = browser.visit(&site, |session| {
        session.remember_for(30 * DAY);
        session.destroy();
        assert!(session.is_new() && session.get() == Data::default());
        session.update(|data| data.count = 7);
        ids.push(session.id().unwrap());
    });
    assert_eq!(answer.max_age(), Some(DAY.as_secs()));
    browser.visit(&site, |session| {
        ids.push(session.id().unwrap());
        assert_eq!(session.get().count, 7);
        assert_eq!(session.created_at(), time::OffsetDateTime::from(site.clock.now()));
    });
    assert!(ids[0] != ids[1] && ids[1] == ids[2], "{ids:?}");
}

#[test]
fn row_60_renew_changes_the_id_and_keeps_the_data() {
    let (site, mut browser) = visited();
    let planted = browser.clone();
    site.clock.advance(HOUR);
    let mut ids = Vec::new();
    let answer = browser.visit(&site, |session| {
        ids.push(session.id().unwrap());
        session.renew();
        ids.push(session.id().unwrap());
    });
    assert!(answer.sets());
    assert_eq!(site.events.take(), ["opened", "sealed Renewed"]);
    browser.visit(&site, |session| {
        ids.push(session.id().unwrap());
        assert_eq!(session.get().count, 1);
        assert_eq!(session.created_at(), time::OffsetDateTime::from(site.clock.now()));
    });
    assert!(ids[0] != ids[1] && ids[1] == ids[2], "{ids:?}");
    // The cookie from before still opens (a stateless session cannot know), but as what it was: the anonymous one.
    planted.clone().visit(&site, |session| assert_eq!(session.id().unwrap(), ids[0]));
}

#[test]
fn an_insert_after_renew_does_not_cancel_it() {
    let (site, mut browser) = visited();
    let mut ids = Vec::new();
    browser.visit(&site, |session| {
        ids.push(session.id().unwrap());
        session.renew();
        count(session);
    });
    browser.visit(&site, |session| {
        ids.push(session.id().unwrap());
        assert_eq!(session.get().count, 2);
    });
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn refresh_extends_on_navigation() {
    let (site, mut browser) = visited();
    let script = || Request::get("/").header("sec-fetch-mode", "cors");
    // A tenth of 24 hours is 2:24.
    site.clock.advance(2 * HOUR + 24 * MINUTE);
    assert_eq!(browser.visit(&site, look).set_cookie(), None);
    site.clock.advance(SECOND);
    assert_eq!(browser.send(&site, script(), look, response(200)).set_cookie(), None);
    site.events.take();
    let answer = browser.visit(&site, look);
    assert_eq!(answer.max_age(), Some(DAY.as_secs()));
    assert_eq!(site.events.take(), ["opened", "sealed Refreshed", "refreshed"]);
    assert_eq!(browser.visit(&site, look).set_cookie(), None);
    // Scripts alone keep a session alive too, from half the timeout on.
    site.clock.advance(12 * HOUR - SECOND);
    assert_eq!(browser.send(&site, script(), look, response(200)).set_cookie(), None);
    site.clock.advance(SECOND);
    assert!(browser.send(&site, script(), look, response(200)).sets());
}

#[test]
fn refresh_never_extends_the_lifetime() {
    let (site, mut browser) = visited();
    for day in 1..28 {
        site.clock.advance(12 * HOUR);
        let answer = browser.visit(&site, look);
        let left = 14 * DAY.as_secs() - day * 12 * HOUR.as_secs();
        assert_eq!(answer.max_age(), Some(left.min(DAY.as_secs())), "half-day {day}");
    }
    site.clock.advance(12 * HOUR);
    assert!(browser.visit(&site, |session| assert!(session.is_new())).expires());
    assert!(site.events.take().ends_with(&["expired_lifetime".into(), "Expired".into()]));
}

#[test]
fn row_73_a_slow_get_does_not_undo_a_parallel_write() {
    let (site, mut browser) = visited();
    site.clock.advance(6 * HOUR);
    let mut slow = browser.clone();
    assert!(browser.visit(&site, Session::destroy).expires());
    let request = Request::get("/poll").header("sec-fetch-mode", "no-cors");
    assert_eq!(slow.send(&site, request, look, response(200)).set_cookie(), None);
}

#[test]
fn row_74_a_cross_site_post_without_our_cookie_replaces_nothing() {
    let site = Site::<Data>::new();
    let post = || Request::post("/").header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate");
    let answer = Browser::default().send(&site, post(), count, response(303));
    assert_eq!(answer.set_cookie(), None);
    assert_eq!(site.events.take(), ["absent", "Withheld"]);
    assert_eq!(answer.cache_control(), "private");
    // Signing in is meant.
    let sign_in = |session: &Handle| {
        session.renew();
        count(session);
    };
    assert!(Browser::default().send(&site, post(), sign_in, response(303)).sets());
    // So is a first visit by a link from elsewhere.
    let link = Request::get("/").header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "navigate");
    let link = link.header("sec-fetch-dest", "document");
    assert!(Browser::default().send(&site, link, count, response(200)).sets());
    // With the cookie there, nothing was kept back.
    let (site, mut browser) = visited();
    assert!(browser.send(&site, post(), count, response(303)).sets());
    // A cookie with SameSite=None is never kept back.
    let site = Site::<Data>::with(|builder| builder.same_site(sealed_session::SameSite::None));
    assert!(Browser::default().send(&site, post(), count, response(303)).sets());
}

#[test]
fn a_5xx_commits_no_data_but_ends_and_renews() {
    let (site, mut browser) = visited();
    assert_eq!(browser.send(&site, Request::get("/"), count, response(500)).set_cookie(), None);
    browser.visit(&site, |session| assert_eq!(session.get().count, 1));

    let mut ids = Vec::new();
    let renew = |session: &Handle| {
        ids.push(session.id().unwrap());
        count(session);
        session.renew();
        session.remember_for(30 * DAY);
        ids.push(session.id().unwrap());
    };
    let answer = browser.send(&site, Request::get("/"), renew, response(503));
    assert_eq!(answer.max_age(), Some(DAY.as_secs()));
    browser.visit(&site, |session| {
        assert_eq!((session.get().count, session.id().unwrap()), (1, ids[1]));
    });

    let end = |session: &Handle| {
        session.destroy();
        count(session);
    };
    assert!(browser.send(&site, Request::get("/"), end, response(500)).expires());
    assert_eq!(Browser::default().send(&site, Request::get("/"), count, response(500)).set_cookie(), None);
}

#[test]
fn a_5xx_commits_what_was_saved_or_what_the_builder_says() {
    let (site, mut browser) = visited();
    let save = |session: &Handle| {
        count(session);
        support::ready(session.save()).unwrap();
        count(session);
    };
    assert!(browser.send(&site, Request::get("/"), save, response(500)).sets());
    browser.visit(&site, |session| assert_eq!(session.get().count, 2));

    let site = Site::<Data>::with(|builder| builder.commit_on_server_error());
    assert!(Browser::default().send(&site, Request::get("/"), count, response(500)).sets());
}

#[test]
fn row_66_other_statuses_and_methods_commit() {
    for status in [200, 204, 206, 301, 303, 304, 400, 401, 404, 422] {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS] {
            let (site, mut browser) = visited();
            let request = Request::builder().method(method.clone());
            let answer = browser.send(&site, request, count, response(status));
            assert!(answer.sets() && answer.status() == status, "{method} {status}");
        }
    }
}

#[test]
fn row_62_responses_with_a_session_are_private() {
    // What the handler does and says; then Cache-Control, Vary, and whether an event warns.
    let none: Option<&str> = None;
    type Case = (&'static str, Option<&'static str>, bool, &'static str, &'static str, bool);
    let (site, with_session) = visited();
    let cases: [(fn(&Handle), bool, Case); 7] = [
        (look, true, ("read", none, false, "private", "cookie", false)),
        (look, true, ("read", Some("public, max-age=60"), false, "private, max-age=60", "cookie", true)),
        (look, true, ("read", Some("no-store"), false, "no-store", "cookie", false)),
        (look, false, ("no session", Some("public"), false, "public", "cookie", false)),
        (count, false, ("new", Some("s-maxage=9"), false, "private", "cookie", true)),
        (look, true, ("opt-out", Some("public"), true, "public", "", false)),
        (count, true, ("opt-out with Set-Cookie", Some("public"), true, "private", "cookie", true)),
    ];
    for (handler, session, (name, before, opt_out, after, vary, warns)) in cases {
        let mut response = response(200);
        if let Some(before) = before {
            response.headers_mut().insert("cache-control", before.parse().unwrap());
        }
        if opt_out {
            response.extensions_mut().insert(AllowSharedCaching);
        }
        let mut browser = if session { with_session.clone() } else { Browser::default() };
        let answer = browser.send(&site, Request::get("/"), handler, response);
        assert_eq!((answer.cache_control().as_str(), answer.vary().as_str()), (after, vary), "{name} {before:?}");
        assert_eq!(site.events.take().contains(&"CacheOverridden".into()), warns, "{name} {before:?}");
    }
}

#[test]
fn a_response_for_shared_caches_is_not_refreshed() {
    let (site, mut browser) = visited();
    site.clock.advance(20 * HOUR);
    let mut response = response(200);
    response.extensions_mut().insert(AllowSharedCaching);
    assert_eq!(browser.send(&site, Request::get("/"), look, response).set_cookie(), None);
}

#[test]
fn row_64_a_cookie_of_our_name_by_the_handler_gives_way() {
    let (site, mut browser) = visited();
    let with = |fields: &[&str]| {
        let mut response = response(200);
        for field in fields {
            response.headers_mut().append(SET_COOKIE, field.parse().unwrap());
        }
        response
    };
    let theirs = ["__Host-session=x; Path=/; Secure", "theme=dark", "__Host-session=y", "__Host-sessions=z"];
    let answer = browser.send(&site, Request::get("/"), count, with(&theirs));
    let fields = answer.set_cookies();
    assert_eq!(fields[..2], ["theme=dark", "__Host-sessions=z"]);
    assert!(fields.len() == 3 && fields[2].starts_with("__Host-session=A"), "{fields:?}");
    assert!(site.events.take().contains(&"CookieOverridden".into()));
    // One with another path is another cookie; and where we send none, the handler's own stays.
    let elsewhere = ["__Host-session=; Path=/old; Max-Age=0"];
    assert_eq!(visited().1.send(&site, Request::get("/"), count, with(&elsewhere)).set_cookies().len(), 2);
    let answer = visited().1.send(&site, Request::get("/"), look, with(&theirs[..1]));
    assert_eq!(answer.set_cookies(), theirs[..1]);
}

#[test]
fn former_attributes_are_expired_alongside() {
    let mut site = Site::<Data>::with(|builder| {
        builder.name("s").former_attributes("/app", None).former_attributes("/", Some("example.com"))
    });
    site.name = "s".into();
    let mut browser = Browser::default();
    let fields = browser.visit(&site, count).set_cookies();
    assert_eq!(fields.len(), 3);
    assert!(fields[0].contains("; Max-Age=86400"));
    assert!(fields[1].starts_with("s=;") && fields[1].contains("; Path=/app; Max-Age=0"), "{fields:?}");
    assert!(fields[2].contains("; Path=/; Domain=example.com; Max-Age=0"), "{fields:?}");
}

#[test]
fn remember_me_survives_later_writes_and_renewal() {
    let (site, mut browser) = visited();
    let month = (30 * DAY).as_secs();
    assert_eq!(browser.visit(&site, |session| session.remember_for(30 * DAY)).max_age(), Some(month));
    site.clock.advance(10 * DAY);
    assert_eq!(browser.visit(&site, count).max_age(), Some(month - 10 * DAY.as_secs()));
    site.clock.advance(5 * DAY);
    assert_eq!(browser.visit(&site, Session::renew).max_age(), Some(month));
    site.clock.advance(29 * DAY);
    browser.visit(&site, |session| assert_eq!(session.get().count, 2));
    site.clock.advance(DAY);
    browser.visit(&site, |session| assert!(session.is_new()));
}

#[test]
fn remember_me_counts_from_when_it_is_said() {
    let (site, mut browser) = visited();
    site.clock.advance(20 * HOUR);
    browser.visit(&site, count);
    site.clock.advance(20 * HOUR);
    assert_eq!(browser.visit(&site, |session| session.remember_for(HOUR)).max_age(), Some(HOUR.as_secs()));
    let forever = std::time::Duration::MAX;
    assert_eq!(
        browser.visit(&site, |session| session.remember_for(forever)).max_age(),
        Some(400 * DAY.as_secs() - 40 * 3600)
    );
}

#[test]
fn until_the_browser_closes() {
    let site = Site::<Data>::with(|builder| builder.until_browser_closes());
    let mut browser = Browser::default();
    let field = browser.visit(&site, count).set_cookie().unwrap();
    assert!(!field.contains("Max-Age") && !field.contains("Expires"), "{field}");
    assert_eq!(browser.visit(&site, |session| session.remember_for(DAY)).max_age(), Some(DAY.as_secs()));
}

#[test]
fn row_76_a_lagging_machine_does_not_reseal_backwards() {
    let clock = Clock::new();
    let ahead = Site::<Data>::machine(&keyring(&["new", "old"]), &clock, |builder| builder);
    let next = sealed_session::ScheduledKey::new(support::key("new")).seal_from(sealed_session::Timestamp::MAX);
    let ring = sealed_session::Keyring::new([next, support::key("old").into()]).unwrap();
    let behind = Site::<Data>::machine(&ring, &clock, |builder| builder);

    let mut browser = Browser::default();
    assert!(browser.visit(&ahead, count).sets());
    assert_eq!(browser.visit(&behind, look).set_cookie(), None);
    // Forward it goes, at once on a navigation.
    let mut browser = Browser::default();
    browser.visit(&behind, count);
    let (mut id, mut created) = (None, None);
    clock.advance(MINUTE);
    let answer = browser.visit(&ahead, |session| {
        id = Some(session.id().unwrap());
        created = Some(session.created_at());
        assert_eq!(session.key_id(), Some(support::key("old").id()));
    });
    assert!(answer.sets());
    browser.visit(&ahead, |session| {
        assert_eq!((Some(session.id().unwrap()), Some(session.created_at())), (id, created));
        assert_eq!(session.key_id(), Some(support::key("new").id()));
    });
}

#[test]
fn row_25_a_mixed_fleet_reads_both() {
    let clock = Clock::new();
    let one = Site::<Data>::machine(&keyring(&["a", "b"]), &clock, |builder| builder);
    let two = Site::<Data>::machine(&keyring(&["b", "a"]), &clock, |builder| builder);
    let mut browser = Browser::default();
    for round in 0..10 {
        let site = if round % 2 == 0 { &one } else { &two };
        browser.visit(site, |session| {
            assert_eq!(session.get().count, round);
            count(session);
        });
    }
}
