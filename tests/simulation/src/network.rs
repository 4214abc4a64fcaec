//! The cables between terminals. A connection keeps order and delivers whole frames or, when it breaks, none any more;
//! everything else can happen: it stalls, it dies without a word, two exist at once, one way works and the other not.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use sync::{Frame, Heads};

use crate::{clock::Time, dice::Dice};

/// What travels: a frame, or the news that the other end closed.
pub enum Parcel {
    Frame(Frame),
    End,
}

/// One direction of a connection.
#[derive(Default)]
pub struct Way {
    pub parcels: VecDeque<(Time, Parcel)>,
    /// Bytes of entries on their way.
    pub aboard: usize,
}

pub struct Wire {
    pub ends: [usize; 2],
    /// From end 0 to end 1, and back.
    pub ways: [Way; 2],
    /// Which end still has it open.
    pub open: [bool; 2],
    /// What each end said it holds when the connection began, once the other end has heard it.
    pub said: [Heads; 2],
    /// It died without either end being told.
    pub dead: bool,
}

#[derive(Default)]
pub struct Network {
    pub wires: BTreeMap<u64, Wire>,
    /// From, to: nothing gets through.
    pub blocked: BTreeSet<(usize, usize)>,
    /// From, to: milliseconds beyond the usual.
    pub slow: BTreeMap<(usize, usize), u64>,
    pub frames: u64,
}

impl Wire {
    pub fn side_of(&self, place: usize) -> usize {
        usize::from(self.ends[1] == place)
    }
}

impl Network {
    pub fn joins(&self, a: usize, b: usize) -> bool {
        !self.blocked.contains(&(a, b)) && !self.blocked.contains(&(b, a))
    }

    /// From, to: which terminals have a connection to which, as far as they know.
    pub fn links(&self) -> Vec<(usize, usize)> {
        let open = |w: &Wire, side: usize| w.open[side].then_some((w.ends[side], w.ends[1 - side]));
        let mut links: Vec<_> = self.wires.values().flat_map(|w| [0, 1].map(|side| open(w, side))).flatten().collect();
        links.sort_unstable();
        links
    }

    pub fn latency(&self, from: usize, to: usize, dice: &mut Dice) -> u64 {
        1 + dice.below(4) + self.slow.get(&(from, to)).map_or(0, |spike| spike / 2 + dice.below(*spike))
    }

    pub fn ids_at(&self, place: usize) -> Vec<u64> {
        self.wires.iter().filter(|(_, w)| w.ends.contains(&place)).map(|(id, _)| *id).collect()
    }
}

/// Bytes of entries in a frame.
pub fn weight(frame: &Frame) -> usize {
    match frame {
        Frame::Entries { bodies, .. } => bodies.iter().map(|b| b.len()).sum(),
        _ => 0,
    }
}

/// The frame as the other end reads it: written and read again, with the bodies behind it as they are.
pub fn travelled(frame: Frame) -> Result<Frame, serde_json::Error> {
    let read: Frame = serde_json::from_slice(&serde_json::to_vec(&frame)?)?;
    Ok(match (read, frame) {
        (Frame::Entries { origin, first, seals, .. }, Frame::Entries { bodies, .. }) => {
            Frame::Entries { origin, first, bodies, seals }
        }
        (other, _) => other,
    })
}
