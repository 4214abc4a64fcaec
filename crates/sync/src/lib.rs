//! Terminals that are one restaurant: what they tell each other, who of them is master, and how they reach each other.
//!
//! The protocol is pure: time, links, the logs and the disk are the caller's, so that the simulation owns them as well
//! as a terminal does. A [`Node`] is told what happened ([`Node::up`], [`Node::frame`], [`Node::stored`],
//! [`Node::tick`] …) and answers with what is to be done ([`Act`]). It never blocks, never reads a clock and keeps no
//! entry in memory.
//!
//! Around it lies the network, which knows nothing of logs and roles: a [`Lan`] finds paired terminals, keeps one
//! encrypted link to each, carries frames, and lets new terminals in ([`Heard`]).

mod code;
pub mod coming_back;
mod dial;
mod discovery;
mod door;
mod gate;
mod hub;
mod keys;
mod lan;
mod mastery;
mod node;
mod own;
pub mod pairing;
mod peer;
mod pipe;
mod planted;
mod receiving;
mod role;
mod seal;
mod table;
mod takeover;
mod tls;
mod wire;

pub use code::{CodeError, LEVEL, PACKED_MAX, PLAIN_MAX, Packer, Unpacker, plain_bytes};
pub use discovery::{Advert, Announced, Sighting};
pub use door::{JoinError, Joining, Welcome};
pub use hub::{Heard, StrangerWhy};
pub use keys::{DeviceKey, Fingerprint, KeyError, Keyring, PublicKey};
pub use lan::{Lan, LanError, Settings};
pub use node::{Act, Alarm, Log, Node, Now};
pub use own::{called_at, own_address, own_addresses};
pub use peer::{Link, Peer};
pub use pipe::{SendError, Traffic, Why};
#[cfg(feature = "planted")]
pub use planted::Planted;
pub use role::{Rank, Role};
pub use seal::{BIG, PURPOSE as SEAL, Seal, Signature, Verdict, is_milestone, signed};
pub use tls::ConnectError;
pub use wire::{Body, Frame, Heads, Knock, PROTOCOL};

/// Every duration and size of the protocol, in milliseconds of a clock that only runs forward, and bytes.
pub mod bounds {
    use super::Now;

    /// A sign of life to and from a master.
    pub const BEAT: Now = 200;
    /// So many times as seldom between two of whom neither is master: nobody takes over from them, and with ten terminals
    /// those are most. What they say of the master is told as soon as it changes.
    pub const SELDOM: u64 = 2;
    /// A peer not heard for so long is gone. Its link is closed, because a link can die without saying so.
    pub const DEAD: Now = 1_000;
    /// The master is missed for so long before anybody takes over: no cable wobbles this long.
    pub const MISSED: Now = 300;
    /// Each less fit terminal waits so much longer, so that one claims and the others hear of it.
    pub const STEP: Now = 300;
    /// What a peer says that it lacks although a master should have brought it so long ago is pushed past the master.
    pub const GRACE: Now = 500;
    /// What was pushed and never acknowledged is pushed again after so long.
    pub const AGAIN: Now = 2_000;
    /// The chosen master must have everything for so long before it gets the role back.
    pub const SETTLED: Now = 3_000;
    /// How often [`super::Node::tick`] wants to be called while something is under way; see [`super::Node::pause`].
    pub const TICK: Now = 50;
    /// A terminal that hears nobody looks this rarely.
    pub const ALONE: Now = 1_000;
    /// Bytes on their way to one peer and not acknowledged.
    pub const WINDOW: usize = 512 << 10;
    /// Bytes of entries read, packed and sent together: while one piece is stored there, the next is on its way.
    pub const PIECE: usize = 32 << 10;
    /// So many bytes are acknowledged at once; fewer wait for the next [`TICK`].
    pub const TOLD_AFTER: usize = WINDOW / 4;
    /// Links of one node; beyond it a new one is refused.
    pub const MAX_LINKS: usize = 64;
    /// Logs one node follows; beyond it a peer's further logs are not asked for.
    pub const MAX_LOGS: usize = 512;
}
