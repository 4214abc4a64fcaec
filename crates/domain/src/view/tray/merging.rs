//! Conflicts of checks that were merged.

use super::{ConflictKind, ConflictView, Label, Teller, keep, tap};
use crate::{
    check::Check,
    command::Command,
    conflict::{Clash, Conflict},
    ids::{CheckId, TableId},
};

impl Teller<'_> {
    pub(super) fn merging(&self, view: &mut ConflictView, conflict: &Conflict, number: &str) {
        match &conflict.clash {
            Clash::MergedTwice { check, ways } => self.merged_twice(view, conflict, *check, ways, number),
            Clash::MergedInARound { checks } => self.merged_in_a_round(view, conflict, checks),
            Clash::MergedWhileSettled { into, .. } => {
                view.kind = ConflictKind::MergedWhileSettled;
                let into = self.number(*into);
                view.message = format!(
                    "Check {number} was merged into {into} while one of both was settled. Each stands on its own."
                );
                view.resolutions = vec![keep(conflict)];
            }
            Clash::MovedWhileMerged { check, into, table } => {
                view.kind = ConflictKind::MovedWhileMerged;
                self.moved_while_merged(view, conflict, *check, *into, table);
            }
            _ => {}
        }
    }

    fn merged_twice(
        &self,
        view: &mut ConflictView,
        conflict: &Conflict,
        check: CheckId,
        ways: &[Option<CheckId>],
        number: &str,
    ) {
        view.kind = ConflictKind::MergedTwice;
        let told = |way: &Option<CheckId>| match way {
            Some(into) => format!("into {}", self.number(*into)),
            None => "into none".to_owned(),
        };
        let told: Vec<String> = ways.iter().map(told).collect();
        let on = self.restaurant.whole(check);
        view.numbers.extend(on.map(Check::number));
        let stands = match on.filter(|on| on.id != check) {
            Some(on) => format!("It is on the bill of {}.", on.number()),
            None => "It stands on its own.".to_owned(),
        };
        view.message = format!("Check {number} was merged {}. {stands}", told.join(" and "));
        // What is settled, or paid in part, cannot go elsewhere any more.
        if on.is_some_and(|on| on.is_closed() || on.payments.keys().any(|p| !on.is_taken_back(*p))) {
            view.resolutions = vec![keep(conflict)];
            return;
        }
        let open = |into: &CheckId| self.restaurant.check(*into).is_some_and(|c| !c.is_closed());
        let taps = ways.iter().filter_map(|way| match way {
            Some(into) => open(into).then(|| {
                tap(Label::OnCheck, &self.number(*into), vec![Command::MergeChecks { from: check, into: *into }])
            }),
            None => Some(tap(Label::OnItsOwn, "", vec![Command::PartCheck { check }])),
        });
        view.resolutions = taps.collect();
        if view.resolutions.len() < 2 {
            view.resolutions.push(keep(conflict));
        }
    }

    fn merged_in_a_round(&self, view: &mut ConflictView, conflict: &Conflict, checks: &[CheckId]) {
        view.kind = ConflictKind::MergedInARound;
        let on = checks.first().map(|id| self.number(*id)).unwrap_or_default();
        let numbers: Vec<String> = checks.iter().map(|id| self.number(*id)).collect();
        view.message = format!("Checks {} were merged into each other. Everything is on {on}.", numbers.join(" and "));
        let paid = checks.first().and_then(|id| self.restaurant.whole(*id)).is_some_and(|c| !c.payments.is_empty());
        // Where one is taken out of the round, what was merged into it stands there.
        let stay = |(i, id): (usize, &CheckId)| {
            (i == 0 || !paid).then(|| tap(Label::OnCheck, &self.number(*id), vec![Command::PartCheck { check: *id }]))
        };
        view.resolutions = checks.iter().enumerate().filter_map(stay).collect();
        if view.resolutions.is_empty() {
            view.resolutions.push(keep(conflict));
        }
    }

    fn moved_while_merged(
        &self,
        view: &mut ConflictView,
        conflict: &Conflict,
        check: CheckId,
        into: CheckId,
        table: &TableId,
    ) {
        view.tables = vec![self.label(Some(table))];
        let (number, into_number) = (self.number(check), self.number(into));
        view.message = format!(
            "Check {number} was moved to table {} while it was merged into {into_number}. It is on the bill of {into_number}.",
            view.tables[0]
        );
        view.resolutions = vec![keep(conflict)];
        let paid = self.restaurant.check(into).is_some_and(|c| !c.payments.is_empty());
        if !paid {
            let apart = vec![Command::PartCheck { check }];
            view.resolutions.insert(0, tap(Label::SitAt, &view.tables[0].clone(), apart));
        }
    }

    pub(super) fn number(&self, check: CheckId) -> String {
        self.restaurant.check(check).map(Check::number).map(|n| n.to_string()).unwrap_or_default()
    }
}
