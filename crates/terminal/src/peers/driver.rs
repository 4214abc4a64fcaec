//! The thread that owns the protocol: it takes what happened, asks the node what to do, and does it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Weak,
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use domain::{
    event::Alarm,
    ids::Origin,
    tickets::{DOUBTED_AFTER, TAKEN_AFTER, Watch},
    view::Coming,
};
use store::StoreError;
use sync::{Act, Frame, Heads, Link, Node, Now, Role, bounds::TICK};

use super::{
    Arrived, Happening, Standing, Wires,
    logs::Logs,
    seen::{BEHIND, Drill, Seen, SeenAll},
};
use crate::{
    terminal::{Terminal, lock, read},
    zone::millis_now,
};

/// Happenings taken together: what arrived meanwhile shares one transaction.
const AT_ONCE: usize = 256;
/// How often the others are told what the clock on the wall says, and pages how the others are, in milliseconds.
const CLOCK_EVERY: Now = 10_000;
const SHOWN_EVERY: Now = 200;
/// A terminal alone looks this rarely, in milliseconds.
const ALONE: Now = 1_000;

pub(super) struct Driver {
    terminal: Weak<Terminal>,
    pub(super) node: Node,
    logs: Logs,
    pub(super) wires: Arc<dyn Wires>,
    inbox: Receiver<Happening>,
    started: Instant,
    ticked: Now,
    pub(super) me: Origin,
    /// Who has tickets to make and is not heard.
    pub(super) watch: Watch,
    /// When slips up to which number, if they wait still, may have been taken over by somebody out of reach.
    pub(super) doubt: Option<(Now, u64)>,
    /// Tickets change hands no sooner than this.
    pub(super) tickets_again: Now,
    pub(super) drill: Option<Drill>,
    /// Until then this terminal takes no links: a drill.
    pub(super) unplugged_until: Now,
    /// When the others were last told what the clock on the wall says.
    told_clock: Now,
    /// A role that could not be made durable yet.
    unkept: Option<Role>,
    /// Milliseconds others' clocks on the wall are ahead.
    ahead: BTreeMap<Origin, i64>,
    shown: Now,
}

/// The protocol as this terminal's disk has it.
fn node_of(terminal: &Terminal) -> Result<Node, StoreError> {
    let me = terminal.origin();
    let member = terminal.membership()?;
    let role = Role { epoch: member.epoch, master: member.master, pinned: member.pinned };
    let rank = read(&terminal.state).restaurant.terminals.get(me).map_or(0, |t| t.rank());
    Ok(Node::new(me, member.store.0, rank, role, terminal.heads()))
}

impl Driver {
    pub fn new(
        terminal: &Arc<Terminal>,
        wires: Arc<dyn Wires>,
        inbox: Receiver<Happening>,
    ) -> Result<Driver, StoreError> {
        let me = terminal.origin();
        let driver = Driver {
            terminal: Arc::downgrade(terminal),
            node: node_of(terminal)?,
            logs: Logs::of(terminal)?,
            wires,
            inbox,
            started: Instant::now(),
            ticked: 0,
            me,
            watch: Watch::default(),
            doubt: None,
            tickets_again: 0,
            drill: None,
            unplugged_until: 0,
            told_clock: 0,
            unkept: None,
            ahead: BTreeMap::new(),
            shown: 0,
        };
        driver.stand(terminal);
        Ok(driver)
    }

    pub(super) fn now(&self) -> Now {
        self.started.elapsed().as_millis() as Now
    }

    pub fn run(mut self) {
        loop {
            let alone = self.node.is_master() && self.node.peers().next().is_none();
            let due = self.ticked + if alone { ALONE } else { TICK };
            let wait = Duration::from_millis(due.saturating_sub(self.now()));
            let first = match self.inbox.recv_timeout(wait) {
                Ok(Happening::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(first) => Some(first),
                Err(RecvTimeoutError::Timeout) => None,
            };
            let Some(terminal) = self.terminal.upgrade() else { return };
            let mut acts = Vec::new();
            for what in self.together(first) {
                if matches!(what, Happening::Stop) {
                    return;
                }
                acts.extend(self.hear(&terminal, what));
            }
            if self.now() >= self.ticked + TICK {
                self.ticked = self.now();
                acts.extend(self.unkept.take().map(Act::Keep));
                acts.extend(self.node.tick(self.ticked, &self.logs));
                // Looks through all tickets, so not at every frame.
                self.see_to_tickets(&terminal);
                if let Some((_, upto)) = self.doubt.take_if(|(due, _)| *due <= self.ticked) {
                    terminal.doubt_slips(upto);
                }
            }
            let known = self.standing();
            self.act(&terminal, acts);
            if self.standing() != known {
                // Tickets that waited for a master go out at once: a terminal alone looks rarely.
                self.see_to_tickets(&terminal);
            }
            self.stand(&terminal);
            self.watch_drill(&terminal);
            self.show_peers(&terminal);
        }
    }

    /// What happened and what waits behind it. Entries that came one by one while this thread was busy are one piece.
    fn together(&self, first: Option<Happening>) -> Vec<Happening> {
        let mut all: Vec<Happening> = Vec::new();
        for what in first.into_iter().chain(self.inbox.try_iter().take(AT_ONCE)) {
            let Happening::Frame(link, frame) = what else {
                all.push(what);
                continue;
            };
            let left = match all.last_mut() {
                Some(Happening::Frame(same, before)) if *same == link => before.join(frame),
                _ => Some(frame),
            };
            all.extend(left.map(|frame| Happening::Frame(link, frame)));
        }
        all
    }

    fn hear(&mut self, terminal: &Arc<Terminal>, what: Happening) -> Vec<Act> {
        let now = self.now();
        match what {
            Happening::Up(link, _) if self.is_unplugged() => vec![Act::Close(link, "a drill")],
            Happening::Up(link, who) => {
                // Before the hello says what is here, it must be known; from now on this thread is told.
                terminal.peers.linked.store(true, Ordering::Release);
                let mut acts = self.own_entries(terminal);
                acts.extend(self.node.up(link, who, now, &self.logs));
                acts.push(Act::Send(link, Frame::Clock { wall: millis_now() }));
                acts.push(Act::Send(link, terminal.face()));
                acts.extend(terminal.authority_frame(false).map(|ask| Act::Send(link, ask)));
                terminal.remember_reached();
                acts
            }
            Happening::Down(link) => {
                self.node.down(link);
                let due = self.doubt.map_or(now + DOUBTED_AFTER, |(due, _)| due);
                self.doubt = Some((due, terminal.last_slip()));
                terminal.peers.linked.store(self.node.peers().next().is_some(), Ordering::Release);
                Vec::new()
            }
            Happening::Frame(link, Frame::Clock { wall }) => {
                let origin = self.origin_of(link);
                self.ahead.extend(origin.map(|o| (o, wall - millis_now())));
                Vec::new()
            }
            Happening::Frame(link, Frame::Face { web, knocks }) => {
                if let Some(origin) = self.origin_of(link) {
                    terminal.note_face(origin, web);
                    lock(&terminal.peers.knocks).hear(origin, knocks);
                }
                Vec::new()
            }
            // Only a terminal that was let in has a link.
            Happening::Frame(link, Frame::Authority { file: None }) => {
                terminal.authority_frame(true).map(|told| Act::Send(link, told)).into_iter().collect()
            }
            Happening::Frame(_, Frame::Authority { file: Some(file) }) => {
                terminal.take_authority(&file);
                Vec::new()
            }
            Happening::Face => self.node.peers().map(|(link, _)| Act::Send(link, terminal.face())).collect(),
            Happening::Frame(_, Frame::Unplug { ms }) => {
                if self.node.is_master() {
                    self.unplug(ms);
                }
                Vec::new()
            }
            Happening::Frame(link, frame) => self.node.frame(link, frame, now, &self.logs),
            Happening::Own => {
                terminal.peers.told.store(false, Ordering::Release);
                self.own_entries(terminal)
            }
            Happening::Appoint(master) => self.node.appoint(master),
            other => {
                self.see_to(terminal, other);
                Vec::new()
            }
        }
    }

    fn origin_of(&self, link: Link) -> Option<Origin> {
        self.node.peers().find(|(l, _)| *l == link).and_then(|(_, p)| p.origin)
    }

    /// What concerns this terminal and asks nothing of the protocol.
    fn see_to(&mut self, terminal: &Arc<Terminal>, what: Happening) {
        match what {
            Happening::Members => {
                if terminal.found() {
                    terminal.reopen_network();
                }
                let rank = read(&terminal.state).restaurant.terminals.get(self.me).map_or(0, |t| t.rank());
                self.node.choose(rank);
                self.wires.recheck();
            }
            Happening::CameIn => {
                self.start_over(terminal);
                terminal.reopen_network();
            }
            Happening::Reached(origin, address) => {
                lock(&terminal.peers.reached).insert(origin, address);
                if let Err(e) = terminal.remember(origin, address) {
                    tracing::warn!("where {origin} was reached cannot be remembered: {e}");
                }
            }
            Happening::Alarm(alarm) => terminal.raise(alarm),
            Happening::Drill => self.begin_drill(terminal),
            Happening::Invite(address, code, by) => terminal.invite(address, code, by),
            _ => {}
        }
    }

    /// This terminal belongs to another restaurant than when the thread started.
    fn start_over(&mut self, terminal: &Arc<Terminal>) {
        match node_of(terminal).and_then(|node| Ok((node, Logs::of(terminal)?))) {
            Ok((node, logs)) => (self.node, self.logs) = (node, logs),
            Err(e) => tracing::error!("what this terminal belongs to cannot be read: {e}"),
        }
    }

    fn own_entries(&mut self, terminal: &Terminal) -> Vec<Act> {
        let upto = terminal.peers.own.load(Ordering::Acquire);
        let known = self.node.heads().get(&self.me).copied().unwrap_or(0);
        if upto > known { self.node.stored(self.me, upto, self.now(), &self.logs) } else { Vec::new() }
    }

    fn act(&mut self, terminal: &Arc<Terminal>, mut acts: Vec<Act>) {
        let mut arrivals = false;
        while !acts.is_empty() {
            let (mut arrived, mut next) = (Vec::new(), Vec::new());
            for act in acts {
                match act {
                    Act::Send(link, frame) => self.wires.send(link, frame),
                    Act::Close(link, why) => self.wires.close(link, why),
                    Act::Store { origin, first, bodies, seals } => match Arrived::read(origin, first, bodies, seals) {
                        Ok(mut read) => {
                            read.in_reach = self.node.wrote_in_reach(origin);
                            arrived.push(read);
                        }
                        Err(alarm) => {
                            self.node.not_stored(origin);
                            terminal.raise(alarm);
                        }
                    },
                    Act::Keep(role) => match terminal.keep_role(role) {
                        Ok(()) => next.extend(self.node.kept(role, self.now())),
                        Err(e) => {
                            // A full disk may have room again; until then nobody is told of it.
                            tracing::error!("who is master cannot be kept: {e}");
                            self.unkept = Some(role);
                        }
                    },
                    Act::Alarm(sync::Alarm::Contradiction { origin, by, held, said }) => {
                        let seq = said.seq;
                        let shown = |seal: Box<sync::Seal>| format!("{} {}", seal.seq, seal.sign);
                        let seals = held.into_iter().chain([said]).map(shown).collect();
                        terminal.raise(Alarm::ForgedLog { origin, seq, by: Some(by), seals });
                    }
                    Act::Alarm(sync::Alarm::OwnLogIsLonger { here, there }) => {
                        // Not even this is written down: the log has another entry at that place already.
                        tracing::error!(
                            "others hold {there} entries of this terminal, which holds {here}: an old copy"
                        );
                        terminal.old_copy.store(true, Ordering::Release);
                        terminal.tell_works();
                    }
                }
            }
            let heads: Heads = arrived.iter().map(|a| (a.origin, a.last())).collect();
            if !arrived.is_empty() {
                let began = self.now();
                let stored = terminal.ingest(arrived);
                if self.now() > began + TAKEN_AFTER {
                    // Meanwhile nothing was heard here, and others may have taken over what waits.
                    terminal.doubt_slips(terminal.last_slip());
                }
                for (origin, upto) in heads {
                    if stored {
                        next.extend(self.node.stored(origin, upto, self.now(), &self.logs));
                    } else {
                        self.node.not_stored(origin);
                    }
                }
                arrivals = true;
            }
            acts = next;
        }
        // After what goes on to other terminals is on its way.
        if arrivals {
            terminal.tell_arrived();
        }
    }

    /// Lets pages know how the others are, and the others what the clock here says.
    fn show_peers(&mut self, terminal: &Terminal) {
        let now = self.now();
        if self.told_clock + CLOCK_EVERY <= now {
            self.told_clock = now;
            for (link, _) in self.node.peers() {
                self.wires.send(link, Frame::Clock { wall: millis_now() });
                self.wires.send(link, terminal.face());
            }
        }
        if self.shown + SHOWN_EVERY > now {
            return;
        }
        self.shown = now;
        *lock(&terminal.peers.coming) = self.coming();
        let mut all = lock(&terminal.peers.seen);
        let linked = |all: &SeenAll| all.values().filter(|s| s.linked).count();
        let before = linked(&all);
        all.values_mut().for_each(|seen| seen.linked = false);
        for (_, peer) in self.node.peers() {
            let Some(origin) = peer.origin else { continue };
            let age = Duration::from_millis(now.saturating_sub(peer.heard));
            let seen = Seen {
                linked: true,
                heard: Instant::now().checked_sub(age).unwrap_or_else(Instant::now),
                heard_wall: millis_now() - age.as_millis() as i64,
                behind: peer.lacks(self.node.heads()),
                hears_master: peer.hears_master,
                ahead: self.ahead.get(&origin).copied(),
            };
            all.insert(origin, seen);
        }
        let changed = before != linked(&all);
        drop(all);
        if changed {
            terminal.tell_works();
        }
    }

    /// How much of what the others hold is here, while much is missing.
    fn coming(&self) -> Option<Coming> {
        let mine = self.node.heads();
        let mut of: Heads = Heads::clone(mine);
        for (origin, head) in self.node.peers().flat_map(|(_, peer)| &peer.theirs) {
            let known = of.entry(*origin).or_default();
            *known = (*known).max(*head);
        }
        let coming = Coming { here: mine.values().sum(), of: of.values().sum() };
        (coming.of - coming.here > BEHIND).then_some(coming)
    }

    pub(super) fn standing(&self) -> domain::tickets::Standing {
        domain::tickets::Standing { master: self.node.role().master, heard: self.node.hears_master() }
    }

    /// Lets the rest of the terminal know who is master.
    fn stand(&self, terminal: &Terminal) {
        let standing = Standing { role: self.node.role(), hears_master: self.node.hears_master() };
        let mut known = lock(&terminal.peers.standing);
        if *known != Some(standing) {
            tracing::info!(
                "the master is {}{} (epoch {})",
                standing.role.master,
                if standing.hears_master { "" } else { ", who is not heard" },
                standing.role.epoch
            );
            *known = Some(standing);
            drop(known);
            terminal.advertise();
            terminal.tell_works();
        }
    }
}
