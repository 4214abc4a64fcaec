//! The house: terminals, cables, people and one queue of what happens next. No thread, no real clock, no hash map.

use std::{
    cmp::Ordering,
    collections::{BTreeSet, BinaryHeap},
};

use domain::ids::{Origin, Session};
use sync::Node;

use crate::{
    clock::{Clock, Time},
    dice::Dice,
    disk::{Disk, Job},
    ledger::Ledger,
    network::Network,
    oracles::{Failure, Traffic},
    paper::Paper,
    planted::{Bug, Lapse},
    terminal::Terminal,
    trace::Trace,
    waiter::{Card, Waiter},
};

/// Forty random bits, as a terminal draws them for its name.
pub const NAME: u64 = 1 << 40;

#[derive(Debug, Clone, Copy)]
pub enum Happens {
    Tick(usize),
    /// A waiter looks up.
    Tap(usize),
    /// The first write in the queue of a disk ends.
    Written {
        at: usize,
        run: u64,
    },
    Arrives {
        wire: u64,
        side: usize,
    },
    Dial,
    /// A terminal that was restored from an old copy is let in again.
    ComesBack(usize),
    /// A terminal's spooler looks for work.
    Spool(usize),
    /// Bytes reach a printer.
    Prints(u64),
}

struct Due {
    at: Time,
    n: u64,
    what: Happens,
}

impl PartialEq for Due {
    fn eq(&self, other: &Due) -> bool {
        self.n == other.n
    }
}
impl Eq for Due {}
impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Due) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Due {
    /// The earliest is the greatest, because a heap gives its greatest first.
    fn cmp(&self, other: &Due) -> Ordering {
        (other.at, other.n).cmp(&(self.at, self.n))
    }
}

pub struct World {
    pub dice: Dice,
    pub now: Time,
    due: BinaryHeap<Due>,
    n: u64,
    /// The name of the terminal that set the restaurant up, master before anybody claims.
    pub first: Origin,
    pub terminals: Vec<Terminal>,
    pub network: Network,
    pub ledger: Ledger,
    pub waiters: Vec<Waiter>,
    pub card: Card,
    /// Orders are taken.
    pub open: bool,
    /// Milliseconds between the taps of one waiter, about.
    pub pace: u64,
    pub letters: u32,
    /// This terminal crashes as soon as it gives its disk an order: nobody knows then whether it was done.
    pub doomed: Option<usize>,
    /// This terminal alters what it passes on of others' logs.
    pub rogue: Option<usize>,
    /// Who ever did, under the name it had then.
    pub rogues: BTreeSet<Origin>,
    pub bug: Option<Bug>,
    pub traffic: Traffic,
    pub paper: Paper,
    pub trace: Trace,
    pub failure: Option<Failure>,
}

impl World {
    pub fn new(seed: u64, count: usize, bug: Option<Bug>, trace: Trace) -> World {
        let mut dice = Dice::new(seed);
        let first = Origin(dice.below(NAME));
        let mut world = World {
            now: 0,
            due: BinaryHeap::new(),
            n: 0,
            first,
            terminals: Vec::new(),
            network: Network::default(),
            ledger: Ledger::default(),
            waiters: Vec::new(),
            card: Card::of_the_demo(),
            open: true,
            pace: dice.between(300, 3_000),
            letters: 0,
            doomed: None,
            rogue: None,
            rogues: BTreeSet::new(),
            bug,
            traffic: Traffic::default(),
            paper: Paper::new(),
            trace,
            failure: None,
            dice,
        };
        for place in 0..count {
            world.install(place, first);
        }
        for place in 0..count {
            world.later(place as u64 * 7 % 50, Happens::Tick(place));
            world.later(100 + place as u64, Happens::Tap(place));
            world.later(60 + place as u64, Happens::Spool(place));
        }
        world.later(1, Happens::Dial);
        world.set_up();
        world
    }

    fn install(&mut self, place: usize, first: Origin) {
        let (began, drift) = (self.dice.below(1_000_000), self.dice.between(0, 400) as i64 - 200);
        let origin = if place == 0 { first } else { self.new_name() };
        let terminal = Terminal {
            origin,
            letter: self.new_letter(),
            chosen: [2, 1].get(place).copied().unwrap_or(0),
            version: u8::from(self.dice.one_in(2)),
            disk: Disk::of(origin),
            forked_at: None,
            clock: Clock::new(began, drift),
            running: None,
            run: 0,
            sleeps_until: 0,
            must_meet: Default::default(),
            snapshot: None,
        };
        self.terminals.push(terminal);
        let session = Session(self.dice.below(NAME));
        let roams = self.dice.one_in(2);
        self.waiters.push(Waiter { session, taps: 0, place, roams, asked: None, last: None });
        self.start(place);
    }

    pub fn new_name(&mut self) -> Origin {
        Origin(self.dice.below(NAME))
    }

    pub fn new_letter(&mut self) -> char {
        self.letters += 1;
        char::from_u32('A' as u32 + self.letters - 1).unwrap_or('?')
    }

    pub fn has(&self, lapse: Lapse) -> bool {
        self.bug == Some(Bug::Terminal(lapse))
    }

    pub fn lapse(&self) -> Option<Lapse> {
        match self.bug {
            Some(Bug::Terminal(lapse)) => Some(lapse),
            _ => None,
        }
    }

    pub fn node(&self, place: usize) -> Option<&Node> {
        self.terminals[place].running.as_ref().map(|r| &r.node)
    }

    pub fn places(&self) -> std::ops::Range<usize> {
        0..self.terminals.len()
    }

    /// What the node calls now.
    pub fn local(&self, place: usize) -> u64 {
        let clock = &self.terminals[place].clock;
        if self.has(Lapse::LinksByWallClock) {
            return clock.wall(self.now).at.unsigned_abs();
        }
        clock.forward(self.now)
    }

    pub fn later(&mut self, delay: u64, what: Happens) {
        self.n += 1;
        self.due.push(Due { at: self.now + delay, n: self.n, what });
    }

    pub fn next_number(&mut self) -> u64 {
        self.n += 1;
        self.n
    }

    /// The first broken rule is the one to look at.
    pub fn fail(&mut self, oracle: &'static str, what: String) {
        if self.failure.is_none() {
            self.trace.line(self.now, || format!("BROKEN {oracle}: {what}"));
            self.failure = Some(Failure { oracle, what, at: self.now });
        }
    }

    /// Lets time pass, until a rule is broken.
    pub fn run_for(&mut self, time: u64) {
        let end = self.now + time;
        while self.failure.is_none() && self.due.peek().is_some_and(|d| d.at <= end) {
            let Some(Due { at, what, .. }) = self.due.pop() else { break };
            self.now = at;
            self.happen(what);
        }
        self.now = end;
    }

    fn happen(&mut self, what: Happens) {
        match what {
            Happens::Tick(place) => self.tick(place),
            Happens::Tap(waiter) => self.tap(waiter),
            Happens::Written { at, run } => self.written(at, run),
            Happens::Arrives { wire, side } => self.arrives(wire, side),
            Happens::Dial => self.dial(),
            Happens::ComesBack(place) => self.comes_back(place),
            Happens::Spool(place) => self.spool(place),
            Happens::Prints(n) => self.prints(n),
        }
    }

    fn tick(&mut self, place: usize) {
        self.later(sync::bounds::TICK, Happens::Tick(place));
        if !self.terminals[place].is_up(self.now) {
            return;
        }
        let local = self.local(place);
        let terminal = &mut self.terminals[place];
        if let Some(running) = &mut terminal.running {
            let acts = running.node.tick(local, &terminal.disk);
            self.see_to_tickets(place);
            self.act(place, acts);
            self.write_notes(place);
        }
    }

    pub fn start(&mut self, place: usize) {
        if self.terminals[place].running.is_some() {
            return;
        }
        // Reading a whole log anew is what a start may do; with a long one it would be most of the work here.
        let entries: u64 = self.terminals[place].disk.kept.heads().values().sum();
        let forget = self.dice.one_in(6 + entries / 30);
        let (lapse, session) = (self.lapse(), Session(self.dice.below(NAME)));
        self.terminals[place].start(self.first, &self.ledger, forget, session, lapse);
        self.find_slips(place);
        if let (Some(Bug::Node(bug)), Some(running)) = (self.bug, &mut self.terminals[place].running) {
            running.node.plant(bug);
        }
        self.trace.line(self.now, || format!("terminal {place} starts"));
    }

    /// The program ends: its connections are closed by the system, or, when the power went, by nobody.
    pub fn stop(&mut self, place: usize, power: bool) {
        if self.terminals[place].running.is_none() {
            return;
        }
        self.trace.line(self.now, || format!("terminal {place} {}", if power { "loses power" } else { "crashes" }));
        let finished = self.terminals[place].stop(&mut self.dice);
        if self.has(Lapse::SlipsNotKept) {
            self.terminals[place].disk.kept.slips.clear();
        }
        for job in finished {
            // What stood before it may have been refused.
            let follows = match &job {
                Job::Peer { origin, first, .. } => *first <= self.terminals[place].disk.kept.reach(*origin) + 1,
                _ => true,
            };
            if follows {
                self.keep(place, job);
            }
        }
        for id in self.network.ids_at(place) {
            self.let_go(id, place, power);
        }
    }

    /// A write became durable, whether or not anybody is there to be told.
    pub fn keep(&mut self, place: usize, job: Job) {
        match job {
            Job::Own { cmd, seq, body, knew, ended, asked } => {
                self.keep_own(place, (cmd, seq, body), knew, asked);
                if let Some(job) = ended {
                    self.terminals[place].disk.kept.slips.remove(&job);
                }
            }
            Job::Peer { origin, first, bodies, seals, came } => {
                self.keep_of_peer(place, origin, first, bodies, &seals);
                self.fold_kept(place, origin, came);
            }
            Job::Sending { job, marked, .. } => {
                if let Some(slip) = self.terminals[place].disk.kept.slips.get_mut(&job) {
                    (slip.sending, slip.marked, slip.tries) = (true, slip.marked || marked, slip.tries + 1);
                }
            }
            Job::Doubt(job) => self.doubt(place, job),
            Job::Role(role) => {
                let kept = &mut self.terminals[place].disk.kept.role;
                if kept.is_none_or(|r| role.beats(r)) {
                    *kept = Some(role);
                }
            }
        }
    }
}
