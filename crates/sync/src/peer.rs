//! What is known of the terminal at the other end of a link, and what it is sent next.

use std::{
    collections::{BTreeSet, VecDeque},
    ops::RangeInclusive,
};

use domain::{
    chain::{Hash, chained},
    ids::Origin,
};

use crate::{
    bounds::{AGAIN, GRACE, PIECE, TOLD_AFTER, WINDOW},
    node::{Act, Log, Now, last_of},
    planted::{Planted, Planting},
    receiving::Came,
    role::Rank,
    seal::{Seal, Signature, is_milestone},
    wire::{Body, Frame, Heads},
};

/// A connection, named by the caller. Names are never used twice.
pub type Link = u64;

/// The terminal at the other end.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Who it is; known after its hello.
    pub origin: Option<Origin>,
    /// There is a newer link to the same terminal.
    pub(crate) is_old: bool,
    /// Whose key it proved before there was a link.
    pub(crate) who: Origin,
    /// When it was last heard.
    pub heard: Now,
    /// The lower of both protocols.
    pub protocol: u16,
    pub rank: Rank,
    /// Whether it says that it hears the master.
    pub hears_master: bool,
    /// Whether it gave a sign of life since its hello, and so said whether it hears the master.
    pub(crate) beaten: bool,
    /// What it said it holds, and when it said so last.
    pub theirs: Heads,
    spoke: Now,
    /// How far its own log reached when it said hello.
    greeted: u64,
    /// Logs of which it sent something that is not durable here yet.
    pub(crate) awaits: BTreeSet<Origin>,
    /// What of that became durable here, and it was not told.
    owed: Heads,
    /// Bytes of entries it sent since it was told last.
    pub(crate) took: usize,
    /// Since when it has kept up: it had everything this terminal has, or lacked it only for as long as that travels.
    pub has_all_since: Option<Now>,
    /// What was pushed to it.
    sent: Heads,
    /// Entries on their way, oldest first: of which log, up to where, how many bytes; none of those it passed on itself.
    in_flight: VecDeque<(Origin, u64, usize)>,
    /// When something of what is on its way longest was last acknowledged, or nothing was on its way.
    moved: Now,
    /// Since when it lacks something this terminal has.
    lacks_since: Option<Now>,
    /// Whether it lacks anything, as of how many changes here; none when what it holds changed since.
    lacked: Option<(u64, bool)>,
    /// Logs of which it holds another line than this terminal.
    parted: BTreeSet<Origin>,
    /// How far logs reached of which nothing was sealed that it lacks, so that the disk is not asked all the time.
    unsealed: Heads,
    planting: Planting,
}

/// Seals made for the own log, kept because every peer is sent the same.
#[derive(Debug, Default)]
pub(crate) struct Signed {
    first: u64,
    last: u64,
    /// The chain's hash at the last.
    tip: Option<Hash>,
    seals: Vec<(u64, Signature)>,
}

/// What a push must know of its node.
pub(crate) struct View<'a> {
    pub me: Origin,
    pub mine: &'a Heads,
    /// Counts how often `mine` changed.
    pub changes: u64,
    /// This terminal or the peer is master: the natural way of every entry.
    pub through_master: bool,
    /// Whether this terminal hears the master.
    pub hears_master: bool,
    pub now: Now,
    pub signed: &'a mut Signed,
}

pub(crate) fn reach(heads: &Heads, origin: Origin) -> u64 {
    heads.get(&origin).copied().unwrap_or(0)
}

impl Peer {
    pub(crate) fn new(who: Origin, now: Now, planting: Planting) -> Peer {
        Peer {
            origin: None,
            is_old: false,
            who,
            heard: now,
            protocol: 0,
            rank: Rank { chosen: 0, origin: Origin(u64::MAX) },
            hears_master: false,
            beaten: false,
            awaits: BTreeSet::new(),
            owed: Heads::new(),
            took: 0,
            theirs: Heads::new(),
            spoke: now,
            greeted: 0,
            has_all_since: None,
            sent: Heads::new(),
            in_flight: VecDeque::new(),
            moved: now,
            lacks_since: None,
            lacked: None,
            parted: BTreeSet::new(),
            unsealed: Heads::new(),
            planting,
        }
    }

    /// How many entries of `mine` it is not known to hold.
    pub fn lacks(&self, mine: &Heads) -> u64 {
        let shared = mine.iter().filter(|(origin, _)| !self.parted.contains(origin));
        shared.map(|(origin, head)| head.saturating_sub(reach(&self.theirs, *origin))).sum()
    }

    /// Its own entries that it wrote while this link was there. One that it does not hold itself (it is an old copy of
    /// itself) was written who knows when.
    pub(crate) fn wrote(&self) -> RangeInclusive<u64> {
        self.greeted + 1..=reach(&self.theirs, self.name())
    }

    /// As it calls itself.
    fn name(&self) -> Origin {
        self.origin.unwrap_or(self.who)
    }

    /// It holds another line of this log; whether that is news.
    pub(crate) fn part(&mut self, origin: Origin) -> bool {
        self.lacked = None;
        self.parted.insert(origin)
    }

    /// How far it was sent a log, or has it from elsewhere.
    fn upto(&self, origin: Origin) -> u64 {
        reach(&self.sent, origin).max(reach(&self.theirs, origin))
    }

    /// Whether an entry was ever pushed to it.
    pub fn was_sent(&self, origin: Origin, seq: u64) -> bool {
        self.upto(origin) >= seq
    }

    /// Takes what the peer said in its hello, which starts the link's count.
    pub(crate) fn greet(&mut self, heads: Heads) {
        if self.planting.has(Planted::HelloUnread) {
            return;
        }
        self.sent = heads.clone();
        self.greeted = reach(&heads, self.name());
        (self.theirs, self.lacked) = (heads, None);
    }

    /// Notes what the peer says it holds now. It never holds less than it said before.
    pub(crate) fn has(&mut self, heads: &Heads, now: Now) {
        self.spoke = now;
        let waited_for = self.oldest();
        let mut more = false;
        let mut take = |theirs: &mut u64, head: u64| {
            if head > *theirs {
                (*theirs, more) = (head, true);
            }
        };
        // A sign of life mostly names the logs that are known already, in the same order.
        let mut known = self.theirs.iter_mut().zip(heads);
        let in_step = known.len() == heads.len()
            && known.all(|((origin, theirs), (named, head))| {
                let same = origin == named;
                if same {
                    take(theirs, *head);
                }
                same
            });
        if !in_step {
            heads.iter().for_each(|(origin, head)| take(self.theirs.entry(*origin).or_default(), *head));
        }
        if more {
            self.lacked = None;
            let theirs = &self.theirs;
            self.in_flight.retain(|(origin, last, _)| reach(theirs, *origin) < *last);
            // Other logs that go on say nothing of one that its disk refused.
            if self.oldest() != waited_for || self.planting.has(Planted::AnyWordIsProgress) {
                self.moved = now;
            }
        }
    }

    /// Of which log, and up to where, something is on its way longest, and how far that log came there.
    fn oldest(&self) -> Option<(Origin, u64, u64)> {
        let (origin, last, _) = self.in_flight.front()?;
        Some((*origin, *last, reach(&self.theirs, *origin)))
    }

    /// A log is durable here up to there. Whoever sent it hears of it, but not of every entry alone: nobody waits for that
    /// before its window is full.
    pub(crate) fn owe(&mut self, link: Link, origin: Origin, upto: u64, acts: &mut Vec<Act>) {
        if self.awaits.remove(&origin) {
            self.owed.insert(origin, upto);
        }
        if self.took >= TOLD_AFTER {
            self.acknowledge(link, acts);
        }
    }

    pub(crate) fn acknowledge(&mut self, link: Link, acts: &mut Vec<Act>) {
        if !self.owed.is_empty() {
            self.took = 0;
            acts.push(Act::Send(link, Frame::Have { heads: std::mem::take(&mut self.owed) }));
        }
    }

    /// It has everything, as of so many changes here, and nothing is on its way or to be acknowledged.
    pub(crate) fn is_at_rest(&self, changes: u64) -> bool {
        self.lacked == Some((changes, false)) && self.owed.is_empty() && self.in_flight.is_empty()
    }

    /// A sign of life tells it everything.
    pub(crate) fn told_all(&mut self) {
        self.took = 0;
        self.owed.clear();
    }

    /// It passed on entries that somebody else wrote. It may be storing them still, so this is not what it holds, but it is
    /// sent none of them unless its disk goes on lacking them.
    pub(crate) fn passed(&mut self, origin: Origin, upto: u64, now: Now) {
        if upto <= self.upto(origin) {
            return;
        }
        self.sent.insert(origin, upto);
        if self.in_flight.is_empty() {
            self.moved = now;
        }
        match self.in_flight.back_mut() {
            Some((last, head, 0)) if *last == origin => *head = upto,
            _ => self.in_flight.push_back((origin, upto, 0)),
        }
    }

    /// Passes on what was proved and is only now being stored here, if it follows what was sent before.
    pub(crate) fn relay(&mut self, link: Link, came: &Came, now: Now, acts: &mut Vec<Act>) {
        let after = self.upto(came.origin);
        let is_next = after + 1 == came.first && !self.parted.contains(&came.origin);
        if is_next && self.room() >= PIECE {
            self.put(link, came.clone(), now, acts);
        }
    }

    /// Puts entries on their way and notes it.
    fn put(&mut self, link: Link, came: Came, now: Now, acts: &mut Vec<Act>) {
        let Came { origin, first, bodies, seals } = came;
        if self.in_flight.is_empty() {
            self.moved = now;
        }
        let last = last_of(first, &bodies);
        self.in_flight.push_back((origin, last, bodies.iter().map(|b| b.len()).sum::<usize>().max(1)));
        acts.push(Act::Send(link, Frame::Entries { origin, first, bodies, seals }));
        if !self.planting.has(Planted::CursorDropped) {
            self.sent.insert(origin, last + u64::from(self.planting.has(Planted::CursorAhead)));
        }
    }

    /// Bytes that may still be put on their way.
    fn room(&self) -> usize {
        WINDOW.saturating_sub(self.in_flight.iter().map(|(_, _, bytes)| bytes).sum())
    }

    /// Sends what the peer lacks, as far as there is room. A master relays to all and is told all; past it, and where
    /// there is none, everybody helps everybody.
    pub(crate) fn push(&mut self, link: Link, view: &mut View<'_>, log: &impl Log, acts: &mut Vec<Act>) {
        let View { me, mine, changes, through_master, hears_master, now, .. } = *view;
        // Asked at every frame and tick, for every peer: looked at anew only when either side changed.
        let known = self.lacked.filter(|(as_of, _)| *as_of == changes).map(|(_, lacks)| lacks);
        let lacks = known.unwrap_or_else(|| self.lacks(mine) > 0);
        self.lacked = Some((changes, lacks));
        self.lacks_since = lacks.then(|| self.lacks_since.unwrap_or(now));
        // In a busy service something is always on its way; that must not keep the role from being handed back.
        let keeps_up = self.lacks_since.is_none_or(|since| self.has_all_since.is_some() && since + GRACE > now);
        self.has_all_since = keeps_up.then(|| self.has_all_since.unwrap_or(now));
        if !self.in_flight.is_empty() && self.moved + AGAIN <= now && !self.planting.has(Planted::NeverAgain) {
            // Pushed and never acknowledged: its disk may have refused it.
            (self.sent, self.moved) = (self.theirs.clone(), now);
            self.in_flight.clear();
        }
        if !lacks {
            return;
        }
        let alone = !hears_master || self.beaten && !self.hears_master;
        // By its own word, or what came over the master a moment ago would be sent once more.
        let waits = self.lacks_since.is_none_or(|since| since + GRACE > self.spoke);
        if !through_master && (!alone && waits || self.planting.has(Planted::OnlyThroughMaster)) {
            return;
        }
        let only_own = self.planting.has(Planted::RelaysNothing);
        for (origin, head) in mine.iter().filter(|(o, _)| !only_own || **o == me) {
            if !self.parted.contains(origin) && self.unsealed.get(origin) != Some(head) {
                self.push_log(link, *origin, *head, view, log, acts);
            }
        }
    }

    fn push_log(
        &mut self,
        link: Link,
        origin: Origin,
        head: u64,
        view: &mut View<'_>,
        log: &impl Log,
        acts: &mut Vec<Act>,
    ) {
        loop {
            let room = self.room();
            if room == 0 && !self.planting.has(Planted::NoWindow) {
                return;
            }
            let after = self.upto(origin);
            if after >= head {
                return;
            }
            // A piece mostly reaches a seal, a window always does.
            let sealed = |room, view: &mut View<'_>| sealed(origin, after, room, view, log);
            let Some((mut bodies, mut seals)) = sealed(PIECE, view) else { return };
            if bodies.is_empty() {
                // Up to the first seal only, or what is on its way would be two windows.
                (bodies, seals) = sealed(WINDOW, view).unwrap_or_default();
                seals.truncate(1);
                bodies.truncate(seals.first().map_or(0, |(seq, _)| (*seq - after) as usize));
            }
            if bodies.is_empty() {
                self.unsealed.insert(origin, head);
                return;
            }
            self.put(link, Came { origin, first: after + 1, bodies, seals }, view.now, acts);
            if self.planting.has(Planted::CursorDropped) {
                return;
            }
        }
    }
}

/// Consecutive entries, and the author's signatures at some positions among them.
type Sealed = (Vec<Body>, Vec<(u64, Signature)>);

/// Entries after a position up to their last seal, with the seals; `None` when the disk gives none.
fn sealed(origin: Origin, after: u64, room: usize, view: &mut View<'_>, log: &impl Log) -> Option<Sealed> {
    let mut bodies = log.entries(origin, after + 1, room);
    if bodies.is_empty() {
        return None;
    }
    if origin == view.me {
        let seals = view.signed.of(origin, after, &bodies, log);
        return Some((bodies, seals));
    }
    let seals = log.seals(origin, after + 1, after + bodies.len() as u64);
    // Nobody takes from us what its author did not sign.
    bodies.truncate(seals.last().map_or(0, |(seq, _)| (*seq - after) as usize));
    Some((bodies, seals))
}

impl Signed {
    /// Signs own entries at every milestone and at the last one.
    fn of(&mut self, me: Origin, after: u64, bodies: &[Body], log: &impl Log) -> Vec<(u64, Signature)> {
        let (first, last) = (after + 1, after + bodies.len() as u64);
        if (self.first, self.last) == (first, last) {
            return self.seals.clone();
        }
        let tip = self.tip.filter(|_| self.last == after);
        let Some(mut hash) = tip.or_else(|| log.hash(me, after)) else { return Vec::new() };
        let mut seals = Vec::new();
        for (seq, body) in (first..).zip(bodies) {
            hash = chained(&hash, body);
            if seq == last || is_milestone(seq, body.len()) {
                seals.push((seq, log.sign(seq, &hash)));
            }
        }
        (self.first, self.last, self.tip, self.seals) = (first, last, Some(hash), seals.clone());
        seals
    }

    /// The end of the own log.
    pub fn end(&mut self, me: Origin, seq: u64, log: &impl Log) -> Option<Seal> {
        let hash = log.hash(me, seq).filter(|_| seq > 0)?;
        let known = self.seals.last().filter(|(at, _)| *at == seq).map(|(_, sign)| *sign);
        Some(Seal { seq, hash, sign: known.unwrap_or_else(|| log.sign(seq, &hash)) })
    }
}
