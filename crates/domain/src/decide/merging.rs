//! Two checks that become one, and taking them apart again.

use std::collections::BTreeMap;

use super::Desk;
use crate::{
    check::Check,
    command::MAX_LINES_PER_CHECK,
    event::Event,
    ids::{CheckId, LineId},
    rejection::Rejection,
    staff::Permission,
};

impl Desk<'_> {
    pub(super) fn merge(&self, from: CheckId, into: CheckId) -> Result<Vec<Event>, Rejection> {
        self.must(Permission::TakeOrders)?;
        if from == into {
            return Err(Rejection::MergeSame);
        }
        let leaving = self.any_check(from)?;
        let staying = self.open_check(into)?;
        if leaving.inside.is_some() && leaving.went_to(into) {
            // Two people merged it into different checks; whoever settles that says which one holds.
            self.unpaid(self.whole(from)?)?;
        } else {
            self.open_check(from)?;
        }
        self.unpaid(leaving)?;
        if leaving.terms() != staying.terms() {
            return Err(Rejection::MergeTerms { number: leaving.number() });
        }
        if leaving.lines.len() + staying.lines.len() > MAX_LINES_PER_CHECK {
            return Err(Rejection::TooManyLines { max: MAX_LINES_PER_CHECK as u32 });
        }
        Ok(vec![Event::ChecksMerged { check: from, into }])
    }

    pub(super) fn part(&self, id: CheckId) -> Result<Vec<Event>, Rejection> {
        self.must(Permission::TakeOrders)?;
        let check = self.any_check(id)?;
        let number = check.number();
        let into = check.merged.get().copied().flatten().ok_or(Rejection::NotMerged { number })?;
        let mut events = vec![Event::CheckParted { check: id, out_of: into }];
        if let Some(inside) = check.inside {
            // Nobody could say whose money it is.
            self.unpaid(self.open_check(inside.check)?)?;
            if self.free_table(check.table_now(), Some(id)).is_err() {
                events.push(Event::CheckMoved { check: id, table: None });
            }
        }
        Ok(events)
    }

    /// Money taken on a check stays where it was taken, so what it paid for may not go elsewhere.
    fn unpaid(&self, check: &Check) -> Result<(), Rejection> {
        let kept = check.payments.keys().any(|p| !check.is_taken_back(*p));
        if kept { Err(Rejection::MergePaid { number: check.number() }) } else { Ok(()) }
    }

    /// The bill a check is on.
    pub(super) fn whole(&self, id: CheckId) -> Result<&Check, Rejection> {
        let found = self.restaurant.whole(id).filter(|c| c.opened.is_some());
        found.ok_or(Rejection::UnknownCheck { check: id })
    }

    /// The check among those of a bill to which a line belongs: what happens to it is written there, so that it goes
    /// along when the checks are taken apart.
    pub(super) fn home(&self, whole: &Check, line: LineId) -> CheckId {
        self.restaurant.home_of(whole, |check| check.lines.contains_key(&line))
    }

    /// Lines of a bill by the check each belongs to.
    pub(super) fn by_home<T>(&self, whole: &Check, lines: Vec<T>, id: fn(&T) -> LineId) -> BTreeMap<CheckId, Vec<T>> {
        let mut homes: BTreeMap<CheckId, Vec<T>> = BTreeMap::new();
        for line in lines {
            homes.entry(self.home(whole, id(&line))).or_default().push(line);
        }
        homes
    }

    /// Guests of a bill: those of the checks merged into it are counted there, and go first when there are fewer.
    pub(super) fn covers(&self, check: &Check, wanted: u16) -> Vec<Event> {
        let mut left = wanted;
        let mut events = Vec::new();
        for (id, joined) in &check.joined {
            let covers = joined.covers.min(left);
            left -= covers;
            if covers < joined.covers {
                events.push(Event::CoversSet { check: *id, covers });
            }
        }
        events.push(Event::CoversSet { check: check.id, covers: left });
        events
    }
}

impl Check {
    /// Whether several people merged it without knowing of each other, one of them into this one.
    fn went_to(&self, into: CheckId) -> bool {
        self.merged.concurrent().count() > 1 && self.merged.concurrent().any(|to| *to == Some(into))
    }
}
