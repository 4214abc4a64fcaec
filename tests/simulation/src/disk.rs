//! A terminal's disk: what is durable, what is being written, and what a crash leaves of that.

use std::collections::{BTreeMap, VecDeque};

use domain::{
    chain::{Hash, START, chained},
    ids::{CommandId, Origin},
};
use sync::{Body, Heads, Log, Role, Seal, Signature, Verdict, is_milestone};

use crate::{clock::Time, dice::Dice, paper::Slip};

/// One write. A disk does them one after the other, each whole or not at all.
#[derive(Debug, Clone)]
pub enum Job {
    /// The terminal's own next entry.
    Own {
        cmd: CommandId,
        seq: u64,
        body: Body,
        knew: Heads,
        /// The slip of which it says that it ended.
        ended: Option<u64>,
        /// When it was asked for.
        asked: Time,
    },
    /// Entries of a peer's log.
    Peer {
        origin: Origin,
        first: u64,
        bodies: Vec<Body>,
        seals: Vec<(u64, Signature)>,
        /// When they arrived, and how often the terminal had been in doubt by then.
        came: (Time, u64),
    },
    Role(Role),
    /// The bytes of a slip are about to leave.
    Sending {
        job: u64,
        marked: bool,
        asked: Time,
    },
    /// Nobody knows whether a slip is on paper.
    Doubt(u64),
}

/// What survives a crash.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    pub logs: BTreeMap<Origin, Vec<Body>>,
    /// The chain of each log.
    chains: BTreeMap<Origin, Vec<Hash>>,
    /// The seals kept of others' logs.
    pub seals: BTreeMap<Origin, BTreeMap<u64, Signature>>,
    pub role: Option<Role>,
    /// Slips that wait for paper, in the order they were made.
    pub slips: BTreeMap<u64, Slip>,
    pub next_slip: u64,
}

pub struct Disk {
    /// Whose disk it is, and whose key lies beside it.
    pub me: Origin,
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

impl Disk {
    pub fn of(me: Origin) -> Disk {
        let (kept, queue) = (Kept::default(), VecDeque::new());
        Disk { me, kept, queue, slow: 0, refuses: 0, backup: None }
    }
}

impl Kept {
    pub fn reach(&self, origin: Origin) -> u64 {
        self.logs.get(&origin).map_or(0, |l| l.len() as u64)
    }

    /// Appends an entry, with its author's seal if it came with one.
    pub fn append(&mut self, origin: Origin, body: Body, seal: Option<Signature>) {
        let seq = self.reach(origin) + 1;
        let chain = self.chains.entry(origin).or_default();
        chain.push(chained(chain.last().unwrap_or(&START), &body));
        let log = self.logs.entry(origin).or_default();
        if let Some(seal) = seal {
            let seals = self.seals.entry(origin).or_default();
            let is_lasting = |seq: u64| seq > 0 && is_milestone(seq, log[seq as usize - 1].len());
            if !is_lasting(seq - 1) {
                seals.remove(&(seq - 1));
            }
            seals.insert(seq, seal);
        }
        log.push(body);
    }

    /// Seals a log that is nobody's any more, so that it can be passed on.
    pub fn seal(&mut self, origin: Origin) {
        let (Some(log), Some(chain)) = (self.logs.get(&origin), self.chains.get(&origin)) else { return };
        let seals = self.seals.entry(origin).or_default();
        for (seq, (body, hash)) in (1..).zip(log.iter().zip(chain)) {
            if seq == log.len() as u64 || is_milestone(seq, body.len()) {
                seals.insert(seq, signature(origin, origin, seq, hash));
            }
        }
    }

    /// Leaves a log as it was at an entry.
    pub fn cut(&mut self, origin: Origin, upto: u64) {
        self.logs.entry(origin).or_default().truncate(upto as usize);
        self.chains.entry(origin).or_default().truncate(upto as usize);
        self.seals.entry(origin).or_default().retain(|seq, _| *seq <= upto);
    }

    pub fn heads(&self) -> Heads {
        self.logs.iter().filter(|(_, l)| !l.is_empty()).map(|(o, l)| (*o, l.len() as u64)).collect()
    }
}

impl Disk {
    /// How far a log will reach when all that waits is written.
    pub fn will_reach(&self, of: Origin) -> u64 {
        let waiting = self.queue.iter().filter_map(|job| match job {
            Job::Peer { origin, first, bodies, .. } if *origin == of => Some(first + bodies.len() as u64 - 1),
            _ => None,
        });
        waiting.max().unwrap_or(0).max(self.kept.reach(of))
    }
}

/// A signature that only a mix of the simulation makes: real ones would be most of the work.
pub fn signature(by: Origin, of: Origin, seq: u64, hash: &Hash) -> Signature {
    let mut mix = Dice::new(by.0 ^ of.0.rotate_left(20) ^ seq.rotate_left(40));
    let mut sign = [0; 64];
    for (part, chunk) in sign.chunks_exact_mut(8).zip(hash.chunks_exact(8).cycle()) {
        let word = chunk.iter().fold(mix.roll(), |word, byte| word.wrapping_mul(257) ^ u64::from(*byte));
        part.copy_from_slice(&word.to_le_bytes());
    }
    Signature(sign)
}

impl Log for Disk {
    fn hash(&self, origin: Origin, seq: u64) -> Option<Hash> {
        let Some(before) = seq.checked_sub(1) else { return Some(START) };
        self.kept.chains.get(&origin)?.get(before as usize).copied()
    }

    fn seals(&self, origin: Origin, first: u64, last: u64) -> Vec<(u64, Signature)> {
        let Some(seals) = self.kept.seals.get(&origin).filter(|_| first <= last) else { return Vec::new() };
        seals.range(first..=last).map(|(seq, sign)| (*seq, *sign)).collect()
    }

    fn sign(&self, seq: u64, hash: &Hash) -> Signature {
        signature(self.me, self.me, seq, hash)
    }

    fn judge(&self, origin: Origin, seal: &Seal) -> Verdict {
        // Whoever signs for another log does it with its own key, which is asked for by its own name.
        let is_genuine = signature(origin, origin, seal.seq, &seal.hash) == seal.sign;
        if is_genuine { Verdict::Genuine } else { Verdict::Wrong }
    }

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
