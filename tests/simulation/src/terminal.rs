//! A terminal around the real node and the real rules: it decides a command, writes the entry, and only then answers,
//! folds it and tells its peers; the same duties `crates/terminal` has, with a disk and clocks that can fail.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use domain::{
    Context,
    clock::Moment,
    decide,
    event::{Entry, Event},
    ids::{CommandId, Dot, Origin, PrinterId, Session, StaffId},
    tickets::{Standing, Watch, paper_for},
};
use serde_json::{Value, json};
use sync::{Body, Heads, Node, Role};

use crate::{
    clock::Clock,
    dice::Dice,
    disk::{Disk, Job},
    fold::{Fold, NEW},
    ledger::{Ledger, Written},
    planted::Lapse,
    waiter::Intent,
};

/// The restaurant all of them belong to.
pub const STORE: u64 = 7;

pub struct Terminal {
    pub origin: Origin,
    pub letter: char,
    /// As a person ranked it.
    pub chosen: u8,
    pub version: u8,
    pub disk: Disk,
    pub clock: Clock,
    pub running: Option<Running>,
    /// Counts its starts, so that what the disk answers to an earlier one is not heard.
    pub run: u64,
    /// Nothing happens there until then: its lid is closed.
    pub sleeps_until: u64,
    /// Restored from a backup: it takes no orders before it met every other terminal.
    pub must_meet: BTreeSet<usize>,
    /// Restored from a backup, it wrote on from here before it met those who know better.
    pub forked_at: Option<u64>,
    /// Memory as it was when the program ended, which a start reads as its snapshot.
    pub snapshot: Option<Fold>,
}

pub struct Running {
    pub node: Node,
    pub fold: Fold,
    /// An own entry is on its way to the disk; the next command waits.
    pub writing: bool,
    pub alarmed: bool,
    /// What the last sign of life said is here, which was looked at.
    pub beaten: Option<Arc<Heads>>,
    /// Names what the terminal itself does.
    session: Session,
    noted: u32,
    /// Whose tickets are whose.
    pub watch: Watch,
    pub ticks: u64,
    /// How often others may have begun to take over what waits here.
    pub doubts: u64,
    /// When what waits up to which slip is in doubt.
    pub doubt: Option<(u64, u64)>,
    /// When its spooler last looked for work.
    pub spooled: Option<u64>,
    /// The slip each printer is sent.
    pub sending: BTreeMap<PrinterId, u64>,
    /// What became of slips, still to be written down, and whether it is proved that they are on paper.
    pub outcomes: VecDeque<(u64, bool)>,
    /// What is still to be written down for people.
    pub notes: VecDeque<Event>,
}

/// A tap as it reaches a terminal.
pub struct Tapped<'a> {
    pub id: CommandId,
    pub intent: &'a Intent,
    /// Another terminal was sent it and did not answer.
    pub again: bool,
}

/// What becomes of a tap.
pub enum Answer {
    /// The rules say no: nothing happened.
    No,
    /// Somebody else is being served: ask again.
    Busy,
    /// Answered when the disk has it.
    Later(Job),
    /// It was done before, by this entry.
    Done(Dot),
}

impl Terminal {
    pub fn is_up(&self, now: u64) -> bool {
        self.running.is_some() && self.sleeps_until <= now
    }

    /// Restored, and not yet met by those who know better. Were their disks lost now, nobody could tell.
    pub fn is_old_copy(&self) -> bool {
        !self.must_meet.is_empty() || self.forked_at.is_some()
    }

    /// What stands here at a place of a log.
    pub fn written<'a>(&self, ledger: &'a Ledger, dot: Dot) -> Option<&'a Written> {
        let forked = dot.origin == self.origin && self.forked_at.is_some_and(|from| dot.seq > from);
        if forked { ledger.forks.get(&dot) } else { ledger.at(dot) }
    }

    /// Starts the program on what the disk holds.
    pub fn start(&mut self, first: Origin, ledger: &Ledger, forget: bool, session: Session, lapse: Option<Lapse>) {
        self.run += 1;
        let mut fold = self.snapshot.take().filter(|_| !forget).unwrap_or_default();
        for (origin, log) in &self.disk.kept.logs {
            for seq in fold.heads.get(origin).copied().unwrap_or(0) + 1..=log.len() as u64 {
                let dot = Dot { origin: *origin, seq };
                if let Some(written) = self.written(ledger, dot) {
                    fold.take(dot, written, self.version, lapse);
                }
            }
        }
        if lapse == Some(Lapse::ForgetsDone) {
            fold.done.clear();
        }
        if lapse == Some(Lapse::NumbersStartOver) {
            fold.restaurant.counters.clear();
        }
        let role = self.disk.kept.role.unwrap_or(Role { epoch: 0, master: first, pinned: false });
        let node = Node::new(self.origin, STORE, self.chosen, role, self.disk.kept.heads());
        self.running = Some(Running {
            node,
            fold,
            writing: false,
            alarmed: false,
            beaten: None,
            session,
            noted: 0,
            watch: Watch::default(),
            ticks: 0,
            doubts: 0,
            doubt: None,
            spooled: None,
            sending: BTreeMap::new(),
            outcomes: VecDeque::new(),
            notes: VecDeque::new(),
        });
    }

    /// The program ends at once. Of what the disk was writing, some may be durable although nobody was told.
    pub fn stop(&mut self, dice: &mut Dice) -> Vec<Job> {
        self.run += 1;
        self.snapshot = self.running.take().map(|r| r.fold);
        let finished = dice.below(self.disk.queue.len() as u64 + 1) as usize;
        let finished = self.disk.queue.drain(..finished).collect();
        self.disk.queue.clear();
        finished
    }

    /// It may write nothing: it was restored and has not met those who know better, or it has.
    pub fn is_held_back(&self) -> bool {
        !self.must_meet.is_empty() || self.running.as_ref().is_some_and(|r| r.alarmed)
    }

    /// What the terminal itself writes into its log; none while it may not, or another entry is on its way.
    pub fn note(&mut self, events: Vec<Event>, ended: Option<u64>, now: u64) -> Option<Job> {
        let (wall, held_back) = (self.clock.wall(now), self.is_held_back());
        let seq = self.disk.kept.reach(self.origin) + 1;
        let running = self.running.as_mut().filter(|r| !held_back && !r.writing)?;
        running.noted += 1;
        let cmd = CommandId { session: running.session, n: running.noted };
        let restaurant = &running.fold.restaurant;
        let entry = Entry {
            dot: Dot { origin: self.origin, seq },
            cmd,
            at: wall.at,
            off: wall.offset,
            day: restaurant.business_day(wall),
            by: None,
            device: None,
            seen: restaurant.seen_by(self.origin, &events),
            paper: None,
            again: false,
            events,
        };
        running.writing = true;
        Some(Job::Own { cmd, seq, body: body_of(&entry, false), knew: running.fold.heads.clone(), ended, asked: now })
    }

    /// Decides a command as `crates/terminal` does.
    pub fn ask(&mut self, asked: Tapped<'_>, now: u64, dice: &mut Dice, lapse: Option<Lapse>) -> Answer {
        let Tapped { id, intent, again } = asked;
        let wall = self.clock.wall(now);
        let seq = self.disk.kept.reach(self.origin) + 1;
        let version = self.version;
        let Some(running) = &mut self.running else { return Answer::No };
        if let Some(dot) = running.fold.done.get(&id) {
            return Answer::Done(*dot);
        }
        let standing = Standing { master: running.node.role().master, heard: running.node.hears_master() };
        if running.alarmed || !self.must_meet.is_empty() {
            return Answer::No;
        }
        if running.writing {
            return Answer::Busy;
        }
        let dot = Dot { origin: self.origin, seq };
        let knew = running.fold.heads.clone();
        let body = match intent {
            Intent::Whistle if version < NEW => return Answer::No,
            Intent::Whistle => whistle(dot, id, wall),
            Intent::Order(command) => {
                running.fold.bring_back(command.checks().collect());
                let Some(mut entry) = decided(&running.fold, command, id, dot, wall, self.letter, lapse) else {
                    return Answer::No;
                };
                entry.paper = paper_for(self.origin, standing, &entry.events);
                entry.again = again && lapse != Some(Lapse::AgainForgotten);
                body_of(&entry, version >= NEW && dice.one_in(5))
            }
        };
        running.writing = true;
        Answer::Later(Job::Own { cmd: id, seq, body, knew, ended: None, asked: now })
    }
}

fn decided(
    fold: &Fold,
    command: &domain::command::Command,
    id: CommandId,
    dot: Dot,
    now: Moment,
    letter: char,
    lapse: Option<Lapse>,
) -> Option<Entry> {
    let owner = StaffId::from("ana");
    let context = Context {
        id,
        now,
        day: fold.restaurant.business_day(now),
        terminal: dot.origin,
        letter,
        actor: Some(owner),
        approver: None,
        device: "till".into(),
        pin_hash: Some("hash".into()),
        newcomer: None,
        missing: Vec::new(),
    };
    let mut events = decide(&fold.restaurant, command, &context).ok()?;
    if let (Some(Lapse::CountsOneDate), Some(Event::CheckOpened(opened))) = (lapse, events.first_mut()) {
        opened.number.n = fold.next_of_one_date(letter, context.day.date);
    }
    if events.is_empty() {
        return None;
    }
    let seen = fold.restaurant.seen_by(dot.origin, &events);
    let seen = if lapse == Some(Lapse::SeesNothing) { Vec::new() } else { seen };
    let (by, device) = (context.actor, Some(context.device));
    Some(Entry {
        dot,
        cmd: id,
        at: now.at,
        off: now.offset,
        day: context.day,
        by,
        device,
        seen,
        paper: None,
        again: false,
        events,
    })
}

/// The bytes of an entry; those of a newer version may carry a field that older ones do not know.
fn body_of(entry: &Entry, newer: bool) -> Body {
    let mut bytes = serde_json::to_vec(entry).unwrap_or_default();
    if newer && bytes.pop().is_some() {
        bytes.extend(br#","mood":7}"#);
    }
    bytes.into()
}

/// An entry of a kind that this program's rules do not know, as a newer version would write it.
fn whistle(dot: Dot, cmd: CommandId, now: Moment) -> Body {
    let events: Value = json!([{ "waiter_whistled": { "tune": dot.seq % 9 } }]);
    let day = domain::clock::BusinessDay { date: now.date(), part: 1 };
    let entry = json!({ "dot": dot, "cmd": cmd, "at": now.at, "day": day, "events": events });
    entry.to_string().into_bytes().into()
}

/// The heads a frame claims for its sender.
pub fn told(frame: &sync::Frame) -> Option<&Heads> {
    match frame {
        sync::Frame::Hello { heads, .. } | sync::Frame::Have { heads } => Some(heads),
        sync::Frame::Beat { heads, .. } => Some(heads),
        sync::Frame::Held { .. }
        | sync::Frame::Entries { .. }
        | sync::Frame::Clock { .. }
        | sync::Frame::Unplug { .. }
        | sync::Frame::Face { .. }
        | sync::Frame::Authority { .. }
        | sync::Frame::ComeBack { .. }
        | sync::Frame::Parted { .. } => None,
    }
}
