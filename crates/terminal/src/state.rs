//! What the terminal holds in memory: the folded restaurant, and where in the log the entries of each check in it are.

use std::collections::BTreeMap;

use domain::{
    Restaurant,
    check::Check,
    event::{Entry, Event},
    ids::{CheckId, Dot},
    reading::Reading,
    restaurant::{FOLD_VERSION, Touched},
};
use serde::{Deserialize, Serialize};
use store::{Place, Readers, Snapshot, Store, StoreError, log_of};

use crate::zone::Zone;

/// While a log is replayed, closed checks are let go after every so many entries, so that years fit into memory.
const EVICT_EVERY: u64 = 256;
/// A long replay says how far it is after every so many entries.
const PROGRESS_EVERY: u64 = 20_000;

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub restaurant: Restaurant,
    /// Log positions of the entries of every check in memory.
    places: BTreeMap<CheckId, Vec<Place>>,
    /// Last folded entry of each log.
    upto: Vec<Dot>,
    /// Where that entry lies, by log.
    #[serde(skip)]
    reached: BTreeMap<i64, Place>,
    #[serde(skip)]
    pub zone: Zone,
    /// Events of kinds that only a newer program understands.
    #[serde(default)]
    pub not_understood: u64,
    /// Entries folded since the stored snapshot.
    #[serde(skip)]
    pub since_snapshot: u64,
}

impl State {
    /// The stored snapshot and whatever was logged after it.
    pub fn load(store: &Store) -> Result<State, StoreError> {
        let readers = store.readers();
        let mut state = match readers.snapshot()? {
            Some(snapshot) if snapshot.fold == FOLD_VERSION => State::from_snapshot(&snapshot),
            Some(_) => {
                tracing::info!("the stored state is of another version; it is rebuilt from the log");
                None
            }
            None => None,
        }
        .unwrap_or_default();
        for head in store.heads() {
            let after = state.upto.iter().find(|d| d.origin == head.origin).map_or(0, |d| d.seq);
            state.reached.insert(log_of(head.place(after)), head.place(after));
        }
        for head in store.heads() {
            let after = state.upto.iter().find(|d| d.origin == head.origin).map_or(0, |d| d.seq);
            // Entries are read by one connection while another looks up the places of a check that must come back.
            readers.entries_after::<StoreError>(head, after, |at, Reading { entry, not_understood }| {
                state.not_understood += not_understood as u64;
                if !only_paper(&entry) {
                    state.bring_back(checks_of(&entry), &readers)?;
                }
                state.fold(&entry, at);
                if state.since_snapshot.is_multiple_of(EVICT_EVERY) {
                    state.evict();
                }
                if state.since_snapshot.is_multiple_of(PROGRESS_EVERY) {
                    tracing::info!("{} of {} entries read", entry.dot.seq, head.seq);
                }
                Ok(())
            })?;
        }
        state.find_zone();
        Ok(state)
    }

    fn from_snapshot(snapshot: &Snapshot) -> Option<State> {
        serde_json::from_slice(&snapshot.body)
            .inspect_err(|e| tracing::warn!("the stored state cannot be read ({e}); it is rebuilt from the log"))
            .ok()
    }

    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let body = serde_json::to_vec(self).map_err(|e| StoreError::Failed(e.to_string()))?;
        Ok(Snapshot { fold: FOLD_VERSION, upto: self.upto.clone(), body })
    }

    /// Folds an entry that is in the log at `at`.
    pub fn fold(&mut self, entry: &Entry, at: Place) -> Touched {
        for check in checks_of(entry) {
            if let Some(places) = self.places.get_mut(&check) {
                places.push(at);
            } else if !only_paper(entry) {
                self.places.insert(check, vec![at]);
            }
        }
        let touched = self.restaurant.apply(entry);
        self.reached.insert(log_of(at), at);
        match self.upto.iter_mut().find(|d| d.origin == entry.dot.origin) {
            Some(dot) => dot.seq = entry.dot.seq,
            None => self.upto.push(entry.dot),
        }
        self.since_snapshot += 1;
        if touched.config {
            self.find_zone();
        }
        touched
    }

    fn find_zone(&mut self) {
        let name = self.restaurant.settings().map(|s| s.time_zone.as_str());
        self.zone = name.and_then(Zone::named).unwrap_or_default();
    }

    /// Entries folded so far, of all logs; what screens see as the version of everything.
    pub fn version(&self) -> u64 {
        self.upto.iter().map(|d| d.seq).sum()
    }

    /// Positions of the entries of a check that is in memory.
    pub fn places_of(&self, check: CheckId) -> Option<&[Place]> {
        self.places.get(&check).map(Vec::as_slice)
    }

    /// Closed checks that left memory are folded again from their entries, so that they can be refunded or asked about,
    /// and with them those they were merged with. Entries that a replay has not come to yet are left out.
    pub fn bring_back(
        &mut self,
        wanted: impl IntoIterator<Item = CheckId>,
        readers: &Readers,
    ) -> Result<(), StoreError> {
        let reached = &self.reached;
        let folded = |at: Place| reached.get(&log_of(at)).is_some_and(|end| at <= *end);
        let back = recall(&mut self.restaurant, wanted.into_iter().collect(), readers, folded)?;
        self.places.extend(back);
        Ok(())
    }

    /// Lets go of closed checks nobody works on any more.
    pub fn evict(&mut self) {
        for gone in self.restaurant.evict_done() {
            self.places.remove(&gone.id);
        }
    }
}

/// Folds checks that are not in a restaurant's memory, and those they were merged with, from those of their entries that
/// are wanted; with the places of each. What was never closed here is left out.
pub(crate) fn recall(
    restaurant: &mut Restaurant,
    checks: Vec<CheckId>,
    readers: &Readers,
    wanted: impl Fn(Place) -> bool,
) -> Result<Vec<(CheckId, Vec<Place>)>, StoreError> {
    let (mut back, mut tried) = (Vec::new(), Vec::new());
    // Each that comes back may name further ones.
    while let Some(id) = restaurant.missing_of(checks.iter().copied()).into_iter().find(|id| !tried.contains(id)) {
        tried.push(id);
        if let Some((check, places)) = refold(id, readers, &wanted)? {
            restaurant.recall_check(check);
            back.push((id, places));
        }
    }
    Ok(back)
}

/// A check folded from those of its entries that are wanted, with their places; `None` when it was never closed here.
fn refold(
    id: CheckId,
    readers: &Readers,
    wanted: impl Fn(Place) -> bool,
) -> Result<Option<(Check, Vec<Place>)>, StoreError> {
    let Some(mut places) = readers.places_of(id)? else { return Ok(None) };
    places.retain(|at| wanted(*at));
    if places.is_empty() {
        return Ok(None);
    }
    let mut check = Check::new(id);
    for entry in readers.entries_at(&places)? {
        for event in entry.events.iter().filter(|e| e.is_of(id) && !is_paper(e)) {
            check.apply(&entry, event);
        }
    }
    Ok(Some((check, places)))
}

fn is_paper(event: &Event) -> bool {
    matches!(event, Event::SlipEnded { .. })
}

/// True when an entry only tells what became of a slip, which no check's facts depend on.
pub(crate) fn only_paper(entry: &Entry) -> bool {
    entry.events.iter().all(is_paper)
}

/// The checks an entry is about, each once.
pub(crate) fn checks_of(entry: &Entry) -> Vec<CheckId> {
    let mut checks: Vec<CheckId> = entry.events.iter().flat_map(Event::checks).collect();
    checks.sort_unstable();
    checks.dedup();
    checks
}
