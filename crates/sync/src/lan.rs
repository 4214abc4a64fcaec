//! The network of one terminal: links to the terminals it is paired with, and the door for new ones.

use std::{
    io,
    net::{SocketAddr, TcpListener as StdListener},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use domain::ids::Origin;
use tokio::{
    net::TcpListener,
    runtime::{Builder, Handle, Runtime},
    sync::watch,
    time::sleep,
};

use crate::{
    dial::Targets,
    discovery::{Advert, Discovery, Finder},
    door::Welcome,
    gate::{Bucket, Gate},
    hub::{Heard, Hub, REPORTS, lock},
    keys::{DeviceKey, Fingerprint, Keyring},
    pairing::{Code, Invitation, PAYLOAD_MAX, PairingError},
    peer::Link,
    pipe::{SendError, Traffic, Why},
    table::Table,
    tls::Tls,
    wire::Frame,
};

/// Threads of the network: a handshake on one must not make a beat on the other late.
const THREADS: usize = 2;
/// After the system had no room for a connection.
const NO_ROOM: Duration = Duration::from_millis(100);
/// Waiting for what still runs when the network stops.
const STOPPING: Duration = Duration::from_secs(1);

/// Why the network does not start.
#[derive(Debug, thiserror::Error)]
pub enum LanError {
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
    #[error("no threads for the network: {0}")]
    Threads(#[source] io::Error),
    #[error(transparent)]
    Pairing(#[from] PairingError),
    #[error("what a new terminal says of itself is {0} bytes")]
    TooMuchToSay(usize),
    #[error("the network is stopped")]
    Stopped,
}

pub struct Settings {
    /// Where others call this terminal, e.g. `[::]:4700`. The first one's port is announced.
    pub listen: Vec<SocketAddr>,
    pub key: DeviceKey,
    pub me: Origin,
    /// The restaurant; none for a new terminal. Whoever was let in starts its network anew.
    pub store: Option<u64>,
    /// What people call this terminal.
    pub name: String,
    pub keyring: Arc<dyn Keyring>,
    /// Whether terminals announce themselves and look for each other. Without it only given addresses are called.
    pub discovery: bool,
    /// Network interfaces to announce on, by name; every real one if empty.
    pub interfaces: Vec<String>,
}

/// The network of this terminal. Dropping it stops everything.
pub struct Lan {
    hub: Arc<Hub>,
    addresses: Vec<SocketAddr>,
    discovery: Option<Arc<Discovery>>,
    within: Handle,
    runtime: Mutex<Option<Runtime>>,
}

impl Lan {
    /// Listens, calls and looks. `heard` is called on the network's threads: it should hand over and return. Of one link
    /// it is never called twice at once, and while it holds on to a frame that link reads no further.
    pub fn start(settings: Settings, heard: impl Fn(Heard) + Send + Sync + 'static) -> Result<Lan, LanError> {
        let runtime = Builder::new_multi_thread().worker_threads(THREADS).thread_name("lan").enable_all().build();
        let runtime = runtime.map_err(LanError::Threads)?;
        let hub = Arc::new(Hub {
            me: settings.me,
            own: settings.key.public(),
            tls: Tls::new(&settings.key, settings.keyring.clone()),
            keyring: settings.keyring,
            heard: Box::new(heard),
            table: Mutex::new(Table::new(settings.me)),
            changed: watch::Sender::new(()),
            targets: Mutex::new(Targets::default()),
            gate: Mutex::new(Gate::new()),
            door: Mutex::new(None),
            reports: Mutex::new(Bucket::new(REPORTS, Instant::now())),
            wrong_codes: Mutex::new(0),
            traffic: Arc::default(),
            stopped: AtomicBool::new(false),
        });
        let _inside = runtime.enter();
        let mut addresses = Vec::new();
        for address in &settings.listen {
            let (listener, address) = listen(*address).map_err(|e| LanError::Listen(*address, e))?;
            addresses.push(address);
            runtime.spawn(accept(hub.clone(), listener));
        }
        let discovery = settings.discovery.then(|| {
            let finder = Finder::new(settings.me, settings.store);
            let started = Discovery::start(&hub, finder, &settings.name, &addresses, &settings.interfaces);
            // Without multicast a terminal still calls the addresses it knows.
            started.inspect_err(|error| tracing::warn!(%error, "terminals are not looked for on this network")).ok()
        });
        drop(_inside);
        let within = runtime.handle().clone();
        Ok(Lan { hub, addresses, discovery: discovery.flatten(), within, runtime: Mutex::new(Some(runtime)) })
    }

    /// Where this terminal listens, with the ports it got.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// What its links carried since it started.
    pub fn traffic(&self) -> &Traffic {
        &self.hub.traffic
    }

    /// Sends a frame, in order after those before it. A small one is on its way when this returns.
    pub fn send(&self, link: Link, frame: Frame) -> Result<(), SendError> {
        let pipe = lock(&self.hub.table).get(link).ok_or(SendError::Gone)?;
        pipe.send(frame)
    }

    /// Ends a link. It is built anew if both still want it.
    pub fn close(&self, link: Link) {
        if let Some(pipe) = lock(&self.hub.table).get(link) {
            pipe.close(Why::Closed);
        }
    }

    /// The keyring changed: links of keys that are not paired any more end at once, and who was refused is called.
    pub fn recheck(&self) {
        self.hub.recheck();
        self.hub.wake_targets();
    }

    /// Calls an address now, and again whenever its terminal has no link.
    pub fn dial(&self, address: SocketAddr) {
        self.within(|| self.hub.target(address, None, None));
    }

    /// The addresses the caller knows of, in place of those it named before.
    pub fn set_addresses(&self, addresses: &[SocketAddr]) {
        self.within(|| self.hub.set_targets(addresses));
    }

    /// Where paired terminals were reached, to be remembered for the next start.
    pub fn reached(&self) -> Vec<(Origin, SocketAddr)> {
        self.hub.proved_addresses()
    }

    /// Announces this terminal, or says good-bye.
    pub fn advertise(&self, advert: Option<Advert>) {
        if let Some(discovery) = &self.discovery {
            discovery.advertise(advert);
        }
    }

    /// On a new terminal: lets one paired terminal in that knows the code. `newcomer` is what it is told of this one.
    /// New codes, and how it ends, come as [`Heard::Joining`].
    pub fn open_door(&self, newcomer: Vec<u8>) -> Result<Code, LanError> {
        if newcomer.len() > PAYLOAD_MAX {
            return Err(LanError::TooMuchToSay(newcomer.len()));
        }
        let opened = self.within(|| self.hub.open_door(newcomer)).ok_or(LanError::Stopped)?;
        Ok(opened?)
    }

    pub fn close_door(&self) {
        self.hub.close_door();
    }

    /// The text of the QR to show while the door is open, for whoever calls at `address`.
    pub fn invitation(&self, address: SocketAddr) -> Option<Invitation> {
        let code = self.hub.code()?;
        Some(Invitation { address, key: self.hub.own.fingerprint(), code })
    }

    /// On a paired terminal: calls a new one whose code a person typed in or scanned, once. `welcome` gets the new
    /// terminal's key and what it says of itself, and answers what it is to be told; it runs on a thread of its own.
    /// It may be called and the joining still fail: what it stored of the new terminal is good for the next try.
    pub fn invite(&self, address: SocketAddr, code: Code, key: Option<Fingerprint>, welcome: Welcome) {
        let hub = self.hub.clone();
        self.within(|| tokio::spawn(async move { hub.invite(address, code, key, welcome).await }));
    }

    fn within<T>(&self, f: impl FnOnce() -> T) -> Option<T> {
        if self.hub.stopped.load(Ordering::Acquire) {
            return None;
        }
        let _inside = self.within.enter();
        Some(f())
    }

    /// Says good-bye, ends every link and waits a moment for what runs. Nothing is heard afterwards, and the addresses are
    /// free, whoever else still holds this. It blocks, so not within `heard` nor on a thread that runs async tasks;
    /// dropping may happen anywhere.
    pub fn stop(&self) {
        if let Some(runtime) = self.end() {
            runtime.shutdown_timeout(STOPPING);
            // The links' sockets lie in the table, and others wait for them to end.
            *lock(&self.hub.table) = Table::new(self.hub.me);
        }
    }

    fn end(&self) -> Option<Runtime> {
        self.hub.stopped.store(true, Ordering::Release);
        let runtime = lock(&self.runtime).take()?;
        if let Some(discovery) = &self.discovery {
            discovery.stop();
        }
        Some(runtime)
    }
}

impl Drop for Lan {
    fn drop(&mut self) {
        if let Some(runtime) = self.end() {
            runtime.shutdown_background();
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = StdListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((TcpListener::from_std(listener)?, address))
}

async fn accept(hub: Arc<Hub>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                tokio::spawn(hub.clone().answer(stream, address));
            }
            // Often the system's limit of open files: waiting lets some of them close.
            Err(_) => sleep(NO_ROOM).await,
        }
    }
}
