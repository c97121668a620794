//! What a handler holds: handles, verbs, and what happens out of turn.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod support;

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};

use http::{Request, Response};
use sealed_session::{ErrorKind, Keyring, Session, SessionLayer, Values};
use serde::{Deserialize, Serialize};
use support::{Browser, DAY, Site, ready, response};
use tower::{Layer, Service, service_fn};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Data {
    count: u32,
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Admin {
    role: String,
}

#[test]
fn all_handles_of_a_request_share_one_state() {
    let site = Site::<Data>::new();
    let answer = site.call(Request::new(()), |request| {
        let one = ready(Session::<Data>::from_request(request)).unwrap();
        let two = ready(Session::<Data>::from_request(request)).unwrap();
        let three = one.clone();
        one.update(|data| data.count += 1);
        two.update(|data| data.count += 1);
        assert_eq!(three.get().count, 2);
        response(200)
    });
    assert!(answer.sets());
    assert_eq!(site.events.take(), ["absent", "sealed Created"]);
}

#[test]
fn without_the_layer_there_is_a_clear_error() {
    let error = ready(Session::<Data>::from_request(&Request::new(()))).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::MissingLayer);
    assert!(error.to_string().contains("add `SessionLayer::<session::Data>`"), "{error}");
    // A layer for another type does not count.
    let site = Site::<Admin>::new();
    site.call(Request::new(()), |request| {
        ready(Session::<Data>::from_request(request)).unwrap_err();
        response(200)
    });
    assert!(site.events.take().is_empty());
}

#[test]
fn several_layers_with_their_own_names_and_types() {
    let build = |name: &str| {
        let ring = Keyring::generate().unwrap();
        (SessionLayer::<Data>::builder(ring.clone()).name(name).build().unwrap(), ring)
    };
    let (data, ring) = build("__Host-data");
    let admin = SessionLayer::<Admin>::builder(ring).name("__Host-admin").build().unwrap();
    let service = service_fn(|request: Request<()>| async move {
        ready(Session::<Data>::from_request(&request)).unwrap().update(|data| data.count = 1);
        ready(Session::<Admin>::from_request(&request)).unwrap().update(|admin| admin.role = "root".into());
        Ok::<_, Infallible>(response(200))
    });
    let response = ready(data.layer(admin.layer(service)).call(Request::new(()))).unwrap();
    let names: Vec<_> = response.headers().get_all("set-cookie").iter().map(|field| &field.as_bytes()[..12]).collect();
    assert_eq!(names, [b"__Host-admin".as_slice(), b"__Host-data="]);
}

#[test]
fn two_layers_of_one_type_do_not_disturb_each_other() {
    let layer = SessionLayer::<Data>::new(Keyring::generate().unwrap()).unwrap();
    let service = service_fn(|request: Request<()>| async move {
        ready(Session::<Data>::from_request(&request)).unwrap().update(|data| data.count = 1);
        Ok::<_, Infallible>(response(200))
    });
    let response = ready(layer.layer(layer.layer(service)).call(Request::new(()))).unwrap();
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 1);
}

#[test]
fn a_change_after_the_head_has_gone_is_reported() {
    let site = Site::<Data>::new();
    let mut kept = None;
    Browser::default().visit(&site, |session| kept = Some(session.clone()));
    let session = kept.unwrap();
    site.events.take();
    session.update(|_| ());
    session.read(|data| assert_eq!(data.count, 0));
    assert!(site.events.take().is_empty(), "nothing was changed");
    session.update(|data| data.count = 1);
    session.replace(Data { count: 2 });
    session.renew();
    session.remember_for(DAY);
    session.destroy();
    assert_eq!(site.events.take(), ["LateChange"; 5]);
    let error = ready(session.save()).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::TooLate);
}

#[test]
fn nested_use_panics_with_advice_instead_of_a_deadlock() {
    let site = Site::<Data>::new();
    Browser::default().visit(&site, |session| {
        let nested = catch_unwind(AssertUnwindSafe(|| session.read(|_| session.update(|data| data.count = 1))));
        let text = *nested.unwrap_err().downcast::<&str>().unwrap();
        assert!(text.contains("use the closure's argument"), "{text}");
        session.update(|data| data.count = 5);
        assert_eq!(session.get().count, 5);
    });
}

#[test]
fn row_65_a_handler_that_panics_or_goes_away_commits_nothing() {
    let site = Site::<Data>::new();
    let service = service_fn(|request: Request<()>| async move {
        let session = ready(Session::<Data>::from_request(&request)).unwrap();
        session.update(|data| data.count = 1);
        std::future::pending::<()>().await;
        Ok::<Response<String>, Infallible>(response(200))
    });
    let mut service = site.layer.layer(service);
    let mut future = Box::pin(service.call(Request::new(())));
    let waker = std::task::Waker::noop();
    assert!(future.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_pending());
    drop(future);
    assert_eq!(site.events.take(), ["absent"]);

    let panics = catch_unwind(AssertUnwindSafe(|| {
        Browser::default().visit(&site, |session| session.update(|_| panic!("in the handler")));
    }));
    assert!(panics.is_err());
    assert_eq!(site.events.take(), ["absent"]);
}

#[test]
fn an_error_of_the_inner_service_passes() {
    let site = Site::<Data>::new();
    let service = service_fn(|request: Request<()>| async move {
        ready(Session::<Data>::from_request(&request)).unwrap().update(|data| data.count = 1);
        Err::<Response<String>, _>("broken")
    });
    assert_eq!(ready(site.layer.layer(service).call(Request::new(()))).unwrap_err(), "broken");
}

#[test]
fn expires_at_follows_what_the_response_will_carry() {
    let site = Site::<Data>::new();
    let mut browser = Browser::default();
    let at = |duration: std::time::Duration| time::OffsetDateTime::from(site.clock.now()) + duration;
    browser.visit(&site, |session| {
        assert_eq!(session.expires_at(), at(DAY));
        session.update(|data| data.count = 1);
    });
    let sealed = site.clock.now();
    site.clock.advance(support::HOUR);
    browser.visit(&site, |session| {
        assert_eq!(session.created_at(), time::OffsetDateTime::from(sealed));
        assert_eq!(session.expires_at(), time::OffsetDateTime::from(sealed) + DAY);
        session.update(|data| data.count = 2);
        assert_eq!(session.expires_at(), at(DAY));
        session.remember_for(30 * DAY);
        assert_eq!(session.expires_at(), at(30 * DAY));
        session.destroy();
        assert_eq!((session.created_at(), session.expires_at()), (at(std::time::Duration::ZERO), at(DAY)));
    });
}

#[test]
fn row_30_debug_shows_no_secret() {
    let site = Site::<Admin>::new();
    let mut browser = Browser::default();
    let secret = "a-secret-in-the-session";
    let mut shown = String::new();
    let answer = browser.visit(&site, |session| {
        session.update(|admin| admin.role = secret.into());
        shown = format!("{session:?} {:?} {:?}", session.id().unwrap(), session.outcome());
    });
    shown += &format!("{:?} {:?} {:?}", site.layer, answer.0.headers(), site.layer.layer(()));
    let key = support::key("a").expose_base64();
    for leak in [secret, browser.cookie.as_deref().unwrap(), key.as_str()] {
        assert!(!shown.contains(leak), "{shown}");
    }
}

#[test]
fn key_values_are_typed_and_self_describing() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Old {
        sku: String,
        qty: u32,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct New {
        sku: String,
        #[serde(default)]
        gift: bool,
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Strict {
        sku: String,
    }
    let site = Site::<Values>::new();
    let mut browser = Browser::default();
    browser.visit(&site, |session| {
        session.insert("item", &Old { sku: "tea".into(), qty: 2 }).unwrap();
        session.insert("json", &serde_json::json!({ "free": ["form", 1, null] })).unwrap();
        session.insert("name", "ada").unwrap();
        session.insert("gone", &1u8).unwrap();
    });
    let answer = browser.visit(&site, |session| {
        assert_eq!(session.get("item").unwrap(), Some(Old { sku: "tea".into(), qty: 2 }));
        assert_eq!(session.get("item").unwrap(), Some(New { sku: "tea".into(), gift: false }));
        assert_eq!(session.get::<String>("none").unwrap(), None);
        assert_eq!(session.get::<serde_json::Value>("json").unwrap().unwrap()["free"][1], 1);
        for error in [
            session.get::<Strict>("item").unwrap_err(),
            session.get::<u32>("name").unwrap_err(),
            session.get::<Vec<String>>("name").unwrap_err(),
            session.take::<String>("item").unwrap_err(),
        ] {
            assert_eq!(*error.kind(), ErrorKind::Value);
            assert!(!error.to_string().contains("tea") && !error.to_string().contains("ada"), "{error}");
        }
        assert!(session.read(|values| values.contains("item")), "a failed take keeps the value");
        session.insert("name", "ada").unwrap();
        session.update(|values| assert_eq!(values.keys().collect::<Vec<_>>(), ["gone", "item", "json", "name"]));
    });
    assert_eq!(answer.set_cookie(), None, "an equal insert is no change");
    let answer = browser.visit(&site, |session| {
        assert_eq!(session.take::<u8>("gone").unwrap(), Some(1));
        assert!(session.remove("json") && !session.remove("json"));
        assert!(!format!("{:?}", session.read(|values| format!("{values:?}"))).contains("ada"));
    });
    assert!(answer.sets());
}

#[test]
fn a_value_that_cannot_be_stored_leaves_the_old_one() {
    let site = Site::<Values>::new();
    Browser::default().visit(&site, |session| {
        session.insert("map", &1u8).unwrap();
        struct Fails;
        impl Serialize for Fails {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(serde::ser::Error::custom("secret text"))
            }
        }
        let error = session.insert("map", &Fails).unwrap_err();
        assert!(!error.to_string().contains("secret text"), "{error}");
        let mut deep = serde_json::json!(1);
        for _ in 0..100 {
            deep = serde_json::json!([deep]);
        }
        assert!(session.insert("map", &deep).unwrap_err().to_string().contains("64 levels"));
        assert_eq!(session.get::<u8>("map").unwrap(), Some(1));
    });
}
