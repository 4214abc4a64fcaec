//! What a terminal does with what its node, its disk and its people want.

use std::collections::BTreeMap;

use domain::{
    event::Event,
    ids::{CommandId, Dot, Origin},
};
use sync::{Act, Alarm, Body, Heads, Signature};

use crate::{
    clock::Time,
    disk::Job,
    network::weight,
    planted::Lapse,
    waiter::Intent,
    wires::MAX_BURST,
    world::{Happens, World},
};

/// Letters of an entry that the trace shows.
const SHOWN: usize = 400;
/// One answer of so many never arrives.
const ANSWERS_LOST: u64 = 30;
/// An old copy is let in again after so long, when all goes well.
const LET_IN: u64 = 500;

impl World {
    /// Does what a node wants done.
    pub fn act(&mut self, place: usize, acts: Vec<Act>) {
        let mut burst = BTreeMap::new();
        for act in acts {
            if let Act::Send(link, frame) = &act {
                let bytes: &mut usize = burst.entry(*link).or_default();
                *bytes += weight(frame);
                if *bytes > MAX_BURST {
                    self.fail(
                        "in flight",
                        format!("terminal {place} sends {bytes} bytes of entries on a link at once"),
                    );
                }
            }
            match act {
                Act::Send(link, frame) => self.send(link, place, frame),
                Act::Store { origin, first, bodies, seals, .. } => self.take_in(place, origin, first, bodies, seals),
                Act::Keep(role) => {
                    let kept = self.terminals[place].disk.kept.role;
                    if let Some(kept) = kept.filter(|kept| kept.beats(role)) {
                        self.fail("role", format!("terminal {place} goes back from {kept:?} to {role:?}"));
                    }
                    self.write(place, Job::Role(role));
                }
                Act::Close(link, why) => {
                    self.trace.line(self.now, || format!("terminal {place} closes a link: {why}"));
                    self.traffic.closed += 1;
                    self.let_go(link, place, false);
                    self.lost_contact(place);
                }
                Act::Note(event) => {
                    let running = self.terminals[place].running.as_mut();
                    running.into_iter().for_each(|r| r.notes.push_back(event.clone()));
                    self.write_notes(place);
                }
                Act::Alarm(alarm) => {
                    self.trace.line(self.now, || format!("terminal {place}: {alarm:?}"));
                    match alarm {
                        Alarm::OwnLogIsLonger { .. } => self.alarm(place),
                        Alarm::Contradiction { origin, by, .. } => self.accused(place, origin, by),
                    }
                }
            }
        }
    }

    /// A node hands entries to the disk: never its own, and never with a gap.
    fn take_in(&mut self, place: usize, origin: Origin, first: u64, bodies: Vec<Body>, seals: Vec<(u64, Signature)>) {
        let terminal = &self.terminals[place];
        if origin == terminal.origin {
            return self.fail("own log", format!("terminal {place} stores its own log as a peer tells it"));
        }
        let reach = terminal.disk.will_reach(origin);
        if first > reach + 1 {
            let what = format!("terminal {place} stores {origin} from {first} on, but has it to {reach} only");
            return self.fail("gap", what);
        }
        if self.has(Lapse::FoldsBeforeDisk)
            && let Some(running) = &mut self.terminals[place].running
        {
            for seq in first..first + bodies.len() as u64 {
                let dot = Dot { origin, seq };
                if let Some(written) = self.ledger.at(dot) {
                    running.fold.take(dot, written, 1, None);
                }
            }
        }
        let came = (self.now, self.terminals[place].running.as_ref().map_or(0, |r| r.doubts));
        self.write(place, Job::Peer { origin, first, bodies, seals, came });
    }

    /// Gives the disk something to write.
    pub fn write(&mut self, place: usize, job: Job) {
        let idle = self.terminals[place].disk.queue.is_empty();
        self.terminals[place].disk.queue.push_back(job);
        if idle {
            self.write_next(place);
        }
    }

    fn write_next(&mut self, place: usize) {
        let terminal = &self.terminals[place];
        if terminal.disk.queue.is_empty() {
            return;
        }
        let (run, slow) = (terminal.run, terminal.disk.slow);
        let takes = 1 + self.dice.below(3) + self.dice.below(slow + 1);
        self.later(takes, Happens::Written { at: place, run });
    }

    /// The disk is done with the first job it was given.
    pub fn written(&mut self, place: usize, run: u64) {
        let terminal = &mut self.terminals[place];
        if terminal.run != run || terminal.running.is_none() {
            return;
        }
        if terminal.sleeps_until > self.now {
            let wait = terminal.sleeps_until - self.now;
            return self.later(wait, Happens::Written { at: place, run });
        }
        let Some(job) = terminal.disk.queue.pop_front() else { return };
        let refuses = terminal.disk.refuses;
        if refuses > 0 && self.dice.one_in(refuses) {
            self.not_written(place, job);
        } else {
            self.told_written(place, job);
        }
        self.write_next(place);
    }

    fn not_written(&mut self, place: usize, job: Job) {
        let quiet = self.has(Lapse::RefusalUnsaid);
        let Some(running) = &mut self.terminals[place].running else { return };
        match job {
            Job::Own { cmd, .. } => {
                running.writing = false;
                self.answered(cmd, None);
            }
            Job::Peer { origin, .. } if !quiet => running.node.not_stored(origin),
            Job::Peer { .. } => {}
            Job::Role(_) => {
                // A terminal keeps at it, because without its role on the disk it may tell nobody.
                self.terminals[place].disk.queue.push_back(job);
            }
            Job::Sending { job, .. } => running.sending.retain(|_, sent| *sent != job),
            // It stays "being sent", for people to see, until the next start.
            Job::Doubt(job) => {
                if let Some(slip) = self.terminals[place].disk.kept.slips.get(&job) {
                    self.paper.left_to_people.insert((slip.of.entry, slip.of.station.clone()));
                }
            }
        }
    }

    fn told_written(&mut self, place: usize, job: Job) {
        if self.has(Lapse::RoleNotKept)
            && let Job::Role(_) = &job
        {
            return self.tell_node(place, job);
        }
        if let Job::Peer { origin, first, .. } = &job
            && *first > self.terminals[place].disk.kept.reach(*origin) + 1
        {
            // What stood before it was refused.
            return self.not_written(place, job);
        }
        self.keep(place, job.clone());
        if self.failure.is_none() {
            self.tell_node(place, job);
        }
    }

    /// A write is durable: it is folded, the node hears of it, and whoever asked is answered.
    fn tell_node(&mut self, place: usize, job: Job) {
        let local = self.local(place);
        let terminal = &mut self.terminals[place];
        let Some(running) = &mut terminal.running else { return };
        let (origin, cmd) = match job {
            Job::Role(role) => {
                let acts = running.node.kept(role, local);
                return self.act(place, acts);
            }
            Job::Own { cmd, .. } => (terminal.origin, Some(cmd)),
            Job::Peer { origin, .. } => (origin, None),
            Job::Sending { job, asked, .. } => return self.bytes_leave(place, job, asked),
            Job::Doubt(_) => return,
        };
        let upto = terminal.disk.kept.reach(origin);
        if cmd.is_some() {
            running.writing = false;
        }
        let acts = running.node.stored(origin, upto, local, &terminal.disk);
        if let Some(cmd) = cmd {
            self.answered(cmd, Some(Dot { origin, seq: upto }));
        }
        self.act(place, acts);
    }

    pub fn keep_own(&mut self, place: usize, (cmd, seq, body): (CommandId, u64, Body), knew: Heads, asked: Time) {
        let origin = self.terminals[place].origin;
        let dot = Dot { origin, seq };
        let said = || String::from_utf8_lossy(&body).chars().take(SHOWN).collect::<String>();
        self.trace.line(self.now, || format!("terminal {place} wrote {dot} for {cmd}: {}", said()));
        if self.terminals[place].forked_at.is_some() {
            self.ledger.fork(dot, cmd, body.clone(), knew);
        } else if let Err((oracle, what)) = self.ledger.write(dot, cmd, body.clone(), knew) {
            return self.fail(oracle, format!("terminal {place}: {what}"));
        }
        self.terminals[place].disk.kept.append(origin, body, None);
        let doubts = self.terminals[place].running.as_ref().map_or(0, |r| r.doubts);
        self.fold_kept(place, origin, (asked, doubts));
    }

    /// Writes something of the terminal's own into its log; false when it cannot now.
    pub fn note(&mut self, place: usize, events: Vec<Event>, ended: Option<u64>) -> bool {
        let job = self.terminals[place].note(events, ended, self.now);
        job.map(|job| self.write(place, job)).is_some()
    }

    /// Writes down what waits for that, as soon as nothing else is being written.
    pub fn write_notes(&mut self, place: usize) {
        let Some(event) = self.terminals[place].running.as_mut().and_then(|r| r.notes.pop_front()) else { return };
        if !self.note(place, vec![event.clone()], None)
            && let Some(running) = &mut self.terminals[place].running
        {
            running.notes.push_front(event);
        }
    }

    /// Appends what is new of it; the bytes must be the author's.
    pub fn keep_of_peer(
        &mut self,
        place: usize,
        origin: Origin,
        first: u64,
        bodies: Vec<Body>,
        seals: &[(u64, Signature)],
    ) {
        for (seq, body) in (first..).zip(bodies) {
            let reach = self.terminals[place].disk.kept.reach(origin);
            if seq <= reach {
                continue;
            }
            let dot = Dot { origin, seq };
            let body = self.as_this_version_stores(place, body);
            let same = self.ledger.at(dot).is_some_and(|w| w.body == body);
            if !same {
                return self
                    .fail("bytes", format!("terminal {place} stored other bytes as {dot} than its author wrote"));
            }
            if seq > reach + 1 {
                return self.fail("gap", format!("terminal {place} stored {dot} after {reach}"));
            }
            let seal = seals.iter().find(|(at, _)| *at == seq).map(|(_, sign)| *sign);
            self.terminals[place].disk.kept.append(origin, body, seal);
        }
    }

    /// Bytes are stored as they came; the planted bugs do not.
    fn as_this_version_stores(&self, place: usize, body: Body) -> Body {
        let read = || serde_json::from_slice::<domain::event::Entry>(&body);
        if self.has(Lapse::WritesAnew)
            && let Ok(entry) = read()
        {
            return serde_json::to_vec(&entry).unwrap_or_default().into();
        }
        if self.has(Lapse::DropsUnknown) && self.terminals[place].version < crate::fold::NEW && read().is_err() {
            return Body::from(&b"{}"[..]);
        }
        body
    }

    /// A peer knows more of this terminal's log than it does: it writes nothing more under its name.
    fn alarm(&mut self, place: usize) {
        let deaf = self.has(Lapse::WritesAfterAlarm);
        let origin = self.terminals[place].origin;
        let here = self.terminals[place].disk.kept.reach(origin);
        let forked = self.terminals[place].forked_at.is_some();
        if !forked && self.terminals.iter().all(|t| t.disk.kept.reach(origin) <= here) {
            return self.fail("own log", format!("terminal {place} is alarmed, but nobody holds more of its log"));
        }
        self.ledger.retired.insert(origin);
        if deaf {
            self.terminals[place].must_meet.clear();
        }
        if let Some(running) = &mut self.terminals[place].running {
            running.alarmed = !deaf;
        }
        self.later(LET_IN, Happens::ComesBack(place));
    }

    /// A terminal says that a log as another one has it contradicts what it holds.
    fn accused(&mut self, place: usize, origin: Origin, by: Origin) {
        // What an old copy said may arrive after it got its new name.
        let is_forked = |origin| self.ledger.forks.keys().any(|dot| dot.origin == origin);
        if !is_forked(origin) && !self.rogues.contains(&by) {
            self.fail(
                "accused",
                format!("terminal {place} says that {by} contradicts the log of {origin}, and it does not"),
            );
        }
    }

    /// An answer reaches whoever waits for it. What is promised now must never be lost.
    pub fn answered(&mut self, cmd: CommandId, done: Option<Dot>) {
        if done.is_some() && self.dice.one_in(ANSWERS_LOST) {
            // The Wi-Fi swallowed it: whoever asked asks again.
            return;
        }
        if let Some(dot) = done {
            self.ledger.promised.insert((dot, cmd));
        }
        for waiter in &mut self.waiters {
            if waiter.asked.as_ref().is_some_and(|a| a.id == cmd) {
                let asked = waiter.asked.take();
                waiter.last = asked.filter(|_| done.is_some());
            }
        }
    }

    /// The restaurant is set up at the first terminal, as a person would.
    pub fn set_up(&mut self) {
        let mut people = domain::demo::staff().into_iter();
        let Some((owner, pin)) = people.next() else { return };
        let command = domain::command::Command::SetUp {
            settings: Box::new(crate::paper::settings()),
            owner,
            pin: pin.to_owned(),
            menu: Box::new(domain::demo::menu()),
            floor: domain::demo::floor(),
        };
        let id = self.waiters[0].next_id();
        self.give(0, 0, id, Intent::Order(Box::new(command)), false);
    }
}
