//! Paper: slips that wait on a terminal's disk, its spooler, and printers several terminals use. What came out of a
//! printer stays out, whatever crashes.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    event::{Event, SlipEnd, TicketOf},
    ids::{CommandId, Dot, LineId, Origin, PrinterId, StationId},
    settings::{Printer as Known, Settings},
    slips::{SlipContent, kitchen_slips_of},
    tickets::{ASLEEP, DOUBTED_AFTER, MAX_TRIES, Standing, TAKEN_AFTER, Turned},
};

use crate::{
    clock::Time,
    disk::Job,
    planted::Lapse,
    world::{Happens, World},
};

/// How often a spooler looks for work.
pub const SPOOL: Time = 120;
/// One proof of print of so many never comes.
const PROOFS_LOST: u64 = 60;
/// A terminal looks whose tickets are whose once in so many ticks.
const LOOKS: u64 = 10;

/// A kitchen slip as a terminal's disk has it until it ended.
#[derive(Debug, Clone)]
pub struct Slip {
    pub printer: PrinterId,
    pub of: TicketOf,
    pub lines: Vec<LineId>,
    /// A line on it has no name.
    pub blank: bool,
    /// Says POSSIBLE DUPLICATE.
    pub marked: bool,
    pub tries: u32,
    /// Its bytes may have left.
    pub sending: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Printer {
    /// Out of paper, or its cover is open.
    pub out: bool,
    /// It prints and proves nothing.
    pub mute: bool,
    /// It serves one connection at a time.
    busy_until: Time,
}

/// A line of a ticket or void slip that came out.
#[derive(Debug, Clone, Copy)]
pub struct Print {
    pub at: Time,
    pub marked: bool,
    pub by: usize,
}

/// The command that asked for a slip, the station it is for, and a line on it.
pub type Item = (CommandId, StationId, LineId);

#[derive(Default)]
pub struct Paper {
    pub printers: BTreeMap<PrinterId, Printer>,
    pub printed: BTreeMap<Item, Vec<Print>>,
    /// Left to a person, who sees it on the screen.
    pub left_to_people: BTreeSet<(CommandId, StationId)>,
    /// Bytes on their way to a printer.
    under_way: BTreeMap<u64, (usize, u64, u64, Slip)>,
    /// Nothing new is sent while the logs are compared, because each slip that ends is an entry.
    pub stands_still: bool,
}

/// The demo's settings, with the bar's tickets on a printer of its own.
pub fn settings() -> Settings {
    let mut settings = domain::demo::settings("en");
    let bar = Known { id: "bar".into(), ..settings.printers[0].clone() };
    settings.printers.push(bar);
    let at_bar = settings.stations.iter_mut().filter(|s| s.id == StationId::from("bar"));
    at_bar.for_each(|s| s.printer = Some("bar".into()));
    settings
}

impl Paper {
    pub fn new() -> Paper {
        let printers = settings().printers.into_iter().map(|p| (p.id, Printer::default())).collect();
        Paper { printers, ..Paper::default() }
    }
}

impl World {
    /// Folds what a disk holds of a log and memory does not, and makes the slips that became this terminal's duty with it:
    /// one write with the entries. `came` is when they arrived or were asked for, and how often this terminal had been in
    /// doubt by then. An own one that took so long may have been asked for again elsewhere.
    pub fn fold_kept(&mut self, place: usize, origin: Origin, came: (Time, u64)) {
        let lapse = self.lapse();
        let terminal = &mut self.terminals[place];
        let (me, upto, version) = (terminal.origin, terminal.disk.kept.reach(origin), terminal.version);
        let forked = terminal.forked_at.filter(|_| origin == me);
        let (at, doubts) = came;
        let soon = at + TAKEN_AFTER > self.now;
        let (fold, in_reach) = match (&mut terminal.running, &mut terminal.snapshot) {
            (Some(running), _) => {
                let at_once = doubts == running.doubts && soon;
                let in_reach = running.node.wrote_in_reach(origin).filter(|_| at_once);
                (&mut running.fold, in_reach)
            }
            (None, Some(snapshot)) => (snapshot, None),
            (None, None) => return,
        };
        for seq in fold.heads.get(&origin).copied().unwrap_or(0) + 1..=upto {
            let dot = Dot { origin, seq };
            let fork = forked.is_some_and(|from| seq > from);
            let Some(written) = (if fork { self.ledger.forks.get(&dot) } else { self.ledger.at(dot) }) else {
                continue;
            };
            let Some(entry) = written.entry.clone() else {
                fold.take(dot, written, version, lapse);
                continue;
            };
            let before = fold.restaurant.before(&entry);
            fold.take(dot, written, version, lapse);
            let fresh = origin == me && soon
                || in_reach.as_ref().is_some_and(|wrote| wrote.contains(&seq))
                || lapse == Some(Lapse::StaleIsFresh);
            let mut turned: Vec<_> = fold.restaurant.turned_to(me, &before, &entry, fresh);
            if lapse == Some(Lapse::TakesUnmarked) && origin == me {
                turned.iter_mut().for_each(|t| t.marked = entry.again);
            }
            if lapse == Some(Lapse::BothMakeTickets) && origin == me && entry.paper.is_some() {
                turned.push(Turned { entry: entry.cmd, marked: false, lacking: false });
            }
            for turned in turned {
                let of = fold.done.get(&turned.entry).copied().unwrap_or(dot);
                let fork = forked.is_some_and(|from| of.origin == me && of.seq > from);
                let found = if fork { self.ledger.forks.get(&of) } else { self.ledger.at(of) };
                let Some(fired) = found.and_then(|w| w.entry.clone()) else { continue };
                let marked = turned.marked || fired.again;
                let slips = slips_of(&fold.restaurant, &fired, marked);
                let kept = &mut terminal.disk.kept;
                for mut slip in slips {
                    slip.blank &= !turned.lacking;
                    kept.next_slip += 1;
                    kept.slips.insert(kept.next_slip, slip);
                }
            }
        }
    }

    /// The planted bug: tickets of what is told again are made as if it had never been sent to the kitchen.
    pub fn make_tickets_anew(&mut self, place: usize, origin: Origin) {
        let terminal = &mut self.terminals[place];
        let Some(running) = &terminal.running else { return };
        let told = self.ledger.logs.get(&origin).into_iter().flatten().filter_map(|written| written.entry.as_ref());
        let slips: Vec<Slip> = told.flat_map(|entry| slips_of(&running.fold.restaurant, entry, false)).collect();
        for slip in slips {
            terminal.disk.kept.next_slip += 1;
            terminal.disk.kept.slips.insert(terminal.disk.kept.next_slip, slip);
        }
    }

    /// Another terminal is out of reach: what waits here now and goes on waiting, it may take over.
    pub fn lost_contact(&mut self, place: usize) {
        let local = self.local(place);
        let terminal = &mut self.terminals[place];
        if let Some(running) = &mut terminal.running {
            running.doubts += 1;
            let due = running.doubt.map_or(local + DOUBTED_AFTER, |(due, _)| due);
            running.doubt = Some((due, terminal.disk.kept.next_slip));
        }
    }

    /// Slips up to this one that still wait say so when they are printed.
    fn doubt_slips(&mut self, place: usize, upto: u64) {
        if !self.has(Lapse::NeverInDoubt) {
            let waits = self.terminals[place].disk.kept.slips.range_mut(..=upto).filter(|(_, s)| !s.sending);
            waits.for_each(|(_, slip)| slip.marked = true);
        }
    }

    /// What an earlier run left: slips that were being sent may be on paper, and of the others somebody else may have
    /// printed some.
    pub fn find_slips(&mut self, place: usize) {
        self.doubt_slips(place, u64::MAX);
        let forgets = self.has(Lapse::MarkForgotten);
        let slips = &self.terminals[place].disk.kept.slips;
        let found: Vec<(u64, bool)> =
            slips.iter().filter(|(_, s)| s.sending).map(|(job, s)| (*job, s.marked)).collect();
        for (job, marked) in found {
            self.doubt(place, job);
            if let Some(slip) = self.terminals[place].disk.kept.slips.get_mut(&job).filter(|_| forgets) {
                slip.marked = marked;
            }
        }
    }

    /// Nobody knows whether a slip is on paper: it is sent again, marked, until a person must look.
    pub fn doubt(&mut self, place: usize, job: u64) {
        let slips = &mut self.terminals[place].disk.kept.slips;
        let Some(slip) = slips.get_mut(&job) else { return };
        (slip.sending, slip.marked) = (false, true);
        if slip.tries >= MAX_TRIES
            && let Some(slip) = slips.remove(&job)
        {
            self.paper.left_to_people.insert((slip.of.entry, slip.of.station));
        }
    }

    /// The spooler of a terminal looks for work, and writes down what became of what it sent.
    pub fn spool(&mut self, place: usize) {
        self.later(SPOOL, Happens::Spool(place));
        if !self.terminals[place].is_up(self.now) || self.terminals[place].is_held_back() {
            return;
        }
        let running = self.terminals[place].running.as_mut();
        let before = running.and_then(|r| r.spooled.replace(self.now));
        if before.is_some_and(|at| at + ASLEEP < self.now) && !self.has(Lapse::WakesUnaware) {
            self.doubt_slips(place, u64::MAX);
        }
        self.note_outcomes(place);
        if self.paper.stands_still || self.terminals[place].disk.kept.slips.is_empty() {
            return;
        }
        let printers: Vec<PrinterId> = self.paper.printers.keys().cloned().collect();
        for id in printers {
            let printer = &self.paper.printers[&id];
            let Some(running) = &self.terminals[place].running else { return };
            if printer.out || printer.busy_until > self.now || running.sending.contains_key(&id) {
                continue;
            }
            let mut slips = self.terminals[place].disk.kept.slips.iter();
            let Some((job, slip)) = slips.find(|(_, s)| s.printer == id && !s.sending) else { continue };
            let doubtful = running.fold.restaurant.duties.is_doubtful(self.terminals[place].origin, slip.of.entry);
            let (job, marked) = (*job, slip.marked || doubtful && !self.has(Lapse::NeverInDoubt));
            if let Some(running) = &mut self.terminals[place].running {
                running.sending.insert(id.clone(), job);
            }
            self.write(place, Job::Sending { job, marked, asked: self.now });
        }
    }

    fn note_outcomes(&mut self, place: usize) {
        while let Some(running) = &mut self.terminals[place].running {
            let Some((job, proved)) = running.outcomes.pop_front() else { return };
            running.sending.retain(|_, sent| *sent != job);
            let Some(slip) = self.terminals[place].disk.kept.slips.get(&job) else { continue };
            if !proved {
                self.write(place, Job::Doubt(job));
                continue;
            }
            let ended = Event::SlipEnded {
                job,
                printer: slip.printer.clone(),
                check: None,
                of: Some(slip.of.clone()),
                end: SlipEnd::Printed,
            };
            if !self.note(place, vec![ended], Some(job)) {
                if let Some(running) = &mut self.terminals[place].running {
                    running.outcomes.push_front((job, proved));
                }
                return;
            }
        }
    }

    /// It is durable that the bytes are leaving. What took so long is looked at again first.
    pub fn bytes_leave(&mut self, place: usize, job: u64, asked: Time) {
        if asked + ASLEEP < self.now && !self.has(Lapse::WakesUnaware) {
            let terminal = &mut self.terminals[place];
            if let Some(slip) = terminal.disk.kept.slips.get_mut(&job).filter(|slip| !slip.marked) {
                (slip.sending, slip.marked) = (false, true);
                terminal.running.iter_mut().for_each(|r| r.sending.retain(|_, sent| *sent != job));
                return;
            }
        }
        let (n, takes) = (self.next_number(), self.dice.between(10, 150));
        let terminal = &self.terminals[place];
        let Some(slip) = terminal.disk.kept.slips.get(&job).cloned() else { return };
        if let Some(printer) = self.paper.printers.get_mut(&slip.printer) {
            printer.busy_until = self.now + takes;
        }
        self.paper.under_way.insert(n, (place, terminal.run, job, slip));
        self.later(takes, Happens::Prints(n));
    }

    pub fn prints(&mut self, n: u64) {
        let Some((place, run, job, slip)) = self.paper.under_way.remove(&n) else { return };
        let died = self.terminals[place].run != run;
        let Some(printer) = self.paper.printers.get(&slip.printer).cloned() else { return };
        // Of a program that died the bytes may have left or not.
        if !(printer.out || died && self.dice.one_in(2)) {
            self.comes_out(place, &slip);
        }
        let proved = !printer.out && !printer.mute && !self.dice.one_in(PROOFS_LOST);
        if let Some(running) = self.terminals[place].running.as_mut().filter(|_| !died) {
            running.outcomes.push_back((job, proved));
        }
    }

    fn comes_out(&mut self, place: usize, slip: &Slip) {
        let words = || {
            let marked = if slip.marked { ", POSSIBLE DUPLICATE" } else { "" };
            format!("terminal {place} prints the slip of {} at {}{marked}", slip.of.entry, slip.of.station)
        };
        self.trace.line(self.now, words);
        let print = Print { at: self.now, marked: slip.marked, by: place };
        for line in &slip.lines {
            let item = (slip.of.entry, slip.of.station.clone(), *line);
            let printed = self.paper.printed.entry(item.clone()).or_default();
            printed.push(print);
            if let Err((oracle, what)) = crate::oracles::paper::says_so(&item, printed) {
                return self.fail(oracle, what);
            }
        }
        if slip.blank {
            let what = format!("the slip of {} at {} names no dish", slip.of.entry, slip.of.station);
            self.fail("paper", what);
        }
    }

    /// Whether a printer has work.
    pub fn paper_waits(&self) -> bool {
        !self.paper.under_way.is_empty()
            || self.terminals.iter().filter(|t| t.is_up(self.now)).any(|t| {
                let busy = |r: &crate::terminal::Running| !r.outcomes.is_empty() || !r.sending.is_empty();
                t.running.as_ref().is_some_and(busy) || t.disk.kept.slips.values().any(|s| !s.sending)
            })
    }

    /// Tickets change hands when masters come and go.
    pub fn see_to_tickets(&mut self, place: usize) {
        let local = self.local(place);
        let doubt = self.terminals[place].running.as_mut().and_then(|r| r.doubt.take_if(|(due, _)| *due <= local));
        if let Some((_, upto)) = doubt {
            self.doubt_slips(place, upto);
        }
        let terminal = &mut self.terminals[place];
        let me = terminal.origin;
        let Some(running) = &mut terminal.running else { return };
        running.ticks += 1;
        if !running.ticks.is_multiple_of(LOOKS) {
            return;
        }
        let heard = running.node.peers().filter_map(|(_, p)| p.origin).chain([me]).collect();
        let standing = Standing { master: running.node.role().master, heard: running.node.hears_master() };
        let handing = running.watch.look(&running.fold.restaurant.duties, me, standing, &heard, local);
        let Some(handing) = handing else { return };
        if handing.to == me && handing.again && self.has(Lapse::NeverTakesOver) {
            return;
        }
        self.note(place, vec![handing.event()], None);
    }
}

fn slips_of(restaurant: &domain::Restaurant, fired: &domain::event::Entry, marked: bool) -> Vec<Slip> {
    let done = restaurant.duties.get(fired.cmd).map(|d| &d.done);
    let slips = kitchen_slips_of(restaurant, fired).into_iter().filter_map(|order| {
        let station = order.content.station().filter(|at| !done.is_some_and(|d| d.contains(*at)))?.clone();
        let ticket = match &order.content {
            SlipContent::Ticket(ticket) => ticket,
            SlipContent::Void(void) => &void.ticket,
            _ => return None,
        };
        let (lines, blank) =
            (ticket.lines.iter().map(|l| l.line).collect(), ticket.lines.iter().any(|l| l.name.is_empty()));
        let of = TicketOf { entry: fired.cmd, station };
        Some(Slip { printer: order.printer, of, lines, blank, marked, tries: 0, sending: false })
    });
    slips.collect()
}
