//! Requests: from a browser to a machine and back, several at a time.

use rand::RngExt;
use sealed_session::{Cause, Refusal};

use crate::browser::{Browser, Field, Held, Purpose, Seal};
use crate::loss::Reason;
use crate::machine::{Handling, Seen, step};
use crate::scenario::{Millis, SKEW};
use crate::world::{Event, World};

/// How long a request or an answer travels, in milliseconds.
const LATENCY: (Millis, Millis) = (5, 250);
/// How long a handler takes.
const HANDLER: (Millis, Millis) = (2, 800);

/// A request on its way, with the cookie that the browser held when it sent it.
pub(crate) struct Sent {
    browser: usize,
    purpose: Purpose,
    held: Option<Held>,
}

/// A request in a machine.
pub(crate) struct UnderWay {
    sent: Sent,
    machine: usize,
    /// The machine's crashes until then: one more, and the request is gone.
    crashes: u32,
    handling: Handling,
    /// Why a session that is within its time limits was not opened.
    refused: Option<(Reason, String)>,
}

/// An answer on its way.
pub(crate) struct Answered {
    browser: usize,
    /// What the browser holds afterwards, if that changes.
    sets: Option<Option<Held>>,
    /// The session that ends with this answer before its time, and why.
    ends: Option<(u64, (Reason, String))>,
}

impl World {
    pub(crate) fn visit(&mut self, browser: usize) {
        let Some(visitor) = self.browsers.get(browser) else { return };
        for (after, purpose) in visitor.visit(self.now, &mut self.random) {
            self.plan(after, Event::Send { browser, purpose });
        }
        let pause = Browser::pause(&mut self.random);
        self.plan(pause, Event::Visit { browser });
    }

    pub(crate) fn send(&mut self, browser: usize, purpose: Purpose) {
        let held = self.browsers.get(browser).and_then(|browser| browser.cookie(self.now)).cloned();
        // Without a session there is the page to sign in, and no script on it.
        if held.is_some() || purpose.navigates {
            self.plan_within(LATENCY.0, LATENCY.1, Event::Arrive(Sent { browser, purpose, held }));
        }
    }

    pub(crate) fn arrive(&mut self, sent: Sent) {
        let up = self.machines.iter().filter(|machine| machine.up).count();
        if up == 0 {
            return;
        }
        let chosen = self.random.random_range(0..up);
        let mut up = self.machines.iter().enumerate().filter(|(_, machine)| machine.up);
        let Some(((number, machine), request)) = up.nth(chosen).zip(sent.purpose.request(sent.held.as_ref())) else {
            return;
        };
        let mut handling = machine.call(request);
        // The first step opens the session; the handler is never done with that.
        let _ = step(&mut handling);
        let seen = self.surroundings.take_seen();
        self.tally.requests += 1;
        let unopened = sent.held.as_ref().map(|held| held.seal).filter(|_| !seen.opened);
        let too_early = unopened.filter(|seal| seal.is_alive(self.now, margin(seen.refused)));
        let refused = too_early.map(|seal| self.explain(seen.refused, seal, number, machine));
        if let Some(refusal) = seen.refused {
            self.tally.record_refusal(refusal, refused.is_some());
        }
        let under_way = UnderWay { sent, machine: number, crashes: machine.crashes, handling, refused };
        self.plan_within(HANDLER.0, HANDLER.1, Event::Finish(under_way));
    }

    pub(crate) fn finish(&mut self, mut under_way: UnderWay) {
        if self.machines.get(under_way.machine).is_none_or(|machine| machine.crashes != under_way.crashes) {
            return;
        }
        let field = step(&mut under_way.handling).and_then(|answer| Field::of(&answer));
        let seen = self.surroundings.take_seen();
        self.tally.failures += u64::from(seen.failed);
        let latency = self.random.random_range(LATENCY.0..=LATENCY.1);
        let before = under_way.sent.held.map(|held| held.seal);
        let sets = field.map(|field| {
            let seal = self.seal(&seen, before, &field)?;
            Some(field.held(self.now + latency, seal))
        });
        let after = sets.as_ref().map(|held| held.as_ref().map(|held| held.seal.session));
        let ended = before.map(|seal| seal.session).filter(|before| after.is_some_and(|after| after != Some(*before)));
        let ends = ended.zip(under_way.refused);
        self.plan(latency, Event::Answer(Answered { browser: under_way.sent.browser, sets, ends }));
    }

    /// What was sealed; nothing if the cookie is expired.
    fn seal(&mut self, seen: &Seen, before: Option<Seal>, field: &Field) -> Option<Seal> {
        let (cause, generation) = (seen.sealed?, self.operator.generation(field.key?)?);
        match before.filter(|_| cause != Cause::Created) {
            Some(before) => {
                self.tally.record_seal(cause, before.generation, generation);
                Some(Seal { generation, sealed: self.now, ..before })
            }
            None => {
                self.sessions += 1;
                Some(Seal { session: self.sessions, generation, created: self.now, sealed: self.now })
            }
        }
    }

    pub(crate) fn answer(&mut self, answered: Answered) {
        let Some(browser) = self.browsers.get_mut(answered.browser) else { return };
        let Some(held) = answered.sets else { return };
        // Only the session that the browser holds can be lost; an answer that came before may have replaced it already.
        if let Some((session, (reason, why))) = answered.ends
            && browser.held.as_ref().is_some_and(|held| held.seal.session == session)
        {
            self.tally.record_loss(reason, self.seed, why);
        }
        browser.held = held;
    }
}

/// By how much clocks that differ may end a session early.
fn margin(refusal: Option<Refusal>) -> Millis {
    match refusal {
        Some(Refusal::ExpiredIdle | Refusal::ExpiredLifetime) => 2 * SKEW,
        _ => 0,
    }
}
