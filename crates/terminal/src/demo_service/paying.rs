//! The end of the meal: split or not, by card, cash or voucher, with a tip.

use std::collections::BTreeMap;

use domain::{
    check::Check,
    command::{Command, NewTender},
    event::{Part, Tender},
    ids::PaymentId,
    money::Money,
};

use super::{
    client::ServiceError,
    evening::{Evening, Task},
    guests::{Purse, Split},
};

/// Tips are left in whole tens of the smallest coin.
const TIP_STEP: i64 = 10;

/// One guest's part of the bill.
struct Share {
    amount: Money,
    part: Part,
    purse: Purse,
}

impl Evening<'_> {
    pub(super) fn pay(&mut self, g: usize) -> Result<(), ServiceError> {
        let Some(check) = self.check(g) else { return Ok(()) };
        let id = check.id;
        if check.lines.values().all(|l| l.live_qty() == 0) {
            let _ = self.tap(g, self.hand(g), Command::CancelCheck { check: id }, false)?;
            self.leave_table(g);
            return Ok(());
        }
        if self.guests[g].party.whims.pays_wrongly_first {
            self.pay_wrongly(g)?;
        }
        let Some(bill) = self.check(g).map(Check::bill) else { return Ok(()) };
        let shares = self.shares(g, bill.due);
        let tip = bill.total.scaled(self.guests[g].party.tip, 10_000).rounded_to(TIP_STEP);
        let tips = tip.allocate(&vec![1; shares.len()]);
        for (share, tip) in shares.into_iter().zip(tips) {
            let command = Command::TakePayment {
                check: id,
                tender: self.tender(share.purse, share.amount, tip),
                amount: share.amount,
                tip,
                part: share.part,
                print: self.dice.chance(850),
            };
            if let Ok(done) = self.tap(g, self.hand(g), command, false)? {
                // What was never fired is cooked now that it is paid.
                self.cook(g, done.id);
            }
        }
        if self.check(g).is_some_and(Check::is_settled) {
            if self.dice.chance(60) {
                let _ = self.tap(g, self.hand(g), Command::PrintReceipt { check: id }, false)?;
            }
            if self.guests[g].party.whims.complains_later {
                self.plan(25, Task::Complain(g));
            }
        }
        self.leave_table(g);
        Ok(())
    }

    fn shares(&self, g: usize, due: Money) -> Vec<Share> {
        let party = &self.guests[g].party;
        let purse = party.purse;
        let shares: Vec<Share> = match party.split {
            Split::One => vec![Share { amount: due, part: Part::Whole, purse }],
            Split::Even => {
                let of = party.covers.clamp(2, 99) as u8;
                let other = [purse, Purse::Card];
                let amounts = due.allocate(&vec![1; usize::from(of)]).into_iter().enumerate();
                amounts.map(|(i, amount)| Share { amount, part: Part::Share { of }, purse: other[i % 2] }).collect()
            }
            Split::Seats => {
                let (seats, weights) = self.seats(g);
                let amounts = due.allocate(&weights).into_iter().zip(seats);
                amounts.map(|(amount, seat)| Share { amount, part: Part::Seats(vec![seat]), purse }).collect()
            }
            Split::Mixed => {
                let cash = Money(due.0 * 2 / 5);
                let by = |amount, purse| Share { amount, part: Part::Whole, purse };
                vec![by(cash, Purse::Cash), by(due - cash, Purse::Card)]
            }
        };
        let one = shares.len() == 1;
        shares.into_iter().filter(|s| one || s.amount > Money::ZERO).collect()
    }

    /// Seats with what each ordered; what is for the table is shared by all.
    fn seats(&self, g: usize) -> (Vec<u8>, Vec<i64>) {
        let covers = self.guests[g].party.covers.clamp(1, 99) as u8;
        let mut seats: BTreeMap<u8, i64> = (1..=covers).map(|s| (s, 0)).collect();
        let mut shared = Money::ZERO;
        for line in self.check(g).into_iter().flat_map(|c| c.lines.values()) {
            match line.seat.get().copied().unwrap_or(0) {
                0 => shared += line.amount(),
                seat => *seats.entry(seat).or_default() += line.amount().0,
            }
        }
        let each = shared.allocate(&vec![1; seats.len()]);
        let weights = seats.values().zip(each).map(|(own, part)| own + part.0).collect();
        (seats.into_keys().collect(), weights)
    }

    fn tender(&mut self, purse: Purse, amount: Money, tip: Money) -> NewTender {
        match purse {
            Purse::Card => NewTender::Card {
                reference: format!("T{:06}", self.dice.below(1_000_000)),
                last4: format!("{:04}", self.dice.below(10_000)),
            },
            Purse::Voucher => NewTender::Voucher { code: format!("GIFT-{:05}", self.dice.below(100_000)) },
            Purse::Cash => {
                let owed = amount.rounded_to(self.config.settings.cash_step) + tip;
                // Exact, or rounded up to a note.
                let notes = self.config.settings.notes.iter().map(|n| n.0).filter(|n| *n > 0).collect::<Vec<_>>();
                let note = self.dice.pick(&notes).copied().unwrap_or(1);
                let up = Money(owed.0.div_euclid(note) * note + if owed.0 % note == 0 { 0 } else { note });
                NewTender::Cash { given: if self.dice.chance(250) { owed } else { up } }
            }
        }
    }

    /// The wrong check was charged: a part is paid and taken back before the right payment.
    fn pay_wrongly(&mut self, g: usize) -> Result<(), ServiceError> {
        let Some((check, due)) = self.check(g).map(|c| (c.id, c.bill().due)) else { return Ok(()) };
        let amount = Money(due.0 / 3);
        if amount.0 <= 0 {
            return Ok(());
        }
        let purse = if self.dice.chance(500) { Purse::Cash } else { Purse::Card };
        let tender = self.tender(purse, amount, Money::ZERO);
        let (tip, part) = (Money::ZERO, Part::Whole);
        let pay = Command::TakePayment { check, tender, amount, tip, part, print: false };
        if let Ok(done) = self.tap(g, self.hand(g), pay, false)? {
            let reason = "Charged to the wrong check".to_owned();
            let back = Command::Refund { check, payment: done.id, amount, reason };
            let _ = self.tap(g, self.hand(g), back, true)?;
        }
        Ok(())
    }

    /// A guest comes back: part of a payment is refunded.
    pub(super) fn complain(&mut self, g: usize) -> Result<(), ServiceError> {
        let Some(check) = self.check(g) else { return Ok(()) };
        let id = check.id;
        let refundable = |(payment, p): (&PaymentId, _)| {
            let _: &domain::check::Stamped<domain::event::Payment> = p;
            let left = check.refundable(*payment);
            let fits = left > Money::ZERO && !matches!(p.what.tender, Tender::Voucher { .. });
            fits.then_some((*payment, left))
        };
        let Some((payment, left)) = check.payments.iter().find_map(refundable) else { return Ok(()) };
        let amount = if self.dice.chance(300) { left } else { Money((left.0 / 3).max(1)) };
        let reason = self.reason(&self.config.settings.refund_reasons);
        self.tap(g, self.hand(g), Command::Refund { check: id, payment, amount, reason }, true).map(drop)
    }
}
