//! A terminal's memory: the real restaurant folded from the entries on its disk, as far as its version understands them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Restaurant,
    check::Check,
    event::{Entry, Event},
    ids::{CheckId, CommandId, Dot},
};
use sync::Heads;

use crate::{ledger::Written, planted::Lapse};

/// Since which version a terminal understands [`crate::waiter::Intent::Whistle`].
pub const NEW: u8 = 1;

#[derive(Default)]
pub struct Fold {
    pub restaurant: Restaurant,
    /// Which entry a command made, so that it is not done twice.
    pub done: BTreeMap<CommandId, Dot>,
    /// How far each log is folded.
    pub heads: Heads,
    /// Entries of a kind that only newer versions understand.
    pub whistles: BTreeSet<Dot>,
    /// Closed checks that left memory, as their entries would fold them again.
    let_go: BTreeMap<CheckId, Check>,
}

impl Fold {
    pub fn take(&mut self, dot: Dot, written: &Written, version: u8, lapse: Option<Lapse>) {
        self.heads.insert(dot.origin, dot.seq);
        match &written.entry {
            Some(entry) if lapse == Some(Lapse::OrdersByWallClock) && self.looks_old(entry) => {}
            Some(entry) => {
                self.done.insert(written.cmd, dot);
                entry.events.iter().filter_map(Event::check).for_each(|check| self.bring_back(check));
                self.restaurant.apply(entry);
            }
            None if version >= NEW => {
                self.done.insert(written.cmd, dot);
                self.whistles.insert(dot);
            }
            None => {}
        }
    }

    /// A closed check that left memory comes back when it is written or asked about again.
    pub fn bring_back(&mut self, id: CheckId) {
        if let Some(check) = self.let_go.remove(&id) {
            self.restaurant.recall_check(check);
        }
    }

    /// Lets go of closed checks nobody works on any more, as a terminal does. Their facts stand still from then on.
    pub fn evict(&mut self) {
        self.let_go.extend(self.restaurant.evict_done().into_iter().map(|check| (check.id, check)));
    }

    /// A check, in memory or let go.
    pub fn check(&self, id: CheckId) -> Option<&Check> {
        self.restaurant.check(id).or_else(|| self.let_go.get(&id))
    }

    /// Whether a check has something newer already, by the clock on the wall.
    fn looks_old(&self, entry: &Entry) -> bool {
        let check = entry.events.iter().find_map(Event::check);
        check.and_then(|c| self.restaurant.check(c)).is_some_and(|c| c.touched > entry.at)
    }
}
