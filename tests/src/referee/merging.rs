//! Checks that were merged. The referee carries lines and payments over from sheet to sheet, and back when they are taken
//! apart, where the program leaves everything where it was and only adds up differently.

use super::{
    check::CheckSheet,
    ledger::{Ledger, Reading, word},
};
use serde_json::Value;

impl Ledger {
    /// The sheet a check's lines are on now.
    pub(super) fn sheet_of(&self, id: &str) -> String {
        let mut at = id;
        while let Some(into) = self.inside.get(at) {
            at = into;
        }
        at.to_owned()
    }

    pub(super) fn merged(&mut self, at: &Reading<'_>, what: &Value) {
        let (from, into) = (word(&what["check"]), word(&what["into"]));
        if self.sheet_of(into) == from || self.inside.contains_key(from) || self.inside.contains_key(into) {
            return self.fault(at, format!("merges {from} into {into}, one of which is merged already"));
        }
        let Some(mut leaving) = self.checks.remove(from) else {
            return self.fault(at, format!("merges check {from}, which was never opened"));
        };
        match self.checks.get_mut(into) {
            Some(staying) => leaving.carry_over(staying, |_| true),
            None => self.fault(at, format!("merges into check {into}, which was never opened")),
        }
        leaving.merged = Some(at.seq);
        self.checks.insert(from.to_owned(), leaving);
        self.inside.insert(from.to_owned(), into.to_owned());
    }

    pub(super) fn parted(&mut self, at: &Reading<'_>, what: &Value) {
        let id = word(&what["check"]);
        let from = self.sheet_of(id);
        if self.inside.remove(id).is_none() {
            return self.fault(at, format!("takes check {id} apart, which stands alone"));
        }
        let mine: Vec<String> = self.checks.keys().filter(|home| self.sheet_of(home) == id).cloned().collect();
        let (Some(mut sheet), Some(mut back)) = (self.checks.remove(&from), self.checks.remove(id)) else {
            return self.fault(at, format!("takes check {id} apart, which was never opened"));
        };
        sheet.carry_over(&mut back, |home| mine.iter().any(|m| m == home));
        back.merged = None;
        self.checks.insert(from, sheet);
        self.checks.insert(id.to_owned(), back);
    }
}

impl CheckSheet {
    /// Everything that belongs to some checks goes to another sheet.
    fn carry_over(&mut self, to: &mut CheckSheet, belongs: impl Fn(&str) -> bool) {
        let lines = std::mem::take(&mut self.lines).into_iter();
        let (go, stay): (Vec<_>, Vec<_>) = lines.partition(|(_, line)| belongs(&line.home));
        self.lines.extend(stay);
        to.lines.extend(go);
        let guests = std::mem::take(&mut self.covers).into_iter();
        let (go, stay): (Vec<_>, Vec<_>) = guests.partition(|(home, _)| belongs(home));
        self.covers.extend(stay);
        to.covers.extend(go);
        let payments = std::mem::take(&mut self.payments).into_iter();
        let (go, stay): (Vec<_>, Vec<_>) = payments.partition(|(_, payment)| belongs(&payment.home));
        self.payments.extend(stay);
        to.payments.extend(go);
        let refunds = std::mem::take(&mut self.refunds).into_iter();
        let (go, stay): (Vec<_>, Vec<_>) = refunds.partition(|refund| to.payments.contains_key(&refund.payment));
        self.refunds.extend(stay);
        to.refunds.extend(go);
    }
}
