//! What clashes where checks were merged: into several, into each other, or into one that was settled meanwhile.

use std::collections::BTreeSet;

use super::{Clash, Conflict, all, differing, named};
use crate::{
    check::Check,
    ids::{CheckId, TableId},
    restaurant::Restaurant,
};

impl Restaurant {
    /// What clashes through mergings, laid aside or not.
    pub(super) fn merging_conflicts(&self) -> Vec<Conflict> {
        let mut seen: BTreeSet<CheckId> = BTreeSet::new();
        let mut found = Vec::new();
        for check in self.checks.values().filter(|c| c.has_neighbours()) {
            if !seen.contains(&check.id) {
                let circle = self.circle(check.id);
                found.extend(self.conflicts_of_circle(&circle));
                seen.extend(circle);
            }
        }
        found
    }

    /// Whether anything is in the tray because of how these checks were merged.
    pub(crate) fn is_merging_in_the_tray(&self, circle: &BTreeSet<CheckId>) -> bool {
        self.conflicts_of_circle(circle).iter().any(|conflict| !self.is_settled(conflict))
    }

    fn conflicts_of_circle(&self, circle: &BTreeSet<CheckId>) -> Vec<Conflict> {
        let standing = self.standing(circle);
        let mut found = Vec::new();
        for check in circle.iter().filter_map(|id| self.checks.get(id)) {
            found.extend(self.merged_twice(check));
            found.extend(self.moved_while_merged(check));
        }
        for round in standing.rounds.into_iter().filter(|round| self.is_open(round[0])) {
            let mut names: Vec<CheckId> = round.clone();
            names.sort_unstable();
            let ids = all(&names);
            found.push(named(Clash::MergedInARound { checks: round }, "merged_in_a_round", &[&ids]));
        }
        // Where both are settled the money says what there is to say.
        for (check, into) in standing.refused.into_iter().filter(|(a, b)| self.is_open(*a) || self.is_open(*b)) {
            let clash = Clash::MergedWhileSettled { check, into };
            found.push(named(clash, "merged_while_settled", &[&check, &into]));
        }
        found
    }

    /// Whether anything can still be done to the bill a check is on.
    fn is_open(&self, check: CheckId) -> bool {
        self.whole(check).is_some_and(|whole| !whole.is_closed())
    }

    fn merged_twice(&self, check: &Check) -> Option<Conflict> {
        let ways = differing(&check.merged);
        let ids = all(ways.iter().map(|(dot, _)| dot));
        let ways: Vec<Option<CheckId>> = ways.into_iter().map(|(_, to)| *to).collect();
        if ways.is_empty() || !ways.iter().flatten().chain([&check.id]).any(|id| self.is_open(*id)) {
            return None;
        }
        let clash = Clash::MergedTwice { check: check.id, ways };
        Some(named(clash, "merged_twice", &[&check.id, &ids]))
    }

    /// Somebody took the guests to another table, who did not know that they were put together with others.
    fn moved_while_merged(&self, check: &Check) -> Option<Conflict> {
        let into = check.inside?.check;
        let unknown = |dot, knows: &dyn Fn(crate::ids::Dot) -> bool| {
            let mergings = check.merged.writes().filter(|(_, to)| to.is_some());
            mergings.into_iter().any(|(m, _)| !m.knows(dot) && !knows(m.dot))
        };
        let moves = check.table.writes().filter(|(w, to)| !w.first && to.is_some() && unknown(w.dot, &|d| w.knows(d)));
        let (moved, table): (_, &Option<TableId>) = moves.last()?;
        let table = table.clone().filter(|_| self.is_open(into))?;
        let clash = Clash::MovedWhileMerged { check: check.id, into, table };
        Some(named(clash, "moved_while_merged", &[&check.id, &moved.dot]))
    }
}
