//! The sums of a check and what it adds to the books. The independent referee (`tests/`) recomputes all of it another way.

use std::collections::BTreeMap;

use super::{Check, Settled, Stamped};
use crate::{
    clock::{BusinessDay, Moment},
    event::{CheckKind, LineTax, Payment, Refund, TaxSum, Tender},
    ids::PaymentId,
    money::Money,
    settings::{TaxMode, TaxRounding},
    shift::{Book, Tally, TaxTally, TenderTally},
    view::Bill,
};

impl Check {
    /// Works out every sum from the facts. A check that was merged into another has no bill of its own.
    pub fn bill(&self) -> Bill {
        if self.inside.is_some() {
            return Bill::default();
        }
        let subtotal = self.lines.values().map(super::Line::full_amount).sum();
        let comped = self.lines.values().map(super::Line::comped).sum();
        let taxes = self.taxes();
        let total: Money = taxes.iter().map(|t| t.gross).sum();
        let kept: Vec<(&Payment, Money)> = self.kept_payments().collect();
        let paid = kept.iter().map(|(p, back)| p.amount - *back).sum();
        let due = total - paid;
        Bill {
            subtotal,
            comped,
            total,
            paid,
            tips: kept.iter().map(|(p, _)| p.tip).sum(),
            cash_rounding: kept.iter().map(|(p, _)| p.rounding).sum(),
            due,
            due_cash: due.rounded_to(self.terms().cash_step),
            refunded: self.refunds.values().filter(|r| r.what.receipt.is_some()).map(|r| r.what.amount).sum(),
            taxes,
        }
    }

    /// Tax groups, ordered by tax. Per line: each line's tax is rounded, then summed. Per group: summed, then rounded.
    pub fn taxes(&self) -> Vec<TaxSum> {
        let terms = self.terms();
        let mut groups: BTreeMap<LineTax, Vec<Money>> = BTreeMap::new();
        for line in self.lines.values().filter(|l| l.live_qty() > 0) {
            if let Some(added) = line.what() {
                groups.entry(added.tax.clone()).or_default().push(line.amount());
            }
        }
        groups
            .into_iter()
            .map(|(tax, amounts)| {
                let base: Money = amounts.iter().copied().sum();
                let tax_of = |m: Money| match terms.tax {
                    TaxMode::Inclusive => tax.rate.inside(m),
                    TaxMode::Exclusive => tax.rate.of(m),
                };
                let amount = match terms.rounding {
                    TaxRounding::PerLine => amounts.iter().map(|m| tax_of(*m)).sum(),
                    TaxRounding::PerGroup => tax_of(base),
                };
                match terms.tax {
                    TaxMode::Inclusive => TaxSum { tax, net: base - amount, amount, gross: base },
                    TaxMode::Exclusive => TaxSum { tax, net: base, amount, gross: base + amount },
                }
            })
            .collect()
    }

    /// The settlement that makes the sale: a check is sold once, also where several terminals settled it. One whose payment
    /// was given back does not count, nor one that only collected what an earlier one had left open.
    pub fn sale(&self) -> Option<&Stamped<Settled>> {
        let standing = || self.settled.iter().filter(|(id, _)| !self.is_taken_back(**id)).map(|(_, s)| s);
        let first = |s: &&Stamped<Settled>| !standing().any(|other| other.dot != s.dot && s.knows(other.dot));
        standing().find(first).or_else(|| self.settled.values().next())
    }

    /// What was given back of a payment without there being a sale to refund: before the check was closed, or because
    /// more was paid than owed.
    fn taken_back(&self, payment: PaymentId) -> Money {
        let of = |r: &&Stamped<Refund>| r.what.payment == payment && r.what.receipt.is_none();
        self.refunds.values().filter(of).map(|r| r.what.amount).sum()
    }

    /// Whether a payment was taken back whole.
    pub fn is_taken_back(&self, payment: PaymentId) -> bool {
        let back = self.taken_back(payment);
        back > Money::ZERO && self.payments.get(&payment).is_some_and(|p| back >= p.what.amount + p.what.tip)
    }

    /// Payments that were not taken back whole, and what was taken back of each.
    pub(super) fn kept_payments(&self) -> impl Iterator<Item = (&Payment, Money)> {
        let mut back: BTreeMap<PaymentId, Money> = BTreeMap::new();
        for refund in self.refunds.values().filter(|r| r.what.receipt.is_none()) {
            *back.entry(refund.what.payment).or_default() += refund.what.amount;
        }
        self.payments.iter().filter_map(move |(id, p)| {
            let back = back.get(id).copied().unwrap_or_default();
            let is_kept = back <= Money::ZERO || back < p.what.amount + p.what.tip;
            is_kept.then_some((&p.what, back))
        })
    }

    /// What may still be given back of a payment.
    pub fn refundable(&self, payment: PaymentId) -> Money {
        let paid = self.payments.get(&payment).map_or(Money::ZERO, |p| p.what.amount + p.what.tip);
        let back: Money = self.refunds.values().filter(|r| r.what.payment == payment).map(|r| r.what.amount).sum();
        paid - back
    }

    /// What this check adds to the book of each business day. A function of the facts alone, so when the facts change
    /// the old contribution is taken back and the new one added.
    pub fn contributions(&self) -> BTreeMap<BusinessDay, Book> {
        let mut days: BTreeMap<BusinessDay, Book> = BTreeMap::new();
        if self.inside.is_some() {
            return days;
        }
        self.contribute_sale(&mut days);
        for payment in self.payments.values() {
            let book = days.entry(payment.day).or_default();
            let p = &payment.what;
            let tender = book.tenders.entry(p.tender.kind()).or_default();
            *tender = TenderTally { n: tender.n + 1, amount: tender.amount + p.amount, tips: tender.tips + p.tip };
            book.cash_rounding += p.rounding;
            if matches!(p.tender, Tender::Cash { .. }) {
                *book.drawer_cash.entry(p.letter).or_default() += p.amount + p.tip + p.rounding;
            }
        }
        for refund in self.refunds.values() {
            self.contribute_refund(days.entry(refund.day).or_default(), &refund.what);
        }
        for line in self.lines.values() {
            for void in line.voids.values() {
                let amount = line.each().times(void.what.qty);
                tally(days.entry(void.day).or_default().voids.entry(void.what.reason.clone()).or_default(), 1, amount);
            }
        }
        days
    }

    fn contribute_refund(&self, book: &mut Book, refund: &Refund) {
        let Some(payment) = self.payments.get(&refund.payment) else { return };
        let kind = payment.what.tender.kind();
        let Some(_) = refund.receipt else { return take_back(book, &payment.what, refund) };
        tally(book.refunds.entry(kind).or_default(), 1, refund.amount);
        if kind == crate::event::TenderKind::Cash {
            *book.drawer_cash.entry(refund.letter).or_default() -= refund.amount;
        }
        let taxes = refund.taxes.iter().map(tax_tally).collect();
        book.add(&Book { refund_taxes: taxes, ..Book::default() }, 1);
    }

    /// The sale itself, before anything else is in the books.
    fn contribute_sale(&self, days: &mut BTreeMap<BusinessDay, Book>) {
        let Some(settled) = self.sale() else { return };
        let taxes = self.taxes();
        let total = taxes.iter().map(|t| t.gross).sum();
        let mut sale = Book { covers: i64::from(self.covers_now()), ..Book::default() };
        tally(&mut sale.sales, 1, total);
        let hour = Moment { at: settled.at, offset: settled.off }.hour();
        tally(sale.hours.entry(hour).or_default(), 1, total);
        if let Some(waiter) = self.waiter.get() {
            tally(sale.staff.entry(waiter.clone()).or_default(), 1, total);
        }
        if self.kind() == CheckKind::Takeaway {
            tally(&mut sale.takeaway, 1, total);
        }
        for line in self.lines.values().filter(|l| l.live_qty() > 0) {
            let Some(added) = line.what() else { continue };
            let (n, amount) = (i64::from(line.live_qty()), line.amount());
            tally(sale.categories.entry(added.category.clone()).or_default(), n, amount);
            tally(sale.items.entry(added.item.clone()).or_default(), n, amount);
            if let Some(comp) = line.comps.values().next() {
                tally(sale.comps.entry(comp.what.reason.clone()).or_default(), 1, line.comped());
            }
        }
        sale.taxes = taxes.iter().filter(|t| t.gross != Money::ZERO).map(tax_tally).collect();
        days.insert(settled.day, sale);
    }
}

/// A payment taken back without there being a sale to refund: it leaves the tenders and the drawer as if it had not been.
/// A part of it leaves them by its amount.
fn take_back(book: &mut Book, payment: &Payment, refund: &Refund) {
    let letter = refund.letter;
    let tender = book.tenders.entry(payment.tender.kind()).or_default();
    if refund.amount < payment.amount + payment.tip {
        tender.amount -= refund.amount;
        if matches!(payment.tender, Tender::Cash { .. }) {
            *book.drawer_cash.entry(letter).or_default() -= refund.amount;
        }
        return;
    }
    let (amount, tips) = (tender.amount - payment.amount, tender.tips - payment.tip);
    *tender = TenderTally { n: tender.n - 1, amount, tips };
    book.cash_rounding -= payment.rounding;
    if matches!(payment.tender, Tender::Cash { .. }) {
        *book.drawer_cash.entry(letter).or_default() -= payment.amount + payment.tip + payment.rounding;
    }
}

fn tally(to: &mut Tally, n: i64, amount: Money) {
    to.n += n;
    to.amount += amount;
}

fn tax_tally(sum: &TaxSum) -> TaxTally {
    TaxTally { tax: sum.tax.clone(), net: sum.net, amount: sum.amount, gross: sum.gross }
}
