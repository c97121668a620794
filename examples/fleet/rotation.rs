//! A key's way through the fleet: published, read machine by machine, in spite of crashes, and taken out in the end.

use rand::RngExt;
use sealed_session::Error;

use crate::operator::{fleet_time, timestamp};
use crate::scenario::{DOWN, IDLE, MINUTE, Millis, ONE_CRASH_IN, RELOAD, ROTATIONS, SECOND, SKEW, SLOWEST};
use crate::world::{Event, World};

impl World {
    pub(crate) fn rotate(&mut self) -> Result<(), Error> {
        // Config files are written in whole seconds.
        let seal_from = (self.now + self.scenario.ahead).next_multiple_of(SECOND);
        self.operator.publish_key(&mut self.random, self.now, timestamp(seal_from))?;
        self.rotations += 1;
        self.spread();
        if self.scenario.relapses {
            self.crash_some(seal_from - self.now);
        }
        // By then every machine has it, whatever happened.
        self.plan(self.scenario.ahead + SLOWEST + MINUTE, Event::Ask);
        Ok(())
    }

    /// The latest ring is on its way to all machines.
    fn spread(&mut self) {
        for machine in 0..self.machines.len() {
            self.plan_reload(machine);
        }
        self.crash_some(0);
    }

    fn plan_reload(&mut self, machine: usize) {
        if let Some(crashes) = self.machines.get(machine).map(|machine| machine.crashes) {
            self.plan_within(0, RELOAD, Event::Reload { machine, crashes });
        }
    }

    fn crash_some(&mut self, after: Millis) {
        for machine in 0..self.machines.len() {
            if self.random.random_ratio(1, ONE_CRASH_IN) {
                self.plan_within(after, after + RELOAD, Event::Crash { machine });
            }
        }
    }

    /// Asks the machine that learned of the new key last.
    pub(crate) fn ask(&mut self) -> Result<(), Error> {
        let safe = match self.machines.iter().max_by_key(|machine| machine.learned) {
            Some(last) => self.operator.safe_to_drop(last.clock(last.learned), last.clock(self.now))?,
            None => None,
        };
        let Some(safe) = safe.map(fleet_time) else {
            self.plan(MINUTE, Event::Ask);
            return Ok(());
        };
        self.tally.record_safe_to_drop(safe, self.last_old_seal() + IDLE);
        let retirement = safe.saturating_sub(self.scenario.hurry);
        if self.random.random_bool(0.5) {
            self.operator.publish_end(self.now, timestamp(retirement))?;
            self.spread();
            self.plan(retirement.saturating_sub(self.now), Event::Retire { drop: false });
        } else {
            // By the operator's clock, which is off too.
            let early = retirement.saturating_sub(SKEW).saturating_sub(self.now);
            self.plan_within(early, early + 2 * SKEW, Event::Retire { drop: true });
        }
        Ok(())
    }

    /// Until when a machine could seal under the old key: until it knew of the newer one, and its clock let it seal.
    fn last_old_seal(&self) -> Millis {
        let seal_from = self.operator.seal_from();
        self.machines.iter().map(|machine| machine.learned.max(machine.reaches(seal_from))).max().unwrap_or(self.now)
    }

    pub(crate) fn retire(&mut self, drop: bool) -> Result<(), Error> {
        if drop {
            self.operator.publish_drop(self.now)?;
            // The earliest that can be: nobody needs any time for it.
            for machine in 0..self.machines.len() {
                self.take_latest(machine);
            }
        }
        if self.rotations < ROTATIONS {
            self.plan_within(MINUTE, 10 * MINUTE, Event::Rotate);
        } else {
            // Until then, a session of the old key may come back.
            self.end = Some(self.now + IDLE);
        }
        Ok(())
    }

    pub(crate) fn reload(&mut self, machine: usize, crashes: u32) {
        if self.machines.get(machine).is_some_and(|machine| machine.crashes == crashes) {
            self.take_latest(machine);
        }
    }

    fn take_latest(&mut self, machine: usize) {
        let ring = self.operator.rings.iter().enumerate().next_back();
        if let (Some(machine), Some(ring)) = (self.machines.get_mut(machine), ring) {
            machine.reload(ring, self.now);
        }
    }

    pub(crate) fn crash(&mut self, machine: usize) {
        if let Some(state) = self.machines.get_mut(machine).filter(|machine| machine.up) {
            state.crash();
            self.plan_within(SECOND, DOWN, Event::Restart { machine });
        }
    }

    /// Comes back with the ring before the latest, and finds that one later.
    pub(crate) fn restart(&mut self, machine: usize) -> Result<(), Error> {
        let before = self.operator.rings.iter().enumerate().rev().nth(1);
        if let (Some(machine), Some(ring)) = (self.machines.get_mut(machine), before) {
            machine.restart(&self.surroundings, ring, self.now)?;
        }
        self.plan_reload(machine);
        Ok(())
    }
}
