//! What is counted through the `metrics` facade.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use http::Request;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use sealed_session::{KeyId, Keyring, ScheduledKey, Session, Timestamp, store};
use serde::{Deserialize, Serialize};
use support::{Browser, Clock, DAY, HOUR, Site, key, response};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Data {
    text: String,
}

/// What was counted while `work` ran: counts by name and labels, and for histograms how many values.
fn counted(work: impl FnOnce()) -> BTreeMap<String, u64> {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, work);
    counts(&snapshotter)
}

fn counts(snapshotter: &Snapshotter) -> BTreeMap<String, u64> {
    let all = snapshotter.snapshot().into_vec().into_iter().map(|(key, _, _, value)| {
        let labels = key.key().labels().map(|label| format!("{}={}", label.key(), label.value()));
        let name = key.key().name().strip_prefix("sealed_session_").unwrap();
        let count = match value {
            DebugValue::Counter(count) => count,
            DebugValue::Gauge(_) => panic!("there are no gauges"),
            DebugValue::Histogram(values) => values.len() as u64,
        };
        (format!("{name} {}", labels.collect::<Vec<_>>().join(" ")).replace("cookie=__Host-session", "-"), count)
    });
    all.collect()
}

fn labelled(name: &str, from: u64) -> ScheduledKey {
    ScheduledKey::new(key(name)).label(name).seal_from(Timestamp::from_unix(from))
}

#[test]
fn opens_are_counted_by_outcome_and_by_the_label_of_the_key() {
    let (clock, mut browser) = (Clock::new(), Browser::default());
    let site = |names: &[&str]| {
        let keys: Vec<_> = names.iter().map(|name| labelled(name, 0)).collect();
        Site::<Data>::machine(&Keyring::new(keys).unwrap(), &clock, |builder| builder)
    };
    let (before, after) = (site(&["march"]), site(&["april"]));
    let seen = counted(|| {
        browser.visit(&before, |session| session.update(|data| data.text = "a".into()));
        browser.visit(&before, |_| ());
        browser.visit(&after, |_| ());
        clock.advance(2 * DAY);
        browser.visit(&before, |_| ());
        before.call(Request::new(()), |_| response(200));
    });
    let expected = [
        ("cookie_bytes -", 1),
        ("events_total - event=expired reason=none", 1),
        ("opens_total - outcome=absent key=none", 1),
        ("opens_total - outcome=expired_idle key=none", 1),
        ("opens_total - outcome=opened key=march", 1),
        ("opens_total - outcome=unknown_key key=unknown", 1),
        ("seals_total - cause=created", 1),
    ];
    assert_eq!(seen, expected.map(|(name, count)| (name.to_owned(), count)).into());
}

#[test]
fn keys_without_a_label_go_by_their_id() {
    let (site, mut browser) = (Site::<Data>::new(), Browser::default());
    let seen = counted(|| {
        browser.visit(&site, |session| session.update(|data| data.text = "a".into()));
        browser.visit(&site, Session::renew);
        site.clock.advance(3 * HOUR);
        browser.visit(&site, |_| ());
    });
    let id: KeyId = key("a").id();
    assert_eq!(seen[&format!("opens_total - outcome=opened key={id}")], 2);
    assert_eq!(seen[&format!("opens_total - outcome=refreshed key={id}")], 1);
    assert_eq!(seen["seals_total - cause=renewed"], 1);
    assert_eq!(seen["seals_total - cause=refreshed"], 1);
    assert_eq!(seen["cookie_bytes -"], 3);
}

#[test]
fn forged_cookies_make_no_label_of_their_own() {
    let site = Site::<Data>::new();
    let seen = counted(|| {
        for name in 0..20 {
            let other = Site::<Data>::machine(&support::keyring(&[&name.to_string()]), &site.clock, |builder| builder);
            let mut browser = Browser::default();
            browser.visit(&other, |session| session.update(|data| data.text = "a".into()));
            browser.visit(&site, |_| ());
        }
    });
    assert_eq!(seen["opens_total - outcome=unknown_key key=unknown"], 20);
    assert_eq!(seen.keys().filter(|name| name.starts_with("opens_total")).count(), 2, "{seen:?}");
}

#[test]
fn failures_carry_the_kind_of_their_error() {
    let site = Site::<Data>::new();
    let seen = counted(|| {
        Browser::default().visit(&site, |session| session.update(|data| data.text = "a".repeat(4000)));
    });
    assert_eq!(seen["events_total - event=failed reason=too_large"], 1);
}

#[test]
fn calls_of_the_store_and_moves_are_counted() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _within = runtime.enter();
    let site = Site::<Data>::with(|builder| builder.overflow(store::open("memory://?max=1MiB").unwrap()));
    let mut browser = Browser::default();
    let seen = counted(|| {
        browser.visit(&site, |session| session.update(|data| data.text = "a".repeat(4000)));
        browser.visit(&site, |session| session.update(|data| data.text = "b".repeat(4000)));
        browser.visit(&site, |session| session.update(|data| data.text = "c".into()));
    });
    assert_eq!(seen["events_total - event=moved reason=store"], 1);
    assert_eq!(seen["events_total - event=moved reason=cookie"], 1);
    assert_eq!(seen["store_seconds store=memory call=create result=ok"], 1);
    assert_eq!(seen["store_seconds store=memory call=load result=ok"], 2);
    assert!(seen.keys().any(|name| name.starts_with("store_seconds store=memory call=update")), "{seen:?}");
}

/// The alerts in docs/operations.md ask for metrics that there are.
#[test]
fn the_page_for_operators_names_the_metrics_and_no_others() {
    let page = include_str!("../docs/operations.md");
    let words = page.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let named: BTreeSet<_> = words
        .filter_map(|word| word.strip_prefix("sealed_session_"))
        .map(|word| word.strip_suffix("_bucket").unwrap_or(word))
        .collect();
    let all = ["cookie_bytes", "events_total", "opens_total", "seals_total", "store_seconds", "swept_total"];
    assert_eq!(named, all.into());
}

#[test]
fn descriptions_can_be_had() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    metrics::with_local_recorder(&recorder, || {
        sealed_session::describe_metrics();
        Browser::default().visit(&Site::<Data>::new(), |session| session.update(|data| data.text = "a".into()));
    });
    let described = snapshotter.snapshot().into_vec();
    assert_eq!(described.len(), 3);
    assert!(described.iter().all(|(_, unit, description, _)| unit.is_some() && description.is_some()));
}
