//! The thread beside the protocol: it lets time pass for the node, and does what takes the disk.

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
    tickets::{self, DOUBTED_AFTER, TAKEN_AFTER, Watch},
    view::Coming,
};
use sync::{Frame, Heads, Now, Role, bounds::TICK};

use super::{
    Arrived, Happening, Standing,
    coming_back::Asking,
    drill::Drill,
    protocol::{Protocol, ToDo},
    seen::{BEHIND, Seen, SeenAll},
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
/// Screens are told of what arrives no sooner after other news than this, a third of a frame, and then of all together;
/// only the kitchen's tickets never wait. Thirty screens that are woken for every line keep the till itself waiting.
const TOLD_TOGETHER: Duration = Duration::from_millis(5);

pub(super) struct Driver {
    terminal: Weak<Terminal>,
    pub(super) protocol: Arc<parking_lot::Mutex<Protocol>>,
    inbox: Receiver<Happening>,
    started: Instant,
    ticked: Now,
    /// When own entries that wait for others to travel with are sent.
    own_due: Option<Instant>,
    /// Something arrived that screens were not told of, and when they were told last.
    arrived: bool,
    told_screens: Instant,
    pub(super) me: Origin,
    /// Who is master as far as the tickets were seen to.
    known: tickets::Standing,
    /// Who has tickets to make and is not heard.
    pub(super) watch: Watch,
    /// When slips up to which number, if they wait still, may have been taken over by somebody out of reach.
    pub(super) doubt: Option<(Now, u64)>,
    /// Tickets change hands no sooner than this.
    pub(super) tickets_again: Now,
    pub(super) drill: Option<Drill>,
    pub(super) asking: Asking,
    /// When the others were last told what the clock on the wall says.
    told_clock: Now,
    /// A role that could not be made durable yet.
    unkept: Option<Role>,
    /// Milliseconds others' clocks on the wall are ahead.
    ahead: BTreeMap<Origin, i64>,
    shown: Now,
}

impl Driver {
    pub fn new(
        terminal: &Arc<Terminal>,
        protocol: Arc<parking_lot::Mutex<Protocol>>,
        inbox: Receiver<Happening>,
    ) -> Driver {
        let known = protocol.lock().standing();
        let mut driver = Driver {
            terminal: Arc::downgrade(terminal),
            protocol,
            inbox,
            started: Instant::now(),
            ticked: 0,
            own_due: None,
            arrived: false,
            told_screens: Instant::now(),
            me: terminal.origin(),
            known,
            watch: Watch::default(),
            doubt: None,
            tickets_again: 0,
            drill: None,
            asking: Asking::default(),
            told_clock: 0,
            unkept: None,
            ahead: BTreeMap::new(),
            shown: 0,
        };
        driver.stand(terminal);
        driver.leave_other_lines(terminal);
        driver
    }

    pub(super) fn now(&self) -> Now {
        self.started.elapsed().as_millis() as Now
    }

    pub fn run(mut self) {
        let mut pause = TICK;
        loop {
            let due = self.ticked + pause;
            let mut wait = Duration::from_millis(due.saturating_sub(self.now()));
            let news_due = self.arrived.then(|| self.told_screens + TOLD_TOGETHER);
            for due in self.own_due.into_iter().chain(news_due) {
                wait = wait.min(due.saturating_duration_since(Instant::now()));
            }
            let first = match self.inbox.recv_timeout(wait) {
                Ok(Happening::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(first) => Some(first),
                Err(RecvTimeoutError::Timeout) => None,
            };
            let Some(terminal) = self.terminal.upgrade() else { return };
            let waiting: Vec<Happening> = self.inbox.try_iter().take(AT_ONCE).collect();
            for what in first.into_iter().chain(waiting) {
                if matches!(what, Happening::Stop) {
                    return;
                }
                self.hear(&terminal, what);
            }
            self.send_own(&terminal);
            if self.now() >= self.ticked + TICK {
                self.tick(&terminal);
            }
            self.do_all(&terminal);
            pause = self.stand(&terminal);
            self.watch_drill(&terminal);
            self.show_peers(&terminal);
        }
    }

    fn hear(&mut self, terminal: &Arc<Terminal>, what: Happening) {
        match what {
            Happening::Up(link, _) => {
                let protocol = self.protocol.lock();
                protocol.send(link, Frame::Clock { wall: millis_now() });
                protocol.send(link, terminal.face());
                if let Some(ask) = terminal.authority_frame(false) {
                    protocol.send(link, ask);
                }
                drop(protocol);
                terminal.remember_reached();
            }
            Happening::Down(_) => {
                let due = self.doubt.map_or(self.now() + DOUBTED_AFTER, |(due, _)| due);
                self.doubt = Some((due, terminal.last_slip()));
            }
            Happening::Frame(link, Frame::Clock { wall }) => {
                let origin = self.protocol.lock().origin_of(link);
                self.ahead.extend(origin.map(|o| (o, wall - millis_now())));
            }
            Happening::Frame(link, Frame::Face { web, knocks }) => {
                let origin = self.protocol.lock().origin_of(link);
                if let Some(origin) = origin {
                    terminal.note_face(origin, web);
                    lock(&terminal.peers.knocks).hear(origin, knocks);
                }
            }
            // Only a terminal that was let in has a link.
            Happening::Frame(link, Frame::Authority { file: None }) => {
                if let Some(told) = terminal.authority_frame(true) {
                    self.protocol.lock().send(link, told);
                }
            }
            Happening::Frame(_, Frame::Authority { file: Some(file) }) => terminal.take_authority(&file),
            Happening::Frame(_, Frame::Unplug { ms }) => self.unplug(terminal, ms),
            Happening::Frame(link, Frame::ComeBack { name, points }) => {
                self.hear_come_back(terminal, link, name, &points);
            }
            Happening::Frame(link, Frame::Parted { from, until, welcome }) => {
                self.hear_parted(terminal, link, (from, until), welcome);
            }
            Happening::Own { urgent } => {
                let due = if urgent { Instant::now() } else { terminal.peers.sends_from() };
                self.own_due = Some(self.own_due.map_or(due, |known| known.min(due)));
            }
            other => self.see_to(terminal, other),
        }
    }

    /// Sends own entries whose time has come.
    fn send_own(&mut self, terminal: &Arc<Terminal>) {
        if self.own_due.take_if(|due| *due <= Instant::now()).is_some() {
            terminal.peers.told.store(false, Ordering::Release);
            self.protocol.lock().own_entries(terminal);
        }
    }

    /// What concerns this terminal rather than one link.
    fn see_to(&mut self, terminal: &Arc<Terminal>, what: Happening) {
        match what {
            Happening::Members => {
                if terminal.found() {
                    terminal.reopen_network();
                }
                let rank = read(&terminal.state).restaurant.terminals.get(self.me).map_or(0, |t| t.rank());
                let mut protocol = self.protocol.lock();
                protocol.node.choose(rank);
                protocol.node.was_called(terminal.names_before());
                drop(protocol);
                self.leave_other_lines(terminal);
            }
            Happening::CameIn => {
                if let Err(e) = self.protocol.lock().start_over(terminal) {
                    tracing::error!("what this terminal belongs to cannot be read: {e}");
                }
                terminal.reopen_network();
            }
            Happening::Reached(origin, address) => {
                lock(&terminal.peers.reached).insert(origin, address);
                if let Err(e) = terminal.remember(origin, address) {
                    tracing::warn!("where {origin} was reached cannot be remembered: {e}");
                }
            }
            Happening::Face => {
                let protocol = self.protocol.lock();
                protocol.links().into_iter().for_each(|link| protocol.send(link, terminal.face()));
            }
            Happening::Appoint(master) => {
                self.protocol.lock().run(|node, _, _| node.appoint(master));
            }
            Happening::Alarm(alarm) => terminal.raise(alarm),
            Happening::Drill => self.begin_drill(terminal),
            Happening::Invite(address, code, by) => terminal.invite(address, code, by),
            // What there is to do is looked at anyway.
            _ => {}
        }
    }

    fn tick(&mut self, terminal: &Arc<Terminal>) {
        self.ticked = self.now();
        terminal.is_awake();
        if let Some(role) = self.unkept.take() {
            self.keep(terminal, role);
        }
        // Also what nobody could be told of, because the line was full or the first link just came.
        terminal.peers.told.store(false, Ordering::Release);
        let mut protocol = self.protocol.lock();
        protocol.own_entries(terminal);
        protocol.run(|node, now, logs| node.tick(now, logs));
        drop(protocol);
        self.ask_to_come_back(terminal);
        // Looks through all tickets, so not at every frame.
        self.see_to_tickets(terminal);
        if let Some((_, upto)) = self.doubt.take_if(|(due, _)| *due <= self.ticked) {
            terminal.doubt_slips(upto);
        }
    }

    /// Does what takes the disk, until nothing is left.
    fn do_all(&mut self, terminal: &Arc<Terminal>) {
        let mut to_do = self.protocol.lock().take_to_do();
        while !to_do.is_empty() {
            let mut arrived = Vec::new();
            for what in to_do {
                match what {
                    ToDo::Store(entries) => arrived.push(entries),
                    ToDo::Keep(role) => self.keep(terminal, role),
                    ToDo::Alarm(alarm) => terminal.raise(alarm),
                    ToDo::OldCopy { here, there } => self.is_old_copy(terminal, here, there),
                    ToDo::Note(event) => terminal.note(event),
                }
            }
            self.arrived |= !arrived.is_empty();
            to_do = self.store(terminal, arrived);
        }
        // After what goes on to other terminals is on its way.
        if self.arrived && (self.told_screens.elapsed() >= TOLD_TOGETHER || terminal.news.is_urgent()) {
            (self.arrived, self.told_screens) = (false, Instant::now());
            terminal.tell_arrived();
        }
    }

    /// Stores what arrived; gives what is to be done next.
    fn store(&mut self, terminal: &Terminal, mut arrived: Vec<Arc<Arrived>>) -> Vec<ToDo> {
        self.refuse_misplaced(terminal, &mut arrived);
        let heads: Heads = arrived.iter().map(|a| (a.origin, a.last())).collect();
        let began = self.now();
        let stored = heads.is_empty() || terminal.ingest(arrived);
        if self.now() > began + TAKEN_AFTER {
            // Meanwhile nothing was heard here, and others may have taken over what waits.
            terminal.doubt_slips(terminal.last_slip());
        }
        let mut protocol = self.protocol.lock();
        for (origin, upto) in heads {
            if stored {
                protocol.run(|node, now, logs| node.stored(origin, upto, now, logs));
            } else {
                protocol.node.not_stored(origin);
            }
        }
        protocol.take_to_do()
    }

    /// Leaves out logs with an entry that says it stands elsewhere, from there on.
    fn refuse_misplaced(&self, terminal: &Terminal, arrived: &mut Vec<Arc<Arrived>>) {
        while let Some((at, seq)) = arrived.iter().enumerate().find_map(|(at, a)| Some((at, a.read().err()?.0))) {
            let origin = arrived[at].origin;
            let mut place = 0..;
            arrived.retain(|a| place.next().is_none_or(|n| n < at) || a.origin != origin);
            self.protocol.lock().node.not_stored(origin);
            terminal.raise(Alarm::ForgedLog { origin, seq, by: None, seals: Vec::new() });
        }
    }

    fn keep(&mut self, terminal: &Terminal, role: Role) {
        match terminal.keep_role(role) {
            Ok(()) => {
                self.protocol.lock().run(|node, now, _| node.kept(role, now));
            }
            Err(e) => {
                // A full disk may have room again; until then nobody is told of it.
                tracing::error!("who is master cannot be kept: {e}");
                self.unkept = Some(role);
            }
        }
    }

    /// Lets pages know how the others are, and the others what the clock here says.
    fn show_peers(&mut self, terminal: &Terminal) {
        let now = self.now();
        if self.shown + SHOWN_EVERY > now {
            return;
        }
        self.shown = now;
        let protocol = self.protocol.lock();
        if self.told_clock + CLOCK_EVERY <= now {
            self.told_clock = now;
            for link in protocol.links() {
                protocol.send(link, Frame::Clock { wall: millis_now() });
                protocol.send(link, terminal.face());
            }
        }
        *lock(&terminal.peers.coming) = coming(&protocol);
        let mut all = lock(&terminal.peers.seen);
        let linked = |all: &SeenAll| all.values().filter(|s| s.linked).count();
        let before = linked(&all);
        all.values_mut().for_each(|seen| seen.linked = false);
        for (_, peer) in protocol.node.peers() {
            let Some(origin) = peer.origin else { continue };
            let age = Duration::from_millis(protocol.now().saturating_sub(peer.heard));
            let seen = Seen {
                linked: true,
                heard: Instant::now().checked_sub(age).unwrap_or_else(Instant::now),
                heard_wall: millis_now() - age.as_millis() as i64,
                behind: peer.lacks(protocol.node.heads()),
                hears_master: peer.hears_master,
                ahead: self.ahead.get(&origin).copied(),
            };
            all.insert(origin, seen);
        }
        let changed = before != linked(&all);
        drop(all);
        drop(protocol);
        if changed {
            terminal.tell_works();
        }
    }

    /// Lets the rest of the terminal know who is master; how long time need not be looked at.
    fn stand(&mut self, terminal: &Terminal) -> Now {
        let protocol = self.protocol.lock();
        let standing = Standing { role: protocol.node.role(), hears_master: protocol.node.hears_master() };
        let (told, pause) = (protocol.standing(), protocol.pause());
        drop(protocol);
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
        if std::mem::replace(&mut self.known, told) != told {
            // Tickets that waited for a master go out at once: a terminal alone looks rarely.
            self.see_to_tickets(terminal);
        }
        if self.doubt.is_some() { TICK } else { pause }
    }
}

/// How much of what the others hold is here, while much is missing.
fn coming(protocol: &Protocol) -> Option<Coming> {
    let mine = protocol.node.heads();
    let mut of: Heads = Heads::clone(mine);
    for (origin, head) in protocol.node.peers().flat_map(|(_, peer)| &peer.theirs) {
        let known = of.entry(*origin).or_default();
        *known = (*known).max(*head);
    }
    let coming = Coming { here: mine.values().sum(), of: of.values().sum() };
    (coming.of - coming.here > BEHIND).then_some(coming)
}
