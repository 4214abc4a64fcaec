//! The course of a service: rounds of trouble and mending, and scenes in which one thing goes wrong and the rest is
//! well, so that what must then happen can be timed.

use domain::tickets::TAKEN_AFTER;
use sync::bounds;

use crate::{
    oracles::{links, logs, mastery, paper, state, tray},
    world::World,
};

/// Everybody is one restaurant again so long after the last fault is mended.
pub const HEALS_WITHIN: u64 = 10_000;
/// After the master is gone, everybody hears a new one within this time.
pub const TAKES_OVER_WITHIN: u64 = 3_000;

/// What waited for paper is printed so long after everything else is well.
const PRINTED_WITHIN: u64 = 60_000;
/// Nothing new is written so long before logs are compared.
const AT_REST: u64 = 2_000;
/// A write to a slow disk takes up to so much longer.
const SLOW_DISK: u64 = 3_000;
/// A lid is closed for so long.
const LID_CLOSED: u64 = 7_000;
/// So much more time passes between two taps while it is quiet.
const QUIETER: u64 = 10;

impl World {
    pub fn live_through_a_round(&mut self) {
        self.open = true;
        let quiet = self.dice.between(1_000, 8_000);
        self.run_for(quiet);
        let steps = self.dice.between(3, 30);
        for _ in 0..steps {
            if self.failure.is_some() {
                return;
            }
            self.misfortune();
            let wait = if self.dice.one_in(3) { self.dice.below(200) } else { self.dice.between(200, 3_000) };
            self.run_for(wait);
        }
        self.mend_and_judge();
        if self.failure.is_some() {
            return;
        }
        self.open = true;
        match self.dice.below(9) {
            0 => self.master_fails(),
            1 => self.two_houses(),
            2 => self.one_cable_is_cut(),
            3 => self.a_disk_is_full(),
            4 => self.somebody_is_appointed(),
            6 => self.a_disk_refuses_in_a_busy_house(),
            7 => self.a_master_hears_late_what_was_fired(),
            8 => self.a_lid_is_closed(),
            _ => self.all_is_well(),
        }
    }

    /// Nothing goes wrong for some minutes, and people take their time.
    pub fn a_quiet_while(&mut self) {
        self.open = true;
        self.pace *= QUIETER;
        let quiet = self.dice.between(60_000, 240_000);
        self.run_for(quiet);
        self.pace /= QUIETER;
    }

    /// The last guests are gone: everything is updated, mended and looked at, also what a start reads from the log.
    pub fn close_up(&mut self) {
        for place in self.places() {
            self.update(place);
        }
        self.mend_and_judge();
        if self.failure.is_none() {
            self.judge(state::refolds);
        }
    }

    fn judge(&mut self, oracle: impl Fn(&mut World) -> Result<(), (&'static str, String)>) {
        if self.failure.is_some() {
            return;
        }
        if let Err((name, what)) = oracle(self) {
            self.fail(name, what);
        }
    }

    /// Mends everything and asks for one restaurant, in time and at rest.
    pub fn mend_and_judge(&mut self) {
        self.heal();
        self.open = false;
        self.run_for(HEALS_WITHIN - AT_REST);
        self.paper.stands_still = true;
        self.run_for(AT_REST);
        let all: Vec<usize> = self.places().collect();
        self.judge(|w| logs::nothing_promised_is_lost(w));
        self.judge(|w| logs::what_a_copy_did_is_told(w));
        self.judge(|w| logs::agree(w, &all));
        self.judge(|w| logs::are_sealed(w));
        self.judge(|w| links::none_is_stuck(w));
        self.judge(state::agree);
        self.judge(|w| mastery::one(w, &all));
        self.judge(|w| mastery::handed_back(w));
        self.judge(tray::is_right);
        self.judge(tray::is_real_and_whole);
        self.judge(tray::is_sold_once);
        self.print_the_rest();
        self.judge(paper::is_whole);
        // Not before it was judged.
        self.terminals.iter_mut().filter_map(|t| t.running.as_mut()).for_each(|r| r.fold.evict());
        self.rest();
    }

    /// Nobody asks for anything any more, and what is under way ends.
    fn stand_still(&mut self) {
        (self.open, self.paper.stands_still) = (false, true);
        self.run_for(4_000);
        self.paper.stands_still = false;
    }

    /// Printers are given time for what waits.
    fn print_the_rest(&mut self) {
        self.paper.stands_still = false;
        let mut left = PRINTED_WITHIN;
        while left > 0 && self.paper_waits() && self.failure.is_none() {
            self.run_for(500);
            left = left.saturating_sub(500);
        }
        self.paper.stands_still = true;
        self.run_for(AT_REST);
        self.paper.stands_still = false;
    }

    /// Nothing is left to be said: only signs of life travel, and no link is given up.
    fn rest(&mut self) {
        let (frames, closed) = (self.network.frames, self.traffic.closed);
        self.run_for(1_000);
        let (frames, closed) = (self.network.frames - frames, self.traffic.closed - closed);
        let links = self.network.wires.len() as u64 * 2;
        let beats = links * (1_000 / bounds::BEAT + 3);
        if frames > beats {
            self.fail("rest", format!("{frames} frames in a second without an order, on {links} ends of links"));
        }
        if closed > 0 {
            self.fail("rest", format!("{closed} links were given up in a second in which nothing was wrong"));
        }
    }

    /// The master crashes or loses power; nothing else is wrong.
    fn master_fails(&mut self) {
        let Some(master) = mastery::place_of_master(self) else { return };
        if self.terminals.len() < 3 {
            return;
        }
        let power = self.dice.one_in(2);
        self.run_for(1_000);
        let Some(was) = self.node(master).map(sync::Node::role) else { return };
        self.stop(master, power);
        self.run_for(TAKES_OVER_WITHIN);
        let others: Vec<usize> = self.places().filter(|p| *p != master).collect();
        self.judge(|w| mastery::one(w, &others).map_err(|(_, what)| ("takeover", what)));
        // What is told travels like every entry.
        self.run_for(2_000);
        self.judge(|w| mastery::is_told(w, &others, was));
        self.start(master);
        self.run_for(2_000);
    }

    /// What people fired just when the master was cut off is taken over by the next one, which is cut off before it can
    /// tell anybody. The old one, back, hears of the fires and not of who printed them: they lay at their authors' and are
    /// no news. Its disk is slow, so its own tickets come out long after the others.
    fn a_master_hears_late_what_was_fired(&mut self) {
        let Some(was) = mastery::place_of_master(self) else { return };
        if self.terminals.len() < 3 {
            return;
        }
        self.run_for(2_000);
        self.part(1 << was, true);
        let taken = 2 * TAKEN_AFTER;
        let known = taken - self.dice.between(100, 700);
        self.run_for(known);
        let heard = self.places().find(|p| *p != was).and_then(|p| Some(self.node(p)?.role().master));
        let Some(next) = self.terminals.iter().position(|t| Some(t.origin) == heard) else { return };
        self.part(1 << next, true);
        self.run_for(taken - known + TAKEN_AFTER);
        self.network.blocked.clear();
        self.part(1 << next, true);
        self.terminals[was].disk.slow = SLOW_DISK;
        self.run_for(4 * SLOW_DISK);
        self.mend_and_judge();
    }

    /// Two halves that do not see each other are two restaurants, each whole.
    fn two_houses(&mut self) {
        let sides = self.dice.roll();
        let halves: [Vec<usize>; 2] = [0, 1].map(|half| self.places().filter(|p| sides >> p & 1 == half).collect());
        if halves.iter().any(Vec::is_empty) {
            return;
        }
        self.part(sides, true);
        self.run_for(6_000);
        self.stand_still();
        for half in halves {
            self.judge(|w| logs::agree(w, &half));
            self.judge(|w| mastery::one(w, &half));
        }
        self.mend_and_judge();
    }

    /// One connection is out of order, all others work: nobody misses anything.
    fn one_cable_is_cut(&mut self) {
        if self.terminals.len() < 3 {
            return;
        }
        let (pair, both) = (self.some_pair(), self.dice.one_in(2));
        self.block(pair, both);
        self.run_for(5_000);
        self.stand_still();
        let all: Vec<usize> = self.places().collect();
        self.judge(|w| logs::agree(w, &all));
        self.judge(|w| mastery::same(w, &all).map(drop));
        self.mend_and_judge();
    }

    /// A full disk takes nothing in; the others go on past it, also when it is the master's.
    fn a_disk_is_full(&mut self) {
        if self.terminals.len() < 3 {
            return;
        }
        let full = mastery::place_of_master(self).unwrap_or(0);
        self.trace.line(self.now, || format!("disk {full} is full"));
        self.terminals[full].disk.refuses = 1;
        self.run_for(5_000);
        self.stand_still();
        let others: Vec<usize> = self.places().filter(|p| *p != full).collect();
        self.judge(|w| logs::agree(w, &others));
        // Whoever wrote what the full disk refused is away when there is room again: those who got it over the full one
        // bring it back there.
        let away = others[self.dice.below(others.len() as u64) as usize];
        self.stop(away, false);
        self.mend_disks();
        self.run_for(HEALS_WITHIN);
        let here: Vec<usize> = self.places().filter(|p| *p != away).collect();
        self.judge(|w| logs::agree(w, &here));
        self.mend_and_judge();
    }

    /// A lid is closed while something is being written, and people do the same at another terminal: what that printed is
    /// not told from what the first one prints when it is opened, unless that says so.
    fn a_lid_is_closed(&mut self) {
        let place = self.some_place();
        self.run_for(2_000);
        self.terminals[place].disk.slow = SLOW_DISK / 2;
        self.run_for(SLOW_DISK / 2);
        self.trace.line(self.now, || format!("the lid of terminal {place} is closed"));
        self.terminals[place].sleeps_until = self.now + LID_CLOSED;
        self.run_for(LID_CLOSED + 2_000);
        self.mend_disks();
    }

    /// A disk refuses for a moment, and nobody stops working for it: what it missed is brought again all the same.
    fn a_disk_refuses_in_a_busy_house(&mut self) {
        let place = self.some_place();
        self.run_for(2_000);
        self.trace.line(self.now, || format!("disk {place} is full for a moment"));
        self.terminals[place].disk.refuses = 1;
        self.run_for(1_500);
        self.mend_disks();
        let logs: Vec<_> = self.ledger.logs.keys().copied().collect();
        let owed: Vec<_> = logs.into_iter().map(|origin| (origin, self.ledger.owed(origin))).collect();
        self.run_for(HEALS_WITHIN);
        self.judge(|w| logs::are_there(w, place, &owed));
    }

    /// Whom a person makes master stays it, until it is missed.
    fn somebody_is_appointed(&mut self) {
        let (by, master) = self.some_pair();
        self.appoint(by, master);
        self.run_for(7_000);
        self.judge(|w| mastery::is_pinned(w, master));
        self.stop(master, false);
        self.run_for(2_000);
        self.start(master);
    }

    /// An ordinary half minute, in which hardly anything may be sent twice.
    fn all_is_well(&mut self) {
        self.run_for(2_000);
        let before = self.traffic.clone_counts();
        let written = |w: &World| -> u64 { w.ledger.logs.values().map(|l| l.len() as u64).sum() };
        let (entries, frames) = (written(self), self.network.frames);
        self.run_for(15_000);
        let entries = written(self) - entries;
        let beats = self.network.wires.len() as u64 * 2 * (15_000 / bounds::BEAT);
        let chatter = (self.network.frames - frames).saturating_sub(beats);
        self.traffic.calm(before, entries, chatter, self.terminals.len() as u64);
        self.judge(|w| w.traffic.is_thrifty());
        self.judge(|w| {
            let all: Vec<usize> = w.places().collect();
            mastery::one(w, &all)
        });
    }
}
