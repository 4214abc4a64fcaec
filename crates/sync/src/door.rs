//! Letting a new terminal in, over the network. The new terminal opens its door and shows a code; a paired one, where a
//! person typed the code in, calls it. What they must prove to each other is in [`crate::pairing`].

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    hub::{CONNECT, Heard, Hub, StrangerWhy, lock},
    keys::{Fingerprint, PublicKey},
    pairing::{Bond, Code, PAYLOAD_MAX, PairingError, Proofs, STEP_MAX, Shown, Side, TRIES, Try},
    tls::{Channel, ConnectError, Purpose},
};

/// From the handshake to both proofs.
pub const PROVE: Duration = Duration::from_secs(5);
/// What is told afterwards is made durable on both sides before it is answered.
pub const EXCHANGE: Duration = Duration::from_secs(20);
/// Conversations at one door at once.
pub const AT_ONCE: usize = 4;
/// Whoever gave a wrong proof keeps its place at the door for so long.
pub const AFTER_WRONG: Duration = Duration::from_secs(1);
/// A door nobody came through closes: guesses must not go on for days.
pub const OPEN_FOR: Duration = Duration::from_secs(15 * 60);

/// How pairing goes.
#[derive(Debug)]
pub enum Joining {
    /// On the new terminal: the digits to show from now on.
    Code(Code),
    /// On the new terminal: nobody came; the digits are of no use any more.
    Closed,
    /// On the new terminal: it was let in. When this returns, what it was told must be durable. The door is closed.
    Welcomed { by: PublicKey, address: SocketAddr, payload: Vec<u8> },
    /// On the paired terminal: the new one has taken its welcome.
    Joined { key: PublicKey, address: SocketAddr },
    /// On either.
    Failed { address: SocketAddr, why: JoinError },
}

/// Why nobody was let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Pairing(#[from] PairingError),
    #[error("the terminal there has another key than the one that was read off its screen")]
    OtherKey,
    #[error("it took too long")]
    TooSlow,
    #[error("it was not let in")]
    Refused,
}

/// What the new terminal says of itself becomes what it is told; none refuses it. It may take its time to store.
pub type Welcome = Box<dyn FnOnce(PublicKey, Vec<u8>) -> Option<Vec<u8>> + Send>;

/// An open door.
pub(crate) struct Door {
    shown: Shown,
    /// What this terminal says of itself.
    newcomer: Arc<[u8]>,
    inside: usize,
    until: Instant,
}

const KEPT: &[u8] = b"kept";

struct Inside<'a>(&'a Hub);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        if let Some(door) = lock(&self.0.door).as_mut() {
            door.inside = door.inside.saturating_sub(1);
        }
    }
}

impl Hub {
    pub fn door_is_open(&self) -> bool {
        let mut door = lock(&self.door);
        let open = door.as_ref().is_some_and(|d| d.until > Instant::now());
        if !open && door.take().is_some() {
            drop(door);
            self.tell(Heard::Joining(Joining::Closed));
        }
        open
    }

    /// Opens the door and answers the digits to show.
    pub fn open_door(self: &Arc<Hub>, newcomer: Vec<u8>) -> Result<Code, PairingError> {
        let shown = Shown::new()?;
        let code = shown.code().clone();
        let until = Instant::now() + OPEN_FOR;
        *lock(&self.door) = Some(Door { shown, newcomer: newcomer.into(), inside: 0, until });
        let hub = Arc::downgrade(self);
        tokio::spawn(async move {
            sleep(OPEN_FOR).await;
            hub.upgrade().map(|hub| hub.door_is_open())
        });
        Ok(code)
    }

    pub fn close_door(&self) {
        *lock(&self.door) = None;
    }

    pub fn code(&self) -> Option<Code> {
        lock(&self.door).as_ref().map(|d| d.shown.code().clone())
    }

    /// Somebody came to the door of this new terminal.
    pub async fn let_in(&self, mut channel: Channel, address: SocketAddr) {
        let entered = lock(&self.door).as_mut().filter(|d| d.inside < AT_ONCE).map(|door| {
            door.inside += 1;
            (door.shown.code().clone(), door.newcomer.clone())
        });
        let Some((code, newcomer)) = entered else { return };
        let _inside = Inside(self);
        let proved = timeout(PROVE, self.prove_as_newcomer(&mut channel, &code)).await;
        let why = match proved.unwrap_or(Err(JoinError::TooSlow)) {
            Ok(()) => match self.be_welcomed(&mut channel, &newcomer, address).await {
                Ok(()) => return,
                Err(why) => {
                    self.tell(Heard::Joining(Joining::Failed { address, why }));
                    return self.tell(Heard::Joining(Joining::Closed));
                }
            },
            Err(why) => why,
        };
        let wrong = why == JoinError::Pairing(PairingError::Wrong);
        self.tell(Heard::Joining(Joining::Failed { address, why }));
        if wrong {
            self.was_wrong(&code, address);
            sleep(AFTER_WRONG).await;
        }
    }

    fn was_wrong(&self, code: &Code, address: SocketAddr) {
        let mut door = lock(&self.door);
        let Some(shown) = door.as_mut().map(|d| &mut d.shown) else { return };
        let drawn = match shown.was_wrong(code) {
            Ok(false) => return,
            Ok(true) => Some(shown.code().clone()),
            // Without new digits the door must not stay open with the old ones.
            Err(_) => {
                *door = None;
                None
            }
        };
        drop(door);
        self.report(address, StrangerWhy::GuessedCodes);
        self.tell(Heard::Joining(drawn.map_or(Joining::Closed, Joining::Code)));
    }

    async fn prove_as_newcomer(&self, channel: &mut Channel, code: &Code) -> Result<(), JoinError> {
        let bond = Bond { inviter: channel.peer, newcomer: self.own, channel: channel.binding()? };
        let proofs = exchange(channel, Side::Newcomer, code, bond).await?;
        let proof = channel.hear(STEP_MAX).await?;
        {
            // Under the lock, so that of two who prove the same digits one comes in, and none after they were replaced.
            let mut door = lock(&self.door);
            let current = door.as_ref().is_some_and(|d| d.shown.code() == code);
            if !current {
                return Err(JoinError::Refused);
            }
            proofs.check(&proof)?;
            *door = None;
        }
        Ok(channel.tell(&proofs.mine()).await?)
    }

    async fn be_welcomed(&self, channel: &mut Channel, newcomer: &[u8], address: SocketAddr) -> Result<(), JoinError> {
        let talk = async {
            channel.tell(newcomer).await?;
            channel.hear(PAYLOAD_MAX).await
        };
        let payload = timeout(EXCHANGE, talk).await.map_err(|_| JoinError::TooSlow)??;
        self.tell(Heard::Joining(Joining::Welcomed { by: channel.peer, address, payload }));
        // From here on it is in, whether or not the other side still hears it.
        let _ = timeout(PROVE, channel.tell(KEPT)).await;
        Ok(())
    }

    /// A person typed a new terminal's digits into this one.
    pub async fn invite(&self, address: SocketAddr, code: Code, key: Option<Fingerprint>, welcome: Welcome) {
        let outcome = self.invite_once(address, &code, key, welcome).await;
        let failed = outcome.as_ref().err().cloned();
        self.tell(Heard::Joining(match outcome {
            Ok(key) => Joining::Joined { key, address },
            Err(why) => Joining::Failed { address, why },
        }));
        self.count_wrong(address, failed);
    }

    async fn invite_once(
        &self,
        address: SocketAddr,
        code: &Code,
        key: Option<Fingerprint>,
        welcome: Welcome,
    ) -> Result<PublicKey, JoinError> {
        let stream = timeout(CONNECT, TcpStream::connect(address)).await.map_err(|_| JoinError::TooSlow)?;
        let stream = stream.map_err(ConnectError::from)?;
        let _ = stream.set_nodelay(true);
        let mut channel = self.tls.call(stream, Purpose::Join).await?;
        if key.is_some_and(|key| key != channel.peer.fingerprint()) {
            return Err(JoinError::OtherKey);
        }
        let proved = timeout(PROVE, self.prove_as_inviter(&mut channel, code)).await;
        proved.unwrap_or(Err(JoinError::TooSlow))?;
        timeout(EXCHANGE, self.welcome(&mut channel, welcome)).await.unwrap_or(Err(JoinError::TooSlow))?;
        Ok(channel.peer)
    }

    /// Digits got wrong again and again mean that somebody answers in the new terminal's place.
    fn count_wrong(&self, address: SocketAddr, failed: Option<JoinError>) {
        let wrong = {
            let mut wrong = lock(&self.wrong_codes);
            match failed {
                None => *wrong = 0,
                Some(JoinError::Pairing(_)) => *wrong += 1,
                Some(_) => return,
            }
            *wrong
        };
        if wrong >= TRIES {
            self.report(address, StrangerWhy::GuessedCodes);
        }
    }

    async fn prove_as_inviter(&self, channel: &mut Channel, code: &Code) -> Result<(), JoinError> {
        let bond = Bond { inviter: self.own, newcomer: channel.peer, channel: channel.binding()? };
        let proofs = exchange(channel, Side::Inviter, code, bond).await?;
        channel.tell(&proofs.mine()).await?;
        // A newcomer that found our proof wrong says nothing more.
        let proof = channel.hear(STEP_MAX).await.map_err(|_| PairingError::Wrong)?;
        Ok(proofs.check(&proof)?)
    }

    async fn welcome(&self, channel: &mut Channel, welcome: Welcome) -> Result<(), JoinError> {
        let newcomer = channel.hear(PAYLOAD_MAX).await?;
        let key = channel.peer;
        let told = tokio::task::spawn_blocking(move || welcome(key, newcomer)).await;
        let told = told.ok().flatten().filter(|told| told.len() <= PAYLOAD_MAX).ok_or(JoinError::Refused)?;
        channel.tell(&told).await?;
        if channel.hear(STEP_MAX).await? == KEPT { Ok(()) } else { Err(PairingError::Nonsense.into()) }
    }
}

async fn exchange(channel: &mut Channel, side: Side, code: &Code, bond: Bond) -> Result<Proofs, JoinError> {
    let (begun, message) = Try::begin(side, code, bond);
    channel.tell(&message).await?;
    let heard = channel.hear(STEP_MAX).await?;
    Ok(begun.meet(&heard)?)
}
