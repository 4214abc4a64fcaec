//! What all tasks of a terminal's network share, and how a verified connection becomes a link.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use domain::ids::Origin;
use tokio::{net::TcpStream, sync::watch, time::timeout};

use crate::{
    dial::Targets,
    discovery::Sighting,
    door::{Door, Joining},
    gate::{Bucket, Gate, Place},
    keys::{Keyring, PublicKey},
    peer::Link,
    pipe::{Pipe, Traffic, Why},
    table::{Live, Table},
    tls::{Channel, ConnectError, HANDSHAKE, Purpose, Tls},
    wire::Frame,
};

/// A TCP connection to a terminal in the same house.
pub const CONNECT: Duration = Duration::from_secs(1);
/// Reports of strangers at once …
pub const REPORTS: f64 = 10.0;
/// … and per second: a scanner must not fill the log.
pub const REPORTS_PER_SECOND: f64 = 0.2;

/// Said by whoever called, after both keys are verified, if it wants this link.
const GO: u8 = b'g';
/// The answer. Only now frames travel.
const WELCOME: u8 = b'w';

/// What the network tells the caller.
#[derive(Debug)]
pub enum Heard {
    /// A link to a paired terminal. Frames of it come after this, and nothing of it comes after its `Down`.
    Up {
        link: Link,
        origin: Origin,
        key: PublicKey,
        address: SocketAddr,
    },
    Frame {
        link: Link,
        frame: Frame,
    },
    Down {
        link: Link,
        why: Why,
    },
    /// Somebody announces a terminal: of this restaurant, or a new one that wants in. A hint, not an identity.
    Found(Sighting),
    /// It says good-bye, or was not announced for long.
    Lost {
        instance: String,
    },
    /// Somebody came, or was called, who is not paired.
    Stranger {
        address: SocketAddr,
        why: StrangerWhy,
    },
    Joining(Joining),
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StrangerWhy {
    #[error(transparent)]
    Connect(ConnectError),
    #[error("the code of a new terminal was got wrong too often")]
    GuessedCodes,
}

pub(crate) struct Hub {
    pub me: Origin,
    pub own: PublicKey,
    pub tls: Tls,
    pub keyring: Arc<dyn Keyring>,
    pub heard: Box<dyn Fn(Heard) + Send + Sync>,
    pub table: Mutex<Table>,
    /// Told whenever a link came or went.
    pub changed: watch::Sender<()>,
    pub targets: Mutex<Targets>,
    pub gate: Mutex<Gate>,
    pub door: Mutex<Option<Door>>,
    pub reports: Mutex<Bucket>,
    /// Wrong digits in a row at doors of others.
    pub wrong_codes: Mutex<u32>,
    pub traffic: Arc<Traffic>,
    pub stopped: AtomicBool,
}

/// A mutex whose holder panicked is used on: nothing behind these is left half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place at the gate, given back however the handshake ends.
struct Held<'a> {
    hub: &'a Hub,
    place: Place,
    verified: bool,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        lock(&self.hub.gate).leave(&self.place, self.verified);
    }
}

impl Hub {
    pub fn tell(&self, heard: Heard) {
        if !self.stopped.load(Ordering::Acquire) {
            (self.heard)(heard);
        }
    }

    /// Reports a stranger, unless there were many reports just now.
    pub fn report(&self, address: SocketAddr, why: StrangerWhy) {
        if lock(&self.reports).take(REPORTS, REPORTS_PER_SECOND, Instant::now()) {
            self.tell(Heard::Stranger { address, why });
        }
    }

    /// A connection arrived.
    pub async fn answer(self: Arc<Hub>, stream: TcpStream, address: SocketAddr) {
        let Some(place) = lock(&self.gate).enter(address.ip(), Instant::now()) else { return };
        let mut held = Held { hub: &self, place, verified: false };
        let _ = stream.set_nodelay(true);
        let answered = self.tls.answer(stream, || self.door_is_open()).await;
        let (purpose, mut channel) = match answered {
            Ok(answered) => answered,
            Err(why @ (ConnectError::NotPaired(_) | ConnectError::Foreign(_))) => {
                return self.report(address, StrangerWhy::Connect(why));
            }
            Err(_) => return,
        };
        if purpose == Purpose::Join {
            return self.let_in(channel, address).await;
        }
        let mut word = [0];
        match timeout(HANDSHAKE, channel.read_exact(&mut word)).await {
            Ok(Ok(())) if word == [GO] => {}
            _ => return,
        }
        held.verified = true;
        drop(held);
        if let Some((link, live)) = self.admit(channel, false) {
            self.carry(link, live, address).await;
        }
    }

    /// Calls an address. A link that comes of it lives on by itself. Answers whose key was found there.
    pub async fn call(self: &Arc<Hub>, address: SocketAddr) -> Result<Origin, ConnectError> {
        let stream = timeout(CONNECT, TcpStream::connect(address)).await.map_err(|_| ConnectError::TooSlow)??;
        let _ = stream.set_nodelay(true);
        let mut channel = self.tls.call(stream, Purpose::Link).await?;
        let origin =
            self.keyring.knows(&channel.peer).ok_or_else(|| ConnectError::NotPaired(channel.peer.to_string()))?;
        if !lock(&self.table).may_call(origin) {
            return Ok(origin);
        }
        let welcomed = timeout(HANDSHAKE, async {
            channel.write(&[GO]).await?;
            let mut word = [0];
            channel.read_exact(&mut word).await?;
            if word == [WELCOME] { Ok(()) } else { Err(ConnectError::Ended) }
        });
        if let Err(why) = welcomed.await.unwrap_or(Err(ConnectError::TooSlow)) {
            lock(&self.table).called(origin);
            self.changed.send_replace(());
            return Err(why);
        }
        let admitted = self.admit(channel, true);
        lock(&self.table).called(origin);
        if let Some((link, live)) = admitted {
            let hub = self.clone();
            tokio::spawn(async move { hub.carry(link, live, address).await });
        }
        Ok(origin)
    }

    /// Makes a link of a verified channel, if the key is still paired and the rules want it.
    fn admit(&self, channel: Channel, called: bool) -> Option<(Link, Live)> {
        let key = channel.peer;
        let first: &[u8] = if called { &[] } else { &[WELCOME] };
        let pipe = Pipe::new(channel, first, self.traffic.clone()).ok().map(Arc::new);
        let mut table = lock(&self.table);
        // Asked under the lock: a key revoked since the handshake is either seen here or closed by `recheck`.
        let (origin, pipe) = self.keyring.knows(&key).zip(pipe)?;
        let live = Live { origin, key, pipe, called };
        let kept = Live { pipe: live.pipe.clone(), ..live };
        let (link, replaced) = if called { table.add_called(live) } else { table.add_answered(live) }?;
        drop(table);
        replaced.iter().for_each(|pipe| pipe.close(Why::Replaced));
        self.changed.send_replace(());
        Some((link, kept))
    }

    /// Carries a link to its end.
    async fn carry(&self, link: Link, live: Live, address: SocketAddr) {
        self.tell(Heard::Up { link, origin: live.origin, key: live.key, address });
        let why = live.pipe.run(|frame| self.tell(Heard::Frame { link, frame })).await;
        lock(&self.table).remove(link);
        self.tell(Heard::Down { link, why });
        self.changed.send_replace(());
    }

    /// Cuts off whoever is not paired any more.
    pub fn recheck(&self) {
        // A terminal that came back under another name keeps its key, and its link for as long as it lasts.
        let revoked = |live: &&Live| self.keyring.knows(&live.key).is_none();
        lock(&self.table).all().filter(revoked).for_each(|live| live.pipe.close(Why::Revoked));
    }
}
