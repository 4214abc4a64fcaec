//! The protocol, shared by the threads that read links and the one that waits for time to pass.
//!
//! Whoever has news runs the node itself, under one lock, and sends what it says while holding it: what arrives is passed
//! on without another thread waking up, and a link's frames leave in the order they were made. What needs the disk is
//! left to the peers' thread ([`super::driver`]).

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use domain::{
    event::{Alarm, Event},
    ids::Origin,
    tickets,
};
use store::StoreError;
use sync::{Act, Frame, Heads, Link, Node, Now, Role, bounds::WINDOW};

use super::{Arrived, Happening, Wires, ingest::Proved, logs::Logs};
use crate::terminal::{Terminal, lock, read};

/// What arrived and waits for the disk; beyond it a link that brings more is closed. A peer has at most a window of
/// entries on its way, so honest ones stay far below.
const MAX_TO_DO: usize = 8_192;

/// What the node wants done that takes the disk.
pub(super) enum ToDo {
    Store(Arc<Arrived>),
    Keep(Role),
    Alarm(Alarm),
    Note(Event),
    /// Others hold more of this terminal's log than itself.
    OldCopy {
        here: u64,
        there: u64,
    },
}

pub(crate) struct Protocol {
    pub(super) node: Node,
    logs: Logs,
    wires: Arc<dyn Wires>,
    started: Instant,
    /// Until then this terminal takes no links: a drill.
    unplugged_until: Now,
    to_do: VecDeque<ToDo>,
    /// What arrived and nobody has read yet.
    unread: Vec<Arc<Arrived>>,
    /// What the peers' thread was last told of who is master.
    standing: tickets::Standing,
}

/// The node as this terminal's disk has it.
fn node_of(terminal: &Terminal) -> Result<Node, StoreError> {
    let me = terminal.origin();
    let member = terminal.membership()?;
    let role = Role { epoch: member.epoch, master: member.master, pinned: member.pinned };
    let rank = read(&terminal.state).restaurant.terminals.get(me).map_or(0, |t| t.rank());
    let mut node = Node::new(me, member.store.0, rank, role, terminal.heads());
    node.was_called(terminal.names_before());
    Ok(node)
}

fn standing_of(node: &Node) -> tickets::Standing {
    tickets::Standing { master: node.role().master, heard: node.hears_master() }
}

impl Protocol {
    pub fn of(terminal: &Arc<Terminal>, wires: Arc<dyn Wires>) -> Result<Protocol, StoreError> {
        let node = node_of(terminal)?;
        let (standing, logs) = (standing_of(&node), Logs::of(terminal)?);
        let started = Instant::now();
        Ok(Protocol {
            node,
            logs,
            wires,
            started,
            unplugged_until: 0,
            to_do: VecDeque::new(),
            unread: Vec::new(),
            standing,
        })
    }

    /// This terminal belongs to another restaurant than before.
    pub fn start_over(&mut self, terminal: &Arc<Terminal>) -> Result<(), StoreError> {
        (self.node, self.logs) = (node_of(terminal)?, Logs::of(terminal)?);
        self.to_do.clear();
        self.unread.clear();
        Ok(())
    }

    pub fn now(&self) -> Now {
        self.started.elapsed().as_millis() as Now
    }

    pub fn standing(&self) -> tickets::Standing {
        standing_of(&self.node)
    }

    /// Runs the node and does what it says, as far as that needs no disk. Whether there is something new for the peers'
    /// thread.
    pub fn run(&mut self, ask: impl FnOnce(&mut Node, Now, &Logs) -> Vec<Act>) -> bool {
        let (now, had) = (self.now(), self.to_do.len());
        for act in ask(&mut self.node, now, &self.logs) {
            match act {
                Act::Send(link, frame) => self.wires.send(link, frame),
                Act::Close(link, why) => self.wires.close(link, why),
                Act::Store { origin, first, bodies, chain, seals } => {
                    let in_reach = self.node.wrote_in_reach(origin);
                    let arrived = Arc::new(Arrived::new(origin, first, Proved { bodies, chain, seals }, in_reach));
                    self.unread.push(arrived.clone());
                    self.to_do.push_back(ToDo::Store(arrived));
                }
                Act::Keep(role) => self.to_do.push_back(ToDo::Keep(role)),
                Act::Note(event) => self.to_do.push_back(ToDo::Note(event)),
                Act::Alarm(sync::Alarm::Contradiction { origin, by, held, said }) => {
                    let seq = said.seq;
                    let shown = |seal: Box<sync::Seal>| format!("{} {}", seal.seq, seal.sign);
                    let seals = held.into_iter().chain([said]).map(shown).collect();
                    self.to_do.push_back(ToDo::Alarm(Alarm::ForgedLog { origin, seq, by: Some(by), seals }));
                }
                Act::Alarm(sync::Alarm::OwnLogIsLonger { here, there }) => {
                    self.to_do.push_back(ToDo::OldCopy { here, there });
                }
            }
        }
        let standing = self.standing();
        let turned = standing != std::mem::replace(&mut self.standing, standing);
        turned || had == 0 && !self.to_do.is_empty()
    }

    /// How long time need not be looked at if nothing happens.
    pub fn pause(&self) -> Now {
        self.node.pause()
    }

    /// What arrived since somebody asked, to be read away from this lock.
    pub fn take_unread(&mut self) -> Vec<Arc<Arrived>> {
        std::mem::take(&mut self.unread)
    }

    /// What is to be done next. Of entries half a window at most: once they are stored a peer is told and sends on, while
    /// the other half is being stored. Those that do not follow what is here came after something the disk refused: they are
    /// brought again.
    pub fn take_to_do(&mut self) -> Vec<ToDo> {
        let (mut next, mut bytes, mut held) = (Vec::new(), 0, Heads::new());
        while bytes < WINDOW / 2
            && let Some(what) = self.to_do.pop_front()
        {
            if let ToDo::Store(arrived) = &what {
                let here = self.node.heads().get(&arrived.origin).copied().unwrap_or(0);
                let head = held.entry(arrived.origin).or_insert(here);
                if arrived.first != *head + 1 {
                    self.node.not_stored(arrived.origin);
                    continue;
                }
                *head = arrived.last();
                bytes += arrived.bytes();
            }
            next.push(what);
        }
        next
    }

    pub fn origin_of(&self, link: Link) -> Option<Origin> {
        self.node.peers().find(|(l, _)| *l == link).and_then(|(_, p)| p.origin)
    }

    pub fn links(&self) -> Vec<Link> {
        self.node.peers().map(|(link, _)| link).collect()
    }

    pub fn send(&self, link: Link, frame: Frame) {
        self.wires.send(link, frame);
    }

    /// Leaves the others alone for a while.
    pub fn unplug(&mut self, ms: Now) {
        self.unplugged_until = self.now() + ms;
        for link in self.links() {
            self.wires.close(link, "a drill");
            self.node.down(link);
        }
    }

    fn up(&mut self, terminal: &Terminal, link: Link, who: Origin) -> bool {
        if self.now() < self.unplugged_until {
            self.wires.close(link, "a drill");
            return false;
        }
        // Before the hello says what is here, it must be known; from now on the peers' thread is told.
        terminal.peers.linked.store(true, Ordering::Release);
        let own = self.own_entries(terminal);
        self.run(|node, now, logs| node.up(link, who, now, logs)) || own
    }

    fn down(&mut self, terminal: &Terminal, link: Link) {
        self.node.down(link);
        terminal.peers.linked.store(self.node.peers().next().is_some(), Ordering::Release);
    }

    /// Own entries that became durable since.
    pub fn own_entries(&mut self, terminal: &Terminal) -> bool {
        let upto = terminal.peers.own.load(Ordering::Acquire);
        let me = terminal.origin();
        // It just came back under another name: what is said here of the old one begins anew in a moment.
        if me != self.node.me() {
            return false;
        }
        let known = self.node.heads().get(&me).copied().unwrap_or(0);
        if upto <= known {
            return false;
        }
        *lock(&terminal.peers.sent_at) = Some(Instant::now());
        self.run(|node, now, logs| node.stored(me, upto, now, logs))
    }
}

/// What the node is asked about; the rest concerns the terminal.
fn is_for_node(frame: &Frame) -> bool {
    use Frame::{Authority, Clock, ComeBack, Face, Parted, Unplug};
    !matches!(frame, Clock { .. } | Unplug { .. } | Face { .. } | Authority { .. } | ComeBack { .. } | Parted { .. })
}

impl Terminal {
    /// Sends own entries that became durable, unless somebody else is with the protocol: the peers' thread does then.
    pub(crate) fn send_own(&self, urgent: bool) {
        let Some(shared) = self.peers.protocol.get() else { return };
        let sent = shared.try_lock().map(|mut protocol| protocol.own_entries(self));
        match sent {
            None => self.peers.tell_own(urgent),
            Some(true) => _ = self.peers.tell(Happening::ToDo),
            Some(false) => {}
        }
    }

    /// Tells the terminal what happened on its links; `false` when it cannot keep up and the link is to be closed. It does
    /// not wait for the disk, but must not be called from within [`Wires`].
    pub fn on_link(&self, what: Happening) -> bool {
        let Some(shared) = self.peers.protocol.get() else { return false };
        let mut protocol = shared.lock();
        let wakes = match what {
            Happening::Frame(link, frame) if is_for_node(&frame) => {
                if protocol.to_do.len() >= MAX_TO_DO {
                    return false;
                }
                protocol.run(|node, now, logs| node.frame(link, frame, now, logs))
            }
            other => {
                match &other {
                    Happening::Up(link, who) => {
                        protocol.up(self, *link, *who);
                    }
                    Happening::Down(link) => protocol.down(self, *link),
                    _ => {}
                }
                drop(protocol);
                return self.peers.tell(other);
            }
        };
        let unread = protocol.take_unread();
        drop(protocol);
        for arrived in unread {
            // Whoever stores it finds what is wrong with it.
            let _ = arrived.read();
        }
        if wakes {
            // When the line is full the thread is awake anyway and looks by itself.
            self.peers.tell(Happening::ToDo);
        }
        true
    }
}
