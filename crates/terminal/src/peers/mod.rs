//! This terminal among others: a thread that owns the pure protocol ([`sync::Node`]), the links it speaks over, and what
//! follows for this terminal: entries of others that arrive, who makes the kitchen's tickets, who is master.
//!
//! Commands never wait for this thread. Own entries are sent after they are durable: by it, or after a pause, when it
//! would have to wake up first, by the thread that wrote them. What arrives it stores through the same counter as
//! everybody.

mod asked;
mod coming_back;
mod drill;
mod driver;
mod face;
mod fresh;
pub(crate) mod identity;
mod ingest;
mod kitchen;
mod knocks;
mod logs;
mod network;
mod protocol;
mod seen;
#[cfg(test)]
mod sending_tests;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use domain::{
    event::{Alarm, Event},
    ids::{Origin, StaffId},
    tickets::paper_for,
    view::{Coming, JoinStage},
};
use sync::{Body, Frame, Link, PublicKey, Role, pairing::Code};

pub(crate) use asked::is_for_network;
pub(crate) use coming_back::Back;
use drill::Drill;
use fresh::Fresh;
pub use identity::{Newcomer, NotLetIn, Welcome};
pub(crate) use ingest::Arrived;
use network::Network;
pub use network::NetworkSettings;
use protocol::Protocol;
use seen::SeenAll;
pub(crate) use seen::square;

use crate::terminal::{Terminal, lock, read};

/// Happenings that may wait for the thread. A peer has at most a window of entries on its way, so honest ones stay far
/// below; a link that overflows it is closed.
const MAX_WAITING: usize = 8_192;
/// After a pause so long in sending, own entries are sent by the thread that wrote them. Those that follow sooner wait for
/// each other and are sent together by the peers' thread; only what is for the kitchen never waits. A frame costs its author
/// a signature and every other terminal a proof and mostly a commit: sent one by one, as fast as a till can order, they
/// queued up at the others, and the slowest ticket of a hundred took four times as long. Nobody sees an order line come to
/// another screen a millisecond later.
const GATHER: Duration = Duration::from_micros(1_500);

/// The links as the thread uses them: sockets in a terminal, memory in a test.
pub trait Wires: Send + Sync {
    /// Puts a frame on its way. Never blocks; a link that cannot take it goes down.
    fn send(&self, link: Link, frame: Frame);
    fn close(&self, link: Link, why: &str);
    /// Whose keys are known has changed: links of those who are shut out end before this returns.
    fn recheck(&self);
}

/// Something the thread must know.
#[derive(Debug)]
pub enum Happening {
    /// A link to a terminal that proved its key.
    Up(Link, Origin),
    Down(Link),
    Frame(Link, Frame),
    /// Own entries became durable; those for the kitchen wait for no others.
    Own {
        urgent: bool,
    },
    /// Something is to be done that takes the disk, or somebody else is master.
    ToDo,
    /// Terminals were let in, ranked or shut out, or this one was set up.
    Members,
    /// This terminal came into a restaurant.
    CameIn,
    /// A terminal was reached here.
    Reached(Origin, SocketAddr),
    /// What this terminal shows to browsers changed.
    Face,
    /// Something a person must hear of.
    Alarm(Alarm),
    /// This person read the code of a new terminal that listens here.
    Invite(SocketAddr, Code, Option<StaffId>),
    /// A person makes a terminal master.
    Appoint(Origin),
    /// A person wants to see the master unplugged.
    Drill,
    Stop,
}

/// Who is master as far as this terminal knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub role: Role,
    /// The master is heard, or is this terminal.
    pub hears_master: bool,
}

/// The other terminals, as the rest of this one sees them.
pub(crate) struct Peers {
    /// There once this terminal speaks with others.
    protocol: OnceLock<Arc<parking_lot::Mutex<Protocol>>>,
    wires: OnceLock<Arc<dyn Wires>>,
    inbox: SyncSender<Happening>,
    waiting: Mutex<Option<Receiver<Happening>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// The last own entry that is durable.
    own: AtomicU64,
    /// When own entries were last sent.
    sent_at: Mutex<Option<Instant>>,
    /// The newest of them.
    fresh: Mutex<Fresh>,
    /// Whether the thread was told of it and has not looked yet.
    told: AtomicBool,
    /// When the thread last looked at the clock on the wall; 0 without a thread.
    pub(crate) looked_at: AtomicI64,
    /// Whether there is any link; without one nobody is woken.
    linked: AtomicBool,
    standing: Mutex<Option<Standing>>,
    /// Of every terminal there ever was.
    keys: Mutex<BTreeMap<Origin, PublicKey>>,
    pub(crate) network: parking_lot::RwLock<Option<Arc<Network>>>,
    settings: Mutex<Option<NetworkSettings>>,
    /// The code this terminal shows while it wants in.
    door: Mutex<Option<Code>>,
    joining: Mutex<JoinStage>,
    drill: Mutex<Option<Drill>>,
    /// While much is on its way here.
    pub coming: Mutex<Option<Coming>>,
    seen: Mutex<SeenAll>,
    /// Where others were reached.
    reached: Mutex<BTreeMap<Origin, SocketAddr>>,
    /// Where this terminal serves browsers.
    web: Mutex<Option<SocketAddr>>,
    /// New browsers that ask to be let in.
    pub(crate) knocks: Mutex<knocks::Knocks>,
    /// Where the others do.
    faces: Mutex<BTreeMap<Origin, face::Face>>,
}

impl Peers {
    pub fn new() -> Peers {
        let (inbox, waiting) = sync_channel(MAX_WAITING);
        Peers {
            protocol: OnceLock::new(),
            wires: OnceLock::new(),
            inbox,
            waiting: Mutex::new(Some(waiting)),
            thread: Mutex::new(None),
            own: AtomicU64::new(0),
            sent_at: Mutex::new(None),
            fresh: Mutex::default(),
            told: AtomicBool::new(false),
            looked_at: AtomicI64::new(0),
            linked: AtomicBool::new(false),
            standing: Mutex::new(None),
            keys: Mutex::default(),
            network: parking_lot::RwLock::new(None),
            settings: Mutex::new(None),
            door: Mutex::new(None),
            joining: Mutex::default(),
            drill: Mutex::new(None),
            coming: Mutex::new(None),
            seen: Mutex::default(),
            reached: Mutex::default(),
            web: Mutex::default(),
            faces: Mutex::default(),
            knocks: Mutex::default(),
        }
    }

    /// Tells the thread something; `false` when it cannot keep up.
    pub fn tell(&self, what: Happening) -> bool {
        !matches!(self.inbox.try_send(what), Err(TrySendError::Full(_)))
    }

    /// Ends the links of those who are shut out. Whoever writes that somebody is calls it before anything is sent or
    /// answered, so that nothing a till takes after the answer can reach them.
    pub fn cut_off(&self) {
        if let Some(wires) = self.wires.get() {
            wires.recheck();
        }
    }

    /// Own entries are durable up to here, these last; urgent if some are for the kitchen. Whether whoever wrote them is to
    /// send them ([`Terminal::send_own`]), once nobody waits for the store.
    pub fn wrote(&self, upto: u64, bodies: Vec<Body>, urgent: bool) -> bool {
        let linked = self.linked.load(Ordering::Acquire);
        if linked && !bodies.is_empty() {
            lock(&self.fresh).note(upto + 1 - bodies.len() as u64, bodies);
        }
        if self.own.swap(upto, Ordering::AcqRel) == upto || !linked {
            return false;
        }
        if urgent || self.sends_from() <= Instant::now() {
            return true;
        }
        self.tell_own(false);
        false
    }

    /// When own entries that are not urgent may be sent again.
    fn sends_from(&self) -> Instant {
        lock(&self.sent_at).map_or_else(Instant::now, |at| at + GATHER)
    }

    /// Leaves own entries to the peers' thread.
    fn tell_own(&self, urgent: bool) {
        if !self.told.swap(true, Ordering::AcqRel) || urgent {
            // When the line is full the thread is awake anyway and looks at `own` at its next tick.
            self.tell(Happening::Own { urgent });
        }
    }

    /// Who makes the kitchen's tickets of an entry written now; `None` is this terminal.
    pub fn paper_for(&self, me: Origin, events: &[Event]) -> Option<Origin> {
        let Standing { role, hears_master } = (*lock(&self.standing))?;
        paper_for(me, domain::tickets::Standing { master: role.master, heard: hears_master }, events)
    }
}

impl Terminal {
    /// Starts the thread that speaks with other terminals over these links.
    ///
    /// # Errors
    /// That the key of this terminal or a thread could not be made.
    pub fn join_others(self: &Arc<Self>, wires: Arc<dyn Wires>) -> Result<(), store::OpenError> {
        let failed = |what: String| store::OpenError::Failed(what);
        let Some(waiting) = lock(&self.peers.waiting).take() else { return Ok(()) };
        self.found();
        let protocol = Protocol::of(self, wires.clone()).map_err(|e| e.at_open(self.file()))?;
        let _ = self.peers.wires.set(wires);
        let protocol = self.peers.protocol.get_or_init(|| Arc::new(parking_lot::Mutex::new(protocol))).clone();
        let driver = driver::Driver::new(self, protocol, waiting);
        let thread = std::thread::Builder::new().name("peers".into()).spawn(move || driver.run());
        *lock(&self.peers.thread) = Some(thread.map_err(|e| failed(e.to_string()))?);
        Ok(())
    }

    /// Who is master as far as this terminal knows.
    pub fn master(&self) -> Origin {
        let standing = *lock(&self.peers.standing);
        standing.map_or(self.origin(), |s| s.role.master)
    }

    /// Equal on terminals that hold the same entries.
    pub fn digest(&self) -> String {
        read(&self.state).restaurant.digest()
    }

    pub(crate) fn leave_others(&self) {
        self.close_network();
        // A full line is emptied by the thread, which then finds the terminal gone.
        let _ = self.peers.inbox.send(Happening::Stop);
        if let Some(thread) = lock(&self.peers.thread).take() {
            let _ = thread.join();
        }
    }
}
