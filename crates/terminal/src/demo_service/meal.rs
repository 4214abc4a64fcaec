//! The middle of the evening: food, courses, and what goes wrong.

use domain::{
    check::{Check, Line},
    command::{Command, NewChange, What},
    ids::LineId,
    money::Ppm,
};

use super::{
    client::ServiceError,
    evening::{Evening, Task},
};

impl Evening<'_> {
    pub(super) fn food(&mut self, g: usize) -> Result<(), ServiceError> {
        let party = self.guests[g].party.clone();
        let mut lines = self.guests[g].rounds.food.clone();
        if party.takeaway {
            lines.extend(self.guests[g].rounds.drinks.clone());
        }
        self.add(g, lines)?;
        if party.takeaway {
            // Every other one pays first; the kitchen then gets the order with the payment.
            if self.dice.chance(500) {
                self.fire(g, What::All)?;
            }
            self.plan(2, Task::Pay(g));
            return Ok(());
        }
        self.second_thoughts(g)?;
        let two_courses = [1, 2].iter().all(|c| self.unfired(g, |l| l.course_now() == *c).next().is_some());
        let mut served = 24;
        if let Some(check) = self.check(g).map(|c| c.id).filter(|_| party.whims.holds && two_courses) {
            let hold = Command::HoldCourse { check, course: 2, held: true };
            let _ = self.tap(g, self.hand(g), hold, false)?;
            self.plan(24, Task::FireNext(g));
            served += 22;
        }
        if self.unfired(g, |_| true).next().is_some() {
            self.fire(g, What::All)?;
        }
        self.plan(served - 4, Task::Trouble(g));
        self.plan(served, Task::After(g));
        Ok(())
    }

    fn unfired(&self, g: usize, which: impl Fn(&Line) -> bool) -> impl Iterator<Item = LineId> {
        let lines = self.check(g).map(|c: &Check| &c.lines).into_iter().flatten();
        lines.filter(move |(_, l)| l.unfired_qty() > 0 && which(l)).map(|(id, _)| *id).collect::<Vec<_>>().into_iter()
    }

    /// Guests who change their minds while the waiter still writes.
    fn second_thoughts(&mut self, g: usize) -> Result<(), ServiceError> {
        let whims = self.guests[g].party.whims;
        let Some(check) = self.check(g).map(|c| c.id) else { return Ok(()) };
        let lines: Vec<LineId> = self.unfired(g, |_| true).collect();
        if let (true, Some(line)) = (whims.changes_order, lines.first().copied()) {
            let change = match self.dice.below(4) {
                0 => NewChange::Qty(2),
                1 => NewChange::Note("Half and half".into()),
                2 => NewChange::Allergy("Nuts".into()),
                _ => NewChange::Seat(1),
            };
            let _ = self.tap(g, self.hand(g), Command::ChangeLine { check, line, change }, false)?;
        }
        if let (true, Some(line)) = (whims.drops_line && lines.len() > 1, lines.last().copied()) {
            let _ = self.tap(g, self.hand(g), Command::RemoveLine { check, line }, false)?;
        }
        if whims.one_more_comes {
            let covers = self.guests[g].party.covers + 1;
            let _ = self.tap(g, self.hand(g), Command::SetCovers { check, covers }, false)?;
        }
        Ok(())
    }

    pub(super) fn fire_next(&mut self, g: usize) -> Result<(), ServiceError> {
        if self.unfired(g, |_| true).next().is_some() {
            self.fire(g, What::Next)?;
        }
        Ok(())
    }

    /// Sent back, given away, moved, handed over.
    pub(super) fn trouble(&mut self, g: usize) -> Result<(), ServiceError> {
        let whims = self.guests[g].party.whims;
        let Some(check) = self.check(g).map(|c| c.id) else { return Ok(()) };
        if whims.moves_table
            && let Some(table) = self.change_table(g)
        {
            let _ = self.tap(g, self.hand(g), Command::MoveCheck { check, table: Some(table) }, false)?;
        }
        if whims.changes_waiter {
            let next = self.guests[g].waiter + 1;
            let hand_over = Command::HandOver { check, waiter: self.crew.waiter(next) };
            let _ = self.tap(g, self.hand(g), hand_over, false)?;
            self.guests[g].waiter = next;
        }
        if let (true, Some(line)) = (whims.sends_back, self.some_line(g, |l| l.fired_qty() > l.voided_qty())) {
            let reason = self.reason(&self.config.settings.void_reasons);
            let void = Command::VoidLine { check, line, qty: 1, reason };
            let _ = self.tap(g, self.hand(g), void, true)?;
        }
        if let (true, Some(line)) = (whims.gets_comp, self.some_line(g, |l| l.live_qty() > 0 && l.comps.is_empty())) {
            let share = if self.dice.chance(700) { Ppm::WHOLE } else { Ppm(500_000) };
            let reason = self.reason(&self.config.settings.comp_reasons);
            let _ = self.tap(g, self.hand(g), Command::CompLine { check, line, share, reason }, true)?;
        }
        Ok(())
    }

    fn some_line(&mut self, g: usize, which: impl Fn(&Line) -> bool) -> Option<LineId> {
        let lines = self.guests[g].check.iter().flat_map(|c| &c.lines);
        let fitting: Vec<LineId> = lines.filter(|(_, l)| which(l)).map(|(id, _)| *id).collect();
        self.dice.pick(&fitting).copied()
    }

    pub(super) fn reason(&self, reasons: &[domain::text::Text]) -> String {
        let i = (self.now.unsigned_abs() as usize).checked_rem(reasons.len());
        let words = i.and_then(|i| reasons.get(i)).map(|r| r.get(&self.config.settings.language).to_owned());
        words.unwrap_or_else(|| "Complaint".to_owned())
    }

    /// Dessert and coffee, then the bill.
    pub(super) fn after(&mut self, g: usize) -> Result<(), ServiceError> {
        let lines = self.guests[g].rounds.after.clone();
        let sweet = !lines.is_empty();
        if self.add(g, lines)? {
            self.fire(g, What::All)?;
        }
        let minutes = if sweet { 18 } else { 6 };
        if self.guests[g].party.whims.wants_bill {
            self.plan(minutes, Task::Bill(g));
        }
        self.plan(minutes + 4, Task::Pay(g));
        Ok(())
    }

    pub(super) fn bill(&mut self, g: usize) -> Result<(), ServiceError> {
        let owed = |c: &&Check| c.lines.values().any(|l| l.live_qty() > 0);
        let Some(check) = self.check(g).filter(owed).map(|c| c.id) else { return Ok(()) };
        self.tap(g, self.hand(g), Command::PrintBill { check }, false).map(drop)
    }
}
