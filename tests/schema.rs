//! A build with another struct never misreads an old cookie.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![allow(dead_code, unreachable_pub, clippy::redundant_closure_for_method_calls)]

mod support;

use sealed_session::{ErrorKind, Keyring, Session, SessionData, SessionLayer};
use serde::{Deserialize, Serialize};
use support::{Browser, Clock, Site, keyring};

/// A build of the app: its session type, and what it also reads.
fn build<T: SessionData>(clock: &Clock) -> Site<T> {
    Site::machine(&keyring(&["a"]), clock, |builder| builder)
}

/// What one build wrote, the other must set aside: kept, counted, not read.
fn is_set_aside<Old: SessionData, New: SessionData>(old: Old) {
    let clock = Clock::new();
    let (before, after) = (build::<Old>(&clock), build::<New>(&clock));
    let mut browser = Browser::default();
    assert!(browser.visit(&before, |session| session.replace(old)).sets());
    let answer = browser.visit(&after, |session| assert!(session.is_new()));
    let pair = format!("{} to {}", std::any::type_name::<Old>(), std::any::type_name::<New>());
    assert_eq!(after.events.take(), ["foreign_schema"], "{pair}");
    assert_eq!(answer.set_cookie(), None, "{pair}");
}

macro_rules! shapes {
    ($($module:ident { $($item:tt)* })*) => {$(
        mod $module {
            use serde::{Deserialize, Serialize};
            #[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
            $($item)*
        }
    )*};
}

shapes! {
    cart { pub struct S { pub uid: u32, pub cart: u8, pub admin: bool } }
    admin { pub struct S { pub uid: u32, pub admin: bool } }
    reordered { pub struct S { pub uid: u32, pub admin: bool, pub cart: u8 } }
    renamed { pub struct S { pub uid: u32, pub basket: u8, pub admin: bool } }
    signed { pub struct S { pub uid: i32, pub cart: u8, pub admin: bool } }
    wide { pub struct S { pub uid: u64, pub cart: u8, pub admin: bool } }
    optional { pub struct S { pub uid: Option<u32>, pub cart: u8, pub admin: bool } }
    tuple { pub struct S(pub u32, pub u8, pub bool); }
    text { pub struct S { pub name: String } }
    bytes { pub struct S { pub name: Vec<u8> } }
    list { pub struct S { pub name: Vec<String> } }
    inner_u8 { pub struct S { pub map: std::collections::BTreeMap<String, Vec<(u8, Option<u32>)>> } }
    inner_i8 { pub struct S { pub map: std::collections::BTreeMap<String, Vec<(u8, Option<i32>)>> } }
    role_ab { pub enum S { #[default] Anonymous, User(String), Admin { name: String } } }
    role_ba { pub enum S { #[default] Anonymous, Admin { name: String }, User(String) } }
    role_renamed { pub enum S { #[default] Anonymous, Member(String), Admin { name: String } } }
    moved_cart { pub struct Renamed { pub uid: u32, pub cart: u8, pub admin: bool } }
}

#[test]
fn row_40_another_shape_is_set_aside() {
    let old = || cart::S { uid: 7, cart: 1, admin: false };
    is_set_aside::<cart::S, admin::S>(old());
    is_set_aside::<cart::S, reordered::S>(old());
    is_set_aside::<cart::S, renamed::S>(old());
    is_set_aside::<cart::S, signed::S>(old());
    is_set_aside::<cart::S, wide::S>(old());
    is_set_aside::<cart::S, optional::S>(old());
    is_set_aside::<cart::S, tuple::S>(old());
    is_set_aside::<admin::S, cart::S>(admin::S { uid: 7, admin: true });
    is_set_aside::<text::S, bytes::S>(text::S { name: "ada".into() });
    is_set_aside::<text::S, list::S>(text::S { name: "ada".into() });
    is_set_aside::<inner_u8::S, inner_i8::S>(inner_u8::S { map: [("a".into(), vec![(1, Some(2))])].into() });
    is_set_aside::<role_ab::S, role_ba::S>(role_ab::S::User("ada".into()));
    is_set_aside::<role_ab::S, role_renamed::S>(role_ab::S::User("ada".into()));
    is_set_aside::<cart::S, sealed_session::Values>(old());
}

#[test]
fn a_type_may_be_moved_and_renamed() {
    let clock = Clock::new();
    let mut browser = Browser::default();
    browser.visit(&build::<cart::S>(&clock), |session| session.replace(cart::S { uid: 7, cart: 1, admin: false }));
    browser.visit(&build::<moved_cart::Renamed>(&clock), |session| assert_eq!(session.get().uid, 7));
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct V1 {
    user: String,
    visits: u32,
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct V2 {
    user: String,
    visits: u64,
    theme: Option<String>,
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct V0(String);

impl From<V0> for V2 {
    fn from(V0(user): V0) -> Self {
        Self { user, ..Self::default() }
    }
}

impl From<V1> for V2 {
    fn from(old: V1) -> Self {
        Self { user: old.user, visits: old.visits.into(), theme: None }
    }
}

impl From<V2> for V1 {
    fn from(new: V2) -> Self {
        Self { user: new.user, visits: new.visits as u32 }
    }
}

fn v1() -> V1 {
    V1 { user: "ada".into(), visits: 3 }
}

#[test]
fn a_rolling_deploy_logs_nobody_out() {
    let (clock, ring) = (Clock::new(), keyring(&["a"]));
    let before = build::<V1>(&clock);
    let release_1 = Site::<V1>::machine(&ring, &clock, |builder| builder.also_reads::<V2>());
    let release_2 = Site::<V2>::machine(&ring, &clock, |builder| builder.also_reads::<V1>().also_reads::<V0>());
    let mut browser = Browser::default();
    browser.visit(&before, |session| session.replace(v1()));
    let count_1 = |session: &Session<V1>| session.update(|data| data.visits += 1);
    let count_2 = |session: &Session<V2>| session.update(|data| data.visits += 1);
    browser.visit(&release_1, count_1);
    browser.visit(&before, count_1);
    browser.visit(&release_2, count_2);
    browser.visit(&release_1, count_1);
    browser.visit(&release_2, |session| {
        assert_eq!(session.get(), V2 { user: "ada".into(), visits: 7, theme: None });
    });
    let mut browser = Browser::default();
    browser.visit(&build::<V0>(&clock), |session| session.replace(V0("eve".into())));
    browser.visit(&release_2, |session| assert_eq!(session.get().user, "eve"));
}

#[test]
fn an_upgrade_alone_is_no_change_and_a_refresh_keeps_the_shape() {
    let (clock, ring) = (Clock::new(), keyring(&["a"]));
    let old = build::<V1>(&clock);
    let new = Site::<V2>::machine(&ring, &clock, |builder| builder.also_reads::<V1>());
    let mut browser = Browser::default();
    browser.visit(&old, |session| session.replace(v1()));
    assert_eq!(browser.visit(&new, |session| session.update(|data| data.visits = 3)).set_cookie(), None);
    clock.advance(support::HOUR * 5);
    assert!(browser.visit(&new, |session| session.read(|_| ())).sets());
    browser.visit(&old, |session| assert_eq!(session.get(), v1()));
}

fn refused<T: SessionData>() -> String {
    let error = SessionLayer::<T>::new(Keyring::generate().unwrap()).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::Schema);
    error.to_string()
}

#[test]
fn row_45_types_that_cannot_be_read_back_are_refused_by_name() {
    #[derive(Default, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        #[default]
        Nothing,
        Text(String),
    }
    #[derive(Default, Serialize, Deserialize)]
    struct WithUntagged {
        user: u32,
        role: Untagged,
    }
    #[derive(Default, Serialize, Deserialize)]
    struct WithJson {
        settings: serde_json::Value,
    }
    #[derive(Default, Serialize, Deserialize)]
    struct Skips {
        user: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        theme: Option<String>,
    }
    for (text, place) in
        [(refused::<WithUntagged>(), "role"), (refused::<WithJson>(), "settings"), (refused::<Skips>(), "theme")]
    {
        assert!(text.contains("schema::row_45_") && text.contains(&format!("`{place}`")), "{text}");
    }
}

#[test]
fn what_a_label_hides_is_found_before_it_is_sealed() {
    #[derive(Default, Serialize, Deserialize)]
    struct WithJson {
        settings: serde_json::Value,
    }
    let site = Site::<WithJson>::with(|builder| builder.schema("v1"));
    let answer = Browser::default().visit(&site, |session| {
        session.update(|data| data.settings = serde_json::json!({ "a": 1 }));
    });
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (500, None));
    assert_eq!(site.events.take(), ["absent", "failed Encode"]);
}

#[test]
fn labels_name_shapes() {
    let (clock, ring) = (Clock::new(), keyring(&["a"]));
    let one = Site::<V1>::machine(&ring, &clock, |builder| builder.schema("v1"));
    let two = Site::<V2>::machine(&ring, &clock, |builder| builder.schema("v2").also_reads_labelled::<V1>("v1"));
    let mut browser = Browser::default();
    browser.visit(&one, |session| session.replace(v1()));
    browser.visit(&two, |session| assert_eq!(session.get().visits, 3));
    browser.visit(&build::<V1>(&clock), |session| assert!(session.is_new()));
}

#[test]
fn row_39_bytes_after_the_payload_are_refused() {
    // A build that wrongly gives two shapes one label: the longer payload does not read as the shorter one.
    let (clock, ring) = (Clock::new(), keyring(&["a"]));
    let long = Site::<(u8, u8)>::machine(&ring, &clock, |builder| builder.schema("same"));
    let short = Site::<u8>::machine(&ring, &clock, |builder| builder.schema("same"));
    let mut browser = Browser::default();
    browser.visit(&long, |session| session.replace((1, 2)));
    assert!(browser.visit(&short, |session| assert!(session.is_new())).expires());
    assert_eq!(short.events.take(), ["malformed", "Expired"]);
}

#[test]
fn row_42_a_spinning_payload_is_refused() {
    let site = Site::<Vec<()>>::new();
    let mut browser = Browser::default();
    let answer = browser.visit(&site, |session| session.replace(vec![(); 100_000]));
    assert_eq!((answer.status().as_u16(), answer.set_cookie()), (500, None));
    assert!(browser.visit(&site, |session| session.replace(vec![(); 60_000])).sets());
    browser.visit(&site, |session| assert_eq!(session.get().len(), 60_000));
}
