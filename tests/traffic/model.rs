//! What must hold, whatever the order in which things happen.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use http::StatusCode;
use sealed_session::{Place, SessionId};

use crate::app::{Deed, Seen};
use crate::jar::Token;

#[derive(Default)]
pub(crate) struct Model(Mutex<State>);

#[derive(Default)]
struct State {
    /// Sessions that somebody set out to end, renew, or bring back into the cookie.
    left: HashSet<SessionId>,
    /// Sessions whose record was removed by a sign-out that was answered.
    removed: HashSet<SessionId>,
    /// Every session that a cookie referred to a record of.
    stored: HashSet<SessionId>,
    counts: HashMap<&'static str, u64>,
}

/// A request under way.
pub(crate) struct Sent {
    browser: u32,
    deed: Deed,
    token: Option<Token>,
    /// Its session had been removed before it was sent.
    was_removed: bool,
}

impl Model {
    pub(crate) fn send(&self, browser: u32, deed: Deed, token: Option<Token>) -> Sent {
        let mut state = self.0.lock().unwrap();
        let id = token.map(|token| token.id);
        if let (Deed::SignOut | Deed::Renew | Deed::SignIn | Deed::Shrink(_), Some(id)) = (deed, id) {
            state.left.insert(id);
        }
        let was_removed = id.is_some_and(|id| state.removed.contains(&id));
        Sent { browser, deed, token, was_removed }
    }

    /// `set` is the cookie of the response: none, removed, or a new one.
    pub(crate) fn receive(&self, sent: Sent, status: StatusCode, seen: Option<&Seen>, set: Option<Option<Token>>) {
        assert_eq!(status, 200, "{:?}", sent.deed);
        let seen = seen.expect("the handler ran");
        let mut state = self.0.lock().unwrap();
        state.count(sent.deed, seen, set);
        state.stored.extend(set.flatten().filter(|new| new.refers).map(|new| new.id));

        // Nobody sees what is somebody else's, or half of anything.
        assert!(seen.data.browser.is_none_or(|browser| browser == sent.browser), "cross-talk: {seen:?}");
        assert!(seen.data.is_whole(), "torn: {seen:?}");
        if let (Some(token), Some(id)) = (sent.token, seen.id) {
            assert_eq!(token.id, id, "another session than the cookie's");
        }
        let Some(token) = sent.token else {
            return;
        };
        // Nobody is logged out by somebody else's request.
        if seen.id.is_none() {
            assert!(seen.outcome == "record_missing" && token.refers, "{seen:?}");
            assert!(state.left.contains(&token.id), "a session was lost that nobody ended: {seen:?}");
        }
        // What was removed stays removed. (Who still has its data in a cookie from before can read those, and only those.)
        if sent.was_removed {
            assert!(seen.id.is_none() || seen.place == Place::Cookie, "a session was revived: {seen:?}");
            let revives = matches!(set, Some(Some(new)) if new.refers && new.id == token.id);
            assert!(!revives, "a session was revived: {seen:?}");
        }
        if sent.deed == Deed::SignOut && seen.id.is_some() && seen.place == Place::Store {
            assert_eq!(set, Some(None), "a sign-out without an expired cookie");
            state.removed.insert(token.id);
        }
    }

    pub(crate) fn report(&self) -> String {
        let state = self.0.lock().unwrap();
        let mut counts: Vec<_> = state.counts.iter().collect();
        counts.sort();
        counts.iter().map(|(what, count)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
    }

    /// Every session that was ever in the store.
    pub(crate) fn ids(&self) -> Vec<SessionId> {
        self.0.lock().unwrap().stored.iter().copied().collect()
    }

    /// How many of them no answered sign-out removed.
    pub(crate) fn not_ended(&self) -> usize {
        let state = self.0.lock().unwrap();
        state.stored.difference(&state.removed).count()
    }

    pub(crate) fn check_that_everything_happened(&self) {
        let state = self.0.lock().unwrap();
        for what in ["requests", "loaded", "moved to the store", "moved back", "sign-outs"] {
            assert!(
                state.counts.get(what).is_some_and(|count| *count > 0),
                "nothing {what}: the traffic shows nothing"
            );
        }
    }
}

impl State {
    fn count(&mut self, deed: Deed, seen: &Seen, set: Option<Option<Token>>) {
        let mut count = |what, is| *self.counts.entry(what).or_default() += u64::from(is);
        let from = seen.id.map(|_| seen.place);
        let to = set.flatten().map(|token| if token.refers { Place::Store } else { Place::Cookie });
        count("requests", true);
        count("loaded", from == Some(Place::Store));
        count("moved to the store", from == Some(Place::Cookie) && to == Some(Place::Store));
        count("moved back", from == Some(Place::Store) && to == Some(Place::Cookie));
        count("sign-outs", deed == Deed::SignOut && seen.id.is_some());
        count("found their record gone", seen.outcome == "record_missing");
        count("not saved", matches!(deed, Deed::Write | Deed::Grow(_)) && set.is_none());
    }
}
