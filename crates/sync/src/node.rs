//! One terminal among others: what it holds, what each peer holds, and what travels next.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
    sync::Arc,
};

use domain::{chain::Hash, event::Event, ids::Origin};

use crate::{
    bounds::{ALONE, BEAT, DEAD, MAX_LINKS, SELDOM, TICK},
    peer::{Link, Peer, Signed, View, reach},
    planted::{Planted, Planting},
    receiving::Came,
    role::{Rank, Role},
    seal::{Seal, Signature, Verdict},
    takeover::Tenure,
    wire::{Body, Frame, Heads, PROTOCOL, SEALED},
};

/// Milliseconds of a clock that only runs forward; never the wall clock.
pub type Now = u64;

/// The logs as they lie on this terminal's disk, and the keys of their authors.
pub trait Log {
    /// Consecutive bodies of a log from `first` on: at least one if there is one, together about `room` bytes at most.
    fn entries(&self, origin: Origin, first: u64, room: usize) -> Vec<Body>;
    /// The chain's hash at an entry; [`domain::chain::START`] at 0, none where the entry is not held.
    fn hash(&self, origin: Origin, seq: u64) -> Option<Hash>;
    /// The seals kept of a log from one entry to another, in order.
    fn seals(&self, origin: Origin, first: u64, last: u64) -> Vec<(u64, Signature)>;
    /// Signs this terminal's own log at an entry.
    fn sign(&self, seq: u64, hash: &Hash) -> Signature;
    /// Whether the author of a log signed this.
    fn judge(&self, origin: Origin, seal: &Seal) -> Verdict;
    /// Whether both are names of one terminal, which came back under the later one.
    fn is_one(&self, a: Origin, b: Origin) -> bool {
        a == b
    }
    /// Whether nobody has this name, as far as is known here.
    fn is_new(&self, _: Origin) -> bool {
        false
    }
}

/// What the node wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Send(Link, Frame),
    /// Append durably and in order, then call [`Node::stored`], or [`Node::not_stored`]. `first` follows what the node
    /// was told is stored or is being stored.
    Store {
        origin: Origin,
        first: u64,
        bodies: Vec<Body>,
        /// The hash of the log's chain before the first of them, and behind each: worked out once, where they are proved.
        chain: Vec<Hash>,
        /// Proved; to be kept with the entries at milestones ([`crate::is_milestone`]) and at the end of the log.
        seals: Vec<(u64, Signature)>,
    },
    /// Make the role durable, then call [`Node::kept`].
    Keep(Role),
    /// The link is forgotten here already.
    Close(Link, &'static str),
    Alarm(Alarm),
    /// Write this into the own log, for people to read; nothing waits for it.
    Note(Event),
}

/// What a person must hear of, because no rule can put it right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alarm {
    /// A peer holds more of this terminal's own log than this terminal: it was restored from a backup, or copied. It
    /// must write no more entries under this name.
    OwnLogIsLonger { here: u64, there: u64 },
    /// What `by` says of a log contradicts what is held here. Two seals of its author that do not fit together prove that
    /// the author wrote two different entries at one place; otherwise `by` altered it. What is held stays as it is.
    Contradiction { origin: Origin, by: Origin, held: Option<Box<Seal>>, said: Box<Seal> },
}

pub struct Node {
    pub(crate) me: Origin,
    /// Names it had before.
    was: Vec<Origin>,
    store: u64,
    pub(crate) rank: Rank,
    pub(crate) role: Role,
    pub(crate) mine: Arc<Heads>,
    /// Counts how often `mine` changed.
    pub(crate) changes: u64,
    /// Handed to the disk and not durable yet.
    pub(crate) storing: Heads,
    /// Where the chain of a log stands whose end was stored last, or is being stored.
    pub(crate) tips: BTreeMap<Origin, (u64, Hash)>,
    /// The seals that were last made for the own log, by the first entry they were handed out with.
    signed: Signed,
    /// Whose contradictions a person was told of, and of which log.
    pub(crate) contested: BTreeSet<(Origin, Origin)>,
    pub(crate) peers: BTreeMap<Link, Peer>,
    /// The last sign of life, how many there were, and what it said.
    beaten: Now,
    beats: u64,
    said: Option<(Rank, Role, bool)>,
    pub(crate) missed_since: Option<Now>,
    /// A role on its way to the disk, told to nobody yet.
    pub(crate) claim: Option<Role>,
    pub(crate) alarmed: bool,
    pub(crate) tenure: Tenure,
    pub(crate) planting: Planting,
}

impl Node {
    /// The terminal it speaks for, by the name it had when it was made.
    pub fn me(&self) -> Origin {
        self.me
    }

    /// A terminal that starts with what its disk holds.
    pub fn new(me: Origin, store: u64, chosen: u8, role: Role, mine: Heads) -> Node {
        Node {
            me,
            was: Vec::new(),
            store,
            rank: Rank { chosen, origin: me },
            role,
            storing: mine.clone(),
            tips: BTreeMap::new(),
            signed: Signed::default(),
            contested: BTreeSet::new(),
            mine: Arc::new(mine),
            changes: 0,
            peers: BTreeMap::new(),
            beaten: 0,
            beats: 0,
            said: None,
            missed_since: None,
            claim: None,
            alarmed: false,
            tenure: Tenure::default(),
            planting: Planting::default(),
        }
    }

    pub fn role(&self) -> Role {
        self.role
    }

    /// What is durable here.
    pub fn heads(&self) -> &Heads {
        &self.mine
    }

    pub fn is_master(&self) -> bool {
        self.role.master == self.me
    }

    pub fn peers(&self) -> impl Iterator<Item = (Link, &Peer)> {
        self.peers.iter().map(|(link, peer)| (*link, peer))
    }

    /// Entries of a log that its author wrote while there was a link to it, over which they could come at once.
    pub fn wrote_in_reach(&self, origin: Origin) -> Option<RangeInclusive<u64>> {
        self.peers.values().rev().find(|p| p.origin == Some(origin)).map(Peer::wrote)
    }

    /// This terminal had other names before, by which others may know its key still.
    pub fn was_called(&mut self, names: Vec<Origin>) {
        self.was = names;
    }

    /// Nobody who knows more of its log is there any more; the next one that is says so again.
    pub fn forget_alarm(&mut self) {
        self.alarmed = false;
    }

    /// A person ranked this terminal anew.
    pub fn choose(&mut self, chosen: u8) {
        self.rank.chosen = chosen;
    }

    /// A link is there to a terminal that proved its key; both sides say who they are.
    pub fn up(&mut self, link: Link, who: Origin, now: Now, log: &impl Log) -> Vec<Act> {
        if self.peers.len() >= MAX_LINKS {
            return vec![Act::Close(link, "too many links")];
        }
        self.peers.insert(link, Peer::new(who, now, self.planting));
        let (seal, yours) = (self.own_seal(log).map(Box::new), self.seal_here(who, log).map(Box::new));
        let (me, rank, role, heads) = (self.me, self.rank, self.role, self.mine.as_ref().clone());
        vec![Act::Send(
            link,
            Frame::Hello {
                protocol: PROTOCOL,
                store: self.store,
                me,
                rank,
                role,
                heads,
                seal,
                yours,
                was: self.was.clone(),
            },
        )]
    }

    /// A link is gone.
    pub fn down(&mut self, link: Link) {
        self.note_signs_of_life();
        self.peers.remove(&link);
        self.note_newest();
    }

    /// Of two links to one terminal the newer carries entries, or each would travel twice. To be called whenever a link is
    /// gone or says whose it is.
    fn note_newest(&mut self) {
        let mut newer: Vec<Origin> = Vec::new();
        for peer in self.peers.values_mut().rev() {
            peer.is_old = peer.origin.is_some_and(|origin| newer.contains(&origin));
            newer.extend(peer.origin);
        }
    }

    /// Something arrived.
    pub fn frame(&mut self, link: Link, frame: Frame, now: Now, log: &impl Log) -> Vec<Act> {
        let Some(peer) = self.peers.get_mut(&link) else { return Vec::new() };
        if !(self.planting.has(Planted::BeatsUnheard) && matches!(frame, Frame::Beat { .. })) {
            peer.heard = now;
        }
        let mut acts = Vec::new();
        match frame {
            Frame::Hello { protocol, store, me, rank, role, heads, seal, yours, was } => {
                // The link proves the key; whose it is may be known here under another of its names, or have come back
                // under one that is not known here yet: then what it writes is proved by seals alone.
                let is_proved = me == peer.who || log.is_one(me, peer.who);
                let is_back = was.contains(&peer.who) && log.is_new(me);
                if store != self.store || me == self.me || !(is_proved || is_back) {
                    self.peers.remove(&link);
                    self.note_newest();
                    return vec![Act::Close(link, "another restaurant, ourselves, or not who its key says")];
                }
                (peer.origin, peer.rank, peer.protocol) = (Some(me), rank, protocol.min(PROTOCOL));
                peer.who = if is_proved { me } else { peer.who };
                self.note_newest();
                self.look_at_own_log(link, &heads, &mut acts);
                self.greet(link, heads);
                if let Some(seal) = yours {
                    self.held_elsewhere(link, self.me, *seal, log, &mut acts);
                }
                self.compare(link, me, seal.map(|s| *s), log, &mut acts);
                self.adopt(role, &mut acts);
            }
            // Whoever did not say hello is nobody.
            _ if peer.origin.is_none() => {}
            Frame::Beat { rank, role, hears_master, heads } => {
                let sticks = self.planting.has(Planted::HearsForEver) && peer.hears_master;
                (peer.rank, peer.hears_master, peer.beaten) = (rank, hears_master || sticks, true);
                peer.has(&heads, now);
                self.look_at_own_log(link, &heads, &mut acts);
                self.adopt(role, &mut acts);
            }
            Frame::Have { heads } => peer.has(&heads, now),
            // Not for the node.
            Frame::Clock { .. }
            | Frame::Unplug { .. }
            | Frame::Face { .. }
            | Frame::Authority { .. }
            | Frame::ComeBack { .. }
            | Frame::Parted { .. } => {}
            Frame::Entries { origin, first, bodies, seals } => {
                let last = last_of(first, &bodies);
                self.receive(link, Came { origin, first, bodies, seals }, now, log, &mut acts);
                // An author holds what it sends, as far as it is real; whoever passes it on may be storing it still.
                let real = last.min(reach(&self.storing, origin));
                match self.peers.get_mut(&link) {
                    Some(peer) if peer.who == origin || self.planting.has(Planted::PassedIsHeld) => {
                        peer.has(&Heads::from([(origin, real)]), now);
                    }
                    Some(peer) => peer.passed(origin, real, now),
                    None => {}
                }
            }
            Frame::Held { origin, seal } => self.held_elsewhere(link, origin, *seal, log, &mut acts),
        }
        self.push(link, now, log, &mut acts);
        acts
    }

    /// The end of the own log, signed.
    fn own_seal(&mut self, log: &impl Log) -> Option<Seal> {
        let head = reach(&self.mine, self.me);
        self.signed.end(self.me, head, log)
    }

    fn greet(&mut self, link: Link, heads: Heads) {
        if let Some(peer) = self.peers.get_mut(&link) {
            peer.greet(heads);
        }
    }

    /// A terminal that seals nothing yet is believed when it says how much it holds; the others prove it.
    fn look_at_own_log(&mut self, link: Link, theirs: &Heads, acts: &mut Vec<Act>) {
        if self.peers.get(&link).is_none_or(|p| p.protocol >= SEALED) {
            return;
        }
        let (here, there) = (reach(&self.mine, self.me), reach(theirs, self.me));
        if there > here {
            self.is_old_copy(here, there, acts);
        }
    }

    /// A log is durable up to here: own entries, or those of [`Act::Store`].
    pub fn stored(&mut self, origin: Origin, upto: u64, now: Now, log: &impl Log) -> Vec<Act> {
        for heads in [Arc::make_mut(&mut self.mine), &mut self.storing] {
            let head = heads.entry(origin).or_default();
            *head = upto.max(*head);
        }
        self.changes += 1;
        self.tips.retain(|o, (seq, _)| *o != origin || *seq >= upto);
        let mut acts = Vec::new();
        // Only whoever sent it waits for the answer; the others hear of it with the next sign of life.
        self.push_all(now, log, &mut acts, |link, peer, acts| peer.owe(link, origin, upto, acts));
        acts
    }

    /// What could not be stored is taken again when it is pushed again.
    pub fn not_stored(&mut self, origin: Origin) {
        self.storing.insert(origin, reach(&self.mine, origin));
        self.tips.remove(&origin);
    }

    /// A role is durable; from now on it is told.
    pub fn kept(&mut self, role: Role, now: Now) -> Vec<Act> {
        let note = self.begin_tenure(role, now);
        self.claim = self.claim.filter(|c| *c != role);
        if role.beats(self.role) {
            self.role = role;
        }
        let mut acts = self.beat(now);
        acts.extend(note.map(Act::Note));
        acts
    }

    /// Time passed; wanted every [`crate::bounds::TICK`].
    pub fn tick(&mut self, now: Now, log: &impl Log) -> Vec<Act> {
        self.note_signs_of_life();
        let mut acts = Vec::new();
        let is_dead = |p: &Peer| p.heard + DEAD < now && !self.planting.has(Planted::KeepsDeadLinks);
        let dead: Vec<Link> = self.peers.iter().filter(|(_, p)| is_dead(p)).map(|(l, _)| *l).collect();
        if !dead.is_empty() {
            dead.iter().for_each(|link| drop(self.peers.remove(link)));
            self.note_newest();
        }
        acts.extend(dead.into_iter().map(|link| Act::Close(link, "not heard any more")));
        self.push_all(now, log, &mut acts, |link, peer, acts| peer.acknowledge(link, acts));
        self.look_for_a_master(now, &mut acts);
        self.hand_back(now, &mut acts);
        if self.beaten + BEAT <= now || self.said.is_some_and(|said| said != self.says()) {
            acts.extend(self.beat(now));
        }
        acts
    }

    fn says(&self) -> (Rank, Role, bool) {
        (self.rank, self.role, self.hears_master())
    }

    fn beat(&mut self, now: Now) -> Vec<Act> {
        let news = self.said.replace(self.says()) != self.said;
        let (rank, role, hears_master) = self.says();
        (self.beaten, self.beats) = (now, self.beats + 1);
        let beat = Frame::Beat { rank, role, hears_master, heads: self.mine.clone() };
        let to_all = news || self.is_master() || self.beats.is_multiple_of(SELDOM);
        let only_master = self.planting.has(Planted::BeatsToMasterOnly);
        let mut acts = Vec::new();
        for (link, peer) in &mut self.peers {
            if peer.origin == Some(role.master) || to_all && !only_master {
                peer.told_all();
                acts.push(Act::Send(*link, beat.clone()));
            }
        }
        acts
    }

    /// How long time need not be looked at if nothing happens.
    pub fn pause(&self) -> Now {
        let is_at_rest =
            self.hears_master() && self.claim.is_none() && self.peers.values().all(|p| p.is_at_rest(self.changes));
        match (is_at_rest, self.peers.is_empty()) {
            (true, true) => ALONE,
            (true, false) => BEAT,
            (false, _) => TICK,
        }
    }

    fn push(&mut self, link: Link, now: Now, log: &impl Log, acts: &mut Vec<Act>) {
        let hears_master = self.hears_master();
        let mut peers = std::mem::take(&mut self.peers);
        if let Some(peer) = peers.get_mut(&link) {
            self.push_to(link, peer, hears_master, now, log, acts);
        }
        self.peers = peers;
    }

    /// Sends over every link what its peer lacks. Each is looked after in its turn.
    fn push_all(
        &mut self,
        now: Now,
        log: &impl Log,
        acts: &mut Vec<Act>,
        mut look_after: impl FnMut(Link, &mut Peer, &mut Vec<Act>),
    ) {
        let hears_master = self.hears_master();
        // Nothing of the node but its peers changes meanwhile.
        let mut peers = std::mem::take(&mut self.peers);
        for (link, peer) in &mut peers {
            look_after(*link, peer, acts);
            self.push_to(*link, peer, hears_master, now, log, acts);
        }
        self.peers = peers;
    }

    fn push_to(
        &mut self,
        link: Link,
        peer: &mut Peer,
        hears_master: bool,
        now: Now,
        log: &impl Log,
        acts: &mut Vec<Act>,
    ) {
        let Some(origin) = peer.origin.filter(|_| !peer.is_old) else { return };
        let through_master = self.role.master == self.me || self.role.master == origin;
        let mut view = View {
            me: self.me,
            mine: &self.mine,
            changes: self.changes,
            through_master,
            hears_master,
            now,
            signed: &mut self.signed,
        };
        peer.push(link, &mut view, log, acts);
    }
}

pub(crate) fn last_of(first: u64, bodies: &[Body]) -> u64 {
    (first + bodies.len() as u64).saturating_sub(1)
}
