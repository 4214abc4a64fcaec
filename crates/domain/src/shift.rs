//! The books of a business day, the drawers, and the X and Z reports.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    clock::{BusinessDay, Millis},
    event::{LineTax, TenderKind},
    ids::*,
    late::{Missing, Reconciliation},
    money::Money,
};

/// How many and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    pub n: i64,
    pub amount: Money,
}

/// Sums that only ever add up: the book of a day is the sum of what each check contributes, so the order in which
/// checks arrive cannot matter and days add up to weeks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Book {
    /// Settled checks and their totals, tax included.
    pub sales: Tally,
    pub covers: i64,
    /// By local hour of settling.
    pub hours: BTreeMap<u8, Tally>,
    /// Units and line amounts.
    pub categories: BTreeMap<CategoryId, Tally>,
    pub items: BTreeMap<ItemId, Tally>,
    /// By the waiter who had the check.
    pub staff: BTreeMap<StaffId, Tally>,
    /// By tax id and rate.
    pub taxes: Vec<TaxTally>,
    pub tenders: BTreeMap<TenderKind, TenderTally>,
    pub cash_rounding: Money,
    /// By reason.
    pub voids: BTreeMap<String, Tally>,
    pub comps: BTreeMap<String, Tally>,
    pub refunds: BTreeMap<TenderKind, Tally>,
    pub refund_taxes: Vec<TaxTally>,
    pub takeaway: Tally,
    /// What cash did to each terminal's drawer: taken in, given back.
    pub drawer_cash: BTreeMap<char, Money>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTally {
    pub tax: LineTax,
    pub net: Money,
    pub amount: Money,
    pub gross: Money,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TenderTally {
    pub n: i64,
    /// Towards bills.
    pub amount: Money,
    pub tips: Money,
}

impl Tally {
    fn add(&mut self, other: &Tally, sign: i64) {
        self.n += other.n * sign;
        self.amount += Money(other.amount.0 * sign);
    }
    fn is_zero(&self) -> bool {
        *self == Tally::default()
    }
}

fn add_tallies<K: Ord + Clone>(to: &mut BTreeMap<K, Tally>, from: &BTreeMap<K, Tally>, sign: i64) {
    for (key, tally) in from {
        to.entry(key.clone()).or_default().add(tally, sign);
    }
    to.retain(|_, t| !t.is_zero());
}

fn add_taxes(to: &mut Vec<TaxTally>, from: &[TaxTally], sign: i64) {
    for t in from {
        let at = to.iter().position(|x| x.tax == t.tax).unwrap_or_else(|| {
            to.push(TaxTally { tax: t.tax.clone(), net: Money::ZERO, amount: Money::ZERO, gross: Money::ZERO });
            to.len() - 1
        });
        to[at].net += Money(t.net.0 * sign);
        to[at].amount += Money(t.amount.0 * sign);
        to[at].gross += Money(t.gross.0 * sign);
    }
    to.retain(|t| (t.net, t.amount, t.gross) != (Money::ZERO, Money::ZERO, Money::ZERO));
    to.sort_by(|a, b| a.tax.cmp(&b.tax));
}

impl Book {
    /// Adds (`sign` 1) or takes back (`sign` -1) another book. Zero cells vanish, so equal sums are equal books.
    pub fn add(&mut self, other: &Book, sign: i64) {
        self.sales.add(&other.sales, sign);
        self.covers += other.covers * sign;
        add_tallies(&mut self.hours, &other.hours, sign);
        add_tallies(&mut self.categories, &other.categories, sign);
        add_tallies(&mut self.items, &other.items, sign);
        add_tallies(&mut self.staff, &other.staff, sign);
        add_taxes(&mut self.taxes, &other.taxes, sign);
        for (kind, t) in &other.tenders {
            let mine = self.tenders.entry(*kind).or_default();
            mine.n += t.n * sign;
            mine.amount += Money(t.amount.0 * sign);
            mine.tips += Money(t.tips.0 * sign);
        }
        self.tenders.retain(|_, t| *t != TenderTally::default());
        self.cash_rounding += Money(other.cash_rounding.0 * sign);
        add_tallies(&mut self.voids, &other.voids, sign);
        add_tallies(&mut self.comps, &other.comps, sign);
        add_tallies(&mut self.refunds, &other.refunds, sign);
        add_taxes(&mut self.refund_taxes, &other.refund_taxes, sign);
        self.takeaway.add(&other.takeaway, sign);
        for (letter, cash) in &other.drawer_cash {
            *self.drawer_cash.entry(*letter).or_default() += Money(cash.0 * sign);
        }
        self.drawer_cash.retain(|_, m| *m != Money::ZERO);
    }
}

/// One terminal's drawer during one business day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Drawer {
    pub float: Money,
    pub paid_in: Money,
    pub paid_out: Money,
    /// Times it was opened without a sale.
    pub no_sales: u32,
    pub counted: Option<Money>,
}

impl Drawer {
    /// What should lie in it, given what cash payments and refunds did.
    pub fn expected(&self, cash: Money) -> Money {
        self.float + self.paid_in - self.paid_out + cash
    }
}

/// A closed drawer as the Z states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerCount {
    pub letter: char,
    #[serde(flatten)]
    pub drawer: Drawer,
    pub expected: Money,
    /// Counted less expected; `None` when nobody counted.
    pub difference: Option<Money>,
}

/// A Z report, or with `n` 0 an X report (the same figures, read without closing).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZReport {
    /// Gapless, from 1; 0 on an X.
    pub n: u64,
    /// The terminal that closed the day.
    pub letter: char,
    pub day: BusinessDay,
    pub at: Millis,
    pub offset: i16,
    pub by: Option<StaffId>,
    pub book: Book,
    pub drawers: Vec<DrawerCount>,
    /// First and last receipt number of each terminal this day.
    pub receipts: Vec<(ReceiptNumber, ReceiptNumber)>,
    /// Checks still open when the day was closed; they belong to the day that settles them.
    pub carried_over: u32,
    /// All sales less refunds since the beginning; never resets.
    pub grand_total: Money,
    /// The last entry of each log it covers; what comes later of this day is a late arrival.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Dot>,
    /// Terminals that had not been heard since before this day was closed: what they sold is not in here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
    /// Receipt numbers of the day that count for nothing, so that no gap stays unexplained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annulled: Vec<ReceiptNumber>,
    /// Receipts that have another number on paper, which an old copy of their terminal gave: the number in the books, and
    /// the one on paper.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<(ReceiptNumber, ReceiptNumber)>,
    /// What came too late for the Zs before this one. Not part of this day's figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Box<Reconciliation>>,
    /// Hash of the Z before this one, hex; empty for the first.
    pub previous: String,
    /// BLAKE3 of this report with `hash` empty, hex.
    pub hash: String,
}

impl ZReport {
    /// Seals a report: its hash covers every figure and the hash of the one before.
    pub fn sealed(mut self) -> ZReport {
        self.hash = String::new();
        // A report is plain data; writing it as JSON cannot fail.
        let bytes = serde_json::to_vec(&self).unwrap_or_default();
        self.hash = blake3::hash(&bytes).to_hex().to_string();
        self
    }

    /// Whether its own figures still match its hash.
    pub fn is_intact(&self) -> bool {
        self.clone().sealed().hash == self.hash
    }
}
