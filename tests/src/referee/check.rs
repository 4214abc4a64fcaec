//! One check on a sheet of paper: lines, payments and what they come to.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{cells::tax_name, share};

/// The largest share a line can be comped by: all of it.
const WHOLE: i64 = 1_000_000;

#[derive(Debug, Clone, Default)]
pub struct CheckSheet {
    pub opened_by: u64,
    pub takeaway: bool,
    pub waiter: String,
    /// Guests by the check they were counted on.
    pub covers: BTreeMap<String, i64>,
    pub number: String,
    /// Taxes are added to prices instead of being inside them.
    pub exclusive: bool,
    /// Each line's tax is rounded, not each group's.
    pub per_line: bool,
    pub cash_step: i64,
    pub lines: BTreeMap<String, LineSheet>,
    pub payments: BTreeMap<String, PaymentSheet>,
    pub refunds: Vec<RefundSheet>,
    /// The entry that settled it, and what that entry states.
    pub settled: Option<Settlement>,
    pub cancelled: Option<u64>,
    /// The entry that merged it into another, while it stands there.
    pub merged: Option<u64>,
    pub receipts_printed: i64,
}

#[derive(Debug, Clone)]
pub struct Settlement {
    pub entry: u64,
    pub day: String,
    pub receipt: (String, i64),
}

#[derive(Debug, Clone, Default)]
pub struct LineSheet {
    /// The check it was ordered on.
    pub home: String,
    pub item: String,
    pub category: String,
    pub price: i64,
    pub options: i64,
    pub qty: i64,
    pub fired: i64,
    pub voided: i64,
    pub removed: bool,
    pub comped: i64,
    pub comp_reason: String,
    /// Tax id, rate in millionths, letter.
    pub tax: (String, i64, String),
}

#[derive(Debug, Clone)]
pub struct PaymentSheet {
    pub entry: u64,
    /// The check it was taken on.
    pub home: String,
    pub kind: String,
    pub amount: i64,
    pub tip: i64,
    pub rounding: i64,
    pub letter: String,
    /// Given back whole before the check was settled.
    pub taken_back: bool,
}

#[derive(Debug, Clone)]
pub struct RefundSheet {
    pub payment: String,
    pub amount: i64,
    /// `None` when it took a payment back before there was a sale.
    pub receipt: Option<(String, i64)>,
    /// Gross of the sale given back.
    pub of_sale: i64,
}

/// A tax group: net, tax, gross.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaxGroup {
    pub net: i64,
    pub amount: i64,
    pub gross: i64,
}

impl LineSheet {
    /// What the price list and the chosen options make one of it cost.
    pub fn each(&self) -> i64 {
        (self.price + self.options).max(0)
    }

    /// Units the guests pay for.
    pub fn units(&self) -> i64 {
        let gone = self.removed && self.fired == 0;
        if gone { 0 } else { (self.qty.max(self.fired) - self.voided).max(0) }
    }

    pub fn full(&self) -> i64 {
        self.each() * self.units()
    }

    pub fn given_away(&self) -> i64 {
        share(self.full(), self.comped.min(WHOLE), WHOLE)
    }

    pub fn owed(&self) -> i64 {
        self.full() - self.given_away()
    }
}

impl CheckSheet {
    pub fn guests(&self) -> i64 {
        self.covers.values().sum()
    }

    pub fn live(&self) -> impl Iterator<Item = &LineSheet> {
        self.lines.values().filter(|l| l.units() > 0)
    }

    /// Tax groups in the order receipts print them: by id, rate, letter.
    pub fn taxes(&self) -> BTreeMap<(String, i64, String), TaxGroup> {
        let mut groups: BTreeMap<(String, i64, String), (i64, i64)> = BTreeMap::new();
        for line in self.live() {
            let (base, tax) = groups.entry(line.tax.clone()).or_default();
            *base += line.owed();
            *tax += self.tax(line.tax.1, line.owed());
        }
        let finish = |((id, rate, letter), (base, by_line)): ((String, i64, String), (i64, i64))| {
            let amount = if self.per_line { by_line } else { self.tax(rate, base) };
            let net = if self.exclusive { base } else { base - amount };
            ((id, rate, letter), TaxGroup { net, amount, gross: net + amount })
        };
        groups.into_iter().map(finish).collect()
    }

    fn tax(&self, rate: i64, base: i64) -> i64 {
        if self.exclusive { share(base, rate, WHOLE) } else { share(base, rate, WHOLE + rate) }
    }

    pub fn total(&self) -> i64 {
        self.taxes().values().map(|t| t.gross).sum()
    }

    fn kept(&self) -> impl Iterator<Item = &PaymentSheet> {
        self.payments.values().filter(|p| !p.taken_back)
    }

    pub fn paid(&self) -> i64 {
        self.kept().map(|p| p.amount).sum()
    }

    /// An amount as it would be paid in coins that exist.
    pub fn in_cash(&self, amount: i64) -> i64 {
        if self.cash_step > 1 { share(amount, 1, self.cash_step) * self.cash_step } else { amount }
    }

    pub fn refunded(&self) -> i64 {
        self.refunds.iter().filter(|r| r.receipt.is_some()).map(|r| r.amount).sum()
    }

    pub fn given_back(&self, payment: &str) -> i64 {
        self.refunds.iter().filter(|r| r.payment == payment).map(|r| r.amount).sum()
    }

    /// The sums a screen shows under the check, by the API's own field names.
    pub fn bill(&self) -> BTreeMap<&'static str, i64> {
        let (total, paid) = (self.total(), self.paid());
        BTreeMap::from([
            ("subtotal", self.lines.values().map(LineSheet::full).sum()),
            ("comped", self.lines.values().map(LineSheet::given_away).sum()),
            ("total", total),
            ("paid", paid),
            ("tips", self.kept().map(|p| p.tip).sum()),
            ("cash_rounding", self.kept().map(|p| p.rounding).sum()),
            ("due", total - paid),
            ("due_cash", self.in_cash(total - paid)),
            ("refunded", self.refunded()),
        ])
    }

    /// What differs between these tax groups and stated ones, if anything.
    pub fn taxes_differ(&self, stated: &Value) -> Option<String> {
        let named = |t: &Value| {
            (tax_name(&t["tax"]), [&t["net"], &t["amount"], &t["gross"]].map(|v| v.as_i64().unwrap_or(i64::MIN)))
        };
        let theirs: BTreeMap<String, [i64; 3]> = stated.as_array().into_iter().flatten().map(named).collect();
        let mine: BTreeMap<String, [i64; 3]> = (self.taxes().into_iter())
            .map(|((id, rate, letter), t)| (format!("{id}@{rate}{letter}"), [t.net, t.amount, t.gross]))
            .collect();
        (mine != theirs).then(|| format!("tax groups (net, tax, gross) are {theirs:?}, but come to {mine:?}"))
    }
}
