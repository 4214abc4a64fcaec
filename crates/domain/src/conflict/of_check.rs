//! What clashes on one check.

use super::{Clash, Conflict, all, differing, named};
use crate::{
    check::{Check, Fire, Line, Settled, Stamped},
    event::LineChange,
    ids::*,
    money::Money,
};

impl Check {
    /// What clashes on this check, laid aside or not.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut found = self.money_conflicts();
        if !self.is_closed() {
            found.extend(self.floor_conflicts());
            found.extend(self.fired_twice());
            found.extend(self.lines.iter().flat_map(|(id, line)| self.line_conflicts(*id, line)));
        }
        found
    }

    /// Whether anything is in the tray because of this check.
    pub fn is_in_the_tray(&self) -> bool {
        self.conflicts().iter().any(|conflict| !self.laid_aside.contains_key(&conflict.id))
    }

    fn floor_conflicts(&self) -> Vec<Conflict> {
        let (check, mut found) = (self.id, Vec::new());
        let tables = differing(&self.table);
        if !tables.is_empty() {
            let ids = all(tables.iter().map(|(dot, _)| dot));
            let tables = tables.into_iter().map(|(_, table)| table.clone()).collect();
            found.push(named(Clash::MovedTwice { check, tables }, "moved_twice", &[&check, &ids]));
        }
        let waiters = differing(&self.waiter);
        if !waiters.is_empty() {
            let ids = all(waiters.iter().map(|(dot, _)| dot));
            let waiters = waiters.into_iter().map(|(_, waiter)| waiter.clone()).collect();
            found.push(named(Clash::HandedOverTwice { check, waiters }, "handed_over_twice", &[&check, &ids]));
        }
        if !self.cancelled.is_empty() {
            let ids = all(self.cancelled.keys());
            found.push(named(Clash::CancelledWhileUsed { check }, "cancelled_while_used", &[&check, &ids]));
        }
        found
    }

    /// Fires of the same lines whose authors did not know of each other.
    fn fired_twice(&self) -> Vec<Conflict> {
        let fires: Vec<(&FireId, &Fire)> = self.fires.iter().collect();
        let mut found = Vec::new();
        for (i, (first_id, first)) in fires.iter().enumerate() {
            for (second_id, second) in &fires[i + 1..] {
                let (Some(a), Some(b)) = (&first.cause, &second.cause) else { continue };
                if a.knows(b.dot) || b.knows(a.dot) {
                    continue;
                }
                let lines: Vec<LineId> =
                    first.lines.iter().map(|l| l.line).filter(|l| self.is_in(second, *l)).collect();
                if lines.is_empty() {
                    continue;
                }
                let second = if a.dot < b.dot { **second_id } else { **first_id };
                let clash = Clash::FiredTwice { check: self.id, second, lines };
                found.push(named(clash, "fired_twice", &[first_id, second_id]));
            }
        }
        found
    }

    /// Whether a fire holds a line of which more was sent than ordered.
    fn is_in(&self, fire: &Fire, id: LineId) -> bool {
        let too_much = |line: &Line| line.fired_qty() > line.qty.get().copied().unwrap_or(0);
        fire.lines.iter().any(|l| l.line == id) && self.lines.get(&id).is_some_and(too_much)
    }

    fn line_conflicts(&self, id: LineId, line: &Line) -> Vec<Conflict> {
        let (check, mut found) = (self.id, Vec::new());
        // A line that was fired cannot be taken off knowingly, nor one that was taken off be fired.
        if !line.removed.is_empty() && line.fired_qty() > 0 && line.live_qty() > 0 {
            let clash = Clash::VoidedWhileFired { check, line: id, qty: line.live_qty(), removed: true };
            found.push(named(clash, "voided_while_fired", &[&check, &id, &all(line.removed.keys())]));
        }
        let unseen: u32 = line.voids.values().filter(|v| !v.what.fired).map(|v| v.what.qty).sum();
        let most = line.fired.values().copied().max().unwrap_or(0);
        let clashing = (most + unseen).saturating_sub(line.qty.get().copied().unwrap_or(0).max(most));
        if most > 0 && clashing > 0 {
            let ids = all(line.voids.keys());
            let clash = Clash::VoidedWhileFired { check, line: id, qty: clashing, removed: false };
            found.push(named(clash, "voided_while_fired", &[&check, &id, &ids]));
        }
        if line.fired_qty() == 0 && line.live_qty() > 0 {
            found.extend(changed_twice(check, id, line));
        }
        found
    }

    fn money_conflicts(&self) -> Vec<Conflict> {
        let (check, mut found) = (self.id, Vec::new());
        for payment in self.payments.keys() {
            let over = Money::ZERO - self.refundable(*payment);
            if over > Money::ZERO {
                let of = |(_, r): &(&PaymentId, &Stamped<crate::event::Refund>)| r.what.payment == *payment;
                let ids = all(self.refunds.iter().filter(of).map(|(id, _)| id));
                let clash = Clash::GivenBackTwice { check, payment: *payment, over };
                found.push(named(clash, "given_back_twice", &[&check, &ids]));
            }
        }
        if self.payments.is_empty() {
            return found;
        }
        let bill = self.bill();
        let over = Money::ZERO - bill.due;
        let kept = self.payments.iter().filter(|(id, p)| p.what.amount > Money::ZERO && !self.is_taken_back(**id));
        let payments: Vec<PaymentId> = kept.map(|(id, _)| *id).collect();
        let settlements = self.settled_unknowingly();
        let ids = all(&payments);
        if over > Money::ZERO && settlements.len() > 1 {
            let clash = Clash::SettledTwice { check, settlements, over };
            found.push(named(clash, "settled_twice", &[&check, &ids, &over.0]));
        } else if over > Money::ZERO {
            let clash = Clash::PaidTooMuch { check, payments, over };
            found.push(named(clash, "paid_too_much", &[&check, &ids, &over.0]));
        } else if self.is_settled() && over < Money::ZERO {
            let clash = Clash::EditedAfterClosed { check, lines: self.unsettled_lines(), due: bill.due };
            let lines = all(self.unsettled_lines());
            found.push(named(clash, "edited_after_closed", &[&check, &lines, &bill.due.0]));
        } else if !self.is_closed() && over == Money::ZERO && bill.total > Money::ZERO {
            found.push(named(Clash::PaidButOpen { check }, "paid_but_open", &[&check, &ids]));
        }
        found
    }

    /// Settlements, not given back, of people who did not know of each other.
    fn settled_unknowingly(&self) -> Vec<CommandId> {
        let standing = || self.settled.iter().filter(|(id, _)| !self.is_taken_back(**id));
        let strange = |a: &Stamped<Settled>, b: &Stamped<Settled>| !a.knows(b.dot) && !b.knows(a.dot);
        standing().filter(|(_, a)| standing().any(|(_, b)| strange(a, b))).map(|(id, _)| *id).collect()
    }

    /// Live lines that whoever settled the check did not know of.
    pub fn unsettled_lines(&self) -> Vec<LineId> {
        let unknown = |line: &Line| {
            let added = line.added.as_ref().map(|a| a.dot);
            line.amount() > Money::ZERO && added.is_some_and(|dot| !self.settled.values().any(|s| s.knows(dot)))
        };
        self.lines.iter().filter(|(_, line)| unknown(line)).map(|(id, _)| *id).collect()
    }
}

/// Different wishes for a line the kitchen has not seen yet.
fn changed_twice(check: CheckId, id: LineId, line: &Line) -> Vec<Conflict> {
    let wishes = |found: Vec<(Dot, LineChange)>| {
        let ids = all(found.iter().map(|(dot, _)| dot));
        let kind = found.first().map(|(_, change)| match change {
            LineChange::Qty(_) => "qty",
            LineChange::Options(_) => "options",
            LineChange::Note(_) => "note",
            _ => "allergy",
        });
        kind.map(|kind| {
            let changes = found.into_iter().map(|(_, change)| change).collect();
            named(Clash::LineChangedTwice { check, line: id, changes }, "line_changed_twice", &[&id, &kind, &ids])
        })
    };
    let qty = differing(&line.qty).into_iter().map(|(dot, v)| (dot, LineChange::Qty(*v))).collect();
    let options = differing(&line.options).into_iter().map(|(dot, v)| (dot, LineChange::Options(v.clone()))).collect();
    let note = differing(&line.note).into_iter().map(|(dot, v)| (dot, LineChange::Note(v.clone()))).collect();
    let allergy = differing(&line.allergy).into_iter().map(|(dot, v)| (dot, LineChange::Allergy(v.clone()))).collect();
    [qty, options, note, allergy].into_iter().filter_map(wishes).collect()
}
