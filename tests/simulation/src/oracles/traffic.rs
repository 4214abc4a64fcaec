//! What travels is bounded: no entry is sent for ever, and hardly anything twice while nothing is wrong.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::Origin;
use sync::Frame;

use super::Verdict;

/// An entry is sent to one terminal at most so often, whatever goes wrong.
const MAX_SENDS: u16 = 120;
/// While all is well an entry goes to each other terminal once, and a little more often when links are new.
const CALM_SENDS_PERCENT: u64 = 110;
/// Frames beyond the signs of life for each entry and other terminal, while all is well.
const CALM_FRAMES: u64 = 3;

#[derive(Default)]
pub struct Traffic {
    /// How often each entry was sent to a terminal.
    sends: BTreeMap<(usize, Origin), Vec<u16>>,
    pub sent: u64,
    /// Links given up by a node.
    pub closed: u64,
    /// Roles that were told, and who claimed which epoch for whom.
    pub roles: BTreeSet<(u64, Origin)>,
    pub claims: BTreeMap<(Origin, u64), Origin>,
    calm: Calm,
}

/// What was counted while nothing was wrong.
#[derive(Debug, Clone, Copy, Default)]
struct Calm {
    wanted: u64,
    sent: u64,
    frames: u64,
}

impl Traffic {
    pub fn count(&mut self, to: usize, frame: &Frame) -> Verdict {
        let Frame::Entries { origin, first, bodies, .. } = frame else { return Ok(()) };
        let sends = self.sends.entry((to, *origin)).or_default();
        let (from, upto) = (*first as usize - 1, *first as usize - 1 + bodies.len());
        sends.resize(sends.len().max(upto), 0);
        for (seq, count) in (from + 1..).zip(&mut sends[from..upto]) {
            *count += 1;
            if *count > MAX_SENDS {
                return Err(("resent", format!("{origin}:{seq} was sent there {count} times")));
            }
        }
        self.sent += bodies.len() as u64;
        Ok(())
    }

    pub fn clone_counts(&self) -> u64 {
        self.sent
    }

    /// Notes what a calm quarter of a minute took.
    pub fn calm(&mut self, sent_before: u64, entries: u64, frames: u64, terminals: u64) {
        self.calm = Calm { wanted: entries * (terminals - 1), sent: self.sent - sent_before, frames };
    }

    pub fn is_thrifty(&self) -> Verdict {
        let Calm { wanted, sent, frames } = self.calm;
        if sent * 100 > wanted * CALM_SENDS_PERCENT + 2_000 {
            return Err((
                "thrift",
                format!("{sent} entries were sent where {wanted} were wanted and nothing was wrong"),
            ));
        }
        if frames > wanted * CALM_FRAMES + 200 {
            return Err(("thrift", format!("{frames} frames for {wanted} entries while nothing was wrong")));
        }
        Ok(())
    }
}
