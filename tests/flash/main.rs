//! Flash messages through the layer, in a session type of the app's own and in key-value sessions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(unreachable_pub)]

#[path = "../support/mod.rs"]
mod support;

#[cfg(feature = "axum")]
mod extractor;
mod hostile;
mod rules;
mod values;
mod waiting;

use sealed_session::{Flash, FlashData, HasFlash, Messages, Session, Values};
use serde::{Deserialize, Serialize};
use support::{Answer, Browser, Site};

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Visit {
    note: String,
    flash: Messages,
}

impl HasFlash for Visit {
    fn messages(&mut self) -> &mut Messages {
        &mut self.flash
    }
}

/// Session data with a note beside the messages.
trait Noted: FlashData {
    fn note(session: &Session<Self>) -> String;
    fn set_note(session: &Session<Self>, note: &str);
}

impl Noted for Visit {
    fn note(session: &Session<Self>) -> String {
        session.get().note
    }

    fn set_note(session: &Session<Self>, note: &str) {
        session.update(|visit| visit.note = note.into());
    }
}

impl Noted for Values {
    fn note(session: &Session<Self>) -> String {
        session.get("note").unwrap().unwrap_or_default()
    }

    fn set_note(session: &Session<Self>, note: &str) {
        session.insert("note", note).unwrap();
    }
}

/// Tests of both kinds of session.
macro_rules! both {
    ($($file:ident: $($name:ident)*;)*) => {
        mod typed {
            $($(#[test] fn $name() { super::$file::$name::<super::Visit>(); })*)*
        }
        mod key_value {
            $($(#[test] fn $name() { super::$file::$name::<super::Values>(); })*)*
        }
    };
}

both! {
    waiting:
        a_message_is_read_once
        messages_wait_over_redirects_in_their_order
        some_categories_are_taken_and_the_others_wait
        what_waits_can_be_looked_at
        a_request_sets_one_cookie_at_most
        all_handles_see_the_same;
    rules:
        a_message_that_does_not_fit_changes_nothing
        with_a_store_more_fits
        a_failed_response_neither_adds_nor_takes
        signing_out_drops_what_was_added_before_it
        a_cross_site_post_sends_no_message
        of_two_requests_at_once_the_last_response_wins
        debug_shows_no_message;
}

/// A visitor to whom something was said before.
fn told<T: Noted>(site: &Site<T>) -> Browser {
    let mut browser = Browser::default();
    assert!(visit(&mut browser, site, |flash| flash.info("welcome").unwrap()).sets());
    browser
}

fn visit<T: Noted>(browser: &mut Browser, site: &Site<T>, use_flash: impl FnOnce(&Flash<T>)) -> Answer {
    browser.visit(site, |session| use_flash(&Flash::of(session)))
}

fn lines(messages: &Messages) -> Vec<String> {
    messages.iter().map(|message| format!("{}: {}", message.category(), message.text())).collect()
}

#[track_caller]
fn takes<T: Noted>(flash: &Flash<T>, expected: &[&str]) {
    assert_eq!(lines(&flash.take().unwrap()), expected);
}

/// What the browser's next page shows.
#[track_caller]
fn shows<T: Noted>(browser: &mut Browser, site: &Site<T>, expected: &[&str]) {
    visit(browser, site, |flash| takes(flash, expected));
}

#[test]
fn what_a_message_costs() {
    fn costs<T: Noted>() -> [usize; 3] {
        let mut costs = [0; 3];
        Browser::default().visit(&Site::<T>::with(|builder| builder.pad_to(1)), |session| {
            let flash = Flash::of(session);
            flash.info("first").unwrap();
            costs = [("info", "saved"), ("cart", "saved"), ("info", &"x".repeat(200))].map(|(category, text)| {
                let before = session.remaining().unwrap();
                flash.push(category, text).unwrap();
                before - session.remaining().unwrap() - text.len()
            });
        });
        costs
    }
    assert_eq!(costs::<Visit>(), [2, 7, 3]);
    assert_eq!(costs::<Values>(), [21, 28, 23]);
}
