//! Folding one event into the facts of its check. Nothing here may depend on what arrived before.

use std::collections::{BTreeMap, btree_map::Entry as Slot};

use super::{Annulled, Cause, Check, Fire, Line, Settled, Stamped};
use crate::{
    event::{AddedLine, Entry, Event, FiredLine, LineChange, Opened},
    ids::{CheckId, CommandId, FireId, LineId, ReceiptNumber, StationId},
};

impl Check {
    /// Folds one event of `entry` that belongs to this check.
    pub fn apply(&mut self, entry: &Entry, event: &Event) {
        let cause = Cause::of(entry);
        let head = self.heads.entry(entry.dot.origin).or_default();
        *head = (*head).max(entry.dot.seq);
        for dot in &entry.seen {
            let told = self.told.entry(dot.origin).or_default();
            *told = (*told).max(dot.seq);
        }
        self.touched = self.touched.max(entry.at);
        match event {
            Event::CheckOpened(opened) => self.open(entry, cause, opened),
            Event::CheckMoved { table, .. } => self.table.set(&cause, table.clone()),
            Event::CheckNamed { name, .. } => self.name.set(&cause, name.clone()),
            Event::CoversSet { covers, .. } => self.covers.set(&cause, *covers),
            Event::HandedOver { waiter, .. } => self.waiter.set(&cause, waiter.clone()),
            Event::CheckCancelled { .. } => {
                keep(&mut self.cancelled, entry, ());
            }
            Event::CourseHeld { course, held, .. } => self.held.entry(*course).or_default().set(&cause, *held),
            Event::Fired { lines, .. } => self.fire(entry, &cause, lines),
            Event::Bumped { fire, station, lines, ready, .. } => {
                self.bump(entry, &cause, *fire, station, lines, *ready);
            }
            Event::PaymentTaken { payment, .. } => {
                keep(&mut self.payments, entry, payment.clone());
            }
            Event::CheckSettled { receipt, total, taxes, .. } => {
                let settled = Settled { receipt: *receipt, total: *total, taxes: taxes.clone() };
                let lost = keep(&mut self.settled, entry, settled);
                self.annul(entry.cmd, lost, |settled| Some(settled.receipt));
            }
            Event::PaymentRefunded { refund, .. } => {
                let lost = keep(&mut self.refunds, entry, refund.clone());
                self.annul(entry.cmd, lost, |refund| refund.receipt);
            }
            Event::ReceiptPrinted { copy, .. } => {
                let kept = self.receipts.entry(entry.cmd).or_insert(*copy);
                *kept = (*kept).min(*copy);
            }
            Event::Carried { lines, .. } => {
                let carried = self.carried.entry(entry.cmd).or_default();
                carried.extend(lines);
                carried.sort_unstable();
                carried.dedup();
            }
            Event::ConflictSettled { conflict, how, .. } => {
                // Whoever settled it second changes nothing; which of two ways is kept must not depend on who came first.
                let kept = self.laid_aside.entry(conflict.clone()).or_insert(*how);
                *kept = (*kept).min(*how);
            }
            Event::BillPrinted { .. } => {
                earliest(&mut self.bills, entry);
            }
            Event::ChecksMerged { check, into } => self.merge(entry, &cause, *check, *into),
            Event::CheckParted { check, .. } if *check == self.id => self.merged.set(&cause, None),
            _ => self.apply_to_line(entry, &cause, event),
        }
    }

    fn apply_to_line(&mut self, entry: &Entry, cause: &Cause, event: &Event) {
        match event {
            Event::LinesAdded { lines, .. } => {
                for added in lines {
                    self.line(added.id).add(entry, added);
                }
            }
            Event::LineChanged { line, change, .. } => self.line(*line).change(cause, change),
            Event::LineRemoved { line, .. } => {
                earliest(&mut self.line(*line).removed, entry);
            }
            Event::LineVoided { line, void, .. } => {
                keep(&mut self.line(*line).voids, entry, void.clone());
            }
            Event::LineComped { line, comp, .. } => {
                keep(&mut self.line(*line).comps, entry, comp.clone());
            }
            _ => {}
        }
    }

    /// Both checks hold the entry: one says where it went, the other who may stand under it.
    fn merge(&mut self, entry: &Entry, cause: &Cause, check: CheckId, into: CheckId) {
        if check != self.id {
            self.taken_in.insert(check);
            return;
        }
        self.merged.set(cause, Some(into));
        let when = Stamped::new(entry, ());
        let kept = self.merges.entry(into).or_insert_with(|| when.clone());
        if kept.dot < when.dot {
            *kept = when;
        }
    }

    fn line(&mut self, id: LineId) -> &mut Line {
        self.lines.entry(id).or_default()
    }

    fn open(&mut self, entry: &Entry, cause: Cause, opened: &Opened) {
        let cause = Cause { first: true, ..cause };
        self.table.set(&cause, opened.table.clone());
        self.name.set(&cause, opened.name.clone());
        self.covers.set(&cause, opened.covers);
        self.waiter.set(&cause, opened.waiter.clone());
        if self.opened.as_ref().is_none_or(|o| entry.dot < o.dot) {
            self.opened = Some(Stamped::new(entry, opened.clone()));
        }
    }

    /// Remembers the number of a receipt that another log's doing of the same command leaves without a meaning.
    fn annul<T>(&mut self, command: CommandId, lost: Option<Stamped<T>>, number: fn(&T) -> Option<ReceiptNumber>) {
        if let Some(lost) = lost
            && let Some(receipt) = number(&lost.what)
        {
            self.annulled.insert(lost.dot, Annulled { receipt, day: lost.day, command });
        }
    }

    fn fire(&mut self, entry: &Entry, cause: &Cause, lines: &[FiredLine]) {
        // Lines are made in any case, or which ones there are would depend on which of two logs came first.
        for fired in lines {
            self.line(fired.line);
        }
        let fire = self.fires.entry(entry.cmd).or_default();
        if fire.cause.as_ref().is_none_or(|c| entry.dot < c.dot) {
            let before = std::mem::replace(&mut fire.lines, lines.to_vec());
            (fire.at, fire.off, fire.by, fire.cause) = (entry.at, entry.off, entry.by.clone(), Some(cause.clone()));
            for old in before {
                self.line(old.line).fired.remove(&entry.cmd);
            }
            for new in lines {
                self.line(new.line).fired.insert(entry.cmd, new.qty);
            }
        }
        let fire = self.fires.entry(entry.cmd).or_default();
        for fired in lines {
            for station in &fired.unscreened {
                fire.ready.entry(station.clone()).or_default().entry(fired.line).or_default().set(cause, true);
                let bumped = fire.bumped.entry(station.clone()).or_default();
                *bumped = (*bumped).max(entry.at);
            }
        }
    }

    fn bump(&mut self, entry: &Entry, cause: &Cause, id: FireId, at: &StationId, lines: &[LineId], ready: bool) {
        let fire: &mut Fire = self.fires.entry(id).or_default();
        for line in lines {
            fire.ready.entry(at.clone()).or_default().entry(*line).or_default().set(cause, ready);
        }
        let bumped = fire.bumped.entry(at.clone()).or_default();
        *bumped = (*bumped).max(entry.at);
    }
}

impl Line {
    fn add(&mut self, entry: &Entry, added: &AddedLine) {
        let cause = &Cause { first: true, ..Cause::of(entry) };
        self.qty.set(cause, added.qty);
        // The registers hold these from here on; keeping them twice would let them disagree.
        let mut kept = added.clone();
        self.options.set(cause, std::mem::take(&mut kept.options));
        self.note.set(cause, std::mem::take(&mut kept.note));
        self.allergy.set(cause, std::mem::take(&mut kept.allergy));
        self.seat.set(cause, added.seat);
        self.course.set(cause, added.course);
        if self.added.as_ref().is_none_or(|a| entry.dot < a.dot) {
            self.added = Some(Box::new(Stamped::new(entry, kept)));
        }
    }

    fn change(&mut self, cause: &Cause, change: &LineChange) {
        match change {
            LineChange::Qty(qty) => self.qty.set(cause, *qty),
            LineChange::Options(options) => self.options.set(cause, options.clone()),
            LineChange::Note(note) => self.note.set(cause, note.clone()),
            LineChange::Allergy(allergy) => self.allergy.set(cause, allergy.clone()),
            LineChange::Seat(seat) => self.seat.set(cause, *seat),
            LineChange::Course(course) => self.course.set(cause, *course),
        }
    }
}

/// A command done in two logs counts once: the fact with the smaller position holds, whichever arrived first. Gives back
/// the one that does not hold.
fn keep<T>(facts: &mut BTreeMap<CommandId, Stamped<T>>, entry: &Entry, what: T) -> Option<Stamped<T>> {
    let new = Stamped::new(entry, what);
    match facts.entry(entry.cmd) {
        Slot::Vacant(slot) => {
            slot.insert(new);
            None
        }
        Slot::Occupied(slot) if slot.get().dot == new.dot => None,
        Slot::Occupied(mut slot) if new.dot < slot.get().dot => Some(slot.insert(new)),
        Slot::Occupied(_) => Some(new),
    }
}

fn earliest(times: &mut BTreeMap<CommandId, i64>, entry: &Entry) {
    let at = times.entry(entry.cmd).or_insert(entry.at);
    *at = (*at).min(entry.at);
}
