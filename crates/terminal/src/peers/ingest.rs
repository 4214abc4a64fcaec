//! Entries of other terminals: stored byte for byte, folded, and made into tickets where that is this terminal's duty,
//! all in one transaction.

use std::{
    ops::RangeInclusive,
    sync::{Arc, OnceLock},
};

use domain::{
    chain::Hash,
    event::Entry,
    ids::{Dot, Origin},
    query::Outcome,
    reading::{Reading, read_entry},
    slips::kitchen_slips_of,
    tickets::{Before, Turned},
};
use store::{Batch, Bytes, StoreError};
use sync::{BIG, Body, Signature, is_milestone};

use crate::{
    closed,
    dispatch::{Changes, Job},
    paper::Ordered,
    state::{State, checks_of, only_paper},
    terminal::Terminal,
};

/// Consecutive entries of another terminal's log.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub origin: Origin,
    pub first: u64,
    proved: Proved,
    /// What was written while there was a link to its author; `None`: there is none.
    in_reach: Option<RangeInclusive<u64>>,
    /// What the bodies say, once somebody has read them.
    read: OnceLock<Result<Vec<Reading>, Misplaced>>,
}

/// Entries as they were proved.
#[derive(Debug)]
pub(crate) struct Proved {
    pub bodies: Vec<Body>,
    /// The hash of their log's chain before the first of them, and behind each.
    pub chain: Vec<Hash>,
    pub seals: Vec<(u64, Signature)>,
}

/// The number of an entry that says it stands elsewhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Misplaced(pub u64);

impl Arrived {
    pub fn new(origin: Origin, first: u64, proved: Proved, in_reach: Option<RangeInclusive<u64>>) -> Arrived {
        Arrived { origin, first, proved, in_reach, read: OnceLock::new() }
    }

    /// What arrived, read by whoever asks first: the thread of the link does, away from any lock, while the disk still
    /// writes what came before.
    pub fn read(&self) -> Result<&[Reading], Misplaced> {
        let read = self.read.get_or_init(|| {
            let place = |seq| Dot { origin: self.origin, seq };
            let read = |(seq, body): (u64, &Body)| {
                let reading = read_entry(place(seq), body);
                if reading.entry.dot == place(seq) { Ok(reading) } else { Err(Misplaced(seq)) }
            };
            (self.first..).zip(&self.proved.bodies).map(read).collect()
        });
        read.as_deref().map_err(|misplaced| *misplaced)
    }

    pub fn last(&self) -> u64 {
        (self.first + self.proved.bodies.len() as u64).saturating_sub(1)
    }

    pub fn bytes(&self) -> usize {
        self.proved.bodies.iter().map(|body| body.len()).sum()
    }
}

impl Terminal {
    /// Stores what arrived, together; `false` when nothing of it was.
    pub(super) fn ingest(&self, arrived: Vec<Arc<Arrived>>) -> bool {
        let outcomes = self.queue(vec![Job::Ingest(arrived)]);
        matches!(outcomes.as_slice(), [Outcome::Done(_)])
    }

    /// Tells screens what arrived, from this thread: a kitchen's ticket need not wait until another one wakes up.
    pub(super) fn tell_arrived(&self) {
        if let Some(changes) = self.news.take_arrivals() {
            self.publish(&changes);
        }
    }

    pub(crate) fn take_in(
        &self,
        tx: &mut Batch<'_>,
        state: &mut State,
        changes: &mut Changes,
        arrived: &[Arc<Arrived>],
    ) -> Result<(), StoreError> {
        for arrived in arrived {
            let Arrived { origin, first, proved: Proved { bodies, chain, seals }, in_reach, .. } = arrived.as_ref();
            let misplaced = |Misplaced(seq)| StoreError::Failed(format!("entry {seq} of {origin} stands elsewhere"));
            let entries = arrived.read().map_err(misplaced)?;
            let last = arrived.last();
            if seals.iter().any(|(seq, _)| *seq == last) && *first > 1 && !is_milestone(first - 1, 0) {
                tx.forget_seal(Dot { origin: *origin, seq: first - 1 }, BIG)?;
            }
            for ((Reading { entry, not_understood }, body), link) in entries.iter().zip(bodies).zip(chain.windows(2)) {
                state.not_understood += *not_understood as u64;
                let kept = |seq: u64| seq == last || is_milestone(seq, body.len());
                let seal = seals.iter().find(|(seq, _)| *seq == entry.dot.seq && kept(*seq));
                let before = state.restaurant.before(entry);
                let bytes = Bytes { body, link: link.first_chunk(), seal: seal.map(|(_, sign)| &sign.0) };
                self.take_in_one(tx, state, changes, entry, bytes)?;
                let fresh = in_reach.as_ref().is_some_and(|wrote| wrote.contains(&entry.dot.seq));
                self.make_turned(tx, state, changes, entry, &before, fresh)?;
            }
        }
        Ok(())
    }

    fn take_in_one(
        &self,
        tx: &mut Batch<'_>,
        state: &mut State,
        changes: &mut Changes,
        entry: &Entry,
        bytes: Bytes<'_>,
    ) -> Result<(), StoreError> {
        let (at, new) = tx.ingest(entry.dot, entry.cmd, bytes)?;
        if !only_paper(entry) {
            // A check that this very command opens was never closed, unless the command was done elsewhere before.
            let older = checks_of(entry).into_iter().filter(|check| !new || *check != entry.cmd);
            state.bring_back(older, &self.readers)?;
        }
        let touched = state.fold(entry, at);
        closed::project(tx, state, changes, entry, at)?;
        changes.folded(entry, touched);
        Ok(())
    }

    /// Queues the kitchen's slips that became this terminal's duty with an entry, as far as they are not proved to be
    /// printed; in the transaction that stores the entry, so that none is forgotten.
    pub(crate) fn make_turned(
        &self,
        tx: &mut Batch<'_>,
        state: &State,
        changes: &mut Changes,
        entry: &Entry,
        before: &Before,
        fresh: bool,
    ) -> Result<(), StoreError> {
        for Turned { entry: id, marked, .. } in state.restaurant.turned_to(tx.mine().origin, before, entry, fresh) {
            let found = if id == entry.cmd { None } else { tx.entry_of(id)? };
            let fired = found.as_ref().unwrap_or(entry);
            let done = state.restaurant.duties.get(id).map(|d| &d.done);
            let mut slips = kitchen_slips_of(&state.restaurant, fired);
            slips.retain(|s| !s.content.station().is_some_and(|at| done.is_some_and(|d| d.contains(at))));
            let ordered = Ordered { entry: id, now: fired.moment(), marked: marked || fired.again };
            self.queue_slips(tx, state, &mut changes.slips, &slips, ordered)?;
        }
        Ok(())
    }
}
