//! Folding one event into the facts of its check. Nothing here may depend on what arrived before.

use super::{Cause, Check, Fire, Line, Settled, Stamped};
use crate::event::{AddedLine, Entry, Event, FiredLine, LineChange, Opened};
use crate::ids::{FireId, LineId, StationId};

impl Check {
    /// Folds one event of `entry` that belongs to this check.
    pub fn apply(&mut self, entry: &Entry, event: &Event) {
        let cause = Cause { dot: entry.dot, seen: entry.seen.clone() };
        let head = self.heads.entry(entry.dot.origin).or_default();
        *head = (*head).max(entry.dot.seq);
        self.touched = self.touched.max(entry.at);
        match event {
            Event::CheckOpened(opened) => self.open(entry, &cause, opened),
            Event::CheckMoved { table, .. } => self.table.set(&cause, table.clone()),
            Event::CheckNamed { name, .. } => self.name.set(&cause, name.clone()),
            Event::CoversSet { covers, .. } => self.covers.set(&cause, *covers),
            Event::HandedOver { waiter, .. } => self.waiter.set(&cause, waiter.clone()),
            Event::CheckCancelled { .. } => {
                self.cancelled.insert(entry.cmd, stamp(entry, ()));
            }
            Event::CourseHeld { course, held, .. } => self.held.entry(*course).or_default().set(&cause, *held),
            Event::Fired { lines, .. } => self.fire(entry, &cause, lines),
            Event::Bumped { fire, station, lines, ready, .. } => {
                self.bump(entry, &cause, *fire, station, lines, *ready);
            }
            Event::PaymentTaken { payment, .. } => {
                self.payments.insert(entry.cmd, stamp(entry, payment.clone()));
            }
            Event::CheckSettled { receipt, total, taxes, .. } => {
                let settled = Settled { receipt: *receipt, total: *total, taxes: taxes.clone() };
                self.settled.insert(entry.cmd, stamp(entry, settled));
            }
            Event::PaymentRefunded { refund, .. } => {
                self.refunds.insert(entry.cmd, stamp(entry, refund.clone()));
            }
            Event::ReceiptPrinted { copy, .. } => {
                self.receipts.insert(entry.cmd, *copy);
            }
            Event::Carried { lines, .. } => {
                self.carried.insert(entry.cmd, lines.clone());
            }
            Event::BillPrinted { .. } => {
                self.bills.insert(entry.cmd, entry.at);
            }
            _ => self.apply_to_line(entry, &cause, event),
        }
    }

    fn apply_to_line(&mut self, entry: &Entry, cause: &Cause, event: &Event) {
        match event {
            Event::LinesAdded { lines, .. } => {
                for added in lines {
                    self.line(added.id).add(entry, cause, added);
                }
            }
            Event::LineChanged { line, change, .. } => self.line(*line).change(cause, change),
            Event::LineRemoved { line, .. } => {
                self.line(*line).removed.insert(entry.cmd, entry.at);
            }
            Event::LineVoided { line, void, .. } => {
                self.line(*line).voids.insert(entry.cmd, stamp(entry, void.clone()));
            }
            Event::LineComped { line, comp, .. } => {
                self.line(*line).comps.insert(entry.cmd, stamp(entry, comp.clone()));
            }
            _ => {}
        }
    }

    fn line(&mut self, id: LineId) -> &mut Line {
        self.lines.entry(id).or_default()
    }

    fn open(&mut self, entry: &Entry, cause: &Cause, opened: &Opened) {
        self.table.set(cause, opened.table.clone());
        self.name.set(cause, opened.name.clone());
        self.covers.set(cause, opened.covers);
        self.waiter.set(cause, opened.waiter.clone());
        self.opened = Some(stamp(entry, opened.clone()));
    }

    fn fire(&mut self, entry: &Entry, cause: &Cause, lines: &[FiredLine]) {
        for fired in lines {
            self.line(fired.line).fired.insert(entry.cmd, fired.qty);
        }
        let fire = self.fires.entry(entry.cmd).or_default();
        (fire.at, fire.off, fire.by, fire.lines) = (entry.at, entry.off, entry.by.clone(), lines.to_vec());
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
    fn add(&mut self, entry: &Entry, cause: &Cause, added: &AddedLine) {
        self.qty.set(cause, added.qty);
        // The registers hold these from here on; keeping them twice would let them disagree.
        let mut kept = added.clone();
        self.options.set(cause, std::mem::take(&mut kept.options));
        self.note.set(cause, std::mem::take(&mut kept.note));
        self.allergy.set(cause, std::mem::take(&mut kept.allergy));
        self.seat.set(cause, added.seat);
        self.course.set(cause, added.course);
        self.added = Some(Box::new(stamp(entry, kept)));
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

fn stamp<T>(entry: &Entry, what: T) -> Stamped<T> {
    Stamped { at: entry.at, off: entry.off, day: entry.day, by: entry.by.clone(), dot: entry.dot, what }
}
