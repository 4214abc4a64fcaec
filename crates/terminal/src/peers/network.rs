//! The sockets beneath this terminal's links: opened when it belongs to a restaurant, or wants to.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, Weak},
    thread,
};

use domain::{
    event::Alarm,
    ids::{Origin, StaffId},
    view::JoinStage,
};
use store::{Neighbour, StoreError};
use sync::{
    Advert, Announced, Frame, Heard, JoinError, Joining, Keyring, Lan, LanError, Link, PublicKey, Sighting,
    pairing::{Code, PairingError},
};

use super::{Happening, Newcomer, Welcome, Wires, identity::NotLetIn};
use crate::terminal::{Terminal, lock, read, write};

/// How this terminal speaks with others.
#[derive(Debug, Clone)]
pub struct NetworkSettings {
    /// Where others call it.
    pub listen: Vec<SocketAddr>,
    /// Whether terminals announce themselves and look for each other.
    pub discovery: bool,
    /// Network interfaces to announce on, by name; every real one if empty.
    pub interfaces: Vec<String>,
}

impl NetworkSettings {
    /// The usual port for other terminals.
    pub const PORT: u16 = 7710;

    /// What a program's command line asks for: `peers` if given; otherwise the usual port of a `listen` address that
    /// others can reach. `None`: this terminal keeps to itself.
    pub fn of(listen: Option<SocketAddr>, peers: Option<SocketAddr>, discovery: bool) -> Option<NetworkSettings> {
        let reachable = listen.filter(|l| !l.ip().is_loopback()).map(|l| SocketAddr::new(l.ip(), Self::PORT));
        let address = peers.or(reachable)?;
        Some(NetworkSettings { listen: vec![address], discovery, interfaces: Vec::new() })
    }
}

/// The network while it runs.
pub(crate) struct Network {
    pub lan: Lan,
    /// What others say of themselves, by announcement.
    found: Mutex<BTreeMap<String, Sighting>>,
}

/// Whom this terminal trusts.
struct Ring(Weak<Terminal>);

impl Keyring for Ring {
    fn knows(&self, key: &PublicKey) -> Option<Origin> {
        self.0.upgrade()?.knows(key)
    }

    fn expects(&self, origin: Origin) -> bool {
        self.0.upgrade().is_some_and(|terminal| terminal.expects(origin))
    }

    fn awaits(&self, key: &PublicKey) -> bool {
        self.0.upgrade().is_some_and(|terminal| terminal.awaits(key))
    }
}

/// The links of whatever network there is at the moment.
struct Plugs(Weak<Terminal>);

impl Plugs {
    fn network(&self) -> Option<Arc<Network>> {
        self.0.upgrade()?.network()
    }
}

impl Wires for Plugs {
    fn send(&self, link: Link, frame: Frame) {
        if let Some(network) = self.network()
            && let Err(e) = network.lan.send(link, frame)
        {
            tracing::debug!("link {link} takes nothing: {e}");
            network.lan.close(link);
        }
    }

    fn close(&self, link: Link, why: &str) {
        tracing::info!("link {link} is closed: {why}");
        if let Some(network) = self.network() {
            network.lan.close(link);
        }
    }

    fn recheck(&self) {
        if let Some(network) = self.network() {
            network.lan.recheck();
        }
    }
}

impl Terminal {
    /// Opens the network and starts to speak with the restaurant's other terminals, and with those that want in.
    ///
    /// # Errors
    /// That nobody can be heard on the address, or that there are no threads.
    pub fn start_network(self: &Arc<Self>, settings: NetworkSettings) -> Result<(), LanError> {
        *lock(&self.peers.settings) = Some(settings);
        // First, so that no link comes before there is somebody to speak for this terminal.
        self.join_others(Arc::new(Plugs(Arc::downgrade(self))))
            .map_err(|e| LanError::Threads(std::io::Error::other(e.to_string())))?;
        self.open_network()
    }

    pub(crate) fn network(&self) -> Option<Arc<Network>> {
        read(&self.peers.network).clone()
    }

    /// Opens the network for the restaurant this terminal belongs to now, in place of the one before.
    fn open_network(self: &Arc<Self>) -> Result<(), LanError> {
        // Held to the end: two networks opened at once would be in each other's way.
        let settings = lock(&self.peers.settings);
        let Some(settings) = settings.clone() else { return Ok(()) };
        self.close_network();
        let store = self.is_member().then(|| self.membership().ok()).flatten().map(|m| m.store.0);
        let weak = Arc::downgrade(self);
        let lan = Lan::start(
            sync::Settings {
                listen: settings.listen,
                key: self.key.clone(),
                me: self.origin(),
                store,
                name: self.name.clone(),
                keyring: Arc::new(Ring(weak.clone())),
                discovery: settings.discovery,
                interfaces: settings.interfaces,
            },
            move |heard| {
                if let Some(terminal) = weak.upgrade() {
                    terminal.on_network(heard);
                }
            },
        )?;
        *write(&self.peers.network) = Some(Arc::new(Network { lan, found: Mutex::default() }));
        self.call_known();
        self.advertise();
        Ok(())
    }

    /// Anew for the restaurant it just came into, or founded. On a thread of its own, because the network that ends may
    /// be the one that told of it.
    pub(super) fn reopen_network(self: &Arc<Self>) {
        let terminal = self.clone();
        let opening = thread::Builder::new().name("network".into()).spawn(move || {
            if let Err(e) = terminal.open_network() {
                tracing::error!("the network cannot be opened: {e}");
            }
        });
        if let Err(e) = opening {
            tracing::error!("the network cannot be opened: {e}");
        }
    }

    pub(crate) fn close_network(&self) {
        let network = write(&self.peers.network).take();
        // Whoever still sends over it holds it a moment longer. That must not keep its address taken: the next network
        // listens there.
        if let Some(network) = network {
            network.lan.stop();
        }
    }

    /// The port on which others call this terminal.
    pub(super) fn port(&self) -> Option<u16> {
        self.network()?.lan.addresses().first().map(SocketAddr::port)
    }

    /// Whether there is a restaurant this terminal belongs to.
    pub(super) fn is_member(&self) -> bool {
        self.is_set_up() || self.readers.membership().is_ok_and(|m| m.is_some())
    }

    fn call_known(&self) {
        let known = self.readers.neighbours().unwrap_or_default();
        let addresses: Vec<SocketAddr> = known.iter().filter_map(|n| n.address.parse().ok()).collect();
        if let Some(network) = self.network() {
            network.lan.set_addresses(&addresses);
        }
    }

    /// Says what this terminal is: a hint for those who look for it.
    pub(super) fn advertise(&self) {
        let Some(network) = self.network() else { return };
        let standing = *lock(&self.peers.standing);
        let door_open = lock(&self.peers.door).is_some();
        let advert = match (self.is_member(), standing) {
            (true, Some(standing)) => {
                let role = if standing.role.master == self.origin() { Announced::Master } else { Announced::Follower };
                Some(Advert { role, epoch: standing.role.epoch })
            }
            (true, None) => Some(Advert { role: Announced::Follower, epoch: 0 }),
            (false, _) => door_open.then_some(Advert { role: Announced::Joining, epoch: 0 }),
        };
        network.lan.advertise(advert);
    }

    fn on_network(self: &Arc<Self>, heard: Heard) {
        match heard {
            Heard::Up { link, origin, address, .. } => {
                tracing::info!("linked with {origin} at {address}");
                lock(&self.peers.reached).insert(origin, address);
                self.on_link(Happening::Up(link, origin));
            }
            Heard::Frame { link, frame } => {
                if !self.on_link(Happening::Frame(link, frame))
                    && let Some(network) = self.network()
                {
                    network.lan.close(link);
                }
            }
            Heard::Down { link, why } => {
                tracing::info!("link {link} is down: {why}");
                self.on_link(Happening::Down(link));
            }
            Heard::Found(sighting) => {
                if let Some(network) = self.network() {
                    lock(&network.found).insert(sighting.instance.clone(), sighting);
                }
            }
            Heard::Lost { instance } => {
                if let Some(network) = self.network() {
                    lock(&network.found).remove(&instance);
                }
            }
            Heard::Stranger { address, why } => {
                // The port is another one each time; one alarm for one machine is enough.
                let (address, why) = (address.ip().to_string(), why.to_string());
                self.peers.tell(Happening::Alarm(Alarm::Stranger { address, why }));
            }
            Heard::Joining(joining) => self.on_joining(joining),
        }
    }

    fn on_joining(self: &Arc<Self>, joining: Joining) {
        match joining {
            Joining::Code(code) => {
                *lock(&self.peers.door) = Some(code);
                self.stage(JoinStage::WrongCode);
            }
            Joining::Closed => self.shut_door(),
            Joining::Welcomed { by, address, payload } => match self.welcomed(by, &payload) {
                Ok(welcome) => {
                    self.stage(JoinStage::CameIn { restaurant: welcome.restaurant });
                    let called = welcome.port.map(|port| SocketAddr::new(address.ip(), port));
                    if let Some(called) = called {
                        self.peers.tell(Happening::Reached(welcome.sponsor, called));
                    }
                    self.peers.tell(Happening::CameIn);
                    self.shut_door();
                }
                Err(why) => self.stage(JoinStage::Failed { why: why.to_string() }),
            },
            Joining::Joined { address, .. } => {
                if let Some(network) = self.network() {
                    network.lan.dial(address);
                }
            }
            Joining::Failed { address, why } => {
                let wrong = matches!(why, JoinError::Pairing(PairingError::Wrong));
                tracing::warn!("joining with {address} failed: {why}");
                self.stage(if wrong { JoinStage::WrongCode } else { JoinStage::Failed { why: why.to_string() } });
            }
        }
    }

    fn welcomed(&self, by: PublicKey, payload: &[u8]) -> Result<Welcome, NotLetIn> {
        let welcome: Welcome = serde_json::from_slice(payload)
            .map_err(|e| NotLetIn::NotKept(format!("the welcome cannot be read: {e}")))?;
        self.come_in(&welcome, &by)?;
        Ok(welcome)
    }

    pub(super) fn stage(&self, stage: JoinStage) {
        *lock(&self.peers.joining) = stage;
    }

    /// Shows a code with which a paired terminal may let this one in.
    pub(super) fn open_door(&self) -> Result<(), LanError> {
        let network = self.network().ok_or(LanError::Stopped)?;
        let newcomer = Newcomer { origin: self.origin(), name: self.name.clone() };
        let code = network.lan.open_door(serde_json::to_vec(&newcomer).unwrap_or_default())?;
        *lock(&self.peers.door) = Some(code);
        self.stage(JoinStage::Idle);
        self.advertise();
        Ok(())
    }

    pub(super) fn shut_door(&self) {
        if let Some(network) = self.network() {
            network.lan.close_door();
        }
        *lock(&self.peers.door) = None;
        self.advertise();
    }

    /// Calls a new terminal whose code `by` read, and lets it in.
    pub(super) fn invite(self: &Arc<Self>, address: SocketAddr, code: Code, by: Option<StaffId>) {
        let Some(network) = self.network() else { return };
        self.stage(JoinStage::Calling { address: address.to_string() });
        let terminal = Arc::downgrade(self);
        let welcome = move |key: PublicKey, said: Vec<u8>| {
            let terminal = terminal.upgrade()?;
            let newcomer: Newcomer = serde_json::from_slice(&said).ok()?;
            match terminal.let_in(&newcomer, &key, by.clone()) {
                Ok(welcome) => {
                    terminal.stage(JoinStage::LetIn { name: newcomer.name, letter: welcome.letter });
                    serde_json::to_vec(&welcome).ok()
                }
                Err(why) => {
                    terminal.stage(JoinStage::Failed { why: why.to_string() });
                    None
                }
            }
        };
        network.lan.invite(address, code, None, Box::new(welcome));
    }

    /// New terminals that say they want in.
    pub(super) fn newcomers(&self) -> Vec<Sighting> {
        let network = self.network();
        let found = network.iter().flat_map(|n| lock(&n.found).values().cloned().collect::<Vec<_>>());
        found.filter(|s| s.role == Announced::Joining).collect()
    }

    /// Remembers where others were called with success, for the next start.
    pub(super) fn remember_reached(&self) {
        let reached = self.network().map(|n| n.lan.reached()).unwrap_or_default();
        for (origin, address) in reached {
            if let Err(e) = self.remember(origin, address) {
                tracing::warn!("where {origin} was reached cannot be remembered: {e}");
            }
        }
    }

    /// Remembers where a terminal was reached.
    pub(super) fn remember(&self, origin: Origin, address: SocketAddr) -> Result<(), StoreError> {
        let new = Neighbour { address: address.to_string(), origin: Some(origin), typed: false };
        let known = self.readers.neighbours()?;
        if known.iter().any(|n| n.address == new.address && n.origin == new.origin) {
            return Ok(());
        }
        let mut store = self.writer();
        let mut batch = store.batch();
        batch.put_neighbour(&new)?;
        batch.commit()
    }

    /// Calls an address a person typed from now on, or no longer.
    pub(super) fn note_address(&self, address: &str, known: bool) -> Result<(), StoreError> {
        {
            let mut store = self.writer();
            let mut batch = store.batch();
            if known {
                batch.put_neighbour(&Neighbour { address: address.into(), origin: None, typed: true })?;
            } else {
                batch.forget_neighbour(address)?;
            }
            batch.commit()?;
        }
        self.call_known();
        Ok(())
    }
}
