//! A terminal's memory: the real restaurant folded from the entries on its disk, as far as its version understands them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Restaurant,
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
    /// Checks whose hash below is not that of their facts any more.
    pub changed: BTreeSet<CheckId>,
    pub hashes: BTreeMap<CheckId, String>,
    /// Of the whole, when it was last asked for.
    pub digest: String,
}

impl Fold {
    pub fn take(&mut self, dot: Dot, written: &Written, version: u8, lapse: Option<Lapse>) {
        self.heads.insert(dot.origin, dot.seq);
        match &written.entry {
            Some(entry) if lapse == Some(Lapse::OrdersByWallClock) && self.looks_old(entry) => {}
            Some(entry) => {
                self.done.insert(written.cmd, dot);
                self.changed.extend(self.restaurant.apply(entry).checks);
            }
            None if version >= NEW => {
                self.done.insert(written.cmd, dot);
                self.whistles.insert(dot);
            }
            None => {}
        }
    }

    /// Whether a check has something newer already, by the clock on the wall.
    fn looks_old(&self, entry: &Entry) -> bool {
        let check = entry.events.iter().find_map(Event::check);
        check.and_then(|c| self.restaurant.check(c)).is_some_and(|c| c.touched > entry.at)
    }
}
