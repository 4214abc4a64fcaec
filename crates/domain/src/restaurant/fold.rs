//! Folding entries. Nothing here may depend on what arrived before.

use std::collections::{BTreeMap, BTreeSet};

use super::{Closing, Counters, Moved, Restaurant, Said, Touched};
use crate::{
    check::{Annulled, Cause, Check},
    clock::BusinessDay,
    event::{Entry, Event, LineChange},
    ids::*,
    money::Money,
    shift::{Book, ZReport},
};

impl Restaurant {
    /// Folds one entry. Idempotent for checks, documents and numbers; a terminal never folds an entry twice all the
    /// same, because its log holds each position once.
    pub fn apply(&mut self, entry: &Entry) -> Touched {
        let mut touched = Touched::default();
        let head = self.heads.entry(entry.dot.origin).or_default();
        *head = (*head).max(entry.dot.seq);
        self.post(entry);
        for (check, events) in by_check(entry) {
            match check {
                Some(id) => self.apply_to_check(entry, id, &events, &mut touched),
                None => events.iter().for_each(|event| self.apply_to_store(entry, event, &mut touched)),
            }
        }
        self.duties.apply(entry, &self.heads);
        touched
    }

    /// As [`Restaurant::apply`] without the books: a screen shows checks and what is published, but no day's figures. What
    /// was merged comes to it as one check, and it merges none itself.
    pub fn apply_on_screen(&mut self, entry: &Entry) {
        let mut touched = Touched::default();
        for (check, events) in by_check(entry) {
            match check {
                Some(id) => self.fold_into(id, entry, &events, &mut touched),
                None => events.iter().for_each(|event| self.publish(entry, event, &mut touched)),
            }
        }
    }

    fn apply_to_check(&mut self, entry: &Entry, id: CheckId, events: &[&Event], touched: &mut Touched) {
        // Whatever is written on a check may change the bills of all it has to do with.
        let circle = self.circle_of(events.iter().flat_map(|e| e.checks()).chain([id]));
        let has_figures = |c: &CheckId| self.checks.get(c).is_some_and(Check::has_figures);
        let counts = events.iter().any(|e| moves_money(e))
            || circle.iter().any(has_figures) && events.iter().any(|e| !is_service(e));
        let before = if counts { self.contributions(&circle) } else { Vec::new() };
        self.fold_into(id, entry, events, touched);
        self.arrange(&circle, id);
        events.iter().for_each(|event| self.note_receipt(entry.day, event));
        let annulled: Vec<Annulled> = self.checks[&id].annulled.values().cloned().collect();
        for annulled in annulled {
            self.day(annulled.day, |day| day.annulled.extend([annulled.receipt]));
        }
        if counts {
            let after = self.contributions(&circle);
            self.settle_contribution(&before, &after);
        }
        touched.checks.extend(circle.into_iter().filter(|c| self.checks.contains_key(c)));
    }

    /// What the bills of these checks add to the books.
    fn contributions(&self, circle: &BTreeSet<CheckId>) -> Vec<(BusinessDay, Book)> {
        circle.iter().filter_map(|id| self.check(*id)).flat_map(Check::contributions).collect()
    }

    /// Folds events into their check, where it stands, and into the numbers and the stock that follow from it.
    fn fold_into(&mut self, id: CheckId, entry: &Entry, events: &[&Event], touched: &mut Touched) {
        let check = self.checks.entry(id).or_insert_with(|| Check::new(id));
        let lines = lines_of(check, entry, events);
        let before = units(check, &lines);
        for event in events {
            check.apply(entry, event);
            take_numbers(&mut self.counters, entry, event);
        }
        let mut change = units(check, &lines);
        before.into_iter().for_each(|(item, n)| *change.entry(item).or_default() -= n);
        for (item, change) in change.into_iter().filter(|(_, change)| *change != 0) {
            let stock = self.stock.entry(item.clone()).or_default();
            stock.sold += change;
            if !stock.said.is_unset() {
                touched.stock.insert(item);
            }
        }
    }

    fn settle_contribution(&mut self, before: &[(BusinessDay, Book)], after: &[(BusinessDay, Book)]) {
        // Much of what is done to a check that has figures is about the kitchen and the table.
        if before == after {
            return;
        }
        for (sign, books) in [(-1, before), (1, after)] {
            for (day, book) in books {
                self.day(*day, |day| day.book.add(book, sign));
                let refunds: Money = book.refunds.values().map(|t| t.amount).sum();
                self.grand_total += Money((book.sales.amount - refunds).0 * sign);
            }
        }
    }

    /// Changes a day's figures; those of a day that left memory stay as its Z states them.
    fn day(&mut self, day: BusinessDay, change: impl FnOnce(&mut super::Day)) {
        if self.keeps(day) {
            change(self.days.entry(day).or_default());
        }
    }

    /// The day's books name its first and last receipt.
    fn note_receipt(&mut self, day: BusinessDay, event: &Event) {
        let Some(receipt) = receipt_of(event) else { return };
        let was = number_on_paper(event);
        self.day(day, |day| {
            day.replaced.extend(was.map(|was| (receipt, was)));
            let range = day.receipts.entry(receipt.letter).or_insert((receipt.n, receipt.n));
            *range = (range.0.min(receipt.n), range.1.max(receipt.n));
        });
    }

    fn apply_to_store(&mut self, entry: &Entry, event: &Event, touched: &mut Touched) {
        match event {
            Event::DrawerMoved { letter, movement, amount, .. } => {
                let moved = Moved { dot: entry.dot, letter: *letter, movement: *movement, amount: *amount };
                self.day(entry.day, |day| {
                    let kept = day.moves.entry(entry.cmd).or_insert_with(|| moved.clone());
                    if moved.dot < kept.dot {
                        *kept = moved;
                    }
                });
            }
            Event::DrawerCounted { letter, counted, day } => {
                let cause = Cause::of(entry);
                let day = day.unwrap_or(entry.day);
                self.day(day, |day| day.counted.entry(*letter).or_default().set(&cause, *counted));
            }
            Event::TerminalJoined { .. }
            | Event::TerminalSet { .. }
            | Event::TerminalRevoked { .. }
            | Event::CameBack(_) => {
                self.terminals.apply(entry, event);
                touched.terminals = true;
            }
            Event::AlarmRaised { alarm } => {
                self.alarms.raise(entry.dot, entry.at, alarm);
                touched.alarms = true;
            }
            Event::AlarmSeen { raised } => {
                self.alarms.see(*raised);
                touched.alarms = true;
            }
            Event::TookOver { .. } | Event::MasterReturned { .. } | Event::DrillHeld { .. } => {
                self.takeovers.apply(entry, event);
            }
            Event::SignInEnded { sign_in, until } => {
                self.ended_sign_ins.end(*sign_in, *until);
                touched.door = true;
            }
            Event::DevicePaired { .. } | Event::DeviceRevoked { .. } => {
                self.devices.apply(entry, event);
                touched.door = true;
            }
            Event::ProtectionRequired { on } => {
                self.protection.set(&Cause::of(entry), *on);
                touched.door = true;
            }
            Event::DayClosed { z } => self.close_day(entry.dot, z, touched),
            Event::ConflictSettled { conflict, how, .. } => {
                let kept = self.laid_aside.entry(conflict.clone()).or_insert(*how);
                *kept = (*kept).min(*how);
            }
            _ => self.publish(entry, event, touched),
        }
        self.version += u64::from(touched.config);
    }

    /// What the manager published, who is there, what is left.
    fn publish(&mut self, entry: &Entry, event: &Event, touched: &mut Touched) {
        let cause = Cause::of(entry);
        match event {
            Event::StoreSetUp { settings, letter } => {
                self.settings.set(&cause, settings.clone());
                self.counters.entry(*letter).or_default();
                touched.config = true;
            }
            Event::SettingsChanged { settings } => {
                self.settings.set(&cause, settings.clone());
                touched.config = true;
            }
            Event::MenuPublished { menu } => {
                self.menu.set(&cause, menu.clone());
                touched.config = true;
            }
            Event::FloorPublished { floor } => {
                self.floor.set(&cause, floor.clone());
                touched.config = true;
            }
            Event::MemberSet { member } => {
                self.staff.entry(member.id.clone()).or_default().set(&cause, member.clone());
                touched.config = true;
            }
            Event::ClockedIn { staff } => self.clocked_in.entry(staff.clone()).or_default().set(&cause, true),
            Event::ClockedOut { staff } => self.clocked_in.entry(staff.clone()).or_default().set(&cause, false),
            Event::StockSet { item, left, sold, all } => {
                let said = Said { left: *left, sold: all.then_some(*sold) };
                self.stock.entry(item.clone()).or_default().said.set(&cause, said);
                touched.stock.insert(item.clone());
            }
            _ => {}
        }
    }

    fn close_day(&mut self, dot: Dot, z: &ZReport, touched: &mut Touched) {
        // A Z from before it said so covers its own terminal's log, the only one there was.
        let seen = if z.seen.is_empty() { vec![dot] } else { z.seen.clone() };
        for dot in &seen {
            let covered = self.z_seen.entry(dot.origin).or_default();
            *covered = (*covered).max(dot.seq);
        }
        self.day(z.day, |day| {
            day.closed = true;
            let (at, seen) = (z.at, seen.clone());
            day.closings.insert(dot, Closing { letter: z.letter, n: z.n, at, seen, book: Box::new(z.book.clone()) });
        });
        self.closed_days.insert(z.day);
        let counters = self.counters.entry(z.letter).or_default();
        counters.z = counters.z.max(z.n);
        // A number twice happens only to a terminal that was restored from an old copy; all must keep the same one.
        if self.last_z.get(&z.letter).is_none_or(|last| (last.n, &last.hash) < (z.n, &z.hash)) {
            self.last_z.insert(z.letter, Box::new(z.clone()));
        }
        self.last_closed = self.last_closed.max(Some(z.day));
        touched.day_closed = Some(z.day);
        let gone: Vec<BusinessDay> = self.days.keys().copied().filter(|day| !self.keeps(*day)).collect();
        gone.iter().for_each(|day| drop(self.days.remove(day)));
        self.forget_covered();
    }
}

fn take_numbers(counters: &mut BTreeMap<char, Counters>, entry: &Entry, event: &Event) {
    match event {
        Event::CheckOpened(opened) => {
            let counters = counters.entry(opened.number.letter).or_default();
            counters.guests.take(entry.dot, entry.day.date, opened.number.n);
        }
        _ => {
            if let Some(receipt) = receipt_of(event) {
                let counters = counters.entry(receipt.letter).or_default();
                counters.receipt = counters.receipt.max(receipt.n);
            }
        }
    }
}

/// An entry's events in runs: those of one check together, so that its contribution is worked out once.
fn by_check(entry: &Entry) -> Vec<(Option<CheckId>, Vec<&Event>)> {
    let mut runs: Vec<(Option<CheckId>, Vec<&Event>)> = Vec::with_capacity(1);
    let mut add = |check: Option<CheckId>, event| match runs.last_mut() {
        Some((id, events)) if *id == check => events.push(event),
        _ => runs.push((check, vec![event])),
    };
    for event in &entry.events {
        // A slip's end is about paper, not about the check's facts.
        if matches!(event, Event::SlipEnded { .. }) || event.check().is_none() {
            add(None, event);
        } else {
            event.checks().for_each(|check| add(Some(check), event));
        }
    }
    runs
}

fn receipt_of(event: &Event) -> Option<ReceiptNumber> {
    match event {
        Event::CheckSettled { receipt, .. } => Some(*receipt),
        Event::PaymentRefunded { refund, .. } => refund.receipt,
        _ => None,
    }
}

/// The number a receipt has on paper, where it is another one.
fn number_on_paper(event: &Event) -> Option<ReceiptNumber> {
    match event {
        Event::CheckSettled { was, .. } => *was,
        Event::PaymentRefunded { refund, .. } => refund.was,
        _ => None,
    }
}

fn moves_money(event: &Event) -> bool {
    matches!(
        event,
        Event::PaymentTaken { .. }
            | Event::CheckSettled { .. }
            | Event::PaymentRefunded { .. }
            | Event::LineVoided { .. }
    )
}

/// What is done in the kitchen and on the floor, which no figure of the books depends on.
fn is_service(event: &Event) -> bool {
    matches!(
        event,
        Event::Bumped { .. }
            | Event::Carried { .. }
            | Event::CourseHeld { .. }
            | Event::BillPrinted { .. }
            | Event::CheckMoved { .. }
            | Event::CheckNamed { .. }
    )
}

/// The lines whose units an entry may change.
fn lines_of(check: &Check, entry: &Entry, events: &[&Event]) -> Vec<LineId> {
    let mut lines: Vec<LineId> = Vec::new();
    for event in events {
        match event {
            Event::LinesAdded { lines: added, .. } => lines.extend(added.iter().map(|l| l.id)),
            Event::LineChanged { line, change: LineChange::Qty(_), .. }
            | Event::LineRemoved { line, .. }
            | Event::LineVoided { line, .. } => lines.push(*line),
            Event::Fired { lines: fired, .. } => {
                lines.extend(fired.iter().map(|l| l.line));
                // The same command done in another log may have fired others.
                let twin = check.fires.get(&entry.cmd);
                lines.extend(twin.iter().flat_map(|fire| fire.lines.iter().map(|l| l.line)));
            }
            _ => {}
        }
    }
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// Units of each item on some lines of a check.
fn units(check: &Check, lines: &[LineId]) -> BTreeMap<ItemId, i64> {
    let mut units = BTreeMap::new();
    for line in lines.iter().filter_map(|id| check.lines.get(id)) {
        if let Some(added) = line.what() {
            *units.entry(added.item.clone()).or_default() += i64::from(line.live_qty());
        }
    }
    units
}
