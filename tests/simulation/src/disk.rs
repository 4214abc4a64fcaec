//! A terminal's disk: what is durable, what is being written, and what a crash leaves of that.

use std::collections::{BTreeMap, VecDeque};

use domain::ids::{CommandId, Origin};
use sync::{Body, Heads, Log, Role};

/// One write. A disk does them one after the other, each whole or not at all.
#[derive(Debug, Clone)]
pub enum Job {
    /// The terminal's own next entry.
    Own {
        cmd: CommandId,
        seq: u64,
        body: Body,
        knew: Heads,
    },
    /// Entries of a peer's log.
    Peer {
        origin: Origin,
        first: u64,
        bodies: Vec<Body>,
    },
    Role(Role),
}

/// What survives a crash.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    pub logs: BTreeMap<Origin, Vec<Body>>,
    pub role: Option<Role>,
}

#[derive(Default)]
pub struct Disk {
    pub kept: Kept,
    /// Given to the disk and not durable; the first is being written.
    pub queue: VecDeque<Job>,
    /// Milliseconds a write takes beyond the usual.
    pub slow: u64,
    /// Every n-th write or so is refused; 1 is a full disk, 0 a good one.
    pub refuses: u64,
    /// A copy somebody made, to be restored one day.
    pub backup: Option<Kept>,
}

impl Kept {
    pub fn reach(&self, origin: Origin) -> u64 {
        self.logs.get(&origin).map_or(0, |l| l.len() as u64)
    }

    pub fn heads(&self) -> Heads {
        self.logs.iter().filter(|(_, l)| !l.is_empty()).map(|(o, l)| (*o, l.len() as u64)).collect()
    }
}

impl Disk {
    /// How far a log will reach when all that waits is written.
    pub fn will_reach(&self, of: Origin) -> u64 {
        let waiting = self.queue.iter().filter_map(|job| match job {
            Job::Peer { origin, first, bodies } if *origin == of => Some(first + bodies.len() as u64 - 1),
            _ => None,
        });
        waiting.max().unwrap_or(0).max(self.kept.reach(of))
    }
}

impl Log for Disk {
    fn entries(&self, origin: Origin, first: u64, room: usize) -> Vec<Body> {
        let mut left = room as i64;
        let all = self.kept.logs.get(&origin).map_or(&[][..], Vec::as_slice);
        let from = all.iter().skip(first.saturating_sub(1) as usize);
        let fitting = from.take_while(|body| {
            let fits = left > 0;
            left -= body.len() as i64;
            fits
        });
        fitting.cloned().collect()
    }
}
