//! What travels on a link between two terminals.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use domain::ids::{DeviceId, Origin};
use serde::{Deserialize, Serialize};

use crate::{
    bounds::PIECE,
    code::weight,
    coming_back::Point,
    role::{Rank, Role},
    seal::{Seal, Signature},
};

/// Raised when a frame changes its meaning; of two terminals both speak the lower one.
pub const PROTOCOL: u16 = 2;
/// Since which protocol logs are sealed. An older terminal is believed for its own log only.
pub const SEALED: u16 = 2;

/// How far each log reaches: "I have A to 120 and B to 77". A log that is not named has nothing.
pub type Heads = BTreeMap<Origin, u64>;

/// An entry exactly as its author wrote it. Never re-serialised, so its chain can be checked anywhere, and kinds of
/// entries that a terminal is too old to understand pass through it unharmed.
pub type Body = Arc<[u8]>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frame {
    /// The first frame of a link, both ways.
    Hello {
        protocol: u16,
        store: u64,
        me: Origin,
        rank: Rank,
        role: Role,
        heads: Heads,
        /// The end of the sender's own log, so that a terminal that holds another one there sees it at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seal: Option<Box<Seal>>,
        /// The end of the receiver's log as the sender holds it: if the receiver has less, or another line, it is an old
        /// copy, and its own signature says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        yours: Option<Box<Seal>>,
        /// Names the sender had before; the receiver may know its key by one of them still.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        was: Vec<Origin>,
    },
    /// A sign of life. Carries all that may have been lost, so that nothing stays lost.
    Beat {
        rank: Rank,
        role: Role,
        hears_master: bool,
        /// The same for every peer, so it is shared.
        #[serde(with = "shared")]
        heads: Arc<Heads>,
    },
    /// Consecutive entries of one log from `first` on.
    Entries {
        origin: Origin,
        first: u64,
        /// Written behind the frame as they are, not inside it.
        #[serde(skip)]
        bodies: Vec<Body>,
        /// The author's signatures at some of them; past its author always at the last one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        seals: Vec<(u64, Signature)>,
    },
    /// What the sender holds durably of some logs. Answers entries.
    Have { heads: Heads },
    /// What the sender holds of a log, as its author sealed it: said to whoever's idea of that log contradicts it.
    Held { origin: Origin, seal: Box<Seal> },
    /// What the sender's clock on the wall says, in milliseconds: shown to people, never used in a merge. Not for the
    /// node.
    Clock { wall: i64 },
    /// Where the sender serves browsers: as it listens, so an unspecified address means the one the link leads to. Not for
    /// the node.
    Face {
        web: Option<SocketAddr>,
        /// New browsers that wait there to be let in.
        #[serde(default)]
        knocks: Vec<Knock>,
    },
    /// What browsers know the restaurant by: asked for with nothing, told with everything. Not for the node.
    Authority { file: Option<String> },
    /// The sender learnt that it was restored from an old copy: it asks where its log parts from the line the receiver
    /// holds, and to be let in anew under this name. Not for the node.
    ComeBack { name: Origin, points: Vec<Point> },
    /// The answer: both lines are the same up to `from` and differ at `until`. With a welcome when that is the exact place.
    Parted { from: u64, until: u64, welcome: Option<String> },
    /// To a master: leave the others alone for so many milliseconds. Part of a drill, not for the node.
    Unplug { ms: u64 },
}

impl Frame {
    /// Takes in the entries of the next frame of the same link, if they go on where these end: together they are proved
    /// and stored in one go. Gives the next one back otherwise, and when both would be more than a piece: one piece is
    /// stored while the next is read.
    pub fn join(&mut self, next: Frame) -> Option<Frame> {
        if weight(self) + weight(&next) > PIECE {
            return Some(next);
        }
        match (self, next) {
            (
                Frame::Entries { origin, first, bodies, seals },
                Frame::Entries { origin: same, first: then, bodies: mut more, seals: mut further },
            ) if *origin == same && *first + bodies.len() as u64 == then => {
                bodies.append(&mut more);
                seals.append(&mut further);
                None
            }
            (_, next) => Some(next),
        }
    }
}

/// Heads that several frames share travel as if each had its own.
mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Heads;

    pub fn serialize<S: Serializer>(heads: &Arc<Heads>, to: S) -> Result<S::Ok, S::Error> {
        heads.as_ref().serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Heads>, D::Error> {
        Heads::deserialize(from).map(Arc::new)
    }
}

/// A new browser that shows a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knock {
    pub device: DeviceId,
    /// The hash of its secret.
    pub key: String,
    pub code: String,
    /// Where it is, for people.
    pub address: String,
}
