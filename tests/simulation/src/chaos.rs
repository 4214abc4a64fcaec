//! What goes wrong in a restaurant.

use std::collections::BTreeSet;

use domain::{
    chain::{START, chained},
    ids::Origin,
};
use sync::{Body, Frame, Log};

use crate::{
    disk::{Kept, signature},
    fold::NEW,
    planted::Lapse,
    world::World,
};

const MINUTE: i64 = 60_000;
/// In minutes.
const DAY: i64 = 24 * 60;
/// Names and letters are not endless; real disks do not die every minute either.
const MAX_NAMES: u32 = 24;

impl World {
    pub fn some_place(&mut self) -> usize {
        self.dice.below(self.terminals.len() as u64) as usize
    }

    pub fn some_pair(&mut self) -> (usize, usize) {
        let n = self.terminals.len() as u64;
        let a = self.dice.below(n);
        let b = (a + 1 + self.dice.below(n - 1)) % n;
        (a as usize, b as usize)
    }

    /// One thing goes wrong, or is mended.
    pub fn misfortune(&mut self) {
        let place = self.some_place();
        match self.dice.below(27) {
            0 | 1 => {
                let power = self.dice.one_in(3);
                self.stop(place, power);
            }
            2 => self.doomed = Some(place),
            3 | 21 => self.start_all(),
            4 => {
                let (side, both) = (self.dice.roll(), !self.dice.one_in(3));
                self.part(side, both);
            }
            5 => {
                let (pair, both) = (self.some_pair(), self.dice.one_in(2));
                self.block(pair, both);
            }
            6 | 7 => self.network.blocked.clear(),
            8 | 9 => self.break_a_wire(),
            10 => {
                let (pair, spike) = (self.some_pair(), self.dice.between(20, 1_000));
                self.trace.line(self.now, || format!("from {} to {} it takes {spike} ms more", pair.0, pair.1));
                self.network.slow.insert(pair, spike);
            }
            11 => self.network.slow.clear(),
            12 => {
                let slow = self.dice.between(10, 800);
                self.trace.line(self.now, || format!("disk {place} takes up to {slow} ms more"));
                self.terminals[place].disk.slow = slow;
            }
            13 => {
                let refuses = self.dice.between(1, 6);
                self.trace.line(self.now, || format!("disk {place} refuses one in {refuses}"));
                self.terminals[place].disk.refuses = refuses;
            }
            14 => self.mend_disks(),
            15 => {
                // Far enough that the business day is another one now and then, and the same again later.
                let off = self.dice.between(0, 2 * DAY as u64) as i64 - DAY;
                self.trace.line(self.now, || format!("the clock of {place} is {off} minutes off"));
                self.terminals[place].clock.off = off * MINUTE;
            }
            16 => {
                let sleep = self.dice.between(300, 6_000);
                self.trace.line(self.now, || format!("terminal {place} sleeps for {sleep} ms"));
                self.terminals[place].sleeps_until = self.now + sleep;
            }
            17 => self.copy_the_disk(place),
            18 => self.restore(place),
            19 if self.dice.one_in(2) => self.wipe(place),
            20 => {
                let (a, b) = self.some_pair();
                if self.terminals[a].is_up(self.now) && self.terminals[b].is_up(self.now) && self.network.joins(a, b) {
                    self.connect(a, b);
                }
            }
            24 | 25 => self.a_printer_fails(),
            23 => {
                self.trace.line(self.now, || format!("terminal {place} alters what it passes on"));
                self.rogue = Some(place);
            }
            _ => self.appoint_somebody(place),
        }
    }

    /// It is out of paper, proves nothing, both, or is mended.
    fn a_printer_fails(&mut self) {
        let printers: Vec<_> = self.paper.printers.keys().cloned().collect();
        let (out, mute) = (self.dice.one_in(2), self.dice.one_in(4));
        let found = self.dice.pick(&printers).and_then(|id| self.paper.printers.get_mut(id));
        found.into_iter().for_each(|printer| (printer.out, printer.mute) = (out, mute));
        self.trace.line(self.now, || format!("a printer is out of paper: {out}, proves nothing: {mute}"));
    }

    /// What a rogue makes of a frame: of others' logs it alters an entry, leaves one out, or invents one, and now and then
    /// seals it with its own key.
    pub fn tamper(&mut self, rogue: usize, mut frame: Frame) -> Frame {
        let me = self.terminals[rogue].origin;
        self.rogues.insert(me);
        let Frame::Entries { origin, first, bodies, seals } = &mut frame else { return frame };
        if *origin == me || bodies.is_empty() || self.dice.one_in(3) {
            return frame;
        }
        let at = self.dice.below(bodies.len() as u64) as usize;
        match self.dice.below(3) {
            0 => bodies[at] = Body::from([&bodies[at][..], b" "].concat()),
            1 => drop(bodies.remove(at)),
            _ => bodies.push(bodies[at].clone()),
        }
        if self.dice.one_in(2) {
            let before = self.terminals[rogue].disk.hash(*origin, *first - 1).unwrap_or(START);
            let last = *first + bodies.len() as u64 - 1;
            let hash = bodies.iter().fold(before, |hash, body| chained(&hash, body));
            *seals = vec![(last, signature(me, me, last, &hash))];
        }
        frame
    }

    pub fn start_all(&mut self) {
        for place in self.places() {
            if self.terminals[place].running.is_none() && self.dice.one_in(4) && self.terminals[place].version < NEW {
                self.update(place);
            }
            self.start(place);
        }
    }

    /// A newer version is installed: it reads the whole log anew, because it understands more of it. Where it was installed
    /// before it only starts again.
    pub fn update(&mut self, place: usize) {
        self.stop(place, false);
        if self.terminals[place].version < NEW {
            (self.terminals[place].version, self.terminals[place].snapshot) = (NEW, None);
        }
    }

    /// Nothing gets from one side to the other, or only in one direction.
    pub fn part(&mut self, side: u64, both: bool) {
        self.trace.line(self.now, || format!("parted {}: {side:b}", if both { "both ways" } else { "one way" }));
        for a in self.places() {
            for b in self.places() {
                if (side >> a & 1) != (side >> b & 1) && (both || side >> a & 1 == 1) {
                    self.network.blocked.insert((a, b));
                }
            }
        }
    }

    pub fn block(&mut self, (a, b): (usize, usize), both: bool) {
        self.trace.line(self.now, || format!("nothing gets from {a} to {b}{}", if both { " and back" } else { "" }));
        self.network.blocked.insert((a, b));
        if both {
            self.network.blocked.insert((b, a));
        }
    }

    fn break_a_wire(&mut self) {
        let wires: Vec<u64> = self.network.wires.keys().copied().collect();
        let Some(id) = self.dice.pick(&wires).copied() else { return };
        if self.dice.one_in(2) {
            self.trace.line(self.now, || format!("connection {id} is reset"));
            return self.reset(id);
        }
        self.trace.line(self.now, || format!("connection {id} dies without a word"));
        if let Some(wire) = self.network.wires.get_mut(&id) {
            wire.dead = true;
            wire.ways = Default::default();
        }
    }

    pub fn mend_disks(&mut self) {
        for terminal in &mut self.terminals {
            (terminal.disk.slow, terminal.disk.refuses) = (0, 0);
        }
    }

    fn appoint_somebody(&mut self, by: usize) {
        let master = self.some_place();
        self.appoint(by, master);
    }

    pub fn appoint(&mut self, by: usize, master: usize) {
        let origin = self.terminals[master].origin;
        if let Some(running) = &mut self.terminals[by].running {
            let acts = running.node.appoint(origin);
            self.trace.line(self.now, || format!("at terminal {by} somebody makes {master} master"));
            self.act(by, acts);
        }
    }

    fn copy_the_disk(&mut self, place: usize) {
        if self.terminals[place].forked_at.is_some() {
            return;
        }
        let disk = &mut self.terminals[place].disk;
        disk.backup = Some(disk.kept.clone());
    }

    /// An old copy is played back. It shows only where somebody else holds more of this terminal's log: where nobody
    /// does, no protocol could tell, and the person who restores must give it a new name.
    fn restore(&mut self, place: usize) {
        let own = self.terminals[place].origin;
        let Some(backup) = self.terminals[place].disk.backup.clone() else { return };
        if self.ledger.retired.contains(&own) || self.terminals[place].forked_at.is_some() {
            return;
        }
        let reach = backup.reach(own);
        let others = self.places().filter(|p| *p != place);
        let known = others.clone().any(|p| self.terminals[p].disk.kept.reach(own) > reach);
        let another_waits = others.clone().any(|p| self.terminals[p].is_old_copy());
        if reach == 0 || !known || another_waits || self.letters >= MAX_NAMES {
            return;
        }
        // Where all others hold more, nobody takes what it writes meanwhile for the truth.
        let writes_on = others.clone().all(|p| self.terminals[p].disk.kept.reach(own) > reach) && self.dice.one_in(2);
        let others = if writes_on { BTreeSet::new() } else { others.collect() };
        self.trace.line(self.now, || format!("terminal {place} is restored from a copy that ends at {reach}"));
        self.stop(place, true);
        self.forget_taps(place);
        self.spare(place, &backup);
        // With its role it forgets which epochs it claimed; that the smaller name wins keeps that harmless.
        self.traffic.claims.retain(|(by, _), _| *by != own);
        let terminal = &mut self.terminals[place];
        (terminal.disk.kept, terminal.snapshot) = (backup, None);
        terminal.must_meet = others;
        terminal.forked_at = writes_on.then_some(reach);
        if writes_on && self.dice.one_in(2) {
            // Its cable is plugged in later.
            for other in self.places().filter(|p| *p != place) {
                self.network.blocked.extend([(place, other), (other, place)]);
            }
        }
        if self.has(Lapse::WritesBeforeMeeting) {
            self.terminals[place].must_meet.clear();
        }
        self.start(place);
    }

    /// The disk is lost. The terminal comes back empty, under a new name and letter.
    fn wipe(&mut self, place: usize) {
        let others = || self.terminals.iter().enumerate().filter(|(p, _)| *p != place).map(|(_, t)| t);
        let set_up_elsewhere = others().any(|t| t.disk.kept.reach(self.first) > 0);
        let somebody_waits = self.terminals.iter().any(|t| t.is_old_copy());
        if !set_up_elsewhere || somebody_waits || self.letters >= MAX_NAMES {
            return;
        }
        self.trace.line(self.now, || format!("the disk of terminal {place} is lost"));
        self.stop(place, true);
        self.forget_taps(place);
        self.spare(place, &Kept::default());
        let (mut origin, mut letter) = (self.new_name(), self.new_letter());
        if self.has(Lapse::KeepsTheName) {
            (origin, letter) = (self.terminals[place].origin, self.terminals[place].letter);
        }
        if self.has(Lapse::KeepsTheLetter) {
            letter = self.terminals[place].letter;
        }
        let terminal = &mut self.terminals[place];
        (terminal.origin, terminal.letter, terminal.disk.me) = (origin, letter, origin);
        terminal.forked_at = None;
        (terminal.disk.kept, terminal.disk.backup, terminal.snapshot) = (Kept::default(), None, None);
        self.start(place);
    }

    /// What no other disk holds cannot be asked for when this one holds only `left` from now on.
    fn spare(&mut self, place: usize, left: &Kept) {
        let logs: Vec<(Origin, u64)> = self.terminals[place].disk.kept.heads().into_iter().collect();
        for (origin, had) in logs {
            let elsewhere = self.places().filter(|p| *p != place).map(|p| self.terminals[p].disk.kept.reach(origin));
            let held = elsewhere.max().unwrap_or(0).max(left.reach(origin));
            if held < had {
                let spared = self.ledger.spared.entry(origin).or_insert(held);
                *spared = held.min(*spared);
            }
        }
    }

    /// Taps at a terminal that is gone for good go with it, unless the device can ask another.
    pub fn forget_taps(&mut self, place: usize) {
        for waiter in &mut self.waiters {
            let stays = waiter.roams;
            if !stays && waiter.asked.as_ref().is_some_and(|a| a.of.0 == place) {
                waiter.asked = None;
            }
        }
    }

    /// Everything that was wrong is put right.
    pub fn heal(&mut self) {
        self.trace.line(self.now, || "everything is mended".to_owned());
        (self.doomed, self.rogue) = (None, None);
        self.network.blocked.clear();
        self.network.slow.clear();
        self.mend_disks();
        self.paper.printers.values_mut().for_each(|printer| (printer.out, printer.mute) = (false, false));
        for terminal in &mut self.terminals {
            terminal.sleeps_until = terminal.sleeps_until.min(self.now);
        }
        self.start_all();
    }
}
