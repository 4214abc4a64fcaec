//! Checks that became one. Every check keeps its own facts for ever: what is merged says only under which check it stands
//! now, and the bill is worked out over all of them ([`Check::join`]). So nothing is copied, nothing can be on two bills,
//! and what somebody who did not know of the merging did to a check is on the bill too.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Check, Fire, Line, Register};
use crate::{event::FiredLine, ids::*};

/// The check another one stands under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inside {
    pub check: CheckId,
    pub number: GuestNumber,
}

/// A check that stands under this one, in brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    pub number: GuestNumber,
    /// Where its guests sat.
    pub table: Option<TableId>,
    pub covers: u16,
    /// Where the merging stands.
    pub merged: Dot,
}

impl<T: Clone> Register<T> {
    /// Takes over what somebody else knows of the same register.
    pub(super) fn join(&mut self, other: &Register<T>) {
        other.writes().for_each(|(cause, value)| self.set(cause, value.clone()));
    }
}

impl Check {
    /// The guests of this check and of those merged into it.
    pub fn covers_now(&self) -> u16 {
        let own = self.covers.get().copied().unwrap_or(0);
        self.joined.values().fold(own, |sum, joined| sum.saturating_add(joined.covers))
    }

    /// Puts the lines, fires and money of a check that was merged into this one onto its bill. Table, name, waiter and
    /// whether it is settled or cancelled stay this check's own.
    pub(crate) fn join(&mut self, other: &Check, merged: Dot) {
        for (id, line) in &other.lines {
            self.lines.entry(*id).or_default().join(line);
        }
        for (id, fire) in &other.fires {
            self.fires.entry(*id).or_default().join(fire);
        }
        for (course, held) in &other.held {
            // What this check says of a course holds for all of it.
            self.held.entry(*course).or_insert_with(|| held.clone());
        }
        self.payments.extend(other.payments.clone());
        self.refunds.extend(other.refunds.clone());
        self.receipts.extend(&other.receipts);
        for (id, lines) in &other.carried {
            let all = self.carried.entry(*id).or_default();
            all.extend(lines);
            all.sort_unstable();
            all.dedup();
        }
        self.bills.extend(&other.bills);
        self.annulled.extend(other.annulled.clone());
        self.laid_aside.extend(other.laid_aside.iter().map(|(id, how)| (id.clone(), *how)));
        furthest(&mut self.heads, &other.heads);
        furthest(&mut self.told, &other.told);
        self.touched = self.touched.max(other.touched);
        self.joined.insert(other.id, other.as_joined(merged));
        self.joined.extend(other.joined.iter().map(|(id, joined)| (*id, joined.clone())));
    }

    pub(crate) fn as_joined(&self, merged: Dot) -> Joined {
        // Guests of a check that was cancelled on the other side never sat down.
        let sat = self.cancelled.is_empty() || self.lines.values().any(|l| l.live_qty() > 0);
        let covers = self.covers.get().copied().filter(|_| sat).unwrap_or(0);
        Joined { number: self.number(), table: self.table_now().cloned(), covers, merged }
    }
}

impl Line {
    fn join(&mut self, other: &Line) {
        if self.added.is_none() {
            self.added.clone_from(&other.added);
        }
        self.qty.join(&other.qty);
        self.options.join(&other.options);
        self.note.join(&other.note);
        self.allergy.join(&other.allergy);
        self.seat.join(&other.seat);
        self.course.join(&other.course);
        self.removed.extend(&other.removed);
        self.fired.extend(&other.fired);
        self.voids.extend(other.voids.clone());
        self.comps.extend(other.comps.clone());
    }
}

impl Fire {
    /// One sending to the kitchen that is told in parts, because its lines are of several checks.
    fn join(&mut self, other: &Fire) {
        let earlier = |a: &Fire, b: &Fire| match (&a.cause, &b.cause) {
            (Some(a), Some(b)) => a.dot < b.dot,
            (a, _) => a.is_some(),
        };
        if earlier(other, self) || self.cause.is_none() {
            (self.at, self.off, self.by, self.cause) = (other.at, other.off, other.by.clone(), other.cause.clone());
        }
        let new: Vec<FiredLine> =
            other.lines.iter().filter(|l| self.lines.iter().all(|own| own.line != l.line)).cloned().collect();
        self.lines.extend(new);
        for (station, lines) in &other.ready {
            let here = self.ready.entry(station.clone()).or_default();
            lines.iter().for_each(|(line, ready)| here.entry(*line).or_default().join(ready));
        }
        for (station, at) in &other.bumped {
            let bumped = self.bumped.entry(station.clone()).or_default();
            *bumped = (*bumped).max(*at);
        }
    }
}

fn furthest(to: &mut BTreeMap<Origin, u64>, other: &BTreeMap<Origin, u64>) {
    for (origin, seq) in other {
        let known = to.entry(*origin).or_default();
        *known = (*known).max(*seq);
    }
}
