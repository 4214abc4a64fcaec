//! A terminal's memory: the real restaurant folded from the entries on its disk, as far as its version understands them.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Restaurant,
    check::Check,
    clock::Date,
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
    /// The highest guest number since the newest date began, for the planted bug.
    newest_date: BTreeMap<char, (Date, u32)>,
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
                self.bring_back(entry.events.iter().flat_map(Event::checks).collect());
                match lapse.and_then(|lapse| self.told_wrongly(entry, lapse)) {
                    Some(entry) => self.restaurant.apply(&entry),
                    None => self.restaurant.apply(entry),
                };
                if lapse == Some(Lapse::CountsOneDate) {
                    self.count_one_date(entry);
                }
            }
            None if version >= NEW => {
                self.done.insert(written.cmd, dot);
                self.whistles.insert(dot);
            }
            None => {}
        }
    }

    /// Closed checks that left memory come back when they are written or asked about again, with those they were merged
    /// with.
    pub fn bring_back(&mut self, checks: Vec<CheckId>) {
        let missing = |fold: &Fold| fold.restaurant.missing_of(checks.iter().copied());
        while let Some(check) = missing(self).into_iter().find_map(|id| self.let_go.remove(&id)) {
            self.restaurant.recall_check(check);
        }
    }

    /// The entry as a bug in the merging of checks would fold it.
    fn told_wrongly(&self, entry: &Entry, lapse: Lapse) -> Option<Entry> {
        let facts = |id: &CheckId| self.restaurant.checks.get(id);
        let mut wrong = entry.clone();
        match lapse {
            Lapse::MergesByCopying => {
                let copies = entry.events.iter().filter_map(|event| {
                    let Event::ChecksMerged { check, into } = event else { return None };
                    let lines = facts(check)?.lines.values().filter_map(|line| line.what().cloned()).collect();
                    Some(Event::LinesAdded { check: *into, lines })
                });
                wrong.events.extend(copies.collect::<Vec<_>>());
            }
            Lapse::LosesWhatCameLate => wrong.events.retain(|event| {
                let Event::LinesAdded { check, .. } = event else { return true };
                facts(check).is_none_or(|check| check.inside.is_none())
            }),
            _ => return None,
        }
        Some(wrong)
    }

    /// What the planted bug takes for the next guest number.
    pub fn next_of_one_date(&self, letter: char, date: Date) -> u32 {
        let newest = self.newest_date.get(&letter).filter(|(newest, _)| *newest >= date);
        newest.map_or(1, |(_, n)| n + 1)
    }

    fn count_one_date(&mut self, entry: &Entry) {
        for event in &entry.events {
            let Event::CheckOpened(opened) = event else { continue };
            let (newest, n) = self.newest_date.entry(opened.number.letter).or_default();
            if entry.day.date > *newest {
                (*newest, *n) = (entry.day.date, 0);
            }
            *n = opened.number.n.max(*n);
        }
    }

    /// Lets go of closed checks nobody works on any more, as a terminal does. Their facts stand still from then on.
    pub fn evict(&mut self) {
        self.let_go.extend(self.restaurant.evict_done().into_iter().map(|check| (check.id, check)));
    }

    /// A check's own facts, in memory or let go.
    pub fn check(&self, id: CheckId) -> Option<&Check> {
        self.restaurant.checks.get(&id).or_else(|| self.let_go.get(&id))
    }

    /// Whether a check has something newer already, by the clock on the wall.
    fn looks_old(&self, entry: &Entry) -> bool {
        let check = entry.events.iter().find_map(Event::check);
        check.and_then(|c| self.restaurant.check(c)).is_some_and(|c| c.touched > entry.at)
    }
}
