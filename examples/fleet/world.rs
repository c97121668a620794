//! One run: what happens to the fleet, in the order of its virtual time.

use std::collections::BTreeMap;

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use sealed_session::Error;

use crate::browser::{Browser, Purpose};
use crate::machine::{Machine, Surroundings};
use crate::operator::Operator;
use crate::scenario::{MINUTE, Millis, SKEW, Scenario, Size};
use crate::tally::Tally;
use crate::traffic::{Answered, Sent, UnderWay};

/// Something that is going to happen.
pub(crate) enum Event {
    /// The operator publishes a new key.
    Rotate,
    /// The operator asks when the old key can go.
    Ask,
    /// The old key goes: from all machines at once, or by an end that was published with the report's answer.
    Retire {
        drop: bool,
    },
    /// A machine finds the latest ring, unless it has crashed since it set out to.
    Reload {
        machine: usize,
        crashes: u32,
    },
    Crash {
        machine: usize,
    },
    Restart {
        machine: usize,
    },
    /// A visitor comes.
    Visit {
        browser: usize,
    },
    /// A browser sends a request; it reaches a machine; its handler is done; the browser has the answer.
    Send {
        browser: usize,
        purpose: Purpose,
    },
    Arrive(Sent),
    Finish(UnderWay),
    Answer(Answered),
}

pub(crate) struct World {
    pub(crate) scenario: Scenario,
    pub(crate) seed: u64,
    pub(crate) random: Xoshiro256PlusPlus,
    pub(crate) now: Millis,
    /// By time; what is planned for one moment happens in the order planned.
    agenda: BTreeMap<(Millis, u64), Event>,
    planned: u64,
    pub(crate) surroundings: Surroundings,
    pub(crate) operator: Operator,
    pub(crate) machines: Vec<Machine>,
    pub(crate) browsers: Vec<Browser>,
    pub(crate) sessions: u64,
    pub(crate) rotations: u64,
    pub(crate) end: Option<Millis>,
    pub(crate) tally: Tally,
}

/// Runs a scenario on a fleet. The same seed makes the same run, but for nonces and session ids.
///
/// # Errors
/// What the crate refuses; nothing of what happens here should be.
pub(crate) fn run(scenario: Scenario, size: Size, seed: u64) -> Result<Tally, Error> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (surroundings, operator) = (Surroundings::default(), Operator::new(&mut random)?);
    let skew = i64::try_from(SKEW).unwrap_or(i64::MAX);
    let first = operator.rings.first().into_iter().cycle().take(size.machines);
    let machines = first
        .map(|ring| Machine::start(&surroundings, random.random_range(-skew..=skew), (0, ring), 0))
        .collect::<Result<_, _>>()?;
    let mut world = World {
        scenario,
        seed,
        random,
        now: MINUTE,
        agenda: BTreeMap::new(),
        planned: 0,
        surroundings,
        operator,
        machines,
        browsers: (0..size.browsers).map(|_| Browser::default()).collect(),
        sessions: 0,
        rotations: 0,
        end: None,
        tally: Tally { runs: 1, ..Tally::default() },
    };
    world.run()?;
    Ok(world.tally)
}

impl World {
    fn run(&mut self) -> Result<(), Error> {
        for browser in 0..self.browsers.len() {
            self.plan_within(0, 5 * MINUTE, Event::Visit { browser });
        }
        self.plan_within(5 * MINUTE, 10 * MINUTE, Event::Rotate);
        while let Some(((now, _), event)) = self.agenda.pop_first() {
            if self.end.is_some_and(|end| now > end) {
                break;
            }
            self.now = now;
            self.surroundings.set(now);
            self.happen(event)?;
        }
        Ok(())
    }

    pub(crate) fn plan(&mut self, after: Millis, event: Event) {
        self.planned += 1;
        self.agenda.insert((self.now + after, self.planned), event);
    }

    pub(crate) fn plan_within(&mut self, soonest: Millis, latest: Millis, event: Event) {
        let after = self.random.random_range(soonest..=latest);
        self.plan(after, event);
    }

    fn happen(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Rotate => self.rotate()?,
            Event::Ask => self.ask()?,
            Event::Retire { drop } => self.retire(drop)?,
            Event::Reload { machine, crashes } => self.reload(machine, crashes),
            Event::Crash { machine } => self.crash(machine),
            Event::Restart { machine } => self.restart(machine)?,
            Event::Visit { browser } => self.visit(browser),
            Event::Send { browser, purpose } => self.send(browser, purpose),
            Event::Arrive(sent) => self.arrive(sent),
            Event::Finish(under_way) => self.finish(under_way),
            Event::Answer(answered) => self.answer(answered),
        }
        Ok(())
    }
}
