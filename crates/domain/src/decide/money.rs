//! Taking payments, settling, giving back, receipts.

use super::{Desk, reason};
use crate::{
    check::Check,
    command::{Command, NewTender},
    event::*,
    ids::*,
    money::Money,
    rejection::Rejection,
    staff::Permission,
};

/// The longest reference of a card slip or voucher.
const MAX_REFERENCE: usize = 40;

impl Desk<'_> {
    pub(super) fn money(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        match command {
            Command::TakePayment { check, tender, amount, tip, part, print } => {
                self.must(Permission::TakePayments)?;
                self.pay(*check, tender, *amount, *tip, part, *print)
            }
            Command::Refund { check, payment, amount, reason } => self.refund(*check, *payment, *amount, reason),
            Command::PrintReceipt { check } => {
                self.must(Permission::TakePayments)?;
                let found = self.any_check(*check)?;
                if !found.is_settled() {
                    return Err(Rejection::NothingToPrint);
                }
                Ok(vec![Event::ReceiptPrinted { check: *check, copy: found.receipts.len() as u32 }])
            }
            Command::PrintBill { check } => {
                self.must(Permission::TakeOrders)?;
                let found = self.open_check(*check)?;
                if found.lines.values().all(|l| l.live_qty() == 0) {
                    return Err(Rejection::NothingToPrint);
                }
                Ok(vec![Event::BillPrinted { check: *check }])
            }
            _ => Ok(Vec::new()),
        }
    }

    fn pay(
        &self,
        id: CheckId,
        tender: &NewTender,
        amount: Money,
        tip: Money,
        part: &Part,
        print: bool,
    ) -> Result<Vec<Event>, Rejection> {
        let check = self.payable_check(id)?;
        let bill = check.bill();
        if !amount.is_plausible() || !tip.is_plausible() {
            return Err(Rejection::BadAmount);
        }
        let has_lines = check.lines.values().any(|l| l.live_qty() > 0);
        // Paid in full and yet open: two terminals took a part each, or the bill became as small as what was paid. Nothing
        // more is taken, but somebody must settle it.
        let paid_but_open = bill.due <= Money::ZERO && amount == Money::ZERO && !check.payments.is_empty();
        if !has_lines || (bill.due <= Money::ZERO && bill.total > Money::ZERO && !paid_but_open) {
            return Err(Rejection::NothingDue);
        }
        if amount > bill.due.max(Money::ZERO) {
            return Err(Rejection::Overpaid { due: bill.due });
        }
        // Otherwise only a check that was comped to nothing is settled with nothing.
        if amount == Money::ZERO && bill.total > Money::ZERO && !paid_but_open {
            return Err(Rejection::BadAmount);
        }
        self.known_part(check, part)?;
        let (tender, rounding) = tendered(tender, amount, tip, check.terms().cash_step)?;
        let payment = Payment { tender, amount, tip, rounding, letter: self.context.letter, part: part.clone() };
        let mut events = vec![Event::PaymentTaken { check: id, payment }];
        if amount == bill.due || paid_but_open {
            events.extend(self.fire_the_rest(check)?);
            let receipt = self.next_receipt();
            let (total, taxes) = unsold(check, bill.total, bill.taxes);
            events.push(Event::CheckSettled { check: id, receipt, total, taxes, was: None });
            if print {
                events.push(Event::ReceiptPrinted { check: id, copy: check.receipts.len() as u32 });
            }
        }
        Ok(events)
    }

    fn known_part(&self, check: &Check, part: &Part) -> Result<(), Rejection> {
        match part {
            Part::Share { of } if !(2..=99).contains(of) => Err(Rejection::BadQuantity { max: 99 }),
            Part::Lines(lines) => match lines.iter().find(|l| !check.lines.contains_key(l)) {
                Some(line) => Err(Rejection::UnknownLine { line: *line }),
                None => Ok(()),
            },
            Part::Seats(seats) if seats.len() > 99 => Err(Rejection::BadQuantity { max: 99 }),
            _ => Ok(()),
        }
    }

    /// The next number of this terminal's gapless series.
    fn next_receipt(&self) -> ReceiptNumber {
        let letter = self.context.letter;
        ReceiptNumber { letter, n: self.restaurant.counters.get(&letter).map_or(0, |c| c.receipt) + 1 }
    }

    fn refund(&self, id: CheckId, payment: PaymentId, amount: Money, why: &str) -> Result<Vec<Event>, Rejection> {
        let check = self.whole(id)?;
        let paid = check.payments.get(&payment).ok_or(Rejection::UnknownPayment { payment })?;
        let left = check.refundable(payment);
        if amount.0 <= 0 || !amount.is_plausible() {
            return Err(Rejection::BadAmount);
        }
        // Before there is a sale a payment goes back whole or not at all.
        if amount > left || (!check.is_closed() && amount != left) {
            return Err(Rejection::RefundTooMuch { left });
        }
        // What was paid beyond the bill was never sold, so it is given back without refunding a sale.
        let over = Money::ZERO - check.bill().due;
        let unsold = check.is_settled() && over > Money::ZERO;
        if unsold && amount.min(paid.what.amount) > over {
            return Err(Rejection::RefundTooMuch { left: over });
        }
        let back_before = paid.what.amount + paid.what.tip - left;
        let of_sale = |back: Money| back.min(paid.what.amount);
        let part = of_sale(back_before + amount) - of_sale(back_before);
        let refund = Refund {
            payment,
            amount,
            reason: reason(why)?,
            approved_by: self.approved(Permission::Refund)?,
            receipt: (check.is_closed() && !unsold).then(|| self.next_receipt()),
            letter: self.context.letter,
            taxes: if unsold { Vec::new() } else { refund_taxes(check, part) },
            was: None,
        };
        let home = self.restaurant.home_of(check, |c| c.payments.contains_key(&payment));
        Ok(vec![Event::PaymentRefunded { check: home, refund }])
    }
}

/// The part of a bill, and of its taxes, that no receipt of the check states yet: all of it, unless the check was settled
/// while more was ordered on the other side.
fn unsold(check: &Check, total: Money, taxes: Vec<TaxSum>) -> (Money, Vec<TaxSum>) {
    let Some(sale) = check.sale() else { return (total, taxes) };
    let (mut total, mut rest) = (total, taxes);
    let stated = check.settled.values().filter(|s| s.knows(sale.dot));
    for stated in stated.map(|s| &s.what) {
        total -= stated.total;
        for tax in &mut rest {
            if let Some(before) = stated.taxes.iter().find(|t| t.tax == tax.tax) {
                tax.net -= before.net;
                tax.amount -= before.amount;
                tax.gross -= before.gross;
            }
        }
    }
    rest.retain(|t| t.gross != Money::ZERO);
    (total, rest)
}

/// What is stored of a tender, and the cash rounding on `amount`.
fn tendered(tender: &NewTender, amount: Money, tip: Money, step: i64) -> Result<(Tender, Money), Rejection> {
    match tender {
        NewTender::Cash { given } => {
            let rounding = amount.rounded_to(step) - amount;
            let needed = amount + rounding + tip;
            if !given.is_plausible() {
                return Err(Rejection::BadAmount);
            }
            if *given < needed {
                return Err(Rejection::TooLittleCash { needed });
            }
            Ok((Tender::Cash { given: *given, change: *given - needed }, rounding))
        }
        NewTender::Card { reference, last4 } => {
            let reference = clean_reference(reference)?;
            if !last4.is_empty() && (last4.len() != 4 || !last4.bytes().all(|b| b.is_ascii_digit())) {
                return Err(Rejection::LooksLikeCardNumber);
            }
            Ok((Tender::Card { reference, last4: last4.clone() }, Money::ZERO))
        }
        NewTender::Voucher { code } => {
            let code = clean_reference(code)?;
            if code.is_empty() {
                return Err(Rejection::BadText { field: "voucher code".into() });
            }
            Ok((Tender::Voucher { code }, Money::ZERO))
        }
    }
}

/// A short reference that is not a card number: PCI DSS 3.3 forbids keeping one, so thirteen or more digits that pass
/// Luhn's check (ISO/IEC 7812-1) are refused before they are stored anywhere.
fn clean_reference(text: &str) -> Result<String, Rejection> {
    if text.chars().count() > MAX_REFERENCE || text.chars().any(char::is_control) {
        return Err(Rejection::BadText { field: "reference".into() });
    }
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let luhn =
        digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { *d } else { d * 2 - 9 * u32::from(*d > 4) });
    if digits.len() >= 13 && luhn.sum::<u32>() % 10 == 0 {
        return Err(Rejection::LooksLikeCardNumber);
    }
    Ok(text.trim().to_owned())
}

/// The refunded part of the sale by tax group. Worked out from the running total, so that refunds in steps add up to
/// exactly the taxes of the sale.
fn refund_taxes(check: &Check, part: Money) -> Vec<TaxSum> {
    let sale = check.sale().map(|s| s.what.taxes.clone()).unwrap_or_default();
    let before: Money = check.refunds.values().flat_map(|r| &r.what.taxes).map(|t| t.gross).sum();
    let at = |total: Money| -> Vec<(Money, Money)> {
        let weights: Vec<i64> = sale.iter().map(|t| t.gross.0).collect();
        let gross = total.allocate(&weights);
        gross.into_iter().zip(&sale).map(|(g, t)| (g, t.amount.scaled(g.0, t.gross.0))).collect()
    };
    let (from, to) = (at(before), at(before + part));
    let steps = sale.iter().zip(from.into_iter().zip(to));
    steps
        .map(|(sum, ((gross0, tax0), (gross1, tax1)))| {
            let (gross, amount) = (gross1 - gross0, tax1 - tax0);
            TaxSum { tax: sum.tax.clone(), net: gross - amount, amount, gross }
        })
        .filter(|t| t.gross != Money::ZERO)
        .collect()
}
